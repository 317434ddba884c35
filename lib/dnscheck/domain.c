#include "dnscheck/domain.h"
#include "dkim/dkimkey.h"
#include <stdio.h>
#include <string.h>

void
dnscheck_domain_init(struct dnscheck_domain *d,
    const struct dnscheck_domain_who *who)
{
	memset(d, 0, sizeof *d);
	d->who = who;
	snprintf(d->sender, sizeof d->sender, "postmaster@%s", who->domain);
}

static void
next_step(struct dnscheck_domain *d)
{
	d->step++;
	d->next = 0;
	d->running = 0;
}

/* SPF, of each address */

/* the one record that has all addresses from which mail goes out */
static void
say_record(struct dnscheck_domain *d, const char *subject, int first)
{
	const struct dnscheck_source *s;
	char text[DNSCHECK_TEXT_MAX + 1];
	size_t at = 0;

	if (!first) {
		dnscheck_say(&d->who->report, DNSCHECK_BAD, subject,
		    "no record: the one above has this address, too");
		return;
	}
	text[0] = '\0';
	for (s = d->who->source;
	     s < d->who->source + d->who->n_sources && at < sizeof text; s++)
		at += snprintf(text + at, sizeof text - at, " %s:%s",
		    s->len == 4 ? "ip4" : "ip6", s->text);
	dnscheck_say(&d->who->report, DNSCHECK_BAD, subject,
	    "no record: publish "
	    "\"v=spf1%s -all\" as TXT of %s",
	    text, d->who->domain);
}

static void
say_spf(struct dnscheck_domain *d, const struct dnscheck_source *s)
{
	const struct dnscheck_report *r = &d->who->report;
	const char *kind = s->len == 4 ? "ip4" : "ip6";
	char subject[DNSCHECK_SUBJECT_MAX + 1];

	snprintf(subject, sizeof subject, "%s SPF %s", d->who->domain, s->text);
	switch (d->spf.result) {
	case SPF_PASS: dnscheck_say(r, DNSCHECK_GOOD, subject, "pass"); break;
	case SPF_NONE: say_record(d, subject, s == d->who->source); break;
	case SPF_TEMPERROR:
		dnscheck_say(r, DNSCHECK_WARNING, subject,
		    "the DNS did not answer: look again");
		break;
	case SPF_PERMERROR:
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "the record is wrong: %s", d->spf.text);
		break;
	default:
		dnscheck_say(r,
		    d->spf.result == SPF_FAIL ? DNSCHECK_BAD : DNSCHECK_WARNING,
		    subject, "%s: add %s:%s to the record",
		    spf_word(d->spf.result), kind, s->text);
	}
}

static int
want_spf(struct dnscheck_domain *d, struct dnsq *q)
{
	const struct dnscheck_source *s;

	for (; d->next < d->who->n_sources; d->next++) {
		s = &d->who->source[d->next];
		if (!d->running) {
			memset(&d->spf_who, 0, sizeof d->spf_who);
			memcpy(d->spf_who.ip, s->ip, s->len);
			d->spf_who.ip_len = s->len;
			d->spf_who.sender = d->sender;
			d->spf_who.helo = s->helo;
			d->spf_who.now = d->who->now;
			spf_init(&d->spf, &d->spf_who);
			d->running = 1;
		}
		if (spf_want(&d->spf, q))
			return 1;
		d->running = 0;
		say_spf(d, s);
	}
	return 0;
}

/* DKIM: the record of each key */

static void
key_subject(const struct dnscheck_key *k,
    char subject[DNSCHECK_SUBJECT_MAX + 1])
{
	snprintf(subject, DNSCHECK_SUBJECT_MAX + 1, "%s._domainkey.%s",
	    k->selector, k->domain);
}

