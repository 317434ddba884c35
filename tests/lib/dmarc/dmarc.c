#include "dmarc/dmarc.h"
#include "tap.h"
#include <stdlib.h>
#include <strings.h>

/*
 * A zone is a list of "NAME TEXT": the TXT record of NAME; "NAME !" gives no
 * answer; "NAME +" is there and has no TXT.  Names above those that are
 * there are there, too; others are not.
 */
enum { ZONE_MAX = 12 };

static const struct {
	const char *name;
	const char *zone[ZONE_MAX];
	const char *from, *dkim, *spf; /* dkim: blanks between */
	/* result, policy, where the record stands, organization, and how
	 * many questions were asked */
	const char *want;
} cases[] = {
	/* section 4.10.1: where the policy is found */
	{ "own record", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "example.com", "", "", "fail reject example.com example.com 1" },
	{ "none at all", { 0 }, "example.com", "example.com", "",
	    "none none - example.com 2" },
	{ "of the organization", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "a.b.example.com", "", "",
	    "fail reject example.com example.com 4" },
	{ "own before the organization's",
	    { "_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.a.example.com v=DMARC1; p=quarantine" },
	    "a.example.com", "", "",
	    "fail quarantine a.example.com a.example.com 1" },
	{ "between From and the organization: does not apply",
	    { "_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.b.example.com v=DMARC1; p=quarantine" },
	    "a.b.example.com", "", "",
	    "fail reject example.com example.com 4" },
	{ "sp for what is below",
	    { "_dmarc.example.com v=DMARC1; p=reject; sp=none" },
	    "a.example.com", "", "", "fail none example.com example.com 3" },
	{ "sp not for itself",
	    { "_dmarc.example.com v=DMARC1; p=reject; sp=none" }, "example.com",
	    "", "", "fail reject example.com example.com 1" },
	{ "letter case of names", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "EXAMPLE.Com", "eXample.com", "",
	    "pass reject example.com example.com 1" },
	{ "a dot at the end", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "example.com.", "example.com", "",
	    "pass reject example.com example.com 1" },
	{ "several records at From: none, the walk goes on",
	    { "_dmarc.a.example.com v=DMARC1; p=none",
		"_dmarc.a.example.com v=DMARC1; p=none",
		"_dmarc.example.com v=DMARC1; p=reject" },
	    "a.example.com", "", "", "fail reject example.com example.com 3" },
	{ "several records at the organization",
	    { "_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.example.com v=DMARC1; p=reject" },
	    "a.example.com", "", "", "none none - a.example.com 3" },
	{ "one of several is DMARC's",
	    { "_dmarc.example.com v=spf1 -all",
		"_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.example.com hello",
		"_dmarc.example.com v=DMARC10; p=none",
		"_dmarc.example.com p=none; v=DMARC1" },
	    "example.com", "", "", "fail reject example.com example.com 1" },
	/* the walk: eight questions at most */
	{ "seven labels", { 0 }, "a.b.c.d.e.example.com", "", "",
	    "none none - a.b.c.d.e.example.com 7" },
	{ "eight labels", { 0 }, "a.b.c.d.e.f.example.com", "", "",
	    "none none - a.b.c.d.e.f.example.com 8" },
	{ "nine labels", { 0 }, "a.b.c.d.e.f.g.example.com", "", "",
	    "none none - a.b.c.d.e.f.g.example.com 8" },
	{ "the example of section 4.10",
	    { "_dmarc.example.com v=DMARC1; p=reject" },
	    "a.b.c.d.e.f.g.h.i.j.mail.example.com", "", "",
	    "fail reject example.com example.com 8" },
	{ "a record at eight labels is passed over from nine",
	    { "_dmarc.b.c.d.e.f.g.example.com v=DMARC1; p=none; psd=n",
		"_dmarc.example.com v=DMARC1; p=reject" },
	    "a.b.c.d.e.f.g.example.com", "", "",
	    "fail reject example.com example.com 8" },
	{ "one at seven is not",
	    { "_dmarc.c.d.e.f.g.example.com v=DMARC1; p=quarantine; psd=n",
		"_dmarc.example.com v=DMARC1; p=reject" },
	    "a.b.c.d.e.f.g.example.com", "", "",
	    "fail quarantine c.d.e.f.g.example.com c.d.e.f.g.example.com 2" },
	/* psd */
	{ "psd=n ends the walk",
	    { "_dmarc.b.example.com v=DMARC1; p=quarantine; psd=n",
		"_dmarc.example.com v=DMARC1; p=reject" },
	    "a.b.example.com", "", "",
	    "fail quarantine b.example.com b.example.com 2" },
	{ "psd=y: one label below is the organization",
	    { "_dmarc.bank v=DMARC1; p=none; sp=reject; psd=y" },
	    "a.example.bank", "", "", "fail reject bank example.bank 3" },
	{ "the organization's record before the suffix's",
	    { "_dmarc.bank v=DMARC1; p=reject; psd=y",
		"_dmarc.example.bank v=DMARC1; p=quarantine" },
	    "a.example.bank", "", "",
	    "fail quarantine example.bank example.bank 3" },
	{ "a record below the organization does not count",
	    { "_dmarc.bank v=DMARC1; p=reject; psd=y",
		"_dmarc.b.example.bank v=DMARC1; p=quarantine" },
	    "a.b.example.bank", "", "", "fail reject bank example.bank 4" },
	{ "From is one label below the suffix",
	    { "_dmarc.bank v=DMARC1; p=none; sp=reject; psd=y" },
	    "example.bank", "", "", "fail reject bank example.bank 2" },
	{ "From is the suffix itself",
	    { "_dmarc.bank v=DMARC1; p=quarantine; sp=reject; psd=y" }, "bank",
	    "", "", "fail quarantine bank bank 1" },
	{ "mail of the suffix is not aligned with what is below",
	    { "_dmarc.bank v=DMARC1; p=quarantine; psd=y" }, "bank",
	    "example.bank", "", "fail quarantine bank bank 2" },
	{ "nor the other way round",
	    { "_dmarc.bank v=DMARC1; p=quarantine; psd=y" }, "example.bank",
	    "bank", "", "fail quarantine bank example.bank 2" },
	{ "psd=y above psd=n is not seen",
	    { "_dmarc.bank v=DMARC1; p=none; psd=y",
		"_dmarc.example.bank v=DMARC1; p=reject; psd=n" },
	    "a.example.bank", "b.example.bank", "",
	    "pass reject example.bank example.bank 3" },
	{ "psd=y at seven labels of eight",
	    { "_dmarc.c.d.e.f.g.example.com v=DMARC1; p=reject; psd=y" },
	    "b.c.d.e.f.g.example.com", "", "",
	    "fail reject c.d.e.f.g.example.com b.c.d.e.f.g.example.com 2" },
	{ "psd=y at seven labels of nine",
	    { "_dmarc.c.d.e.f.g.example.com v=DMARC1; p=reject; psd=y" },
	    "a.b.c.d.e.f.g.example.com", "", "",
	    "fail reject c.d.e.f.g.example.com b.c.d.e.f.g.example.com 2" },
	{ "psd=u says nothing",
	    { "_dmarc.b.example.com v=DMARC1; p=none; psd=u",
		"_dmarc.example.com v=DMARC1; p=reject; psd=x" },
	    "a.b.example.com", "", "",
	    "fail reject example.com example.com 4" },
	/* np: who is not there */
	{ "np for who is not there",
	    { "_dmarc.example.com v=DMARC1; p=none; sp=quarantine; np=reject" },
	    "a.example.com", "", "", "fail reject example.com example.com 4" },
	{ "sp for who is there",
	    { "_dmarc.example.com v=DMARC1; p=none; sp=quarantine; np=reject",
		"a.example.com +" },
	    "a.example.com", "", "",
	    "fail quarantine example.com example.com 4" },
	{ "there because something is below",
	    { "_dmarc.example.com v=DMARC1; p=none; np=reject",
		"x.a.example.com +" },
	    "a.example.com", "", "", "fail none example.com example.com 4" },
	{ "np not for itself",
	    { "_dmarc.example.com v=DMARC1; p=none; np=reject" }, "example.com",
	    "", "", "fail none example.com example.com 1" },
	{ "without np it is sp",
	    { "_dmarc.example.com v=DMARC1; p=none; sp=quarantine" },
	    "a.example.com", "", "",
	    "fail quarantine example.com example.com 3" },
	{ "np of a public suffix",
	    { "_dmarc.bank v=DMARC1; p=none; np=reject; psd=y" },
	    "no.such.bank", "", "", "fail reject bank such.bank 4" },
	{ "nobody knows whether it is there",
	    { "_dmarc.example.com v=DMARC1; p=none; np=reject",
		"a.example.com !" },
	    "a.example.com", "", "",
	    "temperror none example.com example.com 4" },
	{ "who passes need not be known",
	    { "_dmarc.example.com v=DMARC1; p=none; np=reject",
		"a.example.com !" },
	    "a.example.com", "a.example.com", "",
	    "pass none example.com example.com 4" },
	/* records of which something is wrong */
	{ "no p and no rua: no DMARC",
	    { "_dmarc.example.com v=DMARC1; sp=reject" }, "example.com",
	    "example.com", "", "none none example.com example.com 1" },
	{ "no p but rua",
	    { "_dmarc.example.com v=DMARC1; rua=mailto:d@example.com" },
	    "example.com", "", "", "fail none example.com example.com 1" },
	{ "bad p but rua",
	    { "_dmarc.example.com v=DMARC1; p=rejct; rua=mailto:d@e.org" },
	    "example.com", "", "", "fail none example.com example.com 1" },
	{ "bad sp makes it none as well",
	    { "_dmarc.example.com v=DMARC1; p=reject; sp=no; rua=mailto:d@e.org" },
	    "example.com", "", "", "fail none example.com example.com 1" },
	{ "bad np as well, without rua",
	    { "_dmarc.example.com v=DMARC1; p=reject; np=" }, "example.com", "",
	    "", "none none example.com example.com 1" },
	{ "bad p, no good rua",
	    { "_dmarc.example.com v=DMARC1; p=x; rua=nobody" }, "example.com",
	    "", "", "none none example.com example.com 1" },
	{ "the organization's record cannot be used: not the suffix's",
	    { "_dmarc.example.bank v=DMARC1; p=x",
		"_dmarc.bank v=DMARC1; p=reject; psd=y" },
	    "a.example.bank", "", "",
	    "none none example.bank a.example.bank 3" },
	{ "own record cannot be used: not the organization's",
	    { "_dmarc.a.example.com v=DMARC1; p=x",
		"_dmarc.example.com v=DMARC1; p=reject" },
	    "a.example.com", "", "",
	    "none none a.example.com a.example.com 1" },
	/* alignment */
	{ "DKIM, the same name", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "example.com", "example.com", "",
	    "pass reject example.com example.com 1" },
	{ "SPF, the same name", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "example.com", "", "example.com",
	    "pass reject example.com example.com 1" },
	{ "the same name needs no walk, above or below",
	    { "_dmarc.example.com v=DMARC1; p=reject" }, "a.example.com",
	    "a.example.com", "a.example.com",
	    "pass reject example.com example.com 3" },
	{ "DKIM by the organization",
	    { "_dmarc.example.com v=DMARC1; p=reject" }, "mail.example.com",
	    "example.com", "", "pass reject example.com example.com 3" },
	{ "SPF by the organization",
	    { "_dmarc.example.com v=DMARC1; p=reject" }, "example.com", "",
	    "bounce.example.com", "pass reject example.com example.com 3" },
	{ "two names below one", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "a.example.com", "b.example.com", "",
	    "pass reject example.com example.com 4" },
	{ "strict: the same name",
	    { "_dmarc.example.com v=DMARC1; p=reject; adkim=s; aspf=s" },
	    "example.com", "example.com", "",
	    "pass reject example.com example.com 1" },
	{ "strict: no other name, and no walk",
	    { "_dmarc.example.com v=DMARC1; p=reject; adkim=s; aspf=s" },
	    "example.com", "a.example.com b.example.com", "c.example.com",
	    "fail reject example.com example.com 1" },
	{ "strict for DKIM alone",
	    { "_dmarc.example.com v=DMARC1; p=reject; adkim=s" }, "example.com",
	    "a.example.com", "c.example.com",
	    "pass reject example.com example.com 3" },
	{ "another TLD is not looked at",
	    { "_dmarc.example.com v=DMARC1; p=reject" }, "example.com",
	    "example.org", "example.net",
	    "fail reject example.com example.com 1" },
	{ "another organization", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "example.com", "other.com", "",
	    "fail reject example.com example.com 3" },
	{ "a TLD with a record is one organization",
	    { "_dmarc.com v=DMARC1; p=reject" }, "example.com", "other.com", "",
	    "pass reject com com 3" },
	{ "but not with psd=y", { "_dmarc.com v=DMARC1; p=reject; psd=y" },
	    "example.com", "other.com", "", "fail reject com example.com 3" },
	{ "the other has psd=n between",
	    { "_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.b.example.com v=DMARC1; psd=n" },
	    "example.com", "x.b.example.com", "",
	    "fail reject example.com example.com 4" },
	{ "From has psd=n between",
	    { "_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.b.example.com v=DMARC1; p=none; psd=n" },
	    "x.b.example.com", "example.com", "",
	    "fail none b.example.com b.example.com 4" },
	{ "own record, the organization is above",
	    { "_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.a.example.com v=DMARC1; p=none" },
	    "a.example.com", "example.com", "",
	    "pass none a.example.com example.com 3" },
	{ "one of several signatures",
	    { "_dmarc.example.com v=DMARC1; p=reject" }, "example.com",
	    "list.example.org x.example.com other.com", "",
	    "pass reject example.com example.com 3" },
	{ "a name that begins the same",
	    { "_dmarc.example.com v=DMARC1; p=reject" }, "example.com",
	    "badexample.com", "", "fail reject example.com example.com 3" },
	{ "names that are none", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "example.com", "a..example.com .example.com", "",
	    "fail reject example.com example.com 1" },
	{ "both", { "_dmarc.example.com v=DMARC1; p=reject" }, "example.com",
	    "example.com", "example.com",
	    "pass reject example.com example.com 1" },
	/* the DNS fails */
	{ "no answer for From", { "_dmarc.example.com !" }, "example.com",
	    "example.com", "", "temperror none - example.com 1" },
	{ "no answer on the way up", { "_dmarc.com !" }, "example.com",
	    "example.com", "", "temperror none - example.com 2" },
	{ "not above one's own record",
	    { "_dmarc.example.com v=DMARC1; p=reject", "_dmarc.com !" },
	    "example.com", "", "", "fail reject example.com example.com 1" },
	{ "but where that matters",
	    { "_dmarc.example.com v=DMARC1; p=reject", "_dmarc.com !" },
	    "example.com", "a.example.com", "",
	    "temperror reject example.com example.com 3" },
	{ "not when another is aligned",
	    { "_dmarc.example.com v=DMARC1; p=reject", "_dmarc.com !" },
	    "example.com", "a.example.com", "example.com",
	    "pass reject example.com example.com 3" },
	{ "no answer for the other domain",
	    { "_dmarc.example.com v=DMARC1; p=reject",
		"_dmarc.a.example.com !" },
	    "example.com", "a.example.com", "",
	    "temperror reject example.com example.com 3" },
	/* From */
	{ "no From", { 0 }, "", "example.com", "", "none none - - 0" },
	{ "an empty label", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "a..example.com", "", "", "none none - - 0" },
	{ "an address literal", { 0 }, "[192.0.2.1]", "", "",
	    "none none - - 0" },
	{ "one label", { "_dmarc.localhost v=DMARC1; p=reject" }, "localhost",
	    "localhost", "", "pass reject localhost localhost 1" },
};

