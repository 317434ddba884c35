#include "sts/stsbook.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 86400 };

static struct stsbook_domain *
of(struct list_node *n)
{
	return LIST_OF(n, struct stsbook_domain, line);
}

uint32_t
stsbook_ttl(uint64_t ttl_s)
{
	if (ttl_s < STS_CHECK_MIN_S)
		return STS_CHECK_MIN_S;
	return ttl_s > STS_CHECK_MAX_S ? STS_CHECK_MAX_S : (uint32_t)ttl_s;
}

int
stsbook_holds(const struct stsbook_domain *d, int64_t now_s)
{
	return d->state == STSBOOK_HAVE && now_s < d->expires_s;
}

/* seconds before its end from which on a policy is fetched again */
static int64_t
ahead_s(const struct stsbook_domain *d)
{
	if (d->max_age_s <= DAY)
		return d->max_age_s / 2;
	return d->max_age_s / 10 > DAY ? d->max_age_s / 10 : DAY;
}

/* used since it was fetched, and not to end while it is; and one that was
 * fetched by a clock which has been set back: its end is too late by as much */
static int
ends_soon(const struct stsbook_domain *d, int64_t now_s)
{
	if (d->fetched_s > now_s)
		return d->used_s != 0;
	return d->used_s != 0 && d->used_s >= d->fetched_s &&
	    d->expires_s - now_s < ahead_s(d);
}

/* is it time?  A clock that was set back makes nobody wait for years */
static int
due(int64_t at_s, int64_t now_s)
{
	return now_s >= at_s || at_s - now_s > STS_CHECK_MAX_S;
}

/* what is known */

static struct stsbook_domain *
find(const struct stsbook *b, const char *name, uint64_t hash)
{
	struct hash_node *n;

	for (n = hash_first(&b->by_name, hash); n != NULL; n = hash_again(n))
		if (strcmp(((struct stsbook_domain *)n)->name, name) == 0)
			return (struct stsbook_domain *)n;
	return NULL;
}

/* NULL: no memory */
static struct stsbook_domain *
add(struct stsbook *b, const char *name, uint64_t hash)
{
	struct stsbook_domain *d = calloc(1, sizeof *d);

	if (d == NULL)
		return NULL;
	snprintf(d->name, sizeof d->name, "%s", name);
	d->by_name.hash = hash;
	d->why.fail = "";
	if (hash_add(&b->by_name, &d->by_name) == -1) {
		free(d);
		return NULL;
	}
	list_prepend(&b->line[STSBOOK_UNKNOWN], &d->line);
	b->n[STSBOOK_UNKNOWN]++;
	return d;
}

static void
move(struct stsbook *b, struct stsbook_domain *d, enum stsbook_state to)
{
	list_remove(&b->line[d->state], &d->line);
	b->n[d->state]--;
	d->state = to;
	list_prepend(&b->line[to], &d->line);
	b->n[to]++;
}

static void
forget_domain(struct stsbook *b, struct stsbook_domain *d)
{
	list_remove(&b->line[d->state], &d->line);
	b->n[d->state]--;
	hash_remove(&b->by_name, &d->by_name);
	free(d->policy);
	free(d);
}

static int
busy(const struct stsbook_domain *d)
{
	return d->asking || d->fetching || d->askers.first != NULL;
}

/* what is missed least: 0 what has ended, 1 what enforces nothing, 2 all else */
static unsigned
worth(const struct stsbook_domain *d, int64_t now_s)
{
	if (!stsbook_holds(d, now_s))
		return 0;
	return d->mode == STS_ENFORCE ? 2 : 1;
}

/* room for one more of that state: the one goes that was not used for longest,
 * among those that are missed least */
static void
make_room(struct stsbook *b, enum stsbook_state state, unsigned max,
    const struct stsbook_domain *stays, int64_t now_s)
{
	struct stsbook_domain *d, *worst = NULL;
	struct list_node *n;

	if (b->n[state] <= max)
		return;
	for (n = b->line[state].last; n != NULL; n = n->prev) {
		d = of(n);
		if (!busy(d) && d != stays &&
		    (worst == NULL || worth(d, now_s) < worth(worst, now_s)))
			worst = d;
		if (worst != NULL && worth(worst, now_s) == 0)
			break;
	}
	if (worst == NULL)
		return;
	if (state == STSBOOK_HAVE)
		b->ops->drop(b->arg, worst);
	forget_domain(b, worst);
}

