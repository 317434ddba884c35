#include "mail/header.h"
#include "tap.h"
#include <stdlib.h>

/* "Name=value|" per field, then how it ended and the bytes that are left;
 * LF is shown as / */
static void
walk(const char *in, size_t n, char *out)
{
	const char *p = in, *end = in + n;
	struct header_field f;
	enum header_end r;
	char *s = out;

	*out = '\0';
	while ((r = header_next(&p, end, &f)) == HEADER_FIELD)
		out += sprintf(out, "%.*s=%.*s|", (int)f.name_len, f.name,
		    (int)f.value_len, f.value);
	sprintf(out, "%s %zu",
	    r == HEADER_EMPTY      ? "empty"
		: r == HEADER_BODY ? "body"
				   : "eof",
	    (size_t)(end - p));
	for (; *s != '\0'; s++)
		if (*s == '\n')
			*s = '/';
}

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "eof 0" },
	{ "\n", "empty 0" },
	{ "\nbody", "empty 4" },
	{ "A: b\n\nbody", "A=b|empty 4" },
	{ "A: b\nB:c\n", "A=b|B=c|eof 0" },
	{ "A: b", "A=b|eof 0" },
	{ "A:\n\n", "A=|empty 0" },
	{ "A: \t b \t \n\n", "A=b|empty 0" },
	{ "A \t: b\n\n", "A=b|empty 0" },
	{ "A: b\n c\n\td\n\n", "A=b/ c/\td|empty 0" },
	{ "A:\n b\n\n", "A=/ b|empty 0" },
	{ "A: b\n \n c\nB: d\n\n", "A=b/ / c|B=d|empty 0" },
	{ "A: b\n c", "A=b/ c|eof 0" },
	{ "no field\n", "body 9" },
	{ "A: b\nno field\nC: d\n\n", "A=b|body 15" },
	{ " A: b\n", "body 6" },
	{ ": b\n", "body 4" },
	{ "A", "body 1" },
	{ "A\n: b\n", "body 6" },
	{ "From a@b Thu\nA: b\n", "body 18" },
	{ "A\001: b\n", "body 6" },
	{ "A\303\266: b\n", "body 7" },
	{ "!#$%&'*+-./0=?A^_`z{|}~: b\n", "!#$%&'*+-./0=?A^_`z{|}~=b|eof 0" },
	{ "A: b: c\n", "A=b: c|eof 0" },
	{ "A: \303\266\n", "A=\303\266|eof 0" },
};

static const struct {
	const char *in, *want;
	size_t cap;
} unfold[] = {
	{ "a b", "a b", 99 },
	{ "a\n b", "a b", 99 },
	{ "a \n \t b", "a b", 99 },
	{ "a  b", "a  b", 99 },
	{ "\n a", "a", 99 },
	{ "a\001b", "a b", 99 },
	{ "a\n", "a", 99 },
	{ "abc", "ab", 2 },
	{ "a\n b", "a ", 2 },
	{ "a\n b", "", 0 },
};

/* what may stand behind a field of ours */
static void
fits(void)
{
	static const struct {
		const char *in;
		int part, whole;
	} fit[] = {
		{ "", -1, 1 },
		{ "\n", 1, 1 },
		{ "A:", 1, 1 },
		{ "A \t:", 1, 1 },
		{ "A", -1, 0 },
		{ "A ", -1, 0 },
		{ "A\n", 0, 0 },
		{ " ", -1, 0 },
		{ " A: b\n", 0, 0 },
		{ "\tb\n", 0, 0 },
		{ "A\n:", 0, 0 },
		{ ":\n", 0, 0 },
		{ "From a@b\nA: b\n", 0, 0 },
		{ "\r\n", 0, 0 },
		{ "A b: c\n", 0, 0 },
		{ "\303\266: c\n", 0, 0 },
		{ "\013A: b\n", 0, 0 },
		{ "A\001: b\n", 0, 0 },
	};
	static char big[HEADER_NAME_MAX + 2];
	size_t i;

	for (i = 0; i < sizeof fit / sizeof *fit; i++) {
		is_num(header_fits(fit[i].in, strlen(fit[i].in), 0),
		    fit[i].part, fit[i].in);
		is_num(header_fits(fit[i].in, strlen(fit[i].in), 1),
		    fit[i].whole, "all of it");
	}
	memset(big, 'a', sizeof big);
	is_num(header_fits(big, HEADER_NAME_MAX, 0), -1, "the colon may come");
	is_num(header_fits(big, HEADER_NAME_MAX + 1, 0), 0, "it has not");
	big[HEADER_NAME_MAX] = ':';
	is_num(header_fits(big, HEADER_NAME_MAX + 1, 0), 1, "it is there");
	memset(big + 1, ' ', HEADER_NAME_MAX);
	is_num(header_fits(big, HEADER_NAME_MAX + 1, 0), 0, "blanks count");
}