/* RFC 7489, with a list that has com, bank and uk.com */
static const char *
organization(void *arg, const char *name)
{
	static const char *const suffixes[] = { ".uk.com", ".com", ".bank" };
	size_t i, n = strlen(name), k;
	const char *p;

	(void)arg;
	for (i = 0; i < 3; i++) {
		k = strlen(suffixes[i]);
		if (strcmp(name, suffixes[i] + 1) == 0)
			return name;
		if (n <= k || strcmp(name + n - k, suffixes[i]) != 0)
			continue;
		for (p = name + n - k; p > name && p[-1] != '.'; p--)
			;
		return p;
	}
	return name;
}

static const struct {
	const char *name;
	const char *zone[ZONE_MAX];
	const char *from, *dkim, *spf, *want;
} old_cases[] = {
	{ "own record", { "_dmarc.example.com v=DMARC1; p=reject" },
	    "example.com", "x.example.com", "",
	    "pass reject example.com example.com 1" },
	{ "of the organization, two questions",
	    { "_dmarc.example.com v=DMARC1; p=reject; sp=quarantine" },
	    "a.b.c.example.com", "", "",
	    "fail quarantine example.com example.com 2" },
	{ "not between", { "_dmarc.c.example.com v=DMARC1; p=reject" },
	    "a.c.example.com", "", "", "none none - example.com 2" },
	{ "not above", { "_dmarc.com v=DMARC1; p=reject; psd=y" },
	    "example.com", "", "", "none none - example.com 1" },
	{ "psd, np and t are unknown",
	    { "_dmarc.example.com v=DMARC1; p=reject; np=none; psd=n; t=y" },
	    "a.example.com", "", "", "fail reject example.com example.com 2" },
	{ "several end it (section 6.6.3 step 5)",
	    { "_dmarc.a.example.com v=DMARC1; p=none",
		"_dmarc.a.example.com v=DMARC1; p=none",
		"_dmarc.example.com v=DMARC1; p=reject" },
	    "a.example.com", "", "", "none none - example.com 1" },
	{ "below a suffix that looks like a domain",
	    { "_dmarc.uk.com v=DMARC1; p=reject",
		"_dmarc.com v=DMARC1; p=reject" },
	    "a.example.uk.com", "", "", "none none - example.uk.com 2" },
	{ "alignment by the list",
	    { "_dmarc.example.uk.com v=DMARC1; p=reject" }, "a.example.uk.com",
	    "b.example.uk.com", "other.uk.com",
	    "pass reject example.uk.com example.uk.com 2" },
	{ "not across a suffix", { "_dmarc.example.uk.com v=DMARC1; p=reject" },
	    "example.uk.com", "other.uk.com uk.com com", "",
	    "fail reject example.uk.com example.uk.com 1" },
	{ "strict", { "_dmarc.example.com v=DMARC1; p=reject; adkim=s" },
	    "example.com", "a.example.com", "",
	    "fail reject example.com example.com 1" },
	{ "From is a suffix", { "_dmarc.uk.com v=DMARC1; p=reject" }, "uk.com",
	    "a.uk.com", "", "fail reject uk.com uk.com 1" },
	{ "no answer", { "_dmarc.example.com !" }, "a.example.com", "", "",
	    "temperror none - example.com 2" },
};