static void
rooms(struct stsbook *b, const struct stsbook_domain *stays, int64_t now_s)
{
	make_room(b, STSBOOK_HAVE,
	    b->cache_max > 0 ? b->cache_max : STS_CACHE_MAX, stays, now_s);
	make_room(b, STSBOOK_ABSENT,
	    b->absent_max > 0 ? b->absent_max : STS_ABSENT_MAX, stays, now_s);
}

/* files */

static void
keep(struct stsbook *b, struct stsbook_domain *d, int changed, int64_t now_s)
{
	d->unkept = b->ops->keep(b->arg, d, changed) == -1;
	if (!d->unkept)
		d->kept_s = now_s;
}

/* answers */

static void
answer(struct stsbook *b, struct stsbook_domain *d, struct stsbook_asker *a,
    int64_t now_s)
{
	if (stsbook_holds(d, now_s))
		d->used_s = now_s;
	b->ops->answer(b->arg, a, d);
}

static void
used(struct stsbook *b, struct stsbook_domain *d, int64_t now_s)
{
	list_remove(&b->line[d->state], &d->line);
	list_prepend(&b->line[d->state], &d->line);
	if (stsbook_holds(d, now_s) && d->used_s - d->kept_s >= STS_USED_S)
		keep(b, d, 0, now_s);
}

static void
answer_all(struct stsbook *b, struct stsbook_domain *d, int64_t now_s)
{
	struct stsbook_asker *a;

	while ((a = (struct stsbook_asker *)list_take(&d->askers)) != NULL) {
		a->of = NULL;
		b->n_waiting--;
		answer(b, d, a, now_s);
	}
}

/* questions */

static void
look(struct stsbook *b, struct stsbook_domain *d)
{
	if (d->asking || d->fetching)
		return;
	d->asking = 1;
	b->ops->ask(b->arg, d);
}

/* is more known of it than was, or is there nothing to be waited for? */
static int
at_hand(const struct stsbook_domain *d, int64_t now_s)
{
	return stsbook_holds(d, now_s) ||
	    (d->state == STSBOOK_ABSENT && !due(d->look_s, now_s));
}

/* nothing is known, and nothing is done about it */
static void
turn_away(struct stsbook *b, struct stsbook_asker *a, const char *why)
{
	struct stsbook_domain none = { .why = { "", "" } };

	snprintf(none.why.text, sizeof none.why.text, "%s", why);
	b->ops->answer(b->arg, a, &none);
}

/* to be answered when more is known */
static void
wait_for(struct stsbook *b, struct stsbook_domain *d, struct stsbook_asker *a)
{
	list_append(&d->askers, &a->line);
	a->of = d;
	b->n_waiting++;
	look(b, d);
}

void
stsbook_ask(struct stsbook *b, struct stsbook_asker *a, const char *domain,
    int64_t now_s)
{
	uint64_t hash = hash_bytes(b->seed, domain, strlen(domain));
	struct stsbook_domain *d = find(b, domain, hash);

	a->of = NULL;
	if (d != NULL && at_hand(d, now_s)) {
		answer(b, d, a, now_s);
		used(b, d, now_s);
		if (due(d->look_s, now_s))
			look(b, d);
		return;
	}
	if (b->n_waiting == STS_WAITING_MAX) {
		turn_away(b, a, "too many questions");
		return;
	}
	if (d == NULL)
		d = add(b, domain, hash);
	if (d == NULL)
		turn_away(b, a, "out of memory");
	else
		wait_for(b, d, a);
}

void
stsbook_forget(struct stsbook *b, struct stsbook_asker *a)
{
	if (a->of == NULL)
		return;
	list_remove(&a->of->askers, &a->line);
	a->of = NULL;
	b->n_waiting--;
}

/* answers to ours */

/* nothing is known of it for so long */
static void
absent(struct stsbook *b, struct stsbook_domain *d, const char *fail,
    const char *text, int64_t until_s, int64_t now_s)
{
	d->why.fail = fail;
	snprintf(d->why.text, sizeof d->why.text, "%s", text);
	d->look_s = until_s;
	if (d->state == STSBOOK_HAVE) {
		b->ops->drop(b->arg, d);
		free(d->policy);
		d->policy = NULL;
		d->policy_len = 0;
		d->id[0] = '\0';
		d->unkept = 0;
	}
	move(b, d, STSBOOK_ABSENT);
	answer_all(b, d, now_s);
	rooms(b, d, now_s);
}

