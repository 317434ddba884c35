/* values of DSN parameters */
#include "format/dsnparam.h"
#include "tap.h"

static const struct {
	int (*good)(const char *, size_t);
	const char *value;
	int want;
} cases[] = {
	{ dsnparam_xtext, "", 1 },
	{ dsnparam_xtext, "a+2Bb", 1 },
	{ dsnparam_xtext, "!~", 1 },
	{ dsnparam_xtext, "a b", 0 },
	{ dsnparam_xtext, "a=b", 0 },
	{ dsnparam_xtext, "a+2b", 0 },
	{ dsnparam_xtext, "a+2", 0 },
	{ dsnparam_xtext, "+", 0 },
	{ dsnparam_xtext, "\x7f", 0 },
	{ dsnparam_xtext, "\303\274", 0 },
	{ dsnparam_orcpt, "rfc822;a@b", 1 },
	{ dsnparam_orcpt, "x;;", 1 },
	{ dsnparam_orcpt, "rfc822", 0 },
	{ dsnparam_orcpt, ";a", 0 },
	{ dsnparam_orcpt, "x;", 0 },
	{ dsnparam_orcpt, "", 0 },
	{ dsnparam_orcpt, "x;a b", 0 },
	{ dsnparam_orcpt, "a=;b", 0 },
	{ dsnparam_orcpt, "utf-8;a\\x{E9}@b", 1 },
	{ dsnparam_orcpt, "utf-8;a\303\251@b", 0 },
	{ dsnparam_orcpt_utf8, "rfc822;a@b", 1 },
	{ dsnparam_orcpt_utf8, "rfc822;a\303\251@b", 0 },
	{ dsnparam_orcpt_utf8, "utf-8;a\303\251@b", 1 },
	{ dsnparam_orcpt_utf8, "UTF-8;\303\251", 1 },
	{ dsnparam_orcpt_utf8, "utf-8;a+2B\303\251+3D\\x{20AC}", 1 },
	{ dsnparam_orcpt_utf8, "utf-8;a+\303\251", 0 },
	{ dsnparam_orcpt_utf8, "utf-8;\303\251=", 0 },
	{ dsnparam_orcpt_utf8, "utf-8;\303\251+2", 0 },
	{ dsnparam_orcpt_utf8, "utf-8;\303", 0 },
	{ dsnparam_orcpt_utf8, "utf-8;\302\205", 0 },
	{ dsnparam_orcpt_utf8, "utf-8;a b", 0 },
	{ dsnparam_orcpt_utf8, "utf-8;", 0 },
	{ dsnparam_orcpt_utf8, "utf-8", 0 },
	{ dsnparam_orcpt_utf8, "", 0 },
	{ dsnparam_notify, "NEVER", 1 },
	{ dsnparam_notify, "never", 1 },
	{ dsnparam_notify, "SUCCESS,Delay,failure", 1 },
	{ dsnparam_notify, "DELAY", 1 },
	{ dsnparam_notify, "", 0 },
	{ dsnparam_notify, "DELAY,", 0 },
	{ dsnparam_notify, ",DELAY", 0 },
	{ dsnparam_notify, "NEVER,DELAY", 0 },
	{ dsnparam_notify, "DELAY,NEVER", 0 },
	{ dsnparam_notify, "X", 0 },
	{ dsnparam_ret, "FULL", 1 },
	{ dsnparam_ret, "hdrs", 1 },
	{ dsnparam_ret, "", 0 },
	{ dsnparam_ret, "FULLY", 0 },
	{ dsnparam_ret, "HDR", 0 },
};

/* UTF-8 in any form for who has none */
static void
narrow(void)
{
	static const char *const t[][2] = {
		{ "rfc822;a+2B@b", "rfc822;a+2B@b" },
		{ "utf-8;j\303\274rg@\342\202\254.example",
		    "utf-8;j\\x{FC}rg@\\x{20AC}.example" },
		{ "utf-8;\360\237\230\200", "utf-8;\\x{1F600}" },
		{ "utf-8;a\\x{FC}", "utf-8;a\\x{FC}" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_clear(&b);
		is_num(dsnparam_put_orcpt(&b, t[i][0], strlen(t[i][0])), 0,
		    "put");
		is_num(dsnparam_orcpt(buf_data(&b), buf_len(&b)), 1, "good");
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i][1], t[i][0]);
	}
	buf_free(&b);
}

static const struct {
	const char *in, *want; /* NULL: none */
} xtexts[] = {
	{ "abc", "abc" },
	{ "", "" },
	{ "a+2Bb", "a+b" },
	{ "a+20b", "a b" },
	{ "a+2bb", NULL }, /* lower case is no hexchar there */
	{ "a+2", NULL },
	{ "a+", NULL },
	{ "a=b", NULL },
	{ "a b", NULL },
	{ "a+00b", NULL },
};

static void
undone(void)
{
	char out[256];
	size_t i;
	long n;

	for (i = 0; i < sizeof xtexts / sizeof *xtexts; i++) {
		n = dsnparam_undo_xtext(xtexts[i].in, strlen(xtexts[i].in), out,
		    sizeof out);
		if (xtexts[i].want == NULL)
			is_num(n, -1, xtexts[i].in);
		else
			is_str(out, xtexts[i].want, xtexts[i].in);
	}
	is_num(dsnparam_undo_xtext("abc", 3, out, 4), 3, "room at the limit");
	is_num(dsnparam_undo_xtext("abcd", 4, out, 4), -1, "room one above");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(cases[i].good(cases[i].value, strlen(cases[i].value)),
		    cases[i].want, cases[i].value);
	narrow();
	undone();
	is_num(dsnparam_xtext("a+4\0b", 5), 0, "a NUL is no digit");
	return done();
}
