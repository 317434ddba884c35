/* expressions as Perl has them in those of POSIX, and as phrases */
#include "import/posixre.h"
#include "tap.h"
#include <regex.h>
#include <stdlib.h>

static const char *
got(const char *(*put)(struct buf *, struct slice), const char *re,
    struct buf *b)
{
	const char *bad;

	buf_clear(b);
	bad = put(b, (struct slice){ re, strlen(re) });
	buf_putc(b, '\0');
	return bad == NULL ? buf_data(b) : "-";
}

static void
expressions(struct buf *b)
{
	static const struct {
		const char *re, *want, *yes, *no;
	} t[] = {
		{ "too many", "too many", "421 too many", "too  many" },
		{ "(?i)A.*b", "A.*b", "xAyb", "b" },
		{ "\\d+\\.\\d", "[0-9]+\\.[0-9]", "1.2", "1x2" },
		{ "\\s\\S\\w\\W\\D",
		    "[[:space:]][^[:space:]][[:alnum:]_][^[:alnum:]_][^0-9]",
		    " aa a", "aaaa" },
		{ "^\\[TS0[14]\\]$", "^\\[TS0[14]\\]$", "[TS01]", "[TS02]" },
		{ "a\\/b\\-c\\:d", "a/b-c:d", "a/b-c:d", "a" },
		{ "(?:a|b)c", "(a|b)c", "bc", "c" },
		{ "a.*?b+?c??", "a.*b+c?", "axb", "a" },
		{ "\\d{1,3}x", "[0-9][0-9]?[0-9]?x", "12x", "x" },
		{ "^(ab){2}$", "^(ab)(ab)$", "abab", "ab" },
		{ "^a{2,}$", "^aaa*$", "aaaa", "a" },
		{ "^a{0}b$", "^b$", "b", "ab" },
		{ "[\\d\\s_.]", "[0-9[:space:]_.]", "_", "x" },
		{ "[^\\w]", "[^[:alnum:]_]", "-", "a" },
		{ "[]a]", "[]a]", "]", "b" },
		{ "[^]a]", "[^]a]", "b", "]" },
		{ "(a(b|c)d)e", "(a(b|c)d)e", "acde", "abe" },
		{ "a|b$", "a|b$", "xb", "bx" },
		{ "\\$\\^\\|", "\\$\\^\\|", "$^|", "a" },
	};
	size_t i;
	regex_t r;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_str(got(posixre_put, t[i].re, b), t[i].want, t[i].re);
		if (regcomp(&r, t[i].want, REG_EXTENDED | REG_NOSUB) != 0) {
			ok(0, "the C library takes it");
			continue;
		}
		ok(regexec(&r, t[i].yes, 0, NULL, 0) == 0, t[i].yes);
		ok(regexec(&r, t[i].no, 0, NULL, 0) != 0, t[i].no);
		regfree(&r);
	}
}

static void
refused(struct buf *b)
{
	static const char *const t[] = { "", "(?i)", "a(", "a)", "(a", "[a",
		"[", "*a", "a**", "a++", "a{", "a{x}", "a{11}", "a{3,2}", "{2}",
		"a{2}{2}", "\\", "\\b", "\\1", "\\A", "(?=a)", "(?<n>a)",
		"(?i:a)", "[\\]]", "[a\\-b]", "[[:alpha:]]", "[\\n]", "a\x01",
		"|*", "^*", "[a\\" };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(got(posixre_put, t[i], b), "-", t[i]);
}

static void
limits(struct buf *b)
{
	char re[POSIXRE_BYTES_MAX + 2];
	unsigned n;

	memset(re, 'a', sizeof re);
	ok(posixre_put(b, (struct slice){ re, POSIXRE_BYTES_MAX }) == NULL,
	    "as long as it may be");
	buf_clear(b);
	ok(posixre_put(b, (struct slice){ re, POSIXRE_BYTES_MAX + 1 }) != NULL,
	    "and one more");
	for (n = POSIXRE_DEPTH_MAX; n <= POSIXRE_DEPTH_MAX + 1; n++) {
		memset(re, '(', n);
		re[n] = 'a';
		memset(re + n + 1, ')', n);
		buf_clear(b);
		ok((posixre_put(b, (struct slice){ re, 2 * n + 1 }) == NULL) ==
			(n == POSIXRE_DEPTH_MAX),
		    "as deep as it may be, and one more");
	}
	is_str(got(posixre_put, "a{10}", b), "aaaaaaaaaa", "ten times");
}

static void
phrases(struct buf *b)
{
	static const struct {
		const char *re, *want;
	} t[] = { { "user unknown", "user unknown" }, { "a|b c", "a | b c" },
		{ "over\\s+quota", "over quota" },
		{ "over\\squota\\.", "over quota " }, { "(?i)Spam", "Spam" },
		{ "a.*b", "-" }, { "a?", "-" }, { "(a|b)", "-" },
		{ "\\d", "-" }, { "[ab]", "-" }, { "^a", "-" } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(got(posixre_phrases, t[i].re, b), t[i].want, t[i].re);
}

int
main(void)
{
	struct buf b = { 0 };

	expressions(&b);
	refused(&b);
	limits(&b);
	phrases(&b);
	buf_free(&b);
	return done();
}
