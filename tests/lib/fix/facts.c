/* what is known of a message: envelope, From, id; names of templates */
#include "fix/facts.h"
#include "tap.h"
#include <stdlib.h>

static const unsigned char rnd[TOKEN_RANDOM_LEN] = { 1, 2, 3 };

/* from, domain, aligned: 1, unaligned: -1 */
static const struct {
	const char *sender, *header, *from, *domain;
	int aligned;
} cases[] = {
	{ "s@a.example", "From: Ann <ann@B.example>\n", "ann@B.example",
	    "b.example", -1 },
	{ "s@a.example", "From: ann@a.example\n", "ann@a.example", "a.example",
	    1 },
	{ "s@bounce.a.example", "From: ann@a.example\n", "ann@a.example",
	    "a.example", 1 },
	{ "s@a.example", "From: ann@news.A.example\n", "ann@news.A.example",
	    "news.a.example", 1 },
	{ "s@a.example", "From: ann@ba.example\n", "ann@ba.example",
	    "ba.example", -1 },
	{ "", "From: ann@b.example\n", "ann@b.example", "b.example", 0 },
	{ "s@a.example", "Subject: x\n", "", "a.example", -1 },
	{ "", "", "", "me.example", 0 },
	{ "s", "", "", "me.example", -1 },
	{ "s@a.example", "From: x@a.example, y@b.example\n", "x@a.example",
	    "a.example", -1 },
	{ "s@a.example", "From: x@a.example\nfrom: y@b.example\n",
	    "x@a.example", "a.example", -1 },
	{ "s@a.example", "From: x@a.example\nFROM: y@a.example\n",
	    "x@a.example", "a.example", 1 },
	{ "s@a.example", "From:\n \"A, B\"\n\t<x@a.example>\n", "x@a.example",
	    "a.example", 1 },
	{ "s@a.example", "From: <x@[192.0.2.1]>\n", "x@[192.0.2.1]",
	    "a.example", -1 },
	{ "s@a.example", "From: nonsense <\n", "", "a.example", -1 },
};

static void
load(struct fixfacts *f, const char *env, const char *header)
{
	struct buf b = { 0 };

	memset(f, 0, sizeof *f);
	f->me = "me.example";
	f->now = 1795305600; /* 2026-11-22 00:00 */
	f->header = header;
	f->header_len = strlen(header);
	buf_puts(&b, env);
	if (fixfacts_read(f, &b, rnd) == -1)
		abort();
	buf_free(&b);
}

static void
from(void)
{
	struct fixfacts f;
	char env[200];
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(env, sizeof env, "from %s\n", cases[i].sender);
		load(&f, env, cases[i].header);
		is_str(f.from, cases[i].from, cases[i].header);
		is_str(f.domain, cases[i].domain, "domain");
		is_num(f.aligned - f.unaligned, cases[i].aligned, "aligned");
		fixfacts_free(&f);
	}
}

static const struct {
	const char *header, *id; /* NULL: a new one */
} uuids[] = {
	{ "X-Uuid: abc123\n", "abc123" },
	{ "x-uuid:\n\tabc\n", "abc" },
	{ "X-Uuid: 12345678901234567890123456789012\n",
	    "12345678901234567890123456789012" },
	{ "X-Uuid: 123456789012345678901234567890123\n", NULL },
	{ "X-Uuid: ABC\n", NULL },
	{ "X-Uuid: a-b\n", NULL },
	{ "X-Uuid:\n", NULL },
	{ "X-Uuid: a b\n", NULL },
	{ "X-Uuid: a@evil\n", NULL },
	{ "", NULL },
	{ "X-Uuid: \xc3\xa4\n", NULL },
	{ "X-Uuid: aa\nX-Uuid: bb\n", "aa" },
};

static void
ids(void)
{
	struct fixfacts f;
	unsigned i;

	for (i = 0; i < sizeof uuids / sizeof *uuids; i++) {
		load(&f, "", uuids[i].header);
		if (uuids[i].id != NULL)
			is_str(f.id, uuids[i].id, uuids[i].header);
		else
			ok(strlen(f.id) == TOKEN_ID_LEN &&
				token_id_good(f.id, TOKEN_ID_LEN) &&
				strchr(f.id, '@') == NULL,
			    uuids[i].header);
		fixfacts_free(&f);
	}
}

static const char env[] =
    "from s@a.example\nto r@b.example NOTIFY=NEVER\n"
    "tenant acme\nuser ann\nclient 192.0.2.1\nhelo h\nproto ESMTP\n"
    "tag list=news\ntag c=\\t=x\ntag empty=\nunknown x\n";
static const char header[] = "X-Stream-Id: s 7\nX-Long:\n a\n\tb\n"
			     "From: x@a.example\n";
static const struct {
	const char *name, *value;
} names[] = {
	{ "%{from}", "x@a.example" },
	{ "%{from-domain}", "a.example" },
	{ "%{sender}", "s@a.example" },
	{ "%{sender-domain}", "a.example" },
	{ "%{tenant}", "acme" },
	{ "%{user}", "ann" },
	{ "%{me}", "me.example" },
	{ "%{rcpt}", "r@b.example" },
	{ "%{rcpt-domain}", "b.example" },
	{ "%{date}", "Sun, 22 Nov 2026 00:00:00 +0000" },
	{ "%{tag:list}", "news" },
	{ "%{tag:c}", " =x" },
	{ "%{tag:empty}", "" },
	{ "%{tag:lis}", "" },
	{ "%{header:x-stream-id}", "s 7" },
	{ "%{header:X-Long}", "a b" },
	{ "%{header:X-None}", "" },
	{ "%{token}", "" },
};