static int asked, asked_for_end;

/* 1: the name is there */
static int
there(const char *const *zone, const char *name)
{
	size_t n = strlen(name), k;

	for (; *zone != NULL; zone++) {
		k = strcspn(*zone, " ");
		if (k >= n && strncmp(*zone + k - n, name, n) == 0 &&
		    (k == n || (*zone)[k - n - 1] == '.'))
			return 1;
	}
	return 0;
}

static void
answer(struct dmarc *d, const char *const *zone, const struct dnsq *q)
{
	static unsigned char wire[ZONE_MAX][600];
	const unsigned char *data[ZONE_MAX];
	int len[ZONE_MAX];
	struct dnsa a = { DNSA_NXDOMAIN, 0, data, len, NULL };
	const char *const *z, *text;
	size_t n = strlen(q->name), k;

	asked++;
	if (there(zone, q->name))
		a.status = DNSA_NONE;
	for (z = zone; *z != NULL; z++) {
		if (strncmp(*z, q->name, n) != 0 || (*z)[n] != ' ')
			continue;
		text = *z + n + 1;
		if (strcmp(text, "!") == 0) {
			a.status = DNSA_FAILED;
			a.text = "no luck";
		} else if (strcmp(text, "+") != 0 && q->type == DNSQ_TXT) {
			k = strlen(text);
			/* in two strings */
			wire[a.n][0] = 5;
			memcpy(wire[a.n] + 1, text, 5);
			wire[a.n][6] = (unsigned char)(k - 5);
			memcpy(wire[a.n] + 7, text + 5, k - 5);
			data[a.n] = wire[a.n];
			len[a.n++] = (int)k + 2;
			a.status = DNSA_OK;
		}
	}
	dmarc_answer(d, &a);
}

