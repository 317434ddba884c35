#include "mail/authres.h"
#include "tap.h"
#include <stdlib.h>

/* the value, its id ("-": none), its payload ("-": no such field) */
static const struct {
	const char *in, *id, *payload;
} cases[] = {
	{ "example.org; none", "example.org", "none" },
	{ "example.org 1; none", "example.org", "none" },
	{ "example.org 1 ; none", "example.org", "none" },
	{ "example.org 2; none", "example.org", "-" },
	{ "example.org 12; none", "example.org", "-" },
	{ "example.org", "example.org", "" },
	{ "example.org;", "example.org", "" },
	{ "example.org; ;", "example.org", "" },
	{ "Example.ORG;spf=pass", "example.org", "spf=pass" },
	{ "example.org.; spf=pass", "example.org", "spf=pass" },
	{ " (a (b) \\) c) example.org (v) 1 (w) ; a=b; c=d ;", "example.org",
	    "a=b; c=d" },
	{ "\n example.org;\n\tspf=pass\n\tx.y=z", "example.org",
	    "spf=pass\n\tx.y=z" },
	{ "\"example.org\"; none", "example.org", "none" },
	{ "\"ex\\ample.ORG\" 1; none", "example.org", "none" },
	{ "\"exam\n ple\"; none", "exam ple", "none" },
	{ "foo-bar_1.b\303\266cher; none", "foo-bar_1.b\303\266cher", "none" },
	{ "example.org/1; none", "example.org", "-" },
	{ "example.org spf=pass", "example.org", "-" },
	{ "example.org; dkim=pass (a)", "example.org", "dkim=pass (a)" },
	{ "example.org; dkim=pass (a", "example.org", "-" },
	{ "example.org; dkim=pass a)", "example.org", "-" },
	{ "example.org; dkim=pass reason=\"a", "example.org", "-" },
	{ "example.org; dkim=pass reason=\"a(\"", "example.org",
	    "dkim=pass reason=\"a(\"" },
	{ "example.org; dkim=pass reason=\"a\\\"\"", "example.org",
	    "dkim=pass reason=\"a\\\"\"" },
	{ "example.org; dkim=pass (\")", "example.org", "dkim=pass (\")" },
	{ "example.org; dkim=pass \\", "example.org", "-" },
	{ "", "-", "-" },
	{ ";", "-", "-" },
	{ ".; none", "-", "-" },
	{ "\"\"; none", "-", "-" },
	{ "(example.org", "-", "-" },
	{ "(example.org) ; none", "-", "-" },
	{ "\"example.org; none", "-", "-" },
	{ "=example.org; none", "-", "-" },
};

static void
read_cases(void)
{
	char id[AUTHRES_ID_MAX + 1], t[400], *exact;
	const char *p;
	size_t i, k, n, len;
	int bad = 0;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].in, n);
		if (authres_id(exact, n, id) == -1)
			strcpy(id, "-");
		is_str(id, cases[i].id, cases[i].in);
		if (authres_payload(exact, n, &p, &len) == -1)
			strcpy(t, "-");
		else
			snprintf(t, sizeof t, "%.*s", (int)len, p);
		is_str(t, cases[i].payload, "  its payload");
		for (k = 0; k < n; k++) {
			authres_claims(exact, k, "example.org");
			if (authres_payload(exact, k, &p, &len) == 0)
				bad += p < exact || p + len > exact + k;
		}
		free(exact);
	}
	is_num(bad, 0, "prefixes stay within");
}