static const char *
make(struct fixfacts *f, const char *t)
{
	static struct buf b;
	struct template_source s = fixfacts_source(f);

	buf_clear(&b);
	if (template_put(&b, t, strlen(t), TEMPLATE_TEXT, &s) == -1 ||
	    buf_putc(&b, '\0') == -1)
		abort();
	return buf_data(&b);
}

static void
templates(void)
{
	struct token_keys k = { .n = 1, .key = { { .n = 16 } } };
	struct fixfacts f;
	struct token t;
	const char *s;
	unsigned i;

	load(&f, env, header);
	for (i = 0; i < sizeof names / sizeof *names; i++)
		is_str(make(&f, names[i].name), names[i].value, names[i].name);
	is_num(f.no_key, 1, "a token was wanted without a key");
	is_str(make(&f, "%{uuid}"), f.id, "uuid");
	f.keys = &k;
	s = make(&f, "%{token}");
	is_num(token_check(&k, s, strlen(s), 20779, 0, &t), TOKEN_GOOD,
	    "token");
	is_str(t.rcpt, "r@b.example", "its recipient");
	is_str(t.list, "news", "its list");
	fixfacts_free(&f);
	load(&f, "from \nto a@b\nto c@d\n", "");
	is_str(make(&f, "%{rcpt}%{rcpt-domain}%{sender}%{sender-domain}"), "",
	    "several recipients, null sender");
	fixfacts_free(&f);
}

static void
tags(void)
{
	struct fixfacts f;
	struct buf b = { 0 };
	unsigned i;

	for (i = 0; i <= FIXFACTS_TAGS_MAX; i++)
		buf_printf(&b, "tag t%u=x\n", i);
	buf_putc(&b, '\0');
	load(&f, buf_data(&b), "");
	is_num(f.n_tag, FIXFACTS_TAGS_MAX, "as many tags as may be");
	is_str(make(&f, "%{tag:t63}%{tag:t64}"), "x", "no more");
	fixfacts_free(&f);
	buf_free(&b);
}

static const struct {
	const char *header, *list, *fault;
} checks[] = {
	{ "From: x@a.example\n", "x@a.example", NULL },
	{ "From: X <X@A.example>\n", "y@b.example,@a.example", NULL },
	{ "From: x@a.example\n", "y@a.example",
	    "From is not an address you may use" },
	{ "From: x@a.example\n", "", "From is not an address you may use" },
	{ "From: x@a.example, evil@b.example\n", "@a.example",
	    "From is not an address you may use" },
	{ "From: x@a.example\nFrom: evil@b.example\n", "@a.example",
	    "From is not an address you may use" },
	{ "From: x@a.example <evil@b.example>\n", "@a.example",
	    "From is not an address you may use" },
	{ "From: \"x@a.example\" <evil@b.example>\n", "@a.example",
	    "From is not an address you may use" },
	{ "From: (x@a.example) evil@b.example\n", "@a.example",
	    "From is not an address you may use" },
	{ "From: boss@a.example <x@a.example>\n", "x@a.example",
	    "From is one that others may read otherwise" },
	{ "From: <x@a.example> boss@a.example\n", "x@a.example",
	    "From is one that others may read otherwise" },
	{ "From: <@b.example:x@a.example>\n", "x@a.example",
	    "From is one that others may read otherwise" },
	{ "From: x@a.example, boss@a.example:;\n", "x@a.example",
	    "From is one that others may read otherwise" },
	{ "From: \"boss@a.example\" (the boss) <x@a.example>, J. R. "
	  "<x@a.example>\n",
	    "x@a.example", NULL },
	{ "From: <>\n", "@a.example", NULL },
	{ "Subject: x\n", "@a.example", "there is no From" },
	{ "From:\n", "@a.example", "there is no From" },
};

static void
check(void)
{
	struct fixfacts f;
	struct buf b = { 0 };
	struct slice l;
	unsigned i, n;
	const char *got;

	for (i = 0; i < sizeof checks / sizeof *checks; i++) {
		l = (struct slice){ checks[i].list, strlen(checks[i].list) };
		load(&f, "from s@a.example\n", checks[i].header);
		got = fixfacts_check_from(&f, &l, 1);
		if (strcmp(checks[i].header, "From: <>\n") == 0)
			ok(got != NULL, "<> is no address");
		else
			is_str(got == NULL ? "" : got,
			    checks[i].fault == NULL ? "" : checks[i].fault,
			    checks[i].header);
		fixfacts_free(&f);
	}
	l = (struct slice){ "@a.example", 10 };
	load(&f, "from s@a.example\n", "");
	f.add_from = 1;
	ok(fixfacts_check_from(&f, &l, 1) == NULL, "the sender becomes From");
	fixfacts_free(&f);
	for (n = FIXFACTS_FROM_MAX; n <= FIXFACTS_FROM_MAX + 1; n++) {
		buf_clear(&b);
		buf_puts(&b, "From: ");
		for (i = 0; i < n; i++)
			buf_printf(&b, "x%u@a.example, ", i);
		buf_puts(&b, "\n");
		buf_putc(&b, '\0');
		load(&f, "", buf_data(&b));
		ok((fixfacts_check_from(&f, &l, 1) == NULL) ==
			(n == FIXFACTS_FROM_MAX),
		    "addresses in From");
		fixfacts_free(&f);
	}
	buf_free(&b);
}

int
main(void)
{
	from();
	ids();
	templates();
	tags();
	check();
	return done();
}