static void
judge_key(struct dnscheck_domain *d, const struct dnscheck_key *k,
    const char *text, size_t n)
{
	const struct dnscheck_report *r = &d->who->report;
	char subject[DNSCHECK_SUBJECT_MAX + 1];
	struct dkimkey key;
	const char *why = dkimkey_parse(&key, text, n);
	int ed25519 = k->algorithm == SIGNING_ED25519_SHA256;

	key_subject(k, subject);
	if (why != NULL)
		dnscheck_say(r, DNSCHECK_BAD, subject, "%s", why);
	else if ((key.type == DKIMSIG_ED25519) != ed25519)
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "the key is not of the kind %s that signs",
		    ed25519 ? "ed25519" : "rsa");
	else if (!key.sha256)
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "h= does not allow sha256");
	else if (!ed25519 && key.rsa.bits < 1024)
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "RSA of %u bits is not taken: make a key of %d "
		    "(RFC 8301 section 3.2)",
		    key.rsa.bits, DNSCHECK_RSA_BITS);
	else if (!ed25519 && key.rsa.bits < DNSCHECK_RSA_BITS)
		dnscheck_say(r, DNSCHECK_WARNING, subject,
		    "RSA of %u bits: make a key of %d", key.rsa.bits,
		    DNSCHECK_RSA_BITS);
	else if (key.testing)
		dnscheck_say(r, DNSCHECK_WARNING, subject,
		    "t=y says that it is a test: take it out");
	else
		dnscheck_say(r, DNSCHECK_GOOD, subject, "published");
}

static void
answer_key(struct dnscheck_domain *d, const struct dnsa *a)
{
	const struct dnscheck_key *k = &d->who->key[d->next];
	const struct dnscheck_report *r = &d->who->report;
	char subject[DNSCHECK_SUBJECT_MAX + 1], text[DMARC_RECORD_MAX];
	long n;

	key_subject(k, subject);
	if (a->status == DNSA_FAILED) {
		dnscheck_say(r, DNSCHECK_WARNING, subject,
		    "the DNS did not answer: look again");
	} else if (a->status != DNSA_OK) {
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "not there: publish the public key as TXT");
	} else if (a->n > 1) {
		/* RFC 6376 section 3.6.2.2 */
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "%u records: one is needed, take the others out", a->n);
	} else {
		n = dnsa_text(a, 0, text, sizeof text);
		judge_key(d, k, text, n < 0 ? 0 : (size_t)n);
	}
	d->next++;
}

static int
want_key(struct dnscheck_domain *d, struct dnsq *q)
{
	const struct dnscheck_domain_who *w = d->who;
	char subject[DNSCHECK_SUBJECT_MAX + 1];

	if (w->n_keys == 0)
		dnscheck_say(&w->report, DNSCHECK_WARNING, w->domain,
		    "nobody signs its mail: add it to conf/dkim");
	for (; d->next < w->n_keys; d->next++) {
		key_subject(&w->key[d->next], subject);
		q->type = DNSQ_TXT;
		if (dnsq_name(q, subject, strlen(subject)) == 0)
			return 1;
		dnscheck_say(&w->report, DNSCHECK_BAD, subject,
		    "no such name can be");
	}
	return 0;
}

/* DMARC */

static void
say_dmarc(struct dnscheck_domain *d)
{
	const struct dmarc_found *f = &d->dmarc.found;
	const struct dnscheck_report *r = &d->who->report;
	char subject[DNSCHECK_SUBJECT_MAX + 1];

	snprintf(subject, sizeof subject, "%s DMARC", d->who->domain);
	if (f->result == DMARC_TEMPERROR)
		dnscheck_say(r, DNSCHECK_WARNING, subject,
		    "the DNS did not answer: look again");
	else if (!f->has_policy && f->domain[0] != '\0')
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "the record at "
		    "_dmarc.%s cannot be used: give it a good p=",
		    f->domain);
	else if (!f->has_policy)
		dnscheck_say(r, DNSCHECK_BAD, subject,
		    "%s: publish \"v=DMARC1; "
		    "p=none; rua=mailto:...\" as TXT of _dmarc.%s",
		    f->text, d->who->domain);
	else if (f->testing)
		dnscheck_say(r, DNSCHECK_WARNING, subject, "p=%s, but a test",
		    dmarc_policy_word(f->policy));
	else if (f->policy == DMARC_P_NONE)
		dnscheck_say(r, DNSCHECK_WARNING, subject,
		    "p=none: forged mail "
		    "is let through; quarantine or reject when the reports "
		    "are good");
	else if (f->rua[0] == '\0')
		dnscheck_say(r, DNSCHECK_WARNING, subject,
		    "p=%s, but nobody gets "
		    "reports: add rua=",
		    dmarc_policy_word(f->policy));
	else
		dnscheck_say(r, DNSCHECK_GOOD, subject, "p=%s",
		    dmarc_policy_word(f->policy));
}