static void
limits(void)
{
	char in[AUTHRES_ID_MAX + 20], id[AUTHRES_ID_MAX + 1];

	memset(in, 'x', sizeof in);
	in[AUTHRES_ID_MAX] = ';';
	is_num(authres_id(in, AUTHRES_ID_MAX + 1, id), AUTHRES_ID_MAX,
	    "an id at the limit");
	in[AUTHRES_ID_MAX] = 'x';
	in[AUTHRES_ID_MAX + 1] = ';';
	is_num(authres_id(in, AUTHRES_ID_MAX + 2, id), -1, "one above");
	memset(in, '(', AUTHRES_COMMENTS_MAX);
	memset(in + AUTHRES_COMMENTS_MAX, ')', AUTHRES_COMMENTS_MAX);
	strcpy(in + 2 * AUTHRES_COMMENTS_MAX, "a");
	is_num(authres_id(in, strlen(in), id), 1, "comments at the limit");
	memset(in, '(', AUTHRES_COMMENTS_MAX + 1);
	memset(in + AUTHRES_COMMENTS_MAX + 1, ')', AUTHRES_COMMENTS_MAX + 1);
	strcpy(in + 2 * AUTHRES_COMMENTS_MAX + 2, "a");
	is_num(authres_id(in, strlen(in), id), -1, "one more");
}

#define AR "Authentication-Results: "
static const struct {
	const char *name, *in, *want;
	int n;
} removals[] = {
	{ "none there", "A: b\n", "A: b\n", 0 },
	{ "ours", AR "me.example; spf=pass\nA: b\n", "A: b\n", 1 },
	{ "foreign", AR "you.example; spf=pass\nA: b\n",
	    AR "you.example; spf=pass\nA: b\n", 0 },
	{ "case and folding",
	    "A: b\nAUTHENTICATION-results:\n ME.Example\n"
	    "\t; spf=pass\n smtp.helo=x\nB: c\n d\n",
	    "A: b\nB: c\n d\n", 1 },
	{ "comment, quotes", AR "(x) \"me.\\example\" 1; a=b\nA: b\n", "A: b\n",
	    1 },
	{ "blank before the colon",
	    "Authentication-Results \t: me.example\n"
	    "A: b\n",
	    "A: b\n", 1 },
	{ "several, at the end",
	    AR "me.example; a=b\nA: b\n" AR "x.me.example; a=b\n" AR
	       "me.example\n" AR "me.example.; a=b",
	    "A: b\n" AR "x.me.example; a=b\n", 3 },
	{ "no semicolon", AR "me.example spf=pass\n", "", 1 },
	{ "another version", AR "me.example 2; spf=pass\n", "", 1 },
	{ "cannot be read, our name in it", AR "(me.example; spf=pass\nA: b\n",
	    "A: b\n", 1 },
	{ "cannot be read, not our name", AR "(you; spf=pass\nA: b\n",
	    AR "(you; spf=pass\nA: b\n", 0 },
	{ "our name within another's",
	    AR "you.example; spf=pass "
	       "smtp.helo=me.example\n",
	    AR "you.example; spf=pass "
	       "smtp.helo=me.example\n",
	    0 },
	{ "in another field", "X-" AR "me.example; a=b\n",
	    "X-" AR "me.example; a=b\n", 0 },
	{ "behind lines that are no fields",
	    "no field\n more\n" AR "me.example; a=b\n>From x\nA: b\n",
	    "no field\n more\n>From x\nA: b\n", 1 },
	{ "8-bit and control bytes stay",
	    "A: \001\377\nB:\t\tc \n" AR "me.example\nC: d",
	    "A: \001\377\nB:\t\tc \nC: d", 1 },
};

static void
remove_cases(void)
{
	struct buf b = { 0 };
	size_t i;

	is_num(authres_remove(&b, "me.example"), 0, "an empty header");
	for (i = 0; i < sizeof removals / sizeof *removals; i++) {
		buf_clear(&b);
		buf_puts(&b, removals[i].in);
		is_num(authres_remove(&b, "Me.EXAMPLE"), removals[i].n,
		    removals[i].name);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), removals[i].want, "  what is left");
	}
	buf_free(&b);
}

static void
written(struct buf *b, const char *want, const char *name)
{
	buf_putc(b, '\0');
	is_str(buf_data(b), want, name);
	buf_clear(b);
}

