#include "dmarc/dmarcdest.h"
#include "tap.h"
#include <strings.h>

/* "NAME TEXT": a TXT record; "NAME !": no answer */
static const char *const zone[] = { "_dmarc.example.com v=DMARC1; p=reject",
	"_dmarc.split.example.com v=DMARC1; p=none; psd=n",
	"example.com._report._dmarc.agreed.example v=DMARC1",
	"example.com._report._dmarc.moved.example v=DMARC1; rua=mailto:a@moved.example",
	"example.com._report._dmarc.late.example v=DMARC",
	"example.com._report._dmarc.lower.example v=dmarc1",
	"example.com._report._dmarc.twice.example v=DMARC1",
	"example.com._report._dmarc.twice.example v=DMARC1;",
	"example.com._report._dmarc.second.example v=spf1 -all",
	"example.com._report._dmarc.second.example v=DMARC1;",
	"example.com._report._dmarc.lost.example !", "_dmarc.nowhere.example !",
	"_dmarc.dead !", NULL };

static const struct {
	const char *name, *domain, *host;
	enum dmarcdest_result want;
} cases[] = {
	{ "the same", "example.com", "example.com", DMARCDEST_OWN },
	{ "in other letters", "example.com", "EXAMPLE.com", DMARCDEST_OWN },
	{ "below", "example.com", "reports.example.com", DMARCDEST_OWN },
	{ "above", "a.example.com", "example.com", DMARCDEST_OWN },
	{ "beside", "a.example.com", "b.example.com", DMARCDEST_OWN },
	{ "below, and an organization of its own", "example.com",
	    "split.example.com", DMARCDEST_REFUSED },
	{ "agreed", "example.com", "agreed.example", DMARCDEST_ALLOWED },
	{ "for this domain alone", "a.example.com", "agreed.example",
	    DMARCDEST_REFUSED },
	{ "elsewhere", "example.com", "moved.example", DMARCDEST_ALLOWED },
	{ "no record", "example.com", "other.example", DMARCDEST_REFUSED },
	{ "no version", "example.com", "late.example", DMARCDEST_REFUSED },
	{ "its letters", "example.com", "lower.example", DMARCDEST_REFUSED },
	{ "several", "example.com", "twice.example", DMARCDEST_ALLOWED },
	{ "beside another", "example.com", "second.example",
	    DMARCDEST_ALLOWED },
	{ "no answer", "example.com", "lost.example", DMARCDEST_LOST },
	{ "no answer on the walk", "example.com", "nowhere.example",
	    DMARCDEST_LOST },
	{ "nor on the other", "x.dead", "example.com", DMARCDEST_LOST },
};

static void
answer(struct dmarcdest *d, const struct dnsq *q)
{
	static unsigned char wire[4][300];
	const unsigned char *data[4];
	int len[4];
	struct dnsa a = { DNSA_NXDOMAIN, 0, data, len, NULL };
	size_t n = strlen(q->name), k;
	const char *const *z;

	for (z = zone; *z != NULL; z++) {
		if (strncasecmp(*z, q->name, n) != 0 || (*z)[n] != ' ')
			continue;
		k = strlen(*z + n + 1);
		a.status = (*z)[n + 1] == '!' ? DNSA_FAILED : DNSA_OK;
		wire[a.n][0] = (unsigned char)k;
		memcpy(wire[a.n] + 1, *z + n + 1, k);
		data[a.n] = wire[a.n];
		len[a.n++] = (int)k + 1;
	}
	dmarcdest_answer(d, &a);
}

static const char *
organization(void *arg, const char *name)
{
	(void)arg;
	return strstr(name, "example") != NULL ? strstr(name, "example") : name;
}

int
main(void)
{
	static char label[254];
	struct dmarc_who list = { .organization = organization };
	static struct dmarcdest d;
	struct dnsq q;
	unsigned i, asked;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		dmarcdest_init(&d, cases[i].domain, cases[i].host, NULL);
		while (dmarcdest_want(&d, &q))
			answer(&d, &q);
		is_num(d.result, cases[i].want, cases[i].name);
	}
	dmarcdest_init(&d, "example.com", "moved.example", NULL);
	while (dmarcdest_want(&d, &q))
		answer(&d, &q);
	is_str(d.rua, "mailto:a@moved.example", "where to");
	dmarcdest_init(&d, "a.example.com", "b.example.com", &list);
	is_num(dmarcdest_want(&d, &q), 0, "by the list: nothing to ask");
	is_num(d.result, DMARCDEST_OWN, "of one organization");
	/* the name of the record would be too long for the DNS */
	for (i = 0; i < 253; i++)
		label[i] = i % 50 == 49 ? '.' : 'x';
	dmarcdest_init(&d, label, "agreed.example", NULL);
	for (asked = 0; dmarcdest_want(&d, &q); asked++)
		answer(&d, &q);
	ok(d.result == DMARCDEST_REFUSED && asked < 20,
	    "a name too long: refused");
	return done();
}
