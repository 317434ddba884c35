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

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(cases[i].good(cases[i].value, strlen(cases[i].value)),
		    cases[i].want, cases[i].value);
	is_num(dsnparam_xtext("a+4\0b", 5), 0, "a NUL is no digit");
	return done();
}
