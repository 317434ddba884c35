#include "dmarc/dmarc.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *
dmarc_word(enum dmarc_result r)
{
	static const char *const words[] = { "none", "pass", "fail",
		"temperror", "permerror" };

	return words[r];
}

const char *
dmarc_policy_word(enum dmarc_policy p)
{
	static const char *const words[] = { "none", "quarantine", "reject" };

	return words[p];
}

enum dmarc_policy
dmarc_policy(const struct dmarc_found *f)
{
	if (f->testing && f->policy != DMARC_P_NONE)
		return (enum dmarc_policy)(f->policy - 1);
	return f->policy;
}

/* where it is kept what is known of the name that is next */
static struct dmarc_node *
node_of(struct dmarc *d, const struct dmarc_walk *w)
{
	const char *name = dmarcwalk_tail(w->name, w->at);

	if (strcmp(name, d->from) == 0)
		return &d->node[0];
	if (w->at < DMARC_WALK_MAX && w->at < d->up.labels &&
	    strcmp(name, dmarcwalk_tail(d->from, w->at)) == 0)
		return &d->node[w->at];
	return NULL;
}

/* 1: q is the question for the record of a name; 0: there cannot be one */
static int
ask_record(struct dmarc *d, struct dmarc_node *n, const char *name,
    struct dnsq *q)
{
	char full[sizeof "_dmarc." + DNSQ_NAME_MAX];

	d->asked = n;
	n->known = DMARC_ABSENT;
	q->type = DNSQ_TXT;
	return dnsq_name(q, full,
		   (size_t)snprintf(full, sizeof full, "_dmarc.%s", name)) == 0;
}

/*
 * On with a walk: 1: q is to be asked, and then once more; 0: it is over.
 * only_from: also over with the first name when that has a record.
 */
static int
walk(struct dmarc *d, struct dmarc_walk *w, int only_from, struct dnsq *q)
{
	struct dmarc_node *n;

	while (w->at > 0) {
		if (only_from && w->last > 0 && w->last == w->labels)
			return 0;
		n = node_of(d, w);
		if (n == NULL) {
			n = &d->other;
			if (d->asked != n)
				n->known = DMARC_UNASKED;
		}
		if (n->known == DMARC_UNASKED &&
		    ask_record(d, n, dmarcwalk_tail(w->name, w->at), q))
			return 1;
		d->asked = NULL;
		dmarcwalk_on(w, n->known, n->record.psd);
	}
	return 0;
}

static void
end(struct dmarc *d, enum dmarc_result r)
{
	d->found.result = r;
	d->step = DMARC_END;
}

static void
say(struct dmarc *d, const char *text)
{
	snprintf(d->found.text, sizeof d->found.text, "%s", text);
}

void
dmarc_init(struct dmarc *d, const struct dmarc_who *who)
{
	memset(d, 0, sizeof *d);
	d->who = who;
	d->found.pct = 100;
	dmarcwalk_name(d->from, who->from);
	dmarcwalk_start(&d->up, d->from);
	if (d->from[0] == '\0') {
		say(d, "no domain in From");
		end(d, DMARC_NONE);
	}
	memcpy(d->found.organization, d->from, sizeof d->from);
}

/* the record that applies, and where it stands; 0: none */
static int
take_policy(struct dmarc *d, const struct dmarc_node *n, const char *where)
{
	struct dmarc_found *f = &d->found;
	const struct dmarc_record *r = &n->record;
	int itself = strcmp(where, d->from) == 0;

	if (n->known != DMARC_THERE)
		return 0;
	snprintf(f->domain, sizeof f->domain, "%s", where);
	if (!r->usable) {
		say(d, "record without valid p= and rua=");
		return 1;
	}
	f->has_policy = 1;
	f->p = r->p;
	f->sp = r->sp;
	f->np = r->np;
	f->policy = itself ? r->p : r->sp;
	f->pct = r->pct;
	f->testing = r->testing;
	f->strict_dkim = r->strict_dkim;
	f->strict_spf = r->strict_spf;
	memcpy(f->rua, r->rua, sizeof f->rua);
	return 1;
}

