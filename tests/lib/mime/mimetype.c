#include "mime/mimetype.h"
#include "tap.h"
#include <stdlib.h>

/* "type/subtype|name=value|..." with "{charset'language}" before a value */
static void
show(const char *in, size_t n, char *out, size_t size)
{
	char v[MIMETYPE_VALUE_MAX];
	struct mimevalue how;
	struct mimetype t;
	unsigned i, j;
	size_t len;
	long k;

	if (mimetype_parse(&t, in, n) == -1) {
		snprintf(out, size, "none");
		return;
	}
	len = snprintf(out, size, "%.*s/%.*s", (int)t.type_len, t.type,
	    (int)t.subtype_len, t.subtype == NULL ? "" : t.subtype);
	for (i = 0; i < t.n; i++) {
		const struct mimeparam *m = &t.param[i];

		for (j = 0; j < i; j++)
			if (t.param[j].name_len == m->name_len &&
			    memcmp(t.param[j].name, m->name, m->name_len) == 0)
				break;
		if (j < i)
			continue;
		k = mimetype_value(&t, m->name, m->name_len, v, sizeof v, &how);
		len += snprintf(out + len, size - len,
		    "|%.*s=", (int)m->name_len, m->name);
		if (how.extended)
			len += snprintf(out + len, size - len, "{%.*s'%.*s}",
			    (int)how.charset_len, how.charset,
			    (int)how.language_len, how.language);
		len += snprintf(out + len, size - len, "%.*s", (int)k, v);
	}
}

static const struct {
	const char *in, *want;
} cases[] = {
	/* RFC 2045 section 5.1 */
	{ "text/plain", "text/plain" },
	{ "text/plain; charset=us-ascii (Plain text)",
	    "text/plain|charset=us-ascii" },
	{ "text/plain; charset=\"us-ascii\"", "text/plain|charset=us-ascii" },
	{ "(a) TEXT (b (c)) / (d\\)) Plain(e);(f)a(g)=(h)b(i);c=d",
	    "TEXT/Plain|a=b(i)|c=d" },
	{ "text/plain; a=(h)b (i);c=d", "text/plain|a=b|c=d" },
	{ "multipart/mixed;\n\tboundary=\"a b\"",
	    "multipart/mixed|boundary=a b" },
	{ "multipart/mixed;\r\n boundary=\"a\r\n b\"",
	    "multipart/mixed|boundary=a b" },
	{ "a/b; c=\"d\\\"e\\\\f\"", "a/b|c=d\"e\\f" },
	{ "a/b; c=\"\"", "a/b|c=" },
	{ "a/b; c=\"; d=e\"; f=g", "a/b|c=; d=e|f=g" },
	/* RFC 2183: no subtype */
	{ "attachment; filename=genome.jpeg;\n"
	  " modification-date=\"Wed, 12 Feb 1997 16:29:51 -0500\"",
	    "attachment/|filename=genome.jpeg|modification-date="
	    "Wed, 12 Feb 1997 16:29:51 -0500" },
	{ "inline", "inline/" },
	/* RFC 2231 sections 3, 4, 4.1 */
	{ "message/external-body; access-type=URL;\n URL*0=\"ftp://\";\n"
	  " URL*1=\"cs.utk.edu/pub/x.tar\"",
	    "message/external-body|access-type=URL"
	    "|URL=ftp://cs.utk.edu/pub/x.tar" },
	{ "application/x-stuff;\n"
	  " title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
	    "application/x-stuff|title={us-ascii'en-us}This is ***fun***" },
	{ "application/x-stuff;\n"
	  " title*0*=us-ascii'en'This%20is%20even%20more%20;\n"
	  " title*1*=%2A%2A%2Afun%2A%2A%2A%20;\n title*2=\"isn't it!\"",
	    "application/x-stuff|title={us-ascii'en}"
	    "This is even more ***fun*** isn't it!" },
	{ "a/b; n*1=b; n*0=a; n*2=c", "a/b|n=abc" },
	{ "a/b; n*10=k; n*9=j; n*0=a", "a/b|n=ajk" },
	{ "a/b; n*0=a; n*0=x; n*1=b", "a/b|n=ab" },
	{ "a/b; n*1=b; n*3=d", "a/b|n=bd" },
	{ "a/b; n*0=%41; n*1*=%42", "a/b|n=%41B" },
	{ "a/b; n*=''%41", "a/b|n={'}A" },
	{ "a/b; n*=%41", "a/b|n=A" },
	{ "a/b; n*=x'%41", "a/b|n=x'A" },
	{ "a/b; n*=u'v'%4", "a/b|n={u'v}%4" },
	{ "a/b; n*=u'v'%4g%%41%", "a/b|n={u'v}%4g%A%" },
	{ "a/b; n=plain; n*=u''ext", "a/b|n={u'}ext" },
	{ "a/b; n*=u''ext; n=plain", "a/b|n={u'}ext" },
	{ "a/b; n=plain; n*0=se; n*1=ct", "a/b|n=sect" },
	{ "a/b; n=first; n=second", "a/b|n=first" },
	{ "a/b; n*0*=u'de'a'b; n*1*=c", "a/b|n={u'de}a'bc" },
	{ "a/b; n*0*=u'de'a; n*1*=u'b", "a/b|n={u'de}ab" },
	{ "a/b; n*9999=a", "a/b|n=a" },
	{ "a/b; n*10000=a; n*1=b", "a/b|n=ab" },
	{ "a/b; n*x=a", "a/b|n=a" },
	{ "a/b; *=a; *0=b; =c", "a/b|0=b" },
	/* broken ones */
	{ "", "none" },
	{ " \t\r\n", "none" },
	{ ";", "none" },
	{ "/plain", "none" },
	{ "(", "none" },
	{ "text", "text/" },
	{ "text/", "text/" },
	{ "text/;a=b", "text/|a=b" },
	{ "text/plain/x", "text/plain/x" },
	{ "a/b; c", "a/b" },
	{ "a/b; c d=e", "a/b|d=e" },
	{ "a/b; c=", "a/b" },
	{ "a/b; c=; d=e", "a/b|d=e" },
	{ "a/b;;; ; c=d;", "a/b|c=d" },
	{ "a/b c=d e=f", "a/b|c=d|e=f" },
	{ "a/b\n c=\"d\"\n e=f", "a/b|c=d|e=f" },
	{ "a/b; c=\"d\"e=f", "a/b|c=d|e=f" },
	{ "a/b; c=\"d\" junk; e=f", "a/b|c=d|e=f" },
	{ "a/b; c=\"d", "a/b|c=d" },
	{ "a/b; c=\"d\\", "a/b|c=d\\" },
	{ "a/b; c=\"d\\\r\n e\"", "a/b|c=d e" },
	{ "a/b; c=\"d\r\n", "a/b|c=d" },
	{ "a/b; name=my file.pdf; c=d", "a/b|name=my file.pdf|c=d" },
	{ "a/b; name=my file.pdf c=d", "a/b|name=my file.pdf|c=d" },
	{ "a/b; name=my  file (1).pdf", "a/b|name=my  file (1).pdf" },
	{ "a/b; name=file(1).pdf", "a/b|name=file(1).pdf" },
	{ "a/b; name==?utf-8?q?a?= =?utf-8?q?b?=.c; d=e",
	    "a/b|name==?utf-8?q?a?= =?utf-8?q?b?=.c|d=e" },
	{ "\303\244/\303\266; \303\274=\303\237",
	    "\303\244/\303\266|\303\274=\303\237" },
	{ "a/b; c=d=e", "a/b|c=d=e" },
	{ "a/b; c = d ; e\t=\n f", "a/b|c=d|e=f" },
};

