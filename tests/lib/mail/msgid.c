#include "mail/msgid.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/resource.h>

static void
list(const char *in, size_t n, char *out)
{
	struct msgids m;
	const char *id;
	size_t len;

	*out = '\0';
	msgid_open(&m, in, n);
	while (msgid_next(&m, &id, &len)) {
		if (id < in || id + len > in + n || len == 0)
			out += sprintf(out, "OUTSIDE");
		out += sprintf(out, "[%.*s]", (int)len, id);
	}
}

static unsigned
count(const char *in, size_t n)
{
	struct rlimit cpu = { 5, 10 };
	struct msgids m;
	const char *id;
	size_t len;
	unsigned k = 0;

	setrlimit(RLIMIT_CPU, &cpu);
	msgid_open(&m, in, n);
	while (msgid_next(&m, &id, &len))
		k++;
	return k;
}

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ " \t\r\n", "" },
	/* RFC 5322 section 3.6.4, appendix A */
	{ "<1234@local.machine.example>", "[1234@local.machine.example]" },
	{ "<1234@a.example> <3456@example.net>",
	    "[1234@a.example][3456@example.net]" },
	{ "<a@b>\n <c@d>\r\n\t<e@f>", "[a@b][c@d][e@f]" },
	{ "<a@b><c@d>", "[a@b][c@d]" },
	{ "<a@b>, <c@d>;", "[a@b][c@d]" },
	{ "<a@[192.0.2.1]>", "[a@[192.0.2.1]]" },
	{ "(comment <x@y>) <a@b> (\\)<z@z>)", "[a@b]" },
	{ "<no.domain>", "[no.domain]" },
	/* section 4.5.4 */
	{ "<1234   @   local(blah)  .machine .example>",
	    "[1234   @   local(blah)  .machine .example]" },
	{ "<a(>)@b>", "[a(>)@b]" },
	{ "<\"a>b\"@c> <\"a b\"@c>", "[\"a>b\"@c][\"a b\"@c]" },
	{ "< a@b >", "[a@b]" },
	{ "Your message of \"Mon, <1>\" <a@b>", "[a@b]" },
	{ "<a@b> of someone x@y", "[a@b]" },
	/* broken */
	{ "<>", "" },
	{ "< >", "" },
	{ "<", "" },
	{ ">", "[>]" },
	{ "<a@b", "" },
	{ "<a@b <c@d>", "[c@d]" },
	{ "<<a@b>>", "[a@b]" },
	{ "(x <a@b>", "[a@b]" },
	{ "\"x <a@b>", "[a@b]" },
	{ "<\"a@b>", "[\"a@b]" },
	{ "<(a@b>", "[(a@b]" },
	{ "a@b", "[a@b]" },
	{ "  a@b \t ", "[a@b]" },
	{ "  word ", "[word]" },
	{ "two words", "" },
	{ "two words a@b, c@d", "[a@b][c@d]" },
	{ "a@b,c@d", "[a@b][c@d]" },
	{ "x a@b,word", "[a@b]" },
};

static void
limit(size_t len, int good)
{
	char in[MSGID_MAX + 10], label[40];
	struct msgids m;
	const char *id;
	size_t n;

	snprintf(label, sizeof label, "%zu bytes", len);
	memset(in, 'x', sizeof in);
	in[0] = '<';
	in[len + 1] = '>';
	msgid_open(&m, in, len + 2);
	is_num(msgid_next(&m, &id, &n), good, label);
	msgid_open(&m, in + 1, len);
	is_num(msgid_next(&m, &id, &n), good, label);
}

static void
comments(unsigned depth, int good)
{
	char in[200], *p = in;
	struct msgids m;
	const char *id;
	size_t n;
	unsigned i;

	for (i = 0; i < depth; i++)
		*p++ = '(';
	for (i = 1; i < depth; i++)
		*p++ = ')';
	p += sprintf(p, "<a>)");
	msgid_open(&m, in, p - in);
	is_num(msgid_next(&m, &id, &n), !good, "comments");
}

int
main(void)
{
	static char big[1 << 20];
	char out[4096], *copy;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (n = 0; n <= strlen(cases[i].in); n++) {
			copy = malloc(n + 1);
			memcpy(copy, cases[i].in, n);
			list(copy, n, out);
			free(copy);
		}
		is_str(out, cases[i].want, cases[i].in);
	}
	limit(MSGID_MAX, 1);
	limit(MSGID_MAX + 1, 0);
	comments(MSGID_COMMENTS_MAX, 1);
	comments(MSGID_COMMENTS_MAX + 1, 0);
	/* time in proportion to the length */
	for (i = 0; i < 4; i++) {
		for (n = 0; n < sizeof big; n++)
			big[n] = ("\\\""
				  "(("
				  "<\""
				  "<(")[2 * i + n % 2];
		list(big, sizeof big, out);
		is_str(out, "", "a million bytes");
	}
	for (n = 0; n < sizeof big; n++)
		big[n] = "a@b,"[n % 4];
	is_num(count(big, sizeof big), sizeof big / 4, "and as ids");
	return done();
}
