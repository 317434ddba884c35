#include "dnscheck/domain.h"
#include "tap.h"
#include <stdlib.h>

static char said[8000];

static void
say(void *arg, enum dnscheck_grade g, const char *subject, const char *text)
{
	(void)arg;
	snprintf(said + strlen(said), sizeof said - strlen(said), "%s %s: %s\n",
	    dnscheck_word(g), subject, text);
}

/* a zone: "NAME TYPE TEXT", or "NAME !"; what is not there is not there */
static void
answer(struct dnscheck_domain *d, const char *const *zone, const struct dnsq *q)
{
	static unsigned char wire[3][600];
	const unsigned char *data[3];
	int len[3];
	struct dnsa a = { DNSA_NXDOMAIN, 0, data, len, NULL };
	const char *type = q->type == DNSQ_TXT ? "TXT "
	    : q->type == DNSQ_MX               ? "MX "
	    : q->type == DNSQ_A                ? "A "
					       : "AAAA ";
	const char *text;
	size_t n = strlen(q->name), k;

	for (; *zone != NULL; zone++) {
		if (strncmp(*zone, q->name, n) != 0 || (*zone)[n] != ' ')
			continue;
		text = *zone + n + 1;
		if (a.status == DNSA_NXDOMAIN)
			a.status = DNSA_NONE;
		if (*text == '!')
			a.status = DNSA_FAILED;
		if (strncmp(text, type, strlen(type)) != 0)
			continue;
		text += strlen(type);
		k = strlen(text);
		a.status = DNSA_OK;
		data[a.n] = wire[a.n];
		if (q->type == DNSQ_TXT) {
			wire[a.n][0] = (unsigned char)k;
			memcpy(wire[a.n] + 1, text, k);
			len[a.n++] = (int)k + 1;
		} else if (q->type == DNSQ_MX) {
			/* one label, or the root */
			memset(wire[a.n], 0, 2);
			wire[a.n][2] = *text == '.' ? 0 : (unsigned char)k;
			memcpy(wire[a.n] + 3, text, k + 1);
			len[a.n++] = *text == '.' ? 3 : (int)k + 4;
		} else {
			len[a.n++] = q->type == DNSQ_A ? 4 : 16;
		}
	}
	dnscheck_domain_answer(d, &a);
}

static const struct {
	const char *name, *zone[6], *want;
} cases[] = {
	{ "all well",
	    { "x.org TXT v=spf1 ip4:192.0.2.1 -all", "x.org MX mx",
		"_dmarc.x.org TXT v=DMARC1; p=reject; rua=mailto:a@x.org" },
	    "good x.org SPF 192.0.2.1: pass\n"
	    "warning x.org: nobody signs its mail: add it to conf/dkim\n"
	    "good x.org DMARC: p=reject\ngood x.org MX: there\n" },
	{ "nothing there", { NULL },
	    "bad x.org SPF 192.0.2.1: no record: publish \"v=spf1 "
	    "ip4:192.0.2.1 -all\" as TXT of x.org\n"
	    "warning x.org: nobody signs its mail: add it to conf/dkim\n"
	    "bad x.org DMARC: no record: publish \"v=DMARC1; p=none; "
	    "rua=mailto:...\" as TXT of _dmarc.x.org\n"
	    "bad x.org MX: the domain is not there: mail from it is refused\n" },
	{ "neutral, null MX",
	    { "x.org TXT v=spf1 ?all", "x.org MX .",
		"_dmarc.x.org TXT v=DMARC1; p=reject" },
	    "warning x.org SPF 192.0.2.1: neutral: add ip4:192.0.2.1 to the record\n"
	    "warning x.org: nobody signs its mail: add it to conf/dkim\n"
	    "warning x.org DMARC: p=reject, but nobody gets reports: add rua=\n"
	    "warning x.org MX: a null MX says that it takes no mail: bounces "
	    "are lost, some refuse mail from it\n" },
	{ "an address only",
	    { "x.org TXT v=spf1 -all", "x.org A x",
		"_dmarc.x.org TXT v=DMARC1; p=none" },
	    "bad x.org SPF 192.0.2.1: fail: add ip4:192.0.2.1 to the record\n"
	    "warning x.org: nobody signs its mail: add it to conf/dkim\n"
	    "warning x.org DMARC: p=none: forged mail is let through; quarantine "
	    "or reject when the reports are good\n"
	    "good x.org MX: none, but an address\n" },
	{ "no answers", { "x.org !", "_dmarc.x.org !" },
	    "warning x.org SPF 192.0.2.1: the DNS did not answer: look again\n"
	    "warning x.org: nobody signs its mail: add it to conf/dkim\n"
	    "warning x.org DMARC: the DNS did not answer: look again\n"
	    "warning x.org MX: the DNS did not answer: look again\n" },
	{ "no MX and no address",
	    { "x.org TXT v=spf1 ip4:192.0.2.1 -all",
		"_dmarc.x.org TXT v=DMARC1; p=reject; t=y" },
	    "good x.org SPF 192.0.2.1: pass\n"
	    "warning x.org: nobody signs its mail: add it to conf/dkim\n"
	    "warning x.org DMARC: p=reject, but a test\n"
	    "bad x.org MX: no MX and no address: mail from it is refused, "
	    "bounces are lost\n" },
};