/* text with blanks between, cut into words */
static unsigned
split(char *text, const char **words)
{
	unsigned n = 0;

	for (text = strtok(text, " "); text != NULL; text = strtok(NULL, " "))
		words[n++] = text;
	return n;
}

static void
run(struct dmarc *d, const char *const *zone, const struct dmarc_who *who)
{
	struct dnsq q;

	asked = 0;
	dmarc_init(d, who);
	while (dmarc_want(d, &q))
		answer(d, zone, &q);
	asked_for_end = dmarc_want(d, &q);
}

static const char *
shown(const char *s)
{
	return s[0] == '\0' ? "-" : s;
}

static void
check(const char *name, const char *const *zone, const char *from,
    const char *dkim, const char *spf, const char *want, int old)
{
	static struct dmarc d;
	struct dmarc_who who = { .from = from, .spf = spf };
	char copy[400], got[900];

	snprintf(copy, sizeof copy, "%s", dkim);
	who.n_dkim = split(copy, who.dkim);
	if (old)
		who.organization = organization;
	run(&d, zone, &who);
	snprintf(got, sizeof got, "%s %s %s %s %d", dmarc_word(d.found.result),
	    dmarc_policy_word(d.found.policy), shown(d.found.domain),
	    shown(d.found.organization), asked);
	is_str(got, want, name);
	ok(!asked_for_end && d.found.text[0] != '\0',
	    "it is over, and says why");
}

