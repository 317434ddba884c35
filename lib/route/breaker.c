#include "route/breaker.h"
#include "base/num.h"
#include <stdlib.h>

static const int64_t second_us = 1000000;

static int
scan_time(struct slice v, uint32_t *s)
{
	uint64_t n;

	if (num_scan_duration(v.p, v.n, BREAKER_TIME_MAX_S, &n) == -1 || n == 0)
		return -1;
	*s = (uint32_t)n;
	return 0;
}

int
breaker_scan(struct slice v, struct breaker_rule *r)
{
	struct slice n, least, most;
	const char *dots;
	uint64_t u;

	if (!word_piece(&v, '/', &n) || v.p == NULL ||
	    num_scan(n.p, n.n, 1, BREAKER_FAILURES_MAX, &u) == -1)
		return -1;
	dots = memmem(v.p, v.n, "..", 2);
	least = most = v;
	if (dots != NULL) {
		least.n = (size_t)(dots - v.p);
		most = (struct slice){ dots + 2, v.n - least.n - 2 };
	}
	r->failures = (uint32_t)u;
	return scan_time(least, &r->least_s) == -1 ||
		scan_time(most, &r->most_s) == -1 || r->most_s < r->least_s
	    ? -1
	    : 0;
}

static struct breaker_site *
find(const struct breakers *b, struct slice site)
{
	struct hash_node *at;
	struct breaker_site *s;

	for (at = hash_first(&b->sites, hash_bytes(b->seed, site.p, site.n));
	     at != NULL; at = hash_again(at)) {
		s = (struct breaker_site *)at;
		if (word_is(site, s->name))
			return s;
	}
	return NULL;
}

/* those that are well are known again when they are asked for */
static void
sweep(struct breakers *b)
{
	struct hash_node *at, *next;
	struct breaker_site *s;
	size_t i;

	for (i = 0; i < b->sites.slots; i++)
		for (at = b->sites.slot[i]; at != NULL; at = next) {
			next = at->next;
			s = (struct breaker_site *)at;
			if (s->state != BREAKER_CLOSED || s->failures > 0)
				continue;
			hash_remove(&b->sites, at);
			free(s);
		}
}

static struct breaker_site *
make(struct breakers *b, struct slice site)
{
	struct breaker_site *s;

	if (b->sites.n >= BREAKER_SITES_MAX)
		sweep(b);
	if (b->sites.n >= BREAKER_SITES_MAX || site.n > BREAKER_SITE_MAX ||
	    (s = calloc(1, sizeof *s + site.n + 1)) == NULL)
		return NULL;
	memcpy(s->name, site.p, site.n);
	s->node.hash = hash_bytes(b->seed, site.p, site.n);
	if (hash_add(&b->sites, &s->node) == 0)
		return s;
	free(s);
	return NULL;
}

const struct breaker_site *
breaker_ask(struct breakers *b, const struct breaker_rule *r, struct slice site,
    int goes, int64_t now_us)
{
	struct breaker_site *s = find(b, site);

	if (s == NULL && goes)
		s = make(b, site);
	if (s == NULL)
		return NULL;
	s->rule = *r;
	if (s->state == BREAKER_CLOSED)
		return NULL;
	if (now_us < s->until_us)
		return s;
	if (goes) {
		s->state = BREAKER_PROBING;
		s->until_us = now_us + s->wait_s * second_us;
	}
	return NULL;
}

/* it could not be reached, or has not spoken */
static int
is_failure(const struct ltsv *l)
{
	struct slice class = ltsv_slice(l, "class");

	return !word_is(ltsv_slice(l, "status"), "sent") &&
	    (word_is(class, "connect") || word_is(class, "greeting") ||
		word_is(class, "timeout"));
}

static void
open_for(struct breaker_site *s, struct slice text, int64_t now_us)
{
	uint64_t wait =
	    s->wait_s == 0 ? s->rule.least_s : 2 * (uint64_t)s->wait_s;

	s->wait_s = wait > s->rule.most_s ? s->rule.most_s : (uint32_t)wait;
	s->state = BREAKER_OPEN;
	s->until_us = now_us + s->wait_s * second_us;
	text.n = ltsv_cut(text.p, text.n, BREAKER_TEXT_MAX);
	memcpy(s->text, text.p, text.n);
	s->text[text.n] = '\0';
}

const struct breaker_site *
breaker_result(struct breakers *b, const struct ltsv *l, int64_t now_us)
{
	struct breaker_site *s;

	if (b->sites.n == 0 || (s = find(b, ltsv_slice(l, "site"))) == NULL)
		return NULL;
	/* somebody before has kept it: that says nothing, and another job may
	 * be the probe */
	if (word_is(ltsv_slice(l, "status"), "later")) {
		if (s->state == BREAKER_PROBING)
			s->until_us = now_us + second_us;
		return NULL;
	}
	/* of us, not of the site */
	if (ltsv_slice(l, "host").n == 0)
		return NULL;
	if (!is_failure(l)) {
		s->failures = s->wait_s = 0;
		if (s->state == BREAKER_CLOSED)
			return NULL;
		s->state = BREAKER_CLOSED;
		return s;
	}
	s->failures++;
	/* what went before it was opened says no more */
	if (s->state == BREAKER_OPEN ||
	    (s->state == BREAKER_CLOSED && s->failures < s->rule.failures))
		return NULL;
	open_for(s, ltsv_slice(l, "text"), now_us);
	return s;
}

void
breaker_free(struct breakers *b)
{
	struct hash_node *at, *next;
	size_t i;

	for (i = 0; i < b->sites.slots; i++)
		for (at = b->sites.slot[i]; at != NULL; at = next) {
			next = at->next;
			free(at);
		}
	hash_free(&b->sites);
}
