/* recipients out of a header, and what is none */
#include "sendmail/headerrcpts.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *header, *rcpts, *odd;
} cases[] = {
	{ "", "", "" },
	{ "Subject: a@b\n", "", "" },
	{ "To: a@x\nSubject: s\nCc: Bob <b@x>, c@x\nBcc: d@x\n",
	    "a@x b@x c@x d@x", "" },
	{ "To: ann\n", "ann@me.example", "" },
	{ "To: a@x,\n b@x\n", "a@x b@x", "" },
	{ "To: a@x\nResent-To: r@x\nResent-Bcc: s@x\n", "r@x s@x", "" },
	{ "To: a@x\nResent-To: \n", "a@x", "" },
	{ "To: undisclosed-recipients:;\nBcc: a@x\n", "a@x", "" },
	{ "To: a@x, b@@x, c@x\n", "a@x c@x", "b@@x" },
	{ "To: @,\n <>, a@x\n", "a@x", "@|<>" },
	{ "To: a b c@@\nCc: d@@\n", "", "a b c@@|d@@" },
};

static struct envelope e;
static struct headerrcpts h;
static unsigned said;
static int longest;

static void
odd(const char *p, int n)
{
	(void)p;
	said++;
	if (n > longest)
		longest = n;
}

static void
begin(void)
{
	buf_free(&e.rcpts);
	e = (struct envelope){ .me = "me.example" };
	buf_free(&h.told);
	h = (struct headerrcpts){ .odd = odd };
	said = 0;
	longest = 0;
}

static enum envelope_result
add(const char *header)
{
	begin();
	return headerrcpts_add(&h, &e, header, strlen(header));
}

/* with a sign in place of each NUL but the last */
static const char *
joined(const struct buf *b, char sign)
{
	static char t[4096];
	size_t i, n = buf_len(b);

	for (i = 0; i < n; i++)
		t[i] = buf_data(b)[i] == '\0' ? sign : buf_data(b)[i];
	t[n == 0 ? 0 : n - 1] = '\0';
	return t;
}

static void
fields(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(add(cases[i].header), ENVELOPE_OK, cases[i].header);
		is_str(joined(&e.rcpts, ' '), cases[i].rcpts, "recipients");
		is_str(joined(&h.told, '|'), cases[i].odd, "what is none");
		is_num(h.n_odd, h.n_told, "all of them are told of");
		is_num(said, h.n_odd, "and said");
	}
}

static void
limits(void)
{
	enum { MANY = HEADERRCPTS_TOLD_MAX + 1 };
	char *t = malloc(8 * ENVELOPE_RCPTS_MAX), *p = t;
	unsigned i;

	/* entries that are none, in one field, as many as may be and more */
	p += sprintf(p, "To: a@x");
	for (i = 0; i < MANY; i++)
		p += sprintf(p, ",\n @@");
	sprintf(p, "\n");
	is_num(add(t), ENVELOPE_OK, "many that are none");
	is_num(e.n_rcpts, 1, "one is good");
	is_num(h.n_odd, MANY, "they are counted");
	is_num(h.n_told, HEADERRCPTS_TOLD_MAX, "so many are told of");
	is_num(said, HEADERRCPTS_SAID_MAX, "so many said");
	for (i = 0; i < 2; i++) {
		memcpy(t, "To: ", 4);
		memset(t + 4, '@', HEADERRCPTS_SHOWN_MAX + i);
		strcpy(t + 4 + HEADERRCPTS_SHOWN_MAX + i, "\n");
		add(t);
		is_num(longest, HEADERRCPTS_SHOWN_MAX, "so much is shown");
		is_num((long long)buf_len(&h.told), HEADERRCPTS_SHOWN_MAX + 1,
		    "and told");
	}
	p = t + sprintf(t, "To: ");
	for (i = 0; i <= ENVELOPE_RCPTS_MAX; i++)
		p += sprintf(p, "a@b,\n ");
	sprintf(p, "\n");
	is_num(add(t), ENVELOPE_SIZE, "too many recipients");
	free(t);
}

static void
report(void)
{
	static const char header[] = "Subject: s\nTo: a@x, b@@x, c@@x\n";
	struct returned r = { .d = { .action = DSN_FAILED,
				  .me = "me.example",
				  .to = "ann@me.example",
				  .now = 1700000000 } };
	struct buf env = { 0 }, text = { 0 };

	add(header);
	returned_name(&r, "0123456789abcdef01234567");
	is_num(headerrcpts_report(&h, &r, header, strlen(header), &env, &text),
	    0, "a report");
	buf_putc(&env, '\0');
	buf_putc(&text, '\0');
	ok(strncmp(buf_data(&env), "from\nto ann@me.example\n", 22) == 0,
	    "to the sender, from nobody");
	ok(strstr(buf_data(&text), "b@@x") != NULL &&
		strstr(buf_data(&text), "c@@x") != NULL,
	    "names both");
	ok(strstr(buf_data(&text), "Status: 5.1.3\n") != NULL, "why");
	ok(strstr(buf_data(&text), "Subject: s\n") != NULL, "has the header");
	buf_free(&env);
	buf_free(&text);
}

int
main(void)
{
	fields();
	limits();
	report();
	begin();
	return done();
}
