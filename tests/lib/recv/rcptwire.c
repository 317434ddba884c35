/* what is said when a recipient is asked for */
#include "recv/rcptwire.h"
#include "tap.h"

static const struct {
	const char *line, *said; /* "ID TO ASK"; NULL: none */
} questions[] = {
	{ "id:7\tn:0\tfrom:\tto:joe@x.test\task:next\tverify:1\n",
	    "7 joe@x.test next" },
	{ "to:j\\\\oe@x\task:program\tid:4294967295",
	    "4294967295 j\\oe@x program" },
	{ "id:1\tto:a@b\task:", "1 a@b " },
	{ "id:1\tto:a@b", NULL },
	{ "id:1\tto:\task:next", NULL },
	{ "id:1\tto:a\\0b\task:next", NULL },
	{ "id:1\task:next", NULL },
	{ "id:0\tto:a@b\task:next", NULL },
	{ "id:4294967296\tto:a@b\task:next", NULL },
	{ "id:x\tto:a@b\task:next", NULL },
	{ "to:a@b\task:next", NULL },
	{ "id:1\tto:a@b\task:0123456789abcdef", "1 a@b 0123456789abcdef" },
	{ "id:1\tto:a@b\task:0123456789abcdefg", NULL },
	{ "what", NULL },
	{ "", NULL },
};

static const struct {
	const char *line;
	int what; /* -1: none */
	const char *said;
} answers[] = {
	{ "id:1\tstatus:sent\tcode:250\tesc:2.1.5\ttext:ok", RCPTWIRE_KNOWN,
	    "2.1.5|ok" },
	{ "id:1\tstatus:bounced\tclass:rcpt\tesc:5.1.1\ttext:550 5.1.1 no\n",
	    RCPTWIRE_NOBODY, "5.1.1|550 5.1.1 no" },
	{ "id:1\tstatus:bounced", RCPTWIRE_NOBODY, "|" },
	{ "id:1\tstatus:bounced\tclass:mail\tesc:5.7.1", RCPTWIRE_UNSURE,
	    "5.7.1|" },
	{ "id:1\tstatus:bounced\tclass:dns", RCPTWIRE_UNSURE, "|" },
	{ "id:1\tstatus:deferred\tclass:rcpt\tesc:4.2.2\ttext:full",
	    RCPTWIRE_UNSURE, "4.2.2|full" },
	{ "id:1\tstatus:later\tnext:1", RCPTWIRE_UNSURE, "|" },
	{ "id:1\tstatus:whatever", RCPTWIRE_UNSURE, "|" },
	{ "id:1\ttext:a\\tb", RCPTWIRE_UNSURE, "|a\tb" },
	{ "id:1\ttext:a\\0b\tesc:\\0", RCPTWIRE_UNSURE, "|" },
	{ "id:1\tesc:5.11111.1111", RCPTWIRE_UNSURE, "5.11111.1111|" },
	{ "id:1\tesc:5.11111.11111", RCPTWIRE_UNSURE, "|" },
	{ "status:sent", -1, "" },
	{ "id:0\tstatus:sent", -1, "" },
	{ "250 ok", -1, "" },
};

static void
test_questions(void)
{
	char line[2 * RCPTWIRE_TO_MAX], got[RCPTWIRE_TO_MAX + 100];
	struct rcptwire_question q;
	size_t i;
	int n;

	for (i = 0; i < sizeof questions / sizeof *questions; i++) {
		if (rcptwire_read_question(questions[i].line,
			strlen(questions[i].line), &q) == -1)
			strcpy(got, "none");
		else
			snprintf(got, sizeof got, "%u %s %s", q.id, q.to,
			    q.ask);
		is_str(got,
		    questions[i].said == NULL ? "none" : questions[i].said,
		    questions[i].line);
	}
	n = snprintf(line, sizeof line, "id:1\task:next\tto:%0*d",
	    RCPTWIRE_TO_MAX, 0);
	is_num(rcptwire_read_question(line, n, &q), 0, "the longest address");
	is_num((long long)q.to_len, RCPTWIRE_TO_MAX, "all of it");
	n = snprintf(line, sizeof line, "id:1\task:next\tto:%0*d",
	    RCPTWIRE_TO_MAX + 1, 0);
	is_num(rcptwire_read_question(line, n, &q), -1, "one longer");
}

static void
test_answers(void)
{
	char got[RCPTWIRE_TEXT_MAX + 100], line[2 * RCPTWIRE_TEXT_MAX];
	struct rcptwire_answer a;
	size_t i;
	int n;

	for (i = 0; i < sizeof answers / sizeof *answers; i++) {
		n = rcptwire_read_answer(answers[i].line,
		    strlen(answers[i].line), &a);
		is_num(n == -1 ? -1 : (int)a.what, answers[i].what,
		    answers[i].line);
		snprintf(got, sizeof got, "%s|%s", a.esc, a.text);
		if (n == 0)
			is_str(got, answers[i].said, "what is said");
	}
	n = snprintf(line, sizeof line, "id:1\ttext:%0*d", RCPTWIRE_TEXT_MAX,
	    0);
	rcptwire_read_answer(line, n, &a);
	is_num((long long)strlen(a.text), RCPTWIRE_TEXT_MAX, "longest text");
	n = snprintf(line, sizeof line, "id:1\ttext:%0*d",
	    RCPTWIRE_TEXT_MAX + 1, 0);
	rcptwire_read_answer(line, n, &a);
	is_str(a.text, "", "one longer is none");
}

static void
test_writing(void)
{
	struct slice to = { "j\t@x.test", 9 };
	struct rcptwire_answer a = { 9, RCPTWIRE_NOBODY, "5.1.1", "no\n" },
			       back;
	struct rcptwire_question q;
	struct buf b = { 0 };
	unsigned i;

	rcptwire_ask(&b, 8, to, "next");
	is_num(rcptwire_read_question(buf_data(&b), buf_len(&b), &q), 0,
	    "a question");
	ok(q.id == 8 && q.to_len == 9 && memcmp(q.to, to.p, 9) == 0 &&
		strcmp(q.ask, "next") == 0,
	    "comes back");
	for (i = 0; i < 3; i++) {
		buf_clear(&b);
		a.what = (enum rcptwire_what)i;
		rcptwire_answer(&b, &a);
		is_num(rcptwire_read_answer(buf_data(&b), buf_len(&b), &back),
		    0, "an answer");
		ok(back.id == 9 && back.what == a.what &&
			strcmp(back.esc, a.esc) == 0 &&
			strcmp(back.text, a.text) == 0,
		    "comes back");
	}
	buf_free(&b);
}

int
main(void)
{
	test_questions();
	test_answers();
	test_writing();
	return done();
}