/* the same in memory of just that size, and of all that is in front of it */
static void
prefixes(const char *s)
{
	char out[8192], *copy;
	size_t n;

	for (n = 0; n <= strlen(s); n++) {
		copy = malloc(n + 1);
		memcpy(copy, s, n);
		show(copy, n, out, sizeof out);
		free(copy);
	}
}

/* prefix, then count times text */
static void
repeat(const char *prefix, const char *text, unsigned count, char *out)
{
	out += sprintf(out, "%s", prefix);
	while (count-- > 0)
		out += sprintf(out, "%s", text);
}

static void
limits(void)
{
	static char s[3 << 20], v[MIMETYPE_VALUE_MAX];
	struct mimetype t;

	repeat("a/b", ";n=v", MIMETYPE_PARAMS_MAX, s);
	mimetype_parse(&t, s, strlen(s));
	is_num(t.n, MIMETYPE_PARAMS_MAX, "parameters at the limit");
	repeat("a/b", ";n=v", MIMETYPE_PARAMS_MAX + 1, s);
	mimetype_parse(&t, s, strlen(s));
	is_num(t.n, MIMETYPE_PARAMS_MAX, "one above");

	repeat("", "(", MIMETYPE_COMMENTS_MAX, s);
	repeat("", ")", MIMETYPE_COMMENTS_MAX, s + strlen(s));
	strcat(s, "a/b");
	is_num(mimetype_parse(&t, s, strlen(s)), 0, "comments at the limit");
	repeat("", "(", MIMETYPE_COMMENTS_MAX + 1, s);
	repeat("", ")", MIMETYPE_COMMENTS_MAX + 1, s + strlen(s));
	strcat(s, "a/b");
	is_num(mimetype_parse(&t, s, strlen(s)), -1, "one above");

	repeat("a/b;n=", "x", MIMETYPE_VALUE_MAX, s);
	mimetype_parse(&t, s, strlen(s));
	is_num(mimetype_value(&t, "N", 1, v, sizeof v, NULL),
	    MIMETYPE_VALUE_MAX, "a value at the limit");
	repeat("a/b;n=", "x", MIMETYPE_VALUE_MAX + 1, s);
	mimetype_parse(&t, s, strlen(s));
	is_num(mimetype_value(&t, "n", 1, v, sizeof v, NULL),
	    MIMETYPE_VALUE_MAX, "one above: cut");

	/* no input takes more than time in proportion */
	repeat("a/b;n=x", " ", 1 << 20, s);
	is_num(mimetype_parse(&t, s, strlen(s)), 0, "a million blanks");
	repeat("a/b;n=x", " y", 1 << 20, s);
	is_num(mimetype_parse(&t, s, strlen(s)), 0, "a million words");
	repeat("a/b;n=x", " (", 1 << 20, s);
	is_num(mimetype_parse(&t, s, strlen(s)), 0, "a million comments");
}

int
main(void)
{
	char got[8192];
	struct mimetype t;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		show(cases[i].in, strlen(cases[i].in), got, sizeof got);
		is_str(got, cases[i].want, cases[i].in);
		prefixes(cases[i].in);
	}
	mimetype_parse(&t, "Text/HTML", 9);
	ok(mimetype_is(&t, "text", "html"), "is text/html");
	ok(mimetype_is(&t, "text", NULL), "is text");
	ok(!mimetype_is(&t, "text", "htm"), "is not text/htm");
	ok(!mimetype_is(&t, "tex", NULL), "is not tex");
	mimetype_parse(&t, "text", 4);
	ok(!mimetype_is(&t, "text", "html"), "no subtype");
	is_num(mimetype_value(&t, "x", 1, got, sizeof got, NULL), -1,
	    "not there");
	limits();
	return done();
}
