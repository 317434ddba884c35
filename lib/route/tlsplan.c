#include "route/tlsplan.h"
#include <stdio.h>
#include <string.h>

/* what counts, before anything is known of the hosts */
struct basis {
	enum tlsout_word word;
	const struct tlsout_line *line;
	const char *file;    /* where it stands */
	unsigned lineno;     /* 0: nowhere */
	unsigned strict : 1; /* REQUIRETLS: a host must be verified */
};

static int
is_receivers(enum tlsout_word w)
{
	return w == TLSOUT_DANE || w == TLSOUT_STS || w == TLSOUT_AUTO;
}

/* what the site says.  What does not leave the house is as safe as the house:
 * there only a rule or a line of its own counts */
static void
of_site(struct basis *b, const struct tlsplan_in *in)
{
	memset(b, 0, sizeof *b);
	b->word = in->local ? TLSOUT_NONE : TLSOUT_AUTO;
	b->file = "default";
	if (in->rule.n > 0 && tlsout_word(in->rule, &b->word) == 0) {
		b->file = "routes";
		b->lineno = in->rule_line;
	} else if (in->line->line > 0 && !(in->local && in->line->all)) {
		b->word = in->line->word;
		b->line = in->line;
		b->file = "tls-out";
		b->lineno = in->line->line;
	}
}

/* and the message.  REQUIRETLS is for hops on the way, and makes TLS-Required
 * mean nothing (RFC 8689 sections 2 and 3) */
static void
find_basis(struct basis *b, const struct tlsplan_in *in)
{
	of_site(b, in);
	if (in->local)
		return;
	if (in->requiretls && b->word != TLSOUT_VERIFY &&
	    b->word != TLSOUT_FINGERPRINT) {
		b->strict = 1;
		if (!is_receivers(b->word) && b->word != TLSOUT_DANE_ONLY)
			b->word = TLSOUT_AUTO;
		b->file = "requiretls";
		b->lineno = 0;
	} else if (!in->requiretls && in->optional && is_receivers(b->word)) {
		b->word = TLSOUT_MAY;
		b->file = "tls-required-no";
		b->lineno = 0;
	}
}

/* why a host is left out */
enum fault {
	GOOD,
	NO_DNS,   /* its TLSA records cannot be had, or are forged */
	NO_TLSA,  /* it must have some that are of use */
	UNLISTED, /* a policy in force does not list it */
	UNSURE,   /* nobody can tell now whether anybody vouches for it */
	UNVOUCHED /* for REQUIRETLS nobody does */
};

static const struct {
	const char *esc, *class, *fail, *policy;
	const char *before, *behind; /* of the host's name */
	unsigned receivers;          /* he has said so himself */
} faults[] = {
	[NO_DNS] = { "4.4.3", "dns", "dnssec-invalid", "dane", "TLSA of ",
	    ": no answer, or one that is forged", 1 },
	[NO_TLSA] = { "4.7.5", "tls", "dane-required", "dane", "",
	    " has no TLSA records that are of use", 0 },
	[UNLISTED] = { "4.7.5", "tls", "validation-failure", "sts", "",
	    " is not in the MTA-STS policy of ", 1 },
	[UNSURE] = { "4.7.10", "tls", "dnssec-invalid", "dane+requiretls", "",
	    ": neither DNSSEC nor MTA-STS can be asked who vouches for it", 0 },
	[UNVOUCHED] = { "5.7.10", "tls", "validation-failure",
	    "dane+requiretls", "",
	    ": neither DNSSEC nor MTA-STS vouches for this MX", 0 },
};

/* RFC 8461 section 4.1; where records that are of no use leave it open who the
 * host is, too: nothing of DANE has failed then (section 2) */
static enum fault
by_sts(const struct tlsplan_in *in, const struct tlsplan_host *h)
{
	return in->sts == STS_ENFORCE && !h->listed ? UNLISTED : GOOD;
}

/* RFC 7672 sections 2.1.2 and 2.2; dane-only is our own */
static enum fault
by_dane(const struct tlsplan_in *in, const struct basis *b,
    const struct tlsplan_host *h)
{
	if (h->dane == HOSTS_DANE_FAILED)
		return NO_DNS;
	if (h->dane == HOSTS_DANE_TLSA)
		return GOOD;
	if (b->word == TLSOUT_DANE_ONLY)
		return NO_TLSA;
	return b->word == TLSOUT_AUTO ? by_sts(in, h) : GOOD;
}