/* only the empty line ends a header */
static void
mailbox(void)
{
	static const struct {
		const char *in;
		int now, whole;
	} box[] = {
		{ "From a@b now\nTo: c\n", 1, 1 },
		{ ">From a@b now\nTo: c\n", 1, 1 },
		{ "From a@b now\nTo", -1, 0 },
		{ "From a@b now\n", -1, 0 },
		{ "From a@b", -1, 0 },
		{ "From a@b now\n\nTo: c\n", 0, 0 },
		{ "From here on\nall is text\n", 0, 0 },
		{ ">>From a@b now\nTo: c\n", 0, 0 },
		{ "From", 0, 0 },
		{ ">", 0, 0 },
		{ "", 0, 0 },
	};
	char big[2 * HEADER_NAME_MAX + 2];
	size_t i, n;

	for (i = 0; i < sizeof box / sizeof *box; i++) {
		n = strlen(box[i].in);
		is_num(header_mailbox(box[i].in, n, 0), box[i].now, box[i].in);
		is_num(header_mailbox(box[i].in, n, 1), box[i].whole, "whole");
	}
	memset(big, 'x', sizeof big);
	memcpy(big, "From ", 5);
	is_num(header_mailbox(big, HEADER_NAME_MAX, 0), -1, "an end may come");
	is_num(header_mailbox(big, HEADER_NAME_MAX + 1, 0), 0, "it has not");
	big[HEADER_NAME_MAX] = '\n';
	is_num(header_mailbox(big, sizeof big - 1, 0), -1, "a colon, too");
	is_num(header_mailbox(big, sizeof big, 0), 0, "it has not");
}

static void
through(void)
{
	static const char text[] = "A: 1\nno field\n more\nB: 2\n\nC: 3\n";
	const char *p = text, *end = text + sizeof text - 1;
	struct header_field f;

	ok(header_field(&p, end, &f) && header_is(&f, "A"), "before");
	ok(header_field(&p, end, &f) && header_is(&f, "B"), "behind");
	ok(!header_field(&p, end, &f) && *p == 'C', "the body");
	ok(header_find(text, sizeof text - 1, "b", &f), "is found, too");
	ok(!header_find(text, sizeof text - 1, "c", &f), "not of the body");
	p = "no field";
	ok(!header_field(&p, p + 8, &f), "nothing else");
}

/* lines that end in CRLF */
static void
crlf(void)
{
	static const char text[] = "A: b\r\nC: d\r\n e \r\nF:\nG: h\r\n\r\nx";
	static const char *const values[] = { "b", "d\r\n e", "", "h" };
	const char *p = text, *end = text + sizeof text - 1;
	struct header_field f;
	unsigned i;

	for (i = 0; i < 4; i++) {
		is_num(header_next_crlf(&p, end, &f), HEADER_FIELD, "a field");
		ok(f.value_len == strlen(values[i]) &&
			memcmp(f.value, values[i], f.value_len) == 0,
		    values[i]);
	}
	is_num(header_next_crlf(&p, end, &f), HEADER_EMPTY, "CRLF");
	ok(*p == 'x', "is skipped");
	is_num(header_next_crlf(&p, end, &f), HEADER_BODY, "body");
	p = text + 4;
	is_num(header_next_crlf(&p, p + 1, &f), HEADER_BODY, "CR alone");
	is_num(header_next_crlf(&p, p, &f), HEADER_EOF, "end");
}

int
main(void)
{
	char got[4096], *exact, *big;
	struct header_field f;
	enum header_end end;
	const char *p;
	size_t i, n, k;
	int bad = 0;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].in, n);
		walk(exact, n, got);
		is_str(got, cases[i].want, cases[i].want);
		/* each prefix: never more than there is, and an end that was
		 * seen stays when more comes */
		for (k = 0; k < n; k++) {
			size_t all, part = header_skip(exact, k, &end);

			all = header_skip(exact, n, NULL);
			bad += part > k;
			if (end == HEADER_EMPTY)
				bad += all != part;
		}
		free(exact);
	}
	is_num(bad, 0, "prefixes agree");
	for (i = 0; i < sizeof unfold / sizeof *unfold; i++) {
		n = header_unfold(unfold[i].in, strlen(unfold[i].in), got,
		    unfold[i].cap);
		got[n] = '\0';
		is_str(got, unfold[i].want, unfold[i].want);
	}
	p = "To: x\nDelivered-To: a\nDELIVERED-TO: b\n\nDelivered-To: c\n";
	ok(header_find(p, strlen(p), "delivered-to", &f) && f.value_len == 1 &&
		*f.value == 'a',
	    "the first of that name");
	ok(!header_find(p, strlen(p), "Delivered", &f), "not a prefix");
	ok(!header_find(p, strlen(p), "Delivered-To2", &f), "not a longer one");
	is_num(header_says(p, strlen(p), "delivered-to", &n), 2, "both say");
	is_num(n, 0, "none does not");
	p = "A:\nB: x\na : \n \nA: y\n\nA: z\n";
	is_num(header_says(p, strlen(p), "A", &n), 1, "one says something");
	is_num(n, 2, "two do not");
	p = "A: <>\nA: \"\" <>\nA: \"\"\n\t<>\nA: < >\nA: \"\nA: <\nA: <>x\n";
	is_num(header_says(p, strlen(p), "A", &n), 4, "some say odd things");
	is_num(n, 3, "<> and \"\" say nothing");
	is_num(header_says(NULL, 0, "A", &n), 0, "no header");
	p = "To: x\nDelivered-To: a\nDELIVERED-TO: b\n\nDelivered-To: c\n";
	is_num(header_skip(p, strlen(p), &end), 39, "length of the header");
	is_num(end, HEADER_EMPTY, "and its end");
	big = malloc(HEADER_NAME_MAX + 4);
	memset(big, 'x', HEADER_NAME_MAX + 4);
	big[HEADER_NAME_MAX] = ':';
	p = big;
	ok(header_next(&p, big + HEADER_NAME_MAX + 2, &f) == HEADER_FIELD,
	    "name at the limit");
	big[HEADER_NAME_MAX] = 'x';
	big[HEADER_NAME_MAX + 1] = ':';
	p = big;
	ok(header_next(&p, big + HEADER_NAME_MAX + 3, &f) == HEADER_BODY,
	    "name one above");
	free(big);
	fits();
	mailbox();
	through();
	crlf();
	return done();
}
