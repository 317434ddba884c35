#include "tap.h"
#include "queue/journal.h"
#include "queue/name.h"

#define ID "1irvrd2bo09000000109" /* at 1790000000 */

enum { ID_S = 1790000000, NONE = INT32_MIN };

static const struct {
	const char *line;
	long want;
	unsigned n;
	char state;
	int64_t after; /* the id's time; NONE: not said */
} cases[] = {
	{ ID " 0 S\n", 25, 0, 'S', NONE },
	{ ID " 7 b\nrest", 25, 7, 'b', NONE },
	{ ID " 7 R\n", 25, 7, 'R', NONE },
	{ ID " 7 s\n", 25, 7, 's', NONE },
	{ ID " 99999 K\n", 29, 99999, 'K', NONE },
	{ ID " 100000 K\n", -1, 0, 0, 0 },
	{ ID " 0 S 0\n", 27, 0, 'S', 0 },
	{ ID " 0 S 7\n", 27, 0, 'S', 7 },
	{ ID " 12 b 432000\n", 33, 12, 'b', 432000 },
	{ ID " 0 S -60\n", 29, 0, 'S', -60 },
	{ ID " 99999 s 2147483647\n", 40, 99999, 's', INT32_MAX },
	{ ID " 0 S 2147483648\n", -1, 0, 0, 0 },
	{ ID " 0 S -1790000000\n", -1, 0, 0, 0 },
	{ ID " 0 S -0\n", -1, 0, 0, 0 },
	{ ID " 0 S -\n", -1, 0, 0, 0 },
	{ ID " 0 S 7 \n", -1, 0, 0, 0 },
	{ ID " 0 S 7x\n", -1, 0, 0, 0 },
	{ ID " 0 S x\n", -1, 0, 0, 0 },
	{ ID " 0 S  7\n", -1, 0, 0, 0 },
	{ ID " 0 S7\n", -1, 0, 0, 0 },
	{ ID " 0 S", 0, 0, 0, 0 },
	{ "", 0, 0, 0, 0 },
	{ "012", 0, 0, 0, 0 },
	{ "\n", -1, 0, 0, 0 },
	{ ID "\n", -1, 0, 0, 0 },
	{ ID " S\n", -1, 0, 0, 0 },
	{ ID "  S\n", -1, 0, 0, 0 },
	{ ID " 0 Z\n", -1, 0, 0, 0 },
	{ ID " 0S\n", -1, 0, 0, 0 },
	{ ID " -1 S\n", -1, 0, 0, 0 },
	{ ID " 0 S \n", -1, 0, 0, 0 },
	{ "1irvrd2bo0900000012v 0 S\n", -1, 0, 0, 0 },
	{ ID " 00000000000000000000000000000000000000", -1, 0, 0, 0 },
	{ ID " 000000000000000000000000000", -1, 0, 0, 0 },
	{ ID " 00000000000000000000000000", 0, 0, 0, 0 },
};

/* a segment, as it is read one after the other */
static void
segment(void)
{
	static const char text[] = ID " 0 S\n"
				      "\n" ID " 1 b\n"
				      "cut" ID " 2 S\n\n"
				      "0123456789abcdefgh";
	static const enum journal_kind want[] = { JOURNAL_LINE, JOURNAL_MARK,
		JOURNAL_LINE, JOURNAL_OTHER, JOURNAL_MARK, JOURNAL_MORE };
	const char *p = text, *end = text + sizeof text - 1;
	struct journal_line l;
	size_t i, used;

	for (i = 0; i < sizeof want / sizeof *want; i++) {
		is_num(journal_next(p, end - p, &l, &used), want[i],
		    "what stands next");
		if (want[i] == JOURNAL_LINE)
			is_num(l.n, i / 2, "its recipient");
		p += used;
	}
	is_num(end - p, 18, "the start of a line is left");
	is_num(journal_next(p, 0, &l, &used), JOURNAL_MORE, "nothing");
	p = "no line of a journal is as long as that, nor has it an end";
	is_num(journal_next(p, strlen(p), &l, &used), JOURNAL_OTHER,
	    "too long");
	is_num(used, strlen(p), "all of it");
}

/* what is written, and what is read of it */
static void
written(int64_t at_s, const char *want)
{
	static struct buf b;
	struct journal_line l;
	size_t n;

	buf_clear(&b);
	journal_put(&b, ID, 99999, MESSAGE_EXPIRED_SAID, at_s);
	n = buf_len(&b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, "written");
	ok(n <= JOURNAL_LINE_MAX, "short enough");
	is_num(journal_get(buf_data(&b), n, &l), (long)n, "and read");
	is_num(l.at_s, strlen(want) == NAME_LEN + 9 ? 0 : at_s, "its time");
}

int
main(void)
{
	struct journal_line l;
	size_t i, k, len;
	long r;

	segment();
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		len = strlen(cases[i].line);
		r = journal_get(cases[i].line, len, &l);
		is_num(r, cases[i].want, cases[i].line);
		if (r <= 0)
			continue;
		ok(l.id == cases[i].line && l.n == cases[i].n &&
			l.state == (enum message_state)cases[i].state,
		    "its parts");
		is_num(l.at_s,
		    cases[i].after == NONE ? 0 : ID_S + cases[i].after,
		    "when it ended");
		for (k = 0; k < (size_t)r; k++)
			if (journal_get(cases[i].line, k, &l) != 0)
				break;
		is_num(k, r, "no shorter start of it is one");
	}
	written(0, ID " 99999 x\n");
	written(ID_S, ID " 99999 x 0\n");
	written(ID_S + 86400, ID " 99999 x 86400\n");
	written(ID_S - 3, ID " 99999 x -3\n");
	written(1, ID " 99999 x -1789999999\n");
	written((int64_t)ID_S + INT32_MAX, ID " 99999 x 2147483647\n");
	written((int64_t)ID_S + INT32_MAX + 1, ID " 99999 x\n");
	return done();
}