static const struct {
	const char *name, *record, *want;
	enum signing_algorithm algorithm;
} keys[] = {
	{ "not there", NULL,
	    "bad s._domainkey.x.org: not there: publish the "
	    "public key as TXT\n",
	    SIGNING_RSA_SHA256 },
	{ "no answer", "!",
	    "warning s._domainkey.x.org: the DNS did not answer: "
	    "look again\n",
	    SIGNING_RSA_SHA256 },
	{ "ed25519",
	    "TXT v=DKIM1; k=ed25519; "
	    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
	    "good s._domainkey.x.org: published\n", SIGNING_ED25519_SHA256 },
	{ "of another kind",
	    "TXT v=DKIM1; k=ed25519; "
	    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
	    "bad s._domainkey.x.org: the key is not of the kind rsa that signs\n",
	    SIGNING_RSA_SHA256 },
	{ "a test",
	    "TXT v=DKIM1; k=ed25519; t=y; "
	    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
	    "warning s._domainkey.x.org: t=y says that it is a test: take it out\n",
	    SIGNING_ED25519_SHA256 },
	{ "for sha1",
	    "TXT v=DKIM1; k=ed25519; h=sha1; "
	    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
	    "bad s._domainkey.x.org: h= does not allow sha256\n",
	    SIGNING_ED25519_SHA256 },
};

static const struct dnscheck_source source = { .text = "192.0.2.1",
	.ip = { 192, 0, 2, 1 },
	.len = 4,
	.helo = "h.example" };

static void
run(struct dnscheck_domain_who *who, const char *const *zone)
{
	static struct dnscheck_domain d;
	struct dnsq q;

	said[0] = '\0';
	who->report = (struct dnscheck_report){ say, NULL };
	dnscheck_domain_init(&d, who);
	while (dnscheck_domain_want(&d, &q))
		answer(&d, zone, &q);
	ok(!dnscheck_domain_want(&d, &q), "it is over");
}

/* several addresses: there is one record for all */
static void
one_record(void)
{
	static const struct dnscheck_source three[] = {
		{ .text = "192.0.2.1",
		    .ip = { 192, 0, 2, 1 },
		    .len = 4,
		    .helo = "h.example" },
		{ .text = "192.0.2.2",
		    .ip = { 192, 0, 2, 2 },
		    .len = 4,
		    .helo = "h.example" },
		{ .text = "2001:db8::1",
		    .ip = { 0x20, 1, 0xd, 0xb8, [15] = 1 },
		    .len = 16,
		    .helo = "h.example" }
	};
	struct dnscheck_domain_who who = {
		.domain = "x.org", .source = three, .n_sources = 3
	};
	static const char *const zone[6] = { NULL };
	char *end;

	run(&who, zone);
	end = strstr(said, "warning x.org: nobody");
	if (end != NULL)
		*end = '\0';
	is_str(said,
	    "bad x.org SPF 192.0.2.1: no record: publish \"v=spf1 "
	    "ip4:192.0.2.1 ip4:192.0.2.2 ip6:2001:db8::1 -all\" as TXT of "
	    "x.org\nbad x.org SPF 192.0.2.2: no record: the one above has "
	    "this address, too\nbad x.org SPF 2001:db8::1: no record: the "
	    "one above has this address, too\n",
	    "one record for all");
}

int
main(void)
{
	struct dnscheck_domain_who who = {
		.domain = "x.org", .source = &source, .n_sources = 1
	};
	struct dnscheck_key key = { "x.org", "s", SIGNING_RSA_SHA256 };
	const char *zone[3];
	char line[300], *end;
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		run(&who, cases[i].zone);
		is_str(said, cases[i].want, cases[i].name);
	}
	one_record();
	who.n_sources = 0;
	who.key = &key;
	who.n_keys = 1;
	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		memset(zone, 0, sizeof zone);
		snprintf(line, sizeof line, "s._domainkey.x.org %s",
		    keys[i].record == NULL ? "" : keys[i].record);
		if (keys[i].record != NULL)
			zone[0] = line;
		key.algorithm = keys[i].algorithm;
		run(&who, zone);
		end = strstr(said, "bad x.org DMARC");
		if (end != NULL)
			*end = '\0';
		is_str(said, keys[i].want, keys[i].name);
	}
	key.selector = "a..b";
	run(&who, zone);
	ok(strncmp(said, "bad a..b._domainkey.x.org: no such name can be\n",
	       40) == 0,
	    "a selector that cannot be");
	return done();
}
