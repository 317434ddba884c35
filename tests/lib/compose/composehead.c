#include "compose/composehead.h"
#include "tap.h"

#define UE "\303\274"

static void
check_names(void)
{
	static const struct {
		const char *name, *why;
	} cases[] = { { "X-Campaign", "" }, { "List-Unsubscribe", "" },
		{ "Message-ID", "" }, { "Date", "" }, { "Sender", "" },
		{ "", "no name of a field" }, { "A B", "no name of a field" },
		{ "A:", "no name of a field" },
		{ "A\nB", "no name of a field" },
		{ "X-\303\274", "no name of a field" },
		{ "from", "no field of one's own" },
		{ "BCC", "no field of one's own" },
		{ "Subject", "no field of one's own" },
		{ "content-type", "no field of one's own" },
		{ "ARC-Seal", "no field of one's own" },
		{ "Resent-To", "no field of one's own" },
		{ "Received", "no field of one's own" }, { "Froms", "" },
		{ "X-Content-Type", "" } };
	struct compose_fault f;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(&f, 0, sizeof f);
		is_num(composehead_name(cases[i].name, &f),
		    *cases[i].why == '\0' ? 0 : -1, cases[i].name);
		is_str(f.why, cases[i].why, "why");
	}
	ok(composehead_of_addresses("sender"), "Sender has addresses");
	ok(!composehead_of_addresses("X-Sender"), "X-Sender has not");
}

static void
check_put(const char *value, int text, const char *want, const char *why)
{
	struct slice s = { value, strlen(value) };
	struct compose_fault f = { 0 };
	struct buf b = { 0 };
	int r = composehead_put(&b, "Subject", s, text, &f);

	buf_putc(&b, '\0');
	is_num(r, *why == '\0' ? 0 : -1, value);
	is_str(buf_data(&b), want, "field");
	is_str(f.why, why, "why");
	buf_free(&b);
}

/* a word, or words, of so many bytes; lines of more than 998 bytes */
static void
check_long(size_t n, int words, int text, int want)
{
	static char value[COMPOSEHEAD_VALUE_MAX + 1];
	struct slice s = { value, n };
	struct compose_fault f = { 0 };
	struct buf b = { 0 };
	size_t i, line = 0, longest = 0;

	memset(value, 'x', n);
	for (i = 10; words && i < n; i += 10)
		value[i] = ' ';
	is_num(composehead_put(&b, "Subject", s, text, &f), want, "long");
	for (i = 0; i < buf_len(&b); i++) {
		line = buf_data(&b)[i] == '\n' ? 0 : line + 1;
		longest = line > longest ? line : longest;
	}
	ok(longest <= 998, "no line is too long");
	buf_free(&b);
}

int
main(void)
{
	check_names();
	check_put("hello", 1, "Subject: hello\n", "");
	check_put("", 1, "Subject:\n", "");
	check_put("a  b", 1, "Subject: a b\n", "");
	check_put("f" UE "r", 1, "Subject: =?utf-8?q?f=C3=BCr?=\n", "");
	check_put("=?xxxx", 1, "Subject: =?utf-8?q?=3D=3Fxxxx?=\n", "");
	check_put("a\nBcc: x", 1, "", "control characters");
	check_put("a\r", 0, "", "control characters");
	check_put("\302\205", 0, "", "control characters");
	check_put("12345678901234567890123456789012345678901234567890 "
		  "123456789012345678 xx",
	    1,
	    "Subject: 12345678901234567890123456789012345678901234567890 "
	    "123456789012345678\n xx\n",
	    "");
	check_long(COMPOSEHEAD_WORD_MAX, 0, 0, 0);
	check_long(COMPOSEHEAD_WORD_MAX + 1, 0, 0, -1);
	check_long(COMPOSEHEAD_WORD_MAX + 1, 0, 1, 0);
	check_long(COMPOSEHEAD_VALUE_MAX, 1, 0, 0);
	check_long(COMPOSEHEAD_VALUE_MAX, 0, 1, 0);
	check_long(COMPOSEHEAD_VALUE_MAX + 1, 1, 1, -1);
	return done();
}