static int
want_dmarc(struct dnscheck_domain *d, struct dnsq *q)
{
	if (!d->running) {
		d->dmarc_who.from = d->who->domain;
		dmarc_init(&d->dmarc, &d->dmarc_who);
		d->running = 1;
	}
	if (dmarc_want(&d->dmarc, q))
		return 1;
	say_dmarc(d);
	return 0;
}

/* where answers and bounces go: RFC 5321 section 5.1, RFC 7505 */

static void
say_mx(struct dnscheck_domain *d, enum dnscheck_grade grade, const char *text)
{
	char subject[DNSCHECK_SUBJECT_MAX + 1];

	snprintf(subject, sizeof subject, "%s MX", d->who->domain);
	dnscheck_say(&d->who->report, grade, subject, "%s", text);
	d->step = DNSCHECK_DOMAIN_END;
}

static void
answer_mx(struct dnscheck_domain *d, const struct dnsa *a)
{
	char name[DNSQ_NAME_MAX + 1];

	if (a->status == DNSA_FAILED)
		say_mx(d, DNSCHECK_WARNING,
		    "the DNS did not answer: look again");
	else if (a->status == DNSA_NXDOMAIN)
		say_mx(d, DNSCHECK_BAD,
		    "the domain is not there: mail from it "
		    "is refused");
	else if (a->status == DNSA_NONE && d->step == DNSCHECK_AAAA)
		say_mx(d, DNSCHECK_BAD,
		    "no MX and no address: mail from it is "
		    "refused, bounces are lost");
	else if (a->status == DNSA_NONE)
		d->step++;
	else if (d->step != DNSCHECK_MX)
		say_mx(d, DNSCHECK_GOOD, "none, but an address");
	else if (a->n == 1 && dnsa_domain(a, 0, DNSQ_MX, name) == 0)
		say_mx(d, DNSCHECK_WARNING,
		    "a null MX says that it takes no "
		    "mail: bounces are lost, some refuse mail from it");
	else
		say_mx(d, DNSCHECK_GOOD, "there");
}

static int
want_mx(struct dnscheck_domain *d, struct dnsq *q)
{
	q->type = d->step == DNSCHECK_MX ? DNSQ_MX
	    : d->step == DNSCHECK_A      ? DNSQ_A
					 : DNSQ_AAAA;
	if (dnsq_name(q, d->who->domain, strlen(d->who->domain)) == 0)
		return 1;
	say_mx(d, DNSCHECK_BAD, "this is no domain");
	return 0;
}

int
dnscheck_domain_want(struct dnscheck_domain *d, struct dnsq *q)
{
	if (d->step == DNSCHECK_SPF) {
		if (want_spf(d, q))
			return 1;
		next_step(d);
	}
	if (d->step == DNSCHECK_DKIM) {
		if (want_key(d, q))
			return 1;
		next_step(d);
	}
	if (d->step == DNSCHECK_DMARC) {
		if (want_dmarc(d, q))
			return 1;
		next_step(d);
	}
	return d->step != DNSCHECK_DOMAIN_END && want_mx(d, q);
}

void
dnscheck_domain_answer(struct dnscheck_domain *d, const struct dnsa *a)
{
	switch (d->step) {
	case DNSCHECK_SPF: spf_answer(&d->spf, a); break;
	case DNSCHECK_DKIM: answer_key(d, a); break;
	case DNSCHECK_DMARC: dmarc_answer(&d->dmarc, a); break;
	default: answer_mx(d, a);
	}
}