static enum fault
judge(const struct tlsplan_in *in, const struct basis *b,
    const struct tlsplan_host *h)
{
	if (b->strict && !in->mx_secure && (in->sts == STS_NONE || !h->listed))
		return in->unsure ? UNSURE : UNVOUCHED;
	switch (b->word) {
	case TLSOUT_STS: return by_sts(in, h);
	case TLSOUT_AUTO:
	case TLSOUT_DANE:
	case TLSOUT_DANE_ONLY: return by_dane(in, b, h);
	default: return GOOD;
	}
}

static void
describe(char text[TLSPLAN_TEXT_MAX], const struct tlsplan_in *in,
    const struct tlsplan_host *h, enum fault f)
{
	struct slice of = f == UNLISTED ? in->nexthop : (struct slice){ "", 0 };

	snprintf(text, TLSPLAN_TEXT_MAX, "%s%.*s%s%.*s", faults[f].before,
	    (int)h->name.n, h->name.p, faults[f].behind, (int)of.n, of.p);
}

/* none may be tried: that is final only when it is so for each */
static void
refuse(struct tlsplan *p, const struct tlsplan_in *in, unsigned host,
    enum fault f)
{
	p->receivers &= faults[f].receivers;
	if (p->esc != NULL && p->esc[0] == '4' && faults[f].esc[0] != '4')
		return;
	p->esc = faults[f].esc;
	p->class = faults[f].class;
	p->fail = faults[f].fail;
	p->policy = faults[f].policy;
	p->refused = host;
	describe(p->text, in, &in->host[host], f);
}

/* the hosts that may be tried; returns whether one of them has TLSA records */
static int
sift(struct tlsplan *p, const struct tlsplan_in *in, const struct basis *b)
{
	const struct tlsplan_host *h;
	enum fault f;
	int dane = 0;
	unsigned i;

	for (i = 0; i < in->n; i++) {
		h = &in->host[i];
		f = judge(in, b, h);
		p->keep[i] = f == GOOD;
		if (f != GOOD) {
			refuse(p, in, i, f);
			continue;
		}
		p->n_kept++;
		dane |= h->dane == HOSTS_DANE_TLSA ||
		    h->dane == HOSTS_DANE_UNUSABLE;
	}
	return dane;
}

/* what is asked of the hosts that are left */
static void
set_words(struct tlsplan *p, const struct tlsplan_in *in, const struct basis *b,
    int dane)
{
	int enforce = in->sts == STS_ENFORCE && b->word != TLSOUT_DANE;
	enum tlsout_word rest = b->strict || enforce ? TLSOUT_STS : TLSOUT_MAY;

	p->word = b->word;
	p->other = TLSOUT_NONE;
	if (b->word == TLSOUT_DANE_ONLY) {
		p->word = TLSOUT_DANE;
	} else if (b->word == TLSOUT_STS || (is_receivers(b->word) && !dane)) {
		p->word = rest;
	} else if (is_receivers(b->word)) {
		p->word = TLSOUT_DANE;
		p->other = rest;
	}
}

/* what the receiver said */
static const char *
decided(const struct tlsplan_in *in, const struct basis *b, int dane)
{
	if (!is_receivers(b->word))
		return "";
	if (dane && b->word != TLSOUT_STS)
		return ",dane";
	if (b->word == TLSOUT_DANE || in->sts == STS_NONE)
		return ",no-policy";
	return in->sts == STS_ENFORCE ? ",sts-enforce" : ",sts-testing";
}

void
tlsplan_decide(struct tlsplan *p, const struct tlsplan_in *in)
{
	struct basis b;
	int dane;

	find_basis(&b, in);
	p->n_kept = 0;
	p->esc = p->class = p->fail = p->policy = NULL;
	p->refused = 0;
	p->receivers = 1;
	p->line = b.line;
	dane = sift(p, in, &b);
	set_words(p, in, &b, dane);
	if (b.lineno > 0)
		snprintf(p->from, sizeof p->from, "%s:%u%s", b.file, b.lineno,
		    decided(in, &b, dane));
	else /* of nearly all jobs: two short constants */
		stpcpy(stpcpy(p->from, b.file), decided(in, &b, dane));
}

const char *
tlsplan_why(const struct tlsplan_in *in, unsigned host,
    char text[TLSPLAN_TEXT_MAX])
{
	struct basis b;
	enum fault f;

	find_basis(&b, in);
	f = judge(in, &b, &in->host[host]);
	if (f == GOOD)
		return NULL;
	describe(text, in, &in->host[host], f);
	return text;
}