static void
check_testing(void)
{
	static const char *const zone[] = {
		"_dmarc.example.com v=DMARC1; p=reject; sp=quarantine; np=none; t=y; pct=0",
		"there.example.com +", NULL
	};
	static const char *const old[] = {
		"_dmarc.example.com v=DMARC1; p=reject; t=y; pct=0; "
		"rua=mailto:a@example.com",
		NULL
	};
	struct dmarc_who who = { .from = "example.com" };
	static struct dmarc d;

	run(&d, zone, &who);
	ok(d.found.testing && d.found.policy == DMARC_P_REJECT &&
		dmarc_policy(&d.found) == DMARC_P_QUARANTINE,
	    "t=y: reject is quarantine");
	is_num(d.found.pct, 100, "pct is no more");
	who.from = "there.example.com";
	run(&d, zone, &who);
	ok(d.found.policy == DMARC_P_QUARANTINE && !d.found.nonexistent &&
		dmarc_policy(&d.found) == DMARC_P_NONE,
	    "quarantine is none");
	who.from = "no.example.com";
	run(&d, zone, &who);
	ok(d.found.policy == DMARC_P_NONE && d.found.nonexistent &&
		dmarc_policy(&d.found) == DMARC_P_NONE,
	    "none is none");
	ok(d.found.p == DMARC_P_REJECT && d.found.sp == DMARC_P_QUARANTINE &&
		d.found.np == DMARC_P_NONE,
	    "all three as published");
	who.from = "example.com";
	who.organization = organization;
	run(&d, old, &who);
	ok(d.found.testing && d.found.pct == 0, "pct=0 by RFC 7489");
	is_str(d.found.rua, "mailto:a@example.com", "who wants reports");
}