/*
 * Section 4.10.1: From's own record, else that of its organizational domain,
 * else that of the public suffix.  The walk is over, or has found the first.
 */
static void
choose_policy(struct dmarc *d)
{
	const struct dmarc_walk *w = &d->up;
	const char *org = dmarcwalk_organization(w);
	unsigned at = dmarcwalk_labels(org);

	if (d->node[0].known == DMARC_THERE) {
		take_policy(d, &d->node[0], d->from);
	} else if (w->lost) {
		end(d, DMARC_TEMPERROR);
		return;
	} else if (w->last == 0 ||
	    (!(at < DMARC_WALK_MAX && take_policy(d, &d->node[at], org)) &&
		!take_policy(d, &d->node[w->last],
		    dmarcwalk_tail(d->from, w->last)))) {
		say(d, w->many ? "several records at one name" : "no record");
	}
	d->step = DMARC_ALIGN;
	if (!d->found.has_policy)
		end(d, DMARC_NONE);
}

/* RFC 7489 section 6.6.3: From's own record, else that of the organization */
static int
policy_7489(struct dmarc *d, struct dnsq *q)
{
	const char *org = d->who->organization(d->who->arg, d->from);
	struct dmarc_node *n = &d->node[0];

	snprintf(d->found.organization, sizeof d->found.organization, "%s",
	    org);
	if (n->known == DMARC_UNASKED && ask_record(d, n, d->from, q))
		return 1;
	if (n->known == DMARC_ABSENT && !d->up.many && org != d->from) {
		n = &d->node[1];
		if (n->known == DMARC_UNASKED && ask_record(d, n, org, q))
			return 1;
	}
	d->step = DMARC_ALIGN;
	if (n->known == DMARC_LOST)
		end(d, DMARC_TEMPERROR);
	else if (!take_policy(d, n, n == &d->node[0] ? d->from : org))
		say(d,
		    d->up.many ? "several records at one name" : "no record");
	if (d->step == DMARC_ALIGN && !d->found.has_policy)
		end(d, DMARC_NONE);
	return 0;
}

static int
policy(struct dmarc *d, struct dnsq *q)
{
	if (d->who->organization != NULL)
		return policy_7489(d, q);
	if (walk(d, &d->up, 1, q))
		return 1;
	choose_policy(d);
	return 0;
}

/* have both names a label in common at their ends? */
static int
related(const char *a, const char *b)
{
	return strcmp(dmarcwalk_tail(a, 1), dmarcwalk_tail(b, 1)) == 0;
}

/*
 * Is d->name aligned with From?  1, 0; -1: q is to be asked first.
 * Section 4.10.2; equal names are, whatever the organization.
 */
static int
aligned(struct dmarc *d, int strict, struct dnsq *q)
{
	const struct dmarc_who *who = d->who;

	if (strcmp(d->name, d->from) == 0)
		return 1;
	if (strict || d->name[0] == '\0' || !related(d->name, d->from))
		return 0;
	if (who->organization != NULL)
		return strcmp(who->organization(who->arg, d->name),
			   d->found.organization) == 0;
	if (walk(d, &d->up, 0, q) || walk(d, &d->side, 0, q))
		return -1;
	if (d->up.lost || d->side.lost) {
		d->lost = 1;
		return 0;
	}
	return strcmp(dmarcwalk_organization(&d->up),
		   dmarcwalk_organization(&d->side)) == 0;
}

/* the authenticated domains, DKIM's first; 1: q is to be asked */
static int
align(struct dmarc *d, struct dnsq *q)
{
	const struct dmarc_who *who = d->who;
	struct dmarc_found *f = &d->found;
	unsigned n =
	    who->n_dkim < DMARC_DOMAINS_MAX ? who->n_dkim : DMARC_DOMAINS_MAX;
	int is_spf, r;

	for (; d->next <= n; d->next++) {
		is_spf = d->next == n;
		if (!is_spf && f->dkim_aligned)
			continue;
		if (!d->walking) {
			dmarcwalk_name(d->name,
			    is_spf ? who->spf : who->dkim[d->next]);
			dmarcwalk_start(&d->side, d->name);
			d->walking = 1;
		}
		r = aligned(d, is_spf ? f->strict_spf : f->strict_dkim, q);
		if (r == -1)
			return 1;
		d->walking = 0;
		if (r == 1 && is_spf)
			f->spf_aligned = 1;
		else if (r == 1)
			f->dkim_aligned = 1;
	}
	d->step = DMARC_EXISTS;
	return 0;
}