static void
write_cases(void)
{
	struct buf b = { 0 };
	struct authres a;
	char long_[AUTHRES_VALUE_MAX + 2];

	authres_open(&a, &b, "me.example");
	is_num(authres_close(&a), 0, "closed");
	written(&b, AR "me.example; none\n", "no method");

	authres_open(&a, &b, "me.example");
	authres_method(&a, "spf", "pass");
	authres_reason(&a, "");
	authres_property(&a, "smtp.mailfrom", "a+b@example.org", 15);
	authres_method(&a, "dkim", "fail");
	authres_comment(&a, "a (2048-bit) key\n");
	authres_reason(&a, "say \"no\" \\ and\tblank");
	authres_property(&a, "header.d", "example.org", 11);
	authres_property(&a, "header.i", "@example.org", 12);
	authres_property(&a, "header.b", "aB/+c=d1", 8);
	authres_property(&a, "header.a", "rsa-sha256", 10);
	authres_method(&a, "iprev", "pass");
	authres_property(&a, "policy.iprev", "2001:db8::1", 11);
	authres_property(&a, "smtp.helo", "", 0);
	authres_close(&a);
	written(&b,
	    AR
	    "me.example;\n"
	    "\tspf=pass smtp.mailfrom=a+b@example.org;\n"
	    "\tdkim=fail (a \\(2048-bit\\) key?)"
	    " reason=\"say \\\"no\\\" \\\\ and?blank\"\n"
	    "\theader.d=example.org header.i=@example.org header.b=\"aB/+c=d1\"\n"
	    "\theader.a=rsa-sha256;\n"
	    "\tiprev=pass policy.iprev=\"2001:db8::1\" smtp.helo=\"\"\n",
	    "methods, folding, quoting");

	authres_open(&a, &b, "m");
	authres_method(&a, "x", "y");
	authres_property(&a, "a.b", "a..b@c", 6);
	authres_property(&a, "a.b", "a@", 2);
	authres_property(&a, "a.b", "@b", 2);
	authres_property(&a, "a.b", "a@b@c", 5);
	authres_property(&a, "a.b", ".a", 2);
	authres_property(&a, "a.b", "a.", 2);
	authres_property(&a, "a.b", "a.@b", 4);
	authres_property(&a, "a.b", "a@.b", 4);
	authres_property(&a, "a.b", "\"a b\"@c", 7);
	authres_property(&a, "a.b", "\303\266\377\300\200\0x", 7);
	authres_property(&a, "a.b", "x;y", 3);
	authres_property(&a, "a.b", "\302\233\302\240", 4);
	authres_close(&a);
	written(&b,
	    AR
	    "m;\n"
	    "\tx=y a.b=\"a..b@c\" a.b=\"a@\" a.b=@b a.b=\"a@b@c\" a.b=\".a\" a.b=\"a.\"\n"
	    "\ta.b=\"a.@b\" a.b=\"a@.b\" a.b=\"\\\"a b\\\"@c\""
	    " a.b=\"\303\266????x\" a.b=\"x;y\"\n"
	    "\ta.b=\"??\302\240\"\n",
	    "what must be quoted");

	memset(long_, 'x', sizeof long_);
	authres_open(&a, &b, "m");
	authres_method(&a, "x", "y");
	authres_property(&a, "a.b", long_, AUTHRES_VALUE_MAX);
	authres_close(&a);
	is_num(buf_len(&b), 24 + 1 + 6 + 2 + 4 + AUTHRES_VALUE_MAX + 1,
	    "a value at the limit");
	buf_clear(&b);
	authres_open(&a, &b, "m");
	authres_method(&a, "x", "y");
	authres_property(&a, "a.b", long_, AUTHRES_VALUE_MAX + 1);
	authres_close(&a);
	is_num(buf_len(&b), 24 + 1 + 6 + 2 + 6 + AUTHRES_VALUE_MAX + 1,
	    "one above: cut");
	buf_free(&b);
}

int
main(void)
{
	read_cases();
	limits();
	remove_cases();
	write_cases();
	return done();
}