/* as many domains as there is room for, each with a walk of its own */
static void
check_limits(void)
{
	static const char *const zone[] = {
		"_dmarc.example.com v=DMARC1; p=reject", NULL
	};
	static char names[DMARC_DOMAINS_MAX + 1][100];
	struct dmarc_who who = { .from = "example.com" };
	static struct dmarc d;
	unsigned i;

	for (i = 0; i < DMARC_DOMAINS_MAX; i++) {
		snprintf(names[i], sizeof names[i],
		    "a.b.c.d.e.f.g.h.other%u.com", i);
		who.dkim[who.n_dkim++] = names[i];
	}
	run(&d, zone, &who);
	ok(d.found.result == DMARC_FAIL, "20 domains that are not aligned");
	/* From's and com's, and of each all but com */
	is_num(asked, 2 + 20 * (DMARC_WALK_MAX - 1),
	    "the questions of 20 walks");
	who.dkim[DMARC_DOMAINS_MAX - 1] = "a.example.com";
	run(&d, zone, &who);
	ok(d.found.result == DMARC_PASS, "the 20th is looked at");
	who.n_dkim = DMARC_DOMAINS_MAX + 1; /* behind the end: not read */
	who.dkim[DMARC_DOMAINS_MAX - 1] = "other.com";
	run(&d, zone, &who);
	ok(d.found.result == DMARC_FAIL, "the 21st is not");
}

