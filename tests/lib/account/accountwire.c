/* questions and answers about accounts: whole, and what is none */
#include "account/accountwire.h"
#include "tap.h"
#include <stdlib.h>

static struct accountwire_read r;
static struct accountwire_answer a, back;

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static int
value_is(int label, const char *want)
{
	struct slice v = r.q.value[label];

	if (want == NULL)
		return v.p == NULL;
	return v.p != NULL && v.n == strlen(want) && strcmp(v.p, want) == 0;
}

static void
questions(void)
{
	struct accountwire_question q = {
		.id = 7, .what = ACCOUNTWIRE_EDIT, .scheme = ACCOUNTWIRE_BASIC
	};
	struct buf b = { 0 };

	q.value[ACCOUNTWIRE_USER] = slice("ann");
	q.value[ACCOUNTWIRE_PASSWORD] = slice("a\tb\nid:9\\");
	q.value[ACCOUNTWIRE_SENDERS] = slice("");
	is_num(accountwire_ask(&b, &q), 0, "a question");
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "id:7\task:edit\tscheme:basic\tuser:ann\t"
	    "password:a\\tb\\nid:9\\\\\tsenders:\n",
	    "its line");
	is_num(accountwire_read_question(buf_data(&b), buf_len(&b) - 1, &r), 0,
	    "is read");
	ok(r.q.id == 7 && r.q.what == ACCOUNTWIRE_EDIT &&
		r.q.scheme == ACCOUNTWIRE_BASIC && r.fault == NULL &&
		value_is(ACCOUNTWIRE_USER, "ann") &&
		value_is(ACCOUNTWIRE_PASSWORD, "a\tb\nid:9\\") &&
		value_is(ACCOUNTWIRE_SENDERS, "") &&
		value_is(ACCOUNTWIRE_KEY, NULL),
	    "with all it says, and what is empty is no nothing");
	buf_free(&b);
}

/* fault NULL: it is good; "": it is none */
static const struct {
	const char *line, *fault;
} read_them[] = {
	{ "id:1\task:who\tscheme:bearer\tkey:x", NULL },
	{ "id:1\task:who\tscheme:hmac", NULL },
	{ "id:4294967295\task:edit\tscheme:basic\n", NULL },
	{ "id:1\task:who\tscheme:bearer\tmore:x", NULL },
	{ "id:1\task:who\tscheme:digest", "no such scheme" },
	{ "id:1\task:who", "no such scheme" },
	{ "id:1\task:who\tscheme:bearer\tkey:a\\0b", "a value has a NUL" },
	{ "id:1\task:who\tscheme:bearer\trate:12345678901", "rate: too long" },
	{ "id:0\task:who\tscheme:bearer", "" },
	{ "id:4294967296\task:who\tscheme:bearer", "" },
	{ "id:x\task:who\tscheme:bearer", "" },
	{ "ask:who\tscheme:bearer", "" },
	{ "id:1\tscheme:bearer", "" },
	{ "id:1\task:whom\tscheme:bearer", "" },
	{ "id:1\task:\tscheme:bearer", "" },
	{ "id:1\task:who\tkey:a\\", "" },
	{ "id", "" },
	{ "", "" },
};

static void
lines(void)
{
	size_t i;
	int got;

	for (i = 0; i < sizeof read_them / sizeof *read_them; i++) {
		r.fault = NULL;
		got = accountwire_read_question(read_them[i].line,
		    strlen(read_them[i].line), &r);
		if (read_them[i].fault == NULL)
			ok(got == 0 && r.fault == NULL, read_them[i].line);
		else if (read_them[i].fault[0] == '\0')
			is_num(got, -1, read_them[i].line);
		else
			is_str(got == 0 && r.fault != NULL ? r.fault : "",
			    read_them[i].fault, read_them[i].line);
	}
}

/* each value at its most bytes, and with one more; what is longest of all
 * stays a line */
