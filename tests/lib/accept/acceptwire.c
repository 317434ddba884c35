/* questions and answers about limits: whole, and what is none */
#include "accept/acceptwire.h"
#include "tap.h"
#include <stdlib.h>

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
questions(void)
{
	struct acceptwire_question q = { .id = 7,
		.txn = 3,
		.what = ACCEPTWIRE_RCPT,
		.rcpts = 2,
		.bytes = 5000000000 };
	static struct acceptwire_read r;
	struct buf b = { 0 };

	q.value[ACCEPTWIRE_CLIENT] = slice("192.0.2.1");
	q.value[ACCEPTWIRE_USER] = slice("a\tb\nid:9");
	q.value[ACCEPTWIRE_FROM] = slice("ann@x.test");
	is_num(acceptwire_ask(&b, &q), 0, "a question");
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "id:7\task:rcpt\ttxn:3\trcpts:2\tbytes:5000000000\t"
	    "client:192.0.2.1\tuser:a\\tb\\nid:9\tfrom:ann@x.test\n",
	    "its line");
	is_num(acceptwire_read_question(buf_data(&b), buf_len(&b) - 1, &r), 0,
	    "is read");
	ok(r.q.id == 7 && r.q.txn == 3 && r.q.what == ACCEPTWIRE_RCPT &&
		r.q.rcpts == 2 && r.q.bytes == 5000000000 &&
		r.q.value[ACCEPTWIRE_USER].n == 8 &&
		memcmp(r.q.value[ACCEPTWIRE_USER].p, "a\tb\nid:9", 8) == 0 &&
		r.q.value[ACCEPTWIRE_TENANT].n == 0,
	    "with all it says");
	buf_free(&b);
}

static const struct {
	const char *line;
	int good;
	long long credits;
} read_them[] = {
	{ "id:1\task:done", 1, 0 },
	{ "id:1\task:add\tkey:user:x\tcredits:+5", 1, 5 },
	{ "id:1\task:add\tkey:user:x\tcredits:-5", 1, -5 },
	{ "id:1\task:add\tkey:user:x\tcredits:5", 0, 0 },
	{ "id:1\task:add\tkey:user:x\tcredits:+", 0, 0 },
	{ "id:1\task:add\tkey:user:x\tcredits:+99999999999999999999", 0, 0 },
	{ "id:1\task:show\tmore:x", 1, 0 },
	{ "id:0\task:done", 0, 0 },
	{ "id:4294967296\task:done", 0, 0 },
	{ "id:1", 0, 0 },
	{ "id:1\task:", 0, 0 },
	{ "id:1\task:rcpts", 0, 0 },
	{ "ask:done", 0, 0 },
	{ "id:1\task:done\trcpts:x", 0, 0 },
	{ "id:1\task:done\trcpts:4294967296", 0, 0 },
	{ "id:1\task:done\tuser:a\\0b", 0, 0 },
	{ "id", 0, 0 },
	{ "", 0, 0 },
};

static void
longest(int n, int good)
{
	char line[ACCEPTWIRE_VALUE_MAX + 100];
	static struct acceptwire_read r;
	int len =
	    snprintf(line, sizeof line, "id:1\task:done\tuser:%0*d", n, 1);

	is_num(acceptwire_read_question(line, (size_t)len, &r), good ? 0 : -1,
	    good ? "the longest value" : "a longer one");
}

static const struct {
	const char *line;
	int r;
	unsigned code;
} answers[] = {
	{ "id:3\tstatus:ok", 0, 0 },
	{ "id:3\tstatus:refused\tcode:450\tesc:4.7.1\ttext:no", 0, 450 },
	{ "id:3\tstatus:refused\tcode:550\tesc:5.7.1\ttext:no", 0, 550 },
	{ "id:3\tstatus:refused\tcode:550\tesc:4.7.1\ttext:no", -1, 0 },
	{ "id:3\tstatus:refused\tcode:250\tesc:2.7.1\ttext:no", -1, 0 },
	{ "id:3\tstatus:refused\tcode:600\tesc:6.7.1\ttext:no", -1, 0 },
	{ "id:3\tstatus:refused\tesc:4.7.1\ttext:no", -1, 0 },
	{ "id:3\tstatus:refused\tcode:450\ttext:no", -1, 0 },
	{ "id:3\tstatus:refused\tcode:450\tesc:4.7.1", -1, 0 },
	{ "id:3\tstatus:refused\tcode:450\tesc:4.x\ttext:no", -1, 0 },
	{ "id:3\tstatus:refused\tcode:450\tesc:4.7.1\ttext:a\\nb", -1, 0 },
	{ "id:3\tstatus:refused\tcode:450\tesc:4.7.1\ttext:\xc3\xbc", -1, 0 },
	{ "id:3\tstatus:maybe", -1, 0 },
	{ "id:3", -1, 0 },
	{ "status:ok", -1, 0 },
};

int
main(void)
{
	struct acceptwire_answer a = { .id = 5,
		.status = ACCEPTWIRE_REFUSED,
		.code = 452,
		.esc = "4.5.3",
		.text = "too many" };
	static struct acceptwire_read q;
	struct acceptwire_answer got;
	struct buf b = { 0 };
	size_t i;

	questions();
	for (i = 0; i < sizeof read_them / sizeof *read_them; i++) {
		is_num(acceptwire_read_question(read_them[i].line,
			   strlen(read_them[i].line), &q),
		    read_them[i].good ? 0 : -1, read_them[i].line);
		if (read_them[i].good)
			is_num(q.q.credits, read_them[i].credits, "credits");
	}
	longest(ACCEPTWIRE_VALUE_MAX, 1);
	longest(ACCEPTWIRE_VALUE_MAX + 1, 0);
	acceptwire_answer(&b, &a, slice("line\n"));
	is_num(acceptwire_read_answer(buf_data(&b), buf_len(&b), &got), 0,
	    "an answer");
	ok(got.id == 5 && got.status == ACCEPTWIRE_REFUSED && got.code == 452 &&
		strcmp(got.esc, "4.5.3") == 0 &&
		strcmp(got.text, "too many") == 0,
	    "is what was said");
	for (i = 0; i < sizeof answers / sizeof *answers; i++) {
		is_num(acceptwire_read_answer(answers[i].line,
			   strlen(answers[i].line), &got),
		    answers[i].r, answers[i].line);
		if (answers[i].r == 0)
			is_num(got.code, answers[i].code, "its code");
	}
	buf_free(&b);
	return done();
}
