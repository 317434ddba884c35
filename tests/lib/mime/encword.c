#include "mime/charset.h"
#include "mime/encword.h"
#include "tap.h"
#include <stdlib.h>

#define BAD "\357\277\275"
#define UE "\303\274"

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ "plain text", "plain text" },
	{ "a\n b", "a b" },
	{ "a \r\n\t b", "a b" },
	{ "a\tb", "a b" },
	{ "a  b", "a  b" },
	{ "\303\274", UE },
	{ "\374", BAD },
	/* RFC 2047 section 8 */
	{ "=?US-ASCII?Q?Keith_Moore?=", "Keith Moore" },
	{ "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=",
	    "Keld J\303\270rn Simonsen" },
	{ "=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\303\251 Pirard" },
	{ "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\n"
	  "    =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
	    "If you can read this you understand the example." },
	{ "=?ISO-8859-1?Q?Olle_J=E4rnefors?=", "Olle J\303\244rnefors" },
	{ "=?iso-8859-8?b?7eXs+SDv4SDs6Oj08A==?=",
	    "\327\235\327\225\327\234\327\251 \327\237\327\221 "
	    "\327\234\327\230\327\230\327\244\327\240" },
	{ "(=?ISO-8859-1?Q?a?=)", "(a)" },
	{ "(=?ISO-8859-1?Q?a?= b)", "(a b)" },
	{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)" },
	{ "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)" },
	{ "(=?ISO-8859-1?Q?a?=\r\n   =?ISO-8859-1?Q?b?=)", "(ab)" },
	{ "(=?ISO-8859-1?Q?a_b?=)", "(a b)" },
	{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)" },
	/* RFC 2231 section 5 */
	{ "=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore" },
	{ "=?utf-8*de-AT?B?w7w=?=", UE },
	/* a character in two words */
	{ "=?utf-8?q?=C3?= =?UTF-8?q?=BC?=", UE },
	{ "=?utf-8?b?w7zD?= =?utf-8?b?vA==?=", UE UE },
	{ "=?utf-8?b?w7zD?= =?utf-8?q?=BC?=", UE UE },
	{ "=?utf-8?q?=C3?= =?iso-8859-1?q?=BC?=", BAD "\302\274" },
	{ "=?utf-8?q?=C3?= x =?utf-8?q?=BC?=", BAD " x " BAD },
	{ "=?iso-2022-jp?b?GyRCRnwbKEI=?= =?iso-2022-jp?b?GyRCS1wbKEI=?=",
	    "\346\227\245\346\234\254" },
	/* where they should not stand, and are found */
	{ "[x]=?utf-8?q?=C3=BC?=y", "[x]" UE "y" },
	{ "=?utf-8?q?a?==?utf-8?q?b?=", "ab" },
	{ "\"=?utf-8?q?a?= =?utf-8?q?b?=\"", "\"ab\"" },
	{ "=?utf-8?q?\?=", "" },
	{ "a =?utf-8?q?\?= b", "a  b" },
	{ "=?utf-8?q?a b?=", "a b" },
	{ "=?utf-8?q?a\n b?=", "a b" },
	{ "=?utf-8?q?a?b?=", "a?b" },
	{ "=?utf-8?B?w7w?=", UE },
	{ "=?utf-8?B?w7w==?=", UE },
	{ "=?utf-8?b?w7 w=?=", UE },
	{ "=?utf-8?q?=C3=bc=3?=", UE "=3" },
	{ "=?utf-8?q?=ZZ=?=", "=ZZ=" },
	{ "=?utf-8?Q?=E2=82=AC\t?=", "\342\202\254 " },
	/* what is none */
	{ "=?", "=?" },
	{ "=?=", "=?=" },
	{ "=?utf-8", "=?utf-8" },
	{ "=?utf-8?", "=?utf-8?" },
	{ "=?utf-8?q", "=?utf-8?q" },
	{ "=?utf-8?q?", "=?utf-8?q?" },
	{ "=?utf-8?q?x", "=?utf-8?q?x" },
	{ "=?utf-8?q?x?", "=?utf-8?q?x?" },
	{ "=?utf-8?x?y?=", "=?utf-8?x?y?=" },
	{ "=?utf-8?qq?y?=", "=?utf-8?qq?y?=" },
	{ "=??q?y?=", "=??q?y?=" },
	{ "=?*en?q?y?=", "=?*en?q?y?=" },
	{ "=?utf 8?q?y?=", "=?utf 8?q?y?=" },
	{ "=?utf-8?b?w!w=?=", "=?utf-8?b?w!w=?=" },
	{ "=?utf-8?q?a?= =?utf-8?b?!?= b", "a =?utf-8?b?!?= b" },
	{ "=?utf-8?q?a?= =?utf-8? b", "a =?utf-8? b" },
	{ "= =? == a=b", "= =? == a=b" },
	{ "=?=?utf-8?q?a?=", "=?a" },
	/* safe */
	{ "=?utf-8?q?a=0D=0ABcc:_b=00?=", "a  Bcc: b" BAD },
	{ "=?utf-8?q?=1B[31m?=", BAD "[31m" },
	{ "=?iso-8859-1?q?=9B31m?=", "\342\200\27231m" },
	{ "=?x-unknown?q?a=E4b?=", "a" BAD "b" },
	{ "=?utf-7?q?+AAo-?=", " " },
	{ "\033[1m", BAD "[1m" },
};

