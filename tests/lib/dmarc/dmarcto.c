#include "dmarc/dmarcto.h"
#include "tap.h"

/* hosts that agreed have a name that begins with "yes"; those with "new"
 * send it elsewhere, with "evil" to a stranger, "lost" do not answer */
static void
answer(struct dmarcto *t, const struct dnsq *q)
{
	static unsigned char wire[300];
	const unsigned char *data[1] = { wire };
	int len[1];
	struct dnsa a = { DNSA_NXDOMAIN, 1, data, len, NULL };
	const char *host = strstr(q->name, "._report._dmarc."), *text = NULL;

	if (host != NULL) {
		host += 16;
		if (strncmp(host, "yes", 3) == 0)
			text = "v=DMARC1";
		else if (strncmp(host, "new", 3) == 0)
			text =
			    "v=DMARC1; rua=mailto:a@new.org,mailto:b@NEW.org!1k";
		else if (strncmp(host, "evil", 4) == 0)
			text =
			    "v=DMARC1; rua=mailto:a@evil.org,mailto:b@victim.org";
		else if (strncmp(host, "lost", 4) == 0)
			a.status = DNSA_FAILED;
	}
	if (text != NULL) {
		a.status = DNSA_OK;
		len[0] = 1 + (wire[0] = (unsigned char)strlen(text));
		memcpy(wire + 1, text, wire[0]);
	}
	dmarcto_answer(t, &a);
}

static const struct {
	const char *rua, *want; /* addresses with their limits; refused lost */
} cases[] = {
	{ "mailto:a@example.com", "a@example.com 0;0 0" },
	{ "mailto:a@example.com,mailto:b@example.com!10m",
	    "a@example.com 0;b@example.com 10485760;0 0" },
	{ "mailto:a@yes.org,mailto:b@yes.net", "a@yes.org 0;b@yes.net 0;0 0" },
	{ "mailto:a@no.org,mailto:b@example.com", "b@example.com 0;1 0" },
	{ "mailto:a@new.org", "a@new.org 0;b@NEW.org 1024;0 0" },
	{ "mailto:x@new.org,mailto:y@new.org",
	    "a@new.org 0;b@NEW.org 1024;0 0" },
	{ "mailto:a@evil.org", "1 0" },
	{ "mailto:a@lost.org,mailto:a@example.com", "a@example.com 0;0 1" },
	{ "mailto:a@example.com,mailto:a@example.com", "a@example.com 0;0 0" },
	{ "https://example.com/,mailto:a%2Cb@example.com,mailto:a@[192.0.2.1]",
	    "0 0" },
	{ "mailto:%61@example.com", "a@example.com 0;0 0" },
	{ "", "0 0" },
};

static struct dmarcto t;

static void
run(const char *rua)
{
	struct dnsq q;

	dmarcto_init(&t, "example.com", rua, NULL);
	while (dmarcto_want(&t, &q))
		answer(&t, &q);
}

int
main(void)
{
	char got[1000], many[1000] = "";
	unsigned i, k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		run(cases[i].rua);
		got[0] = '\0';
		for (k = 0; k < t.n; k++)
			snprintf(got + strlen(got), sizeof got - strlen(got),
			    "%s %llu;", t.address[k].text, t.address[k].limit);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%u %u",
		    t.refused, t.lost);
		is_str(got, cases[i].want, cases[i].rua);
	}
	for (i = 0; i <= DMARCTO_MAX; i++) {
		snprintf(many + strlen(many), sizeof many - strlen(many),
		    "mailto:a%u@example.com,", i);
		run(many);
		is_num(t.n, i < DMARCTO_MAX ? i + 1 : DMARCTO_MAX,
		    "so many addresses");
	}
	return done();
}
