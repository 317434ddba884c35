#include "run/facts.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "run/run.h"
#include <string.h>

enum {
	IN_INDEX = 1 << SELECTOR_DOMAIN | 1 << SELECTOR_SITE |
	    1 << SELECTOR_PROVIDER | 1 << SELECTOR_STATE | 1 << SELECTOR_AGE |
	    1 << SELECTOR_TRIES | 1 << SELECTOR_CLASS | 1 << SELECTOR_N |
	    1 << SELECTOR_VIA /* it knows of none */
};

const char *
facts_where(const struct schedule_rcpt *p)
{
	switch (p->where) {
	case SCHEDULE_TIMER: return "waiting";
	case SCHEDULE_LANE:
	case SCHEDULE_AGAIN: return "ready";
	case SCHEDULE_OUT:
	case SCHEDULE_LATE: return "out";
	default: return NULL;
	}
}

const char *
facts_site(const struct run *r, const struct schedule_rcpt *p, size_t *n)
{
	uint32_t site = r->s.domain_site[p->domain];
	const char *name;

	if (site == SCHEDULE_NONE)
		return NULL;
	name = schedule_site_name(&r->s, site, n);
	return *n >= 7 && memcmp(name, "domain:", 7) == 0 ? NULL : name;
}

const char *
facts_provider(const struct run *r, const struct schedule_rcpt *p, size_t *n)
{
	*n = 0;
	return schedule_provider(&r->s, p->domain, n);
}

struct selector_text
facts_text(const char *s)
{
	struct selector_text t = { *s == '\0' ? NULL : s, strlen(s) };

	return t;
}

/* what it failed with the last time, as long as queue-run has known it */
static void
facts_failure(const struct run *r, const struct schedule_rcpt *p,
    struct selector_facts *f)
{
	const struct failkind_one *one;

	f->class = f->failure = facts_text("");
	if (p->class == FAILKIND_UNKNOWN)
		return;
	one = &r->lifetime.kinds.one[p->class - 1];
	f->class = facts_text(one->class);
	f->failure = facts_text(one->failure);
	f->known |= 1u << SELECTOR_FAILURE;
}

void
facts_index(const struct run *r, const struct schedule_rcpt *p,
    struct selector_facts *f)
{
	const struct nametable_name *d = &r->s.domains.name[p->domain];

	f->known |= IN_INDEX;
	f->domain.p = d->len > 0 ? d->s : NULL;
	f->domain.n = d->len;
	f->site.p = facts_site(r, p, &f->site.n);
	f->provider.p = facts_provider(r, p, &f->provider.n);
	f->state = p->state;
	f->tries = p->tries;
	f->n = p->n;
	facts_failure(r, p, f);
	f->where = facts_where(p);
	f->age_s = clock_wall_s() -
	    heads_birth_ms(r, r->s.message[p->message].id) / 1000;
}

/* where a label of the head belongs; NULL: to none */
static struct selector_text *
place(const struct ltsv_field *g, struct selector_facts *f)
{
	static const char *const names[] = { "from", "tenant", "user", "uuid",
		"tag" };
	struct selector_text *const to[] = { &f->from, &f->tenant, &f->user,
		&f->uuid };
	int i = ascii_which(names, 5, g->label, g->label_len);

	if (i == 4)
		return f->n_tag < SELECTOR_TAGS ? &f->tag[f->n_tag++] : NULL;
	return i == -1 ? NULL : to[i];
}

void
facts_head(const struct jobhead *k, struct ltsv *l, struct selector_facts *f)
{
	struct selector_text *t;
	unsigned i;

	f->known = FACTS_IN_HEAD;
	if (ltsv_parse(k->text, k->common_len, l) == -1)
		return;
	for (i = 0; i < l->n; i++)
		if ((t = place(&l->f[i], f)) != NULL && t->p == NULL) {
			t->p = l->f[i].value;
			t->n = l->f[i].value_len;
		}
	ltsv_num(l, "size", 0, INT64_MAX, &f->size);
}

void
facts_to(const struct jobhead *k, uint32_t n, struct selector_facts *f)
{
	f->to.p = k->text + k->rcpt[n].at;
	f->to.n = k->rcpt[n].to_len;
}