static void
longest(void)
{
	static char big[ACCOUNTWIRE_SIGNED_MAX + 2];
	struct accountwire_question q = { .id = 1 };
	struct buf b = { 0 };
	size_t n, all = 0;
	int i;

	memset(big, '\\', sizeof big);
	for (i = 0; i < ACCOUNTWIRE_LABELS; i++) {
		q.value[i].p = big;
		for (n = 0; n <= ACCOUNTWIRE_SIGNED_MAX + 1; n++) {
			q.value[i].n = n;
			if (accountwire_fault(&q) != NULL)
				break;
		}
		ok(n > 4 && n <= ACCOUNTWIRE_SIGNED_MAX + 1 &&
			strstr(accountwire_fault(&q), "too long") != NULL,
		    accountwire_labels[i]);
		q.value[i].n = n - 1;
		all += n - 1;
	}
	is_num(accountwire_ask(&b, &q), 0, "all at their most");
	ok(buf_len(&b) <= 65536, "are a line");
	is_num(accountwire_read_question(buf_data(&b), buf_len(&b), &r), 0,
	    "that is read");
	ok(r.fault == NULL, "and good");
	for (i = 0; i < ACCOUNTWIRE_LABELS; i++)
		all -= r.q.value[i].n;
	is_num((long long)all, 0, "to its last byte");
	buf_free(&b);
}

static const char *const answers[] = {
	"id:7\tstatus:ok\torg:acme\tuser:ann\tkey:k1\trole:user\t"
	"scopes:send,read\ttenant:acme\tsenders:@a.example,b@c.example\n",
	"id:7\tstatus:ok\torg:acme\trole:admin\tscopes:accounts\ttenant:t\t"
	"senders:\n",
	"id:7\tstatus:ok\tjson:[{\"a\":\"b\\\\n\"}]\tnext:ann\n",
	"id:7\tstatus:ok\n",
	"id:7\tstatus:no\ttext:no such key\n",
	"id:7\tstatus:off\n",
	"id:7\tstatus:slow\twait:3\n",
	"id:7\tstatus:later\ttext:busy\n",
	"id:7\tstatus:denied\ttext:x\n",
	"id:7\tstatus:bad\ttext:x\n",
	"id:7\tstatus:none\ttext:x\n",
	"id:7\tstatus:taken\ttext:x\n",
};
static const char *const no_answers[] = {
	"id:0\tstatus:ok\n",
	"status:ok\n",
	"id:7\n",
	"id:7\tstatus:yes\n",
	"id:7\tstatus:slow\n",
	"id:7\tstatus:slow\twait:0\n",
	"id:7\tstatus:ok\torg:a\n",
	"id:7\tstatus:ok\torg:a\trole:x\tscopes:send\ttenant:a\tsenders:\n",
	"id:7\tstatus:ok\torg:a\trole:user\tscopes:\ttenant:a\tsenders:\n",
	"id:7\tstatus:ok\torg:a\trole:user\tscopes:send\tsenders:\n",
	"id:7\tstatus:ok\torg:a\trole:user\tscopes:send\ttenant:a\n",
	"id:7\tstatus:no\ttext:a\\0b\n",
	"",
};

static void
said(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof answers / sizeof *answers; i++) {
		memset(&a, 'x', sizeof a);
		is_num(accountwire_read_answer(answers[i], strlen(answers[i]),
			   &a),
		    0, answers[i]);
		buf_clear(&b);
		accountwire_answer(&b, &a);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), answers[i], "and back");
	}
	for (i = 0; i < sizeof no_answers / sizeof *no_answers; i++)
		is_num(accountwire_read_answer(no_answers[i],
			   strlen(no_answers[i]), &a),
		    -1, no_answers[i]);
	buf_free(&b);
}

/* at its most an answer of an edit is a line that is read */
static void
much(void)
{
	struct buf b = { 0 };

	memset(&a, 0, sizeof a);
	a.id = 1;
	memset(a.json, '\\', ACCOUNTWIRE_JSON_MAX);
	memset(a.next, 'n', ACCOUNTWIRE_USER_MAX);
	is_num(accountwire_answer(&b, &a), 0, "the longest answer");
	ok(buf_len(&b) <= 65536, "is a line");
	is_num(accountwire_read_answer(buf_data(&b), buf_len(&b), &back), 0,
	    "that is read");
	is_str(back.json, a.json, "whole");
	buf_free(&b);
}

int
main(void)
{
	questions();
	lines();
	longest();
	said();
	much();
	return done();
}