static void
check_long(void)
{
	static const char *const zone[] = { "_dmarc.com v=DMARC1; p=reject",
		NULL };
	struct dmarc_who who = { 0 };
	static struct dmarc d;
	static char name[300];
	unsigned i;

	for (i = 0; i < 125; i++)
		memcpy(name + 2 * i, "a.", 2);
	memcpy(name + 250, "com", 4);
	who.from = name;
	run(&d, zone, &who);
	ok(d.found.result == DMARC_FAIL,
	    "253 bytes: no record of its own can be");
	is_num(asked, 7, "it is not asked for");
	who.spf = name + 2;
	run(&d, zone, &who);
	ok(d.found.result == DMARC_PASS, "a long name beside it");
	memmove(name + 1, name, 254);
	run(&d, zone, &who);
	ok(d.found.result == DMARC_NONE && asked == 0, "254 bytes are no name");
}

static void
check_organization(void)
{
	static const char *const zone[] = { "_dmarc.bank v=DMARC1; psd=y",
		"_dmarc.a.b.bank v=DMARC1; p=x", "_dmarc.org !", NULL };
	struct dmarc_who who = { .from = "a.b.bank", .only_organization = 1 };
	static struct dmarc d;

	run(&d, zone, &who);
	is_str(d.found.organization, "b.bank", "only the organization");
	ok(d.found.result == DMARC_NONE && asked == 3, "by a whole walk");
	who.from = "a.org";
	run(&d, zone, &who);
	ok(d.found.result == DMARC_TEMPERROR, "which may fail");
	who.organization = organization;
	who.from = "a.b.uk.com";
	run(&d, zone, &who);
	is_str(d.found.organization, "b.uk.com", "or by the list");
	is_num(asked, 0, "without a question");
}

int
main(void)
{
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(cases[i].name, cases[i].zone, cases[i].from,
		    cases[i].dkim, cases[i].spf, cases[i].want, 0);
	for (i = 0; i < sizeof old_cases / sizeof *old_cases; i++)
		check(old_cases[i].name, old_cases[i].zone, old_cases[i].from,
		    old_cases[i].dkim, old_cases[i].spf, old_cases[i].want, 1);
	check_testing();
	check_limits();
	check_long();
	check_organization();
	return done();
}