static void
fetch(struct stsbook *b, struct stsbook_domain *d, const char *id)
{
	snprintf(d->next_id, sizeof d->next_id, "%s", id);
	d->fetching = 1;
	b->ops->fetch(b->arg, d);
}

void
stsbook_record(struct stsbook *b, struct stsbook_domain *d, enum stsrecord r,
    const char *id, uint64_t ttl_s, int failed, int64_t now_s)
{
	d->asking = 0;
	d->ttl_s = failed ? STS_CHECK_MIN_S : stsbook_ttl(ttl_s);
	d->look_s = now_s + d->ttl_s;
	if (r == STSRECORD_GOOD && !failed &&
	    (!stsbook_holds(d, now_s) || ends_soon(d, now_s) ||
		strcmp(id, d->id) != 0)) {
		fetch(b, d, id);
		return;
	}
	if (stsbook_holds(d, now_s))
		answer_all(b, d, now_s);
	else if (failed)
		absent(b, d, "", "no answer of the DNS", d->look_s, now_s);
	else if (r == STSRECORD_MANY)
		absent(b, d, "sts-policy-invalid", "several records", d->look_s,
		    now_s);
	else if (r == STSRECORD_BAD)
		absent(b, d, "sts-policy-invalid", "malformed record",
		    d->look_s, now_s);
	else
		absent(b, d, "", "", d->look_s, now_s);
}

static void
take(struct stsbook *b, struct stsbook_domain *d, char *policy, size_t n,
    const struct stspolicy *p, int64_t now_s)
{
	int changed =
	    d->state != STSBOOK_HAVE || strcmp(d->id, d->next_id) != 0;

	free(d->policy);
	d->policy = policy;
	d->policy_len = n;
	memcpy(d->id, d->next_id, sizeof d->id);
	d->mode = p->mode;
	d->max_age_s = p->max_age_s;
	d->fetched_s = now_s;
	d->expires_s = now_s + p->max_age_s;
	d->look_s = now_s + d->ttl_s;
	d->used_s = d->askers.first != NULL ? now_s : 0;
	move(b, d, STSBOOK_HAVE);
	keep(b, d, changed, now_s);
	answer_all(b, d, now_s);
	rooms(b, d, now_s);
}

void
stsbook_fetched(struct stsbook *b, struct stsbook_domain *d, char *policy,
    size_t n, const struct stsbook_why *why, int64_t now_s)
{
	struct stspolicy p;

	d->fetching = 0;
	if (policy != NULL && stspolicy_parse(&p, policy, n) == NULL) {
		take(b, d, policy, n, &p, now_s);
		return;
	}
	free(policy);
	d->look_s = now_s + STS_AGAIN_S;
	if (stsbook_holds(d, now_s))
		answer_all(b, d, now_s);
	else
		absent(b, d, why->fail, why->text, d->look_s, now_s);
}

/* files, and what ends */

int
stsbook_load(struct stsbook *b, const struct stsbook_domain *from)
{
	uint64_t hash = hash_bytes(b->seed, from->name, strlen(from->name));
	struct stsbook_domain *d;

	if (find(b, from->name, hash) != NULL ||
	    b->n[STSBOOK_HAVE] >=
		(b->cache_max > 0 ? b->cache_max : STS_CACHE_MAX))
		return -1;
	d = add(b, from->name, hash);
	if (d == NULL)
		return -1;
	memcpy(d->id, from->id, sizeof d->id);
	d->fetched_s = from->fetched_s;
	d->expires_s = from->expires_s;
	d->used_s = d->kept_s = from->used_s;
	d->max_age_s = from->max_age_s;
	d->mode = from->mode;
	d->policy = from->policy;
	d->policy_len = from->policy_len;
	move(b, d, STSBOOK_HAVE);
	return 0;
}

static void
tick(struct stsbook *b, struct stsbook_domain *d, int64_t now_s)
{
	if (d->unkept)
		keep(b, d, 0, now_s);
	if (stsbook_holds(d, now_s) && ends_soon(d, now_s) &&
	    due(d->look_s, now_s))
		look(b, d);
}

void
stsbook_tick(struct stsbook *b, int64_t now_s)
{
	struct list_node *n, *next;

	for (n = b->line[STSBOOK_HAVE].first; n != NULL; n = next) {
		next = n->next;
		tick(b, of(n), now_s);
	}
}

void
stsbook_free(struct stsbook *b)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		while (b->line[i].first != NULL)
			forget_domain(b, of(b->line[i].first));
	hash_free(&b->by_name);
}
