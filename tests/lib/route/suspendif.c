/* which order suspends what goes some way */
#include "route/suspendif.h"
#include "tap.h"
#include <stdio.h>

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static const struct {
	const char *label, *via, *site, *provider, *want;
} cases[] = {
	{ "", "p", "s", "", "0" },
	{ "7,99,via=p", "p", "s", "", "7 99" },
	{ "7,99,via=P", "p", "s", "", "7 99" },
	{ "7,99,via=q", "p", "s", "", "0" },
	{ "7,99,via=q,via=p", "p", "s", "", "7 99" },
	{ "7,99,via=p,site=x", "p", "s", "", "0" },
	{ "7,99,via=p,site=x,site=s", "p", "s", "", "7 99" },
	{ "7,99,provider=big", "p", "s", "", "0" },
	{ "7,99,provider=big", "p", "s", "big", "7 99" },
	{ "7,99,via=q 8,100,site=s", "p", "s", "", "8 100" },
	{ "7,99,via=pp", "p", "s", "", "0" },
	{ "7,99,via=", "p", "s", "", "0" },
	/* what cannot be read is none */
	{ "7,99", "p", "s", "", "0" },
	{ "7,99,", "p", "s", "", "0" },
	{ "7", "p", "s", "", "0" },
	{ "x,99,via=p", "p", "s", "", "0" },
	{ "7,x,via=p", "p", "s", "", "0" },
	{ "0,99,via=p", "p", "s", "", "0" },
	{ "7,99,pool=p", "p", "s", "", "0" },
	{ "7,99,via=p,pool=p", "p", "s", "", "0" },
	{ "7,99,via", "p", "s", "", "0" },
	{ " ,  ,=,", "p", "s", "", "0" },
};

int
main(void)
{
	struct suspendif_way w;
	uint64_t number, until;
	char got[64];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		w.via = slice(cases[i].via);
		w.site = slice(cases[i].site);
		w.provider = slice(cases[i].provider);
		if (suspendif(slice(cases[i].label), &w, &number, &until))
			snprintf(got, sizeof got, "%u %u", (unsigned)number,
			    (unsigned)until);
		else
			strcpy(got, "0");
		is_str(got, cases[i].want, cases[i].label);
	}
	return done();
}