static void
decode(const char *in, size_t n, struct buf *b)
{
	char *copy = malloc(n + 1);

	memcpy(copy, in, n);
	buf_clear(b);
	if (encword_decode(b, copy, n) == -1)
		buf_puts(b, "ENOMEM");
	buf_putc(b, '\0');
	free(copy);
}

/* made words are short, their lines too, and read they are the same */
static void
round_trip(const char *s, size_t n, const char *label, const char *want)
{
	struct buf b = { 0 }, back = { 0 }, clean = { 0 };
	const char *p, *e;
	int good = 1;

	buf_puts(&b, "Subject: ");
	encword_put(&b, s, n);
	buf_putc(&b, '\0');
	if (want != NULL)
		is_str(buf_data(&b) + 9, want, label);
	for (p = buf_data(&b); *p != '\0'; p = *e == '\0' ? e : e + 1) {
		e = strchrnul(p, '\n');
		good = good && e - p <= ENCWORD_LINE_LEN;
	}
	for (p = buf_data(&b); (p = strstr(p, "=?utf-8?")) != NULL; p = e) {
		e = strstr(p + 10, "?=");
		good = good && e != NULL && e + 2 - p <= ENCWORD_LEN;
	}
	ok(good, "lines and words are short");
	charset_clean(&clean, s, n);
	buf_putc(&clean, '\0');
	decode(buf_data(&b) + 9, buf_len(&b) - 10, &back);
	is_str(buf_data(&back), buf_data(&clean), "there and back");
	buf_free(&b);
	buf_free(&back);
	buf_free(&clean);
}

static void
limit(size_t len, int decoded)
{
	char in[ENCWORD_READ_MAX + 2], label[40];
	struct buf b = { 0 };

	memset(in, 'x', sizeof in);
	memcpy(in, "=?utf-8?q?", 10);
	memcpy(in + len - 2, "?=", 2);
	decode(in, len, &b);
	snprintf(label, sizeof label, "a word of %zu bytes", len);
	is_num(buf_len(&b) - 1, decoded ? len - 12 : len, label);
	buf_free(&b);
}

int
main(void)
{
	static const char mixed[] = "\303\266\342\202\254\360\237\230\200";
	char s[301];
	struct buf b = { 0 };
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		decode(cases[i].in, n, &b);
		is_str(buf_data(&b), cases[i].want, cases[i].in);
		while (n-- > 0)
			decode(cases[i].in, n, &b);
	}
	limit(ENCWORD_READ_MAX, 1);
	limit(ENCWORD_READ_MAX + 1, 0);
	round_trip("", 0, "nothing", "");
	round_trip("J\303\266rg", 5, "Q", "=?utf-8?q?J=C3=B6rg?=");
	round_trip("a b_c?d=e", 9, "marks", "=?utf-8?q?a_b=5Fc=3Fd=3De?=");
	round_trip("\346\227\245\346\234\254", 6, "B", "=?utf-8?b?5pel5pys?=");
	for (n = 0; n < 300; n++) {
		for (i = 0; i < n; i++)
			s[i] = n % 3 == 0 ? "abc"[i % 3] : mixed[i % 9];
		round_trip(s, n, "", NULL);
	}
	buf_clear(&b);
	buf_puts(&b, "x\n");
	for (i = 0; i < 70; i++)
		buf_putc(&b, 'x');
	encword_put(&b, "\303\266", 2);
	buf_putc(&b, '\0');
	ok(strcmp(buf_data(&b) + 72, "\n =?utf-8?b?w7Y=?=") == 0 ||
		strcmp(buf_data(&b) + 72, "\n =?utf-8?q?=C3=B6?=") == 0,
	    "no room on the line");
	buf_free(&b);
	return done();
}
