#include "dmarc/dmarcwalk.h"
#include "tap.h"

/* what is at the names that are asked for, in their order: '-' nothing, 'u'
 * 'y' 'n' a record with that psd, '!' no answer */
static const struct {
	const char *name, *found, *asked, *organization;
} cases[] = {
	{ "example.com", "--", "example.com com", "example.com" },
	{ "example.com", "u-", "example.com com", "example.com" },
	{ "example.com", "uu", "example.com com", "com" },
	{ "example.com", "uy", "example.com com", "example.com" },
	{ "example.com", "-y", "example.com com", "example.com" },
	{ "example.com", "y", "example.com", "example.com" },
	{ "a.b.example.com", "-n", "a.b.example.com b.example.com",
	    "b.example.com" },
	{ "a.b.example.com", "uuu-",
	    "a.b.example.com b.example.com example.com com", "example.com" },
	{ "a.b.example.com", "--y", "a.b.example.com b.example.com example.com",
	    "b.example.com" },
	{ "a.b.example.com", "-!", "a.b.example.com b.example.com",
	    "a.b.example.com" },
	{ "com", "-", "com", "com" },
	{ "1.2.3.4.5.6.7", "n", "1.2.3.4.5.6.7", "1.2.3.4.5.6.7" },
	{ "0.1.2.3.4.5.6.7", "-y", "0.1.2.3.4.5.6.7 1.2.3.4.5.6.7",
	    "0.1.2.3.4.5.6.7" },
	{ "x.0.1.2.3.4.5.6.7", "-------y",
	    "x.0.1.2.3.4.5.6.7 1.2.3.4.5.6.7 "
	    "2.3.4.5.6.7 3.4.5.6.7 4.5.6.7 5.6.7 6.7 7",
	    "6.7" },
	{ "x.0.1.2.3.4.5.6.7", "--------",
	    "x.0.1.2.3.4.5.6.7 1.2.3.4.5.6.7 "
	    "2.3.4.5.6.7 3.4.5.6.7 4.5.6.7 5.6.7 6.7 7",
	    "x.0.1.2.3.4.5.6.7" },
};

static void
check(const char *name, const char *found, const char *want,
    const char *organization)
{
	struct dmarc_walk w;
	char asked[500] = "";
	unsigned n = 0;

	dmarcwalk_start(&w, name);
	while (w.at > 0 && n < DMARC_WALK_MAX) {
		snprintf(asked + strlen(asked), sizeof asked - strlen(asked),
		    "%s%s", n > 0 ? " " : "", dmarcwalk_tail(name, w.at));
		dmarcwalk_on(&w,
		    found[n] == '-'       ? DMARC_ABSENT
			: found[n] == '!' ? DMARC_LOST
					  : DMARC_THERE,
		    found[n] == 'y'       ? DMARC_PSD_YES
			: found[n] == 'n' ? DMARC_PSD_NO
					  : DMARC_PSD_UNKNOWN);
		n++;
	}
	is_num(w.at, 0, "it is over");
	is_str(asked, want, "the names");
	is_str(dmarcwalk_organization(&w), organization, "the organization");
	is_num(w.lost, found[n - 1] == '!', "no answer");
}

static const struct {
	const char *name, *want;
} names[] = {
	{ "Example.COM", "example.com" },
	{ "example.com.", "example.com" },
	{ "", "" },
	{ ".", "" },
	{ "a..b", "" },
	{ ".a", "" },
	{ "[192.0.2.1]", "" },
	{ "a_b.-c", "a_b.-c" },
	{ NULL, "" },
};

int
main(void)
{
	char out[DNSQ_NAME_MAX + 1], wide[300];
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(cases[i].name, cases[i].found, cases[i].asked,
		    cases[i].organization);
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		dmarcwalk_name(out, names[i].name);
		is_str(out, names[i].want, "a name");
	}
	for (i = 0; i < 254; i++)
		wide[i] = i % 2 ? '.' : 'a';
	wide[253] = '\0';
	dmarcwalk_name(out, wide);
	is_num((long long)strlen(out), 253, "253 bytes");
	memcpy(wide + 253, "a", 2);
	dmarcwalk_name(out, wide);
	is_num((long long)strlen(out), 0, "254 are none");
	is_num(dmarcwalk_labels("a.b.c"), 3, "labels");
	is_str(dmarcwalk_tail("a.b.c", 1), "c", "the last");
	is_str(dmarcwalk_tail("a.b.c", 3), "a.b.c", "all");
	return done();
}
