#include "throttle/shareline.h"
#include "tap.h"
#include <string.h>

static const char who[] = "0123456789abcdef";

static void
question(void)
{
	struct limitshare_question q = { 7, "site:a\tb", "rate=5/s burst=2",
		{ { 1000000, 5, 2 }, 2 }, { 9, 1, 1, 2, -5 }, LIMITSHARE_RATE,
		0, 0 };
	struct buf b = { 0 };
	struct ltsv l;
	struct shareline s;

	is_num(shareline_question(&b, who, &q), 0, "a question");
	is_num(ltsv_parse(buf_data(&b), buf_len(&b), &l), 0, "is a line");
	is_num(shareline_read_question(&l, &s), 0, "and is read");
	is_num(s.id, 7, "number");
	is_str(s.who, who, "who");
	is_num(s.kind, LIMITSHARE_RATE, "a rate");
	is_num(s.parts, 2, "parts");
	is_num(s.fill_us, 400001, "how long it takes to be full");
	is_num(s.is.seq, 9, "seq");
	is_num(s.is.have, 1, "have");
	is_num(s.is.back, 1, "back");
	is_num(s.is.level, -5, "what is owed");
	is_num(s.is.want, 2, "want");
	ok(s.key.n == strlen("site:a\\tb"), "no byte of the key is raw");
	buf_clear(&b);
	q.whole = lease_conn(3);
	q.kind = LIMITSHARE_CONN;
	q.is.level = 0;
	shareline_question(&b, who, &q);
	ltsv_parse(buf_data(&b), buf_len(&b), &l);
	is_num(shareline_read_question(&l, &s), 0, "connections");
	is_num(s.kind, LIMITSHARE_CONN, "are told from rates");
	buf_clear(&b);
	q.whole.parts = SHARELINE_CAP_MAX;
	q.kind = LIMITSHARE_CAP;
	q.turn_s = 1790000400;
	q.born_s = 1790000007;
	shareline_question(&b, who, &q);
	ltsv_parse(buf_data(&b), buf_len(&b), &l);
	is_num(shareline_read_question(&l, &s), 0, "a cap");
	ok(s.kind == LIMITSHARE_CAP && s.parts == SHARELINE_CAP_MAX &&
		s.turn_s == q.turn_s && s.born_s == q.born_s,
	    "with its turn");
	buf_free(&b);
}

static void
answer(void)
{
	struct lease_answer a = { 3, 1, 2, 4, 77, 123456, 9, 1, 55, 1 }, r;
	struct buf b = { 0 };
	struct ltsv l;
	uint32_t id = 0;

	is_num(shareline_answer(&b, 8, &a), 0, "an answer");
	ltsv_parse(buf_data(&b), buf_len(&b), &l);
	memset(&r, 0, sizeof r);
	is_num(shareline_read_answer(&l, &id, &r), 0, "is read");
	is_num(id, 8, "number");
	ok(r.seq == a.seq && r.kept == a.kept && r.has == a.has &&
		r.of == a.of && r.level == a.level &&
		r.until_us == a.until_us && r.retry_us == a.retry_us &&
		r.back == a.back && r.back_us == a.back_us &&
		r.alone == a.alone,
	    "the same");
	buf_free(&b);
}

static void
bad(void)
{
	static const char *const lines[] = {
		"n:1\twho:0123456789abcdef\tseq:1\tkind:rate\tkey:a\tlimit:b"
		"\tparts:0\tfill:1\thave:0\tback:0\tlevel:0\twant:0",
		"n:1\twho:0123456789abcdeF\tseq:1\tkind:rate\tkey:a\tlimit:b"
		"\tparts:1\tfill:1\thave:0\tback:0\tlevel:0\twant:0",
		"n:1\twho:0123456789abcdef\tseq:1\tkind:cap\tkey:a\tlimit:b"
		"\tparts:1\tturn:1\thave:0\tback:0\tlevel:0\twant:0",
		"n:1\twho:0123456789abcdef\tseq:1\tkind:cap\tkey:a\tlimit:b"
		"\tparts:2147483648\tturn:1\tborn:1\thave:0\tback:0"
		"\tlevel:0\twant:0",
		"n:1\twho:0123456789abcdef\tseq:1\tkind:nothing\tkey:a\tlimit:b"
		"\tparts:1\tfill:1\thave:0\tback:0\tlevel:0\twant:0",
		"n:1\twho:0123456789abcdef\tseq:1\tkind:rate\tkey:a\tlimit:b"
		"\tparts:1\tfill:0\thave:0\tback:0\tlevel:0\twant:0",
		"n:1\twho:0123456789abcdef\tseq:1\tkind:rate\tkey:a\tlimit:b"
		"\tparts:1000001\tfill:1\thave:0\tback:0\tlevel:0\twant:0",
		"n:1\twho:0123456789abcdef\tseq:1\tkind:rate\tkey:\tlimit:b"
		"\tparts:1\tfill:1\thave:0\tback:0\tlevel:0\twant:0",
		"",
		"n:1\tseq:1\tkept:0\thas:5\tof:4\tlevel:0\tuntil:1\tretry:0"
		"\tback:0\tafter:0\talone:0",
		"n:1\tseq:1\tkept:0\thas:1\tof:4\tlevel:0\tuntil:1\tretry:0"
		"\tback:0\tafter:0\talone:2"
	};
	struct lease_answer a;
	struct shareline s;
	struct ltsv l;
	uint32_t id;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		ok(ltsv_parse(lines[i], strlen(lines[i]), &l) == 0 &&
			shareline_read_question(&l, &s) == -1 &&
			shareline_read_answer(&l, &id, &a) == -1,
		    lines[i]);
	}
}

int
main(void)
{
	question();
	answer();
	bad();
	return done();
}
