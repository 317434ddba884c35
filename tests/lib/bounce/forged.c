/* whose reports would hit somebody else */
#include "bounce/forged.h"
#include "tap.h"

static const struct {
	const char *spf, *dmarc, *why;
} cases[] = {
	{ "fail", "fail", "spf" },
	{ "fail", "none", "spf" },
	{ "fail", "temperror", "spf" },
	{ "fail", "permerror", "spf" },
	{ "fail", "", "spf" },
	{ "fail", "pass", NULL }, /* forwarded, its signature whole */
	{ "pass", "fail", NULL }, /* a list, by its own return path */
	{ "none", "fail", "dmarc" },
	{ "", "fail", "dmarc" },
	{ "softfail", "fail", "dmarc" },
	{ "neutral", "fail", "dmarc" },
	{ "policy", "fail", "dmarc" },
	{ "temperror", "fail", "dmarc" },
	{ "permerror", "fail", "dmarc" },
	{ "softfail", "none", NULL },
	{ "softfail", "", NULL },
	{ "neutral", "none", NULL },
	{ "policy", "none", NULL },
	{ "temperror", "temperror", NULL },
	{ "permerror", "permerror", NULL },
	{ "none", "none", NULL },
	{ "pass", "pass", NULL },
	{ "pass", "none", NULL },
	{ "", "", NULL },
	{ "Fail", "none", NULL }, /* no such word */
	{ "failed", "", NULL },
};

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

int
main(void)
{
	const char *why;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		why = forged(slice(cases[i].spf), slice(cases[i].dmarc));
		printf("# spf=%s dmarc=%s\n", cases[i].spf, cases[i].dmarc);
		is_str(why == NULL ? "" : why,
		    cases[i].why == NULL ? "" : cases[i].why, "forged");
	}
	why = forged((struct slice){ NULL, 0 }, (struct slice){ NULL, 0 });
	ok(why == NULL, "nothing known");
	return done();
}
