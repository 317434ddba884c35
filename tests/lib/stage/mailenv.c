/* an envelope as environment variables */
#include "stage/mailenv.h"
#include "tap.h"
#include <stdlib.h>

static const char *
value(const struct mailenv *e, const char *name)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		if (strcmp(e->var[i].name, name) == 0)
			return buf_data(&e->var[i].value);
	return "(none)";
}

static const struct {
	const char *env, *name, *want;
} cases[] = {
	{ "from a@b\nto c@d\n", "SENDER", "a@b" },
	{ "from a@b\nto c@d\n", "RECIPIENT", "c@d" },
	{ "from\nto c@d\n", "SENDER", "" },
	{ "from a@b\nto c@d NOTIFY=NEVER\nto \"x y\"@d\n", "RECIPIENTS",
	    "c@d\n\"x y\"@d" },
	{ "from a@b\nto c@d\nto e@f\n", "RECIPIENT_COUNT", "2" },
	{ "from a@b\nto c@d\nto e@f\n", "RECIPIENT", "c@d" },
	{ "client 192.0.2.1\nclient-name h.example\n", "CLIENT", "192.0.2.1" },
	{ "client 192.0.2.1\nclient-name h.example\n", "CLIENT_NAME",
	    "h.example" },
	{ "helo a\\tb\\n\\0c\\\\d\n", "HELO", "a?b??c\\d" },
	{ "helo x\x1b[1m\x7f\n", "HELO", "x?[1m?" },
	{ "helo one\nhelo two\n", "HELO", "one" },
	{ "proto ESMTP\n", "PROTO", "ESMTP" },
	{ "user joe\n", "USER", "joe" },
	{ "from a@b\n", "USER", "" },
	{ "from a@b\n", "TENANT", "" },
	{ "tenant t1\norigin inside\n", "TENANT", "t1" },
	{ "tenant t1\norigin inside\n", "ORIGIN", "inside" },
	{ "probe 1\n", "PROBE", "1" },
	{ "from a\n", "PROBE", "" },
	{ "", "RECIPIENTS", "" },
	{ "", "RECIPIENT_COUNT", "0" },
	{ "from a@b\nLD_PRELOAD x\nld-preload /x.so\n", "LD_PRELOAD",
	    "(none)" },
};

/* just what fits, and one more */
static void
limit(void)
{
	struct mailenv e;
	struct buf b = { 0 };
	size_t n, more;

	for (more = 0; more < 2; more++) {
		buf_clear(&b);
		/* 16 bytes each with what stands between */
		for (n = 0; n < MAILENV_RECIPIENTS_MAX / 16 + more; n++)
			buf_printf(&b, "to u%04zu@x.example\n", n);
		memset(&e, 0, sizeof e);
		mailenv_make(&e, buf_data(&b), buf_len(&b));
		is_num(strlen(value(&e, "RECIPIENTS")),
		    MAILENV_RECIPIENTS_MAX - 1, "as many as fit");
		is_str(value(&e, "RECIPIENT_COUNT"), more ? "4097" : "4096",
		    "all are counted");
		mailenv_free(&e);
	}
	buf_free(&b);
}

int
main(void)
{
	struct mailenv e;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(&e, 0, sizeof e);
		is_num(mailenv_make(&e, cases[i].env, strlen(cases[i].env)), 0,
		    cases[i].env);
		is_str(value(&e, cases[i].name), cases[i].want, cases[i].name);
		mailenv_free(&e);
	}
	limit();
	return done();
}