static void
conclude(struct dmarc *d)
{
	struct dmarc_found *f = &d->found;

	/* only a whole walk has an organizational domain */
	if (d->who->organization == NULL && d->up.at == 0 && !d->up.lost)
		snprintf(f->organization, sizeof f->organization, "%s",
		    dmarcwalk_organization(&d->up));
	if (f->dkim_aligned || f->spf_aligned)
		end(d, DMARC_PASS);
	else
		end(d, d->lost ? DMARC_TEMPERROR : DMARC_FAIL);
	if (f->result == DMARC_FAIL)
		say(d,
		    d->who->n_dkim > 0 ||
			    (d->who->spf != NULL && d->who->spf[0] != '\0')
			? "no aligned domain passed"
			: "neither DKIM nor SPF passed");
	else if (f->result == DMARC_PASS)
		say(d,
		    f->dkim_aligned ? f->spf_aligned ? "DKIM and SPF aligned"
						     : "DKIM aligned"
				    : "SPF aligned");
}

/* sections 3.2.13 and 4.7: np is for names that are not there */
static int
exists(struct dmarc *d, struct dnsq *q)
{
	struct dmarc_found *f = &d->found;

	if (d->asked == NULL && strcmp(f->domain, d->from) != 0 &&
	    f->np != f->sp && dnsq_name(q, d->from, strlen(d->from)) == 0) {
		q->type = DNSQ_A;
		d->asked = &d->other;
		return 1;
	}
	conclude(d);
	return 0;
}

/* by the list there is nothing to ask */
static int
organization(struct dmarc *d, struct dnsq *q)
{
	struct dmarc_found *f = &d->found;

	if (d->who->organization == NULL && walk(d, &d->up, 0, q))
		return 1;
	snprintf(f->organization, sizeof f->organization, "%s",
	    d->who->organization != NULL
		? d->who->organization(d->who->arg, d->from)
		: dmarcwalk_organization(&d->up));
	if (!d->up.lost)
		say(d, "organizational domain");
	end(d, d->up.lost ? DMARC_TEMPERROR : DMARC_NONE);
	return 0;
}

int
dmarc_want(struct dmarc *d, struct dnsq *q)
{
	if (d->step == DMARC_POLICY && d->who->only_organization)
		return organization(d, q);
	if (d->step == DMARC_POLICY && policy(d, q))
		return 1;
	if (d->step == DMARC_ALIGN && align(d, q))
		return 1;
	return d->step == DMARC_EXISTS && exists(d, q);
}

static void
answer_exists(struct dmarc *d, const struct dnsa *a)
{
	if (a->status == DNSA_NXDOMAIN) {
		d->found.nonexistent = 1;
		d->found.policy = d->found.np;
	} else if (a->status == DNSA_FAILED) {
		/* which policy is not known; who passes does not need it */
		d->lost = 1;
	}
}

void
dmarc_answer(struct dmarc *d, const struct dnsa *a)
{
	struct dmarc_node *n = d->asked;
	unsigned records;

	if (a->status == DNSA_FAILED)
		snprintf(d->found.text, sizeof d->found.text, "%s",
		    a->text != NULL ? a->text : "no answer");
	if (d->step == DMARC_EXISTS) {
		answer_exists(d, a);
		return;
	}
	if (a->status == DNSA_FAILED) {
		n->known = DMARC_LOST;
		return;
	}
	records =
	    dmarcrecord_answer(&n->record, a, d->who->organization != NULL);
	n->known = records == 1 ? DMARC_THERE : DMARC_ABSENT;
	if (records > 1)
		d->up.many = 1;
}
