#include "accept/acceptrule.h"
#include "base/num.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BURST_BYTES_G = 4 }; /* a burst is below */

const char *const accept_actions[ACCEPT_ACTIONS] = { "refuse", "reject" };

static const char *const labels[THROTTLE_TAG] = { [THROTTLE_DOMAIN] = "domain",
	[THROTTLE_TENANT] = "tenant",
	[ACCEPT_FROM] = "from",
	[ACCEPT_CLIENT] = "client",
	[THROTTLE_USER] = "user" };

const struct throttle_words accept_words = { labels,
	"the key is not *, nor made of client: user: from: domain: tenant:",
	"accept", 0 };

static const char memory[] = "out of memory";

static int
next_word(struct slice *rest, struct slice *out)
{
	size_t i = 0;

	while (i < rest->n && (rest->p[i] == ' ' || rest->p[i] == '\t'))
		i++;
	out->p = rest->p + i;
	while (i < rest->n && rest->p[i] != ' ' && rest->p[i] != '\t')
		i++;
	out->n = (size_t)(rest->p + i - out->p);
	rest->p += i;
	rest->n -= i;
	return out->n > 0;
}

/* the value of NAME=VALUE; p NULL: it is another word */
static struct slice
value_of(struct slice w, const char *name)
{
	size_t n = strlen(name);
	struct slice v = { NULL, 0 };

	if (w.n > n && w.p[n] == '=' && memcmp(w.p, name, n) == 0)
		v = (struct slice){ w.p + n + 1, w.n - n - 1 };
	return v;
}

/* is it a rate? */
static int
is_rate(struct slice w)
{
	return value_of(w, "rate").p != NULL ||
	    value_of(w, "rcpt-rate").p != NULL ||
	    value_of(w, "byte-rate").p != NULL;
}

static int
is_cap(struct slice w)
{
	return value_of(w, "cap").p != NULL ||
	    value_of(w, "rcpt-cap").p != NULL;
}

/* is it a size that no burst can have? */
static int
is_huge(const char *p, size_t n)
{
	uint64_t g;

	return n > 1 && p[n - 1] == 'G' &&
	    num_scan(p, n - 1, BURST_BYTES_G, UINT32_MAX, &g) == 0;
}

/* all that a rate lets go in its period may come at once, unless burst says
 * otherwise: a user who writes to twenty people does it in one message */
static int
put_burst(struct buf *b, struct slice rate)
{
	const char *n = (const char *)memchr(rate.p, '=', rate.n) + 1;
	const char *end = rate.p + rate.n;
	const char *slash = memchr(n, '/', (size_t)(end - n));

	if (slash == NULL)
		return 0;
	if (is_huge(n, (size_t)(slash - n)))
		return buf_printf(b, " burst=%" PRIu32, UINT32_MAX);
	return buf_printf(b, " burst=%.*s", (int)(slash - n), n);
}

static const char *
take_credits(struct acceptrule *r, struct slice v)
{
	uint64_t n = 0;

	if (r->has_credits)
		return "credits stands twice";
	if (v.p != NULL && num_scan(v.p, v.n, 0, ACCEPT_CREDITS_MAX, &n) == -1)
		return "credits is not a number from 0 to 1000000000";
	r->has_credits = 1;
	r->credits = (int64_t)n;
	return NULL;
}

/* what a line has besides its key */
struct parsing {
	struct acceptrule *r;
	struct slice rate; /* that waits for its burst; p NULL: none */
	unsigned limits, actions;
	int full; /* memory is out */
};

static void
end_rate(struct parsing *g)
{
	if (g->rate.p != NULL)
		g->full |= put_burst(&g->r->limits, g->rate);
	g->rate.p = NULL;
}

static void
put_limit(struct parsing *g, struct slice w)
{
	g->full |= buf_putc(&g->r->limits, ' ');
	g->full |= buf_put(&g->r->limits, w.p, w.n);
}

static const char *
take_word(struct parsing *g, struct slice w)
{
	unsigned a;

	for (a = 0; a < ACCEPT_ACTIONS; a++)
		if (word_is(w, accept_actions[a])) {
			g->r->action = a;
			return g->actions++ > 0 ? "more than one of refuse and "
						  "reject"
						: NULL;
		}
	if (word_is(w, "credits") || value_of(w, "credits").p != NULL)
		return take_credits(g->r, value_of(w, "credits"));
	if (value_of(w, "burst").p != NULL) {
		if (g->rate.p == NULL)
			return "burst= does not stand behind a rate";
		g->rate.p = NULL;
		put_limit(g, w);
		return NULL;
	}
	end_rate(g);
	if (!is_rate(w) && !is_cap(w))
		return "not a limit: rate rcpt-rate byte-rate burst cap "
		       "rcpt-cap, nor refuse reject credits";
	g->limits++;
	put_limit(g, w);
	if (is_rate(w))
		g->rate = w;
	return NULL;
}

/* a rate may be no range here, nor so slow in bytes that a message counts for
 * longer than can be reckoned */
static const char *
check_rates(const struct throttle_rule *t)
{
	unsigned i;

	for (i = 0; i < t->n_rates; i++) {
		if (t->rate[i].least > 0)
			return "a limit on what comes in is no range";
		if (t->rate[i].what == BUCKET_BYTES &&
		    t->rate[i].n < ACCEPT_BYTES_LEAST)
			return "byte-rate is less than 1k";
	}
	return NULL;
}

/* as the limiter will read it; the key in its canonical form */
static const char *
check_limits(struct acceptrule *r)
{
	const char *bad;
	struct throttle_rule *t = throttle_parse(&accept_words,
	    buf_data(&r->limits), buf_len(&r->limits), &bad);

	if (t == NULL)
		return bad == NULL ? memory : bad;
	bad = check_rates(t);
	buf_clear(&r->limits);
	if (bad == NULL && throttle_print(&r->limits, t) == -1)
		bad = memory;
	r->key = buf_data(&r->limits);
	r->key_len = t->key_len;
	free(t);
	return bad;
}

const char *
acceptrule_parse(struct acceptrule *r, const char *line, size_t n)
{
	struct slice rest = { line, n }, w;
	struct parsing g = { .r = r };
	const char *bad = NULL;

	if (!next_word(&rest, &w))
		return "no key";
	g.full = buf_put(&r->limits, w.p, w.n);
	while (bad == NULL && next_word(&rest, &w))
		bad = take_word(&g, w);
	if (bad != NULL)
		return bad;
	end_rate(&g);
	if (g.limits == 0 && !r->has_credits)
		return "no limit behind the key";
	/* its keys are the limiter's, which asks for a limit */
	if (g.limits == 0)
		g.full |= buf_puts(&r->limits, " conn=none");
	return g.full ? memory : check_limits(r);
}

void
acceptrule_free(struct acceptrule *r)
{
	buf_free(&r->limits);
}

int
acceptrule_print(struct buf *b, const struct acceptrule *r)
{
	static const char none[] = " conn=none";
	const char *p = buf_data(&r->limits);
	size_t n = buf_len(&r->limits), k = sizeof none - 1;
	int bad;

	if (n > k && memcmp(p + n - k, none, k) == 0)
		n -= k;
	bad = buf_put(b, p, n);
	bad |= buf_printf(b, " %s", accept_actions[r->action]);
	if (r->has_credits)
		bad |= buf_printf(b, " credits=%" PRId64, r->credits);
	return bad == 0 ? 0 : -1;
}

/* the table */

const struct acceptrule *
acceptrules_find(const struct acceptrules *t, const char *key, size_t n)
{
	struct hash_node *h = hash_first(&t->by_key, hash_bytes(0, key, n));
	struct acceptrule *r;

	for (; h != NULL; h = hash_again(h)) {
		r = (struct acceptrule *)h;
		if (r->key_len == n && memcmp(r->key, key, n) == 0)
			return r;
	}
	return NULL;
}

/* may this be the key of a rule with a value for each "*"?  A value may have any
 * bytes, also those that stand between parts */
static int
fits(const char *rule, const char *rule_end, const char *p, const char *end)
{
	while (rule < rule_end && *rule != '*') {
		if (p == end || *rule++ != *p++)
			return 0;
	}
	if (rule == rule_end)
		return p == end;
	for (p++; p <= end; p++)
		if (fits(rule + 1, rule_end, p, end))
			return 1;
	return 0;
}

const struct acceptrule *
acceptrules_account(const struct acceptrules *t, struct slice key)
{
	const struct acceptrule *r = acceptrules_find(t, key.p, key.n);

	if (r != NULL && r->has_credits)
		return r;
	for (r = t->list; r != NULL; r = r->next)
		if (r->has_credits &&
		    fits(r->key, r->key + r->key_len, key.p, key.p + key.n))
			return r;
	return NULL;
}

static int
insert(struct acceptrules *t, struct acceptrule *r, const char **reason)
{
	if (acceptrules_find(t, r->key, r->key_len) != NULL) {
		*reason = "a key stands twice";
		return -1;
	}
	*reason = NULL;
	if (throttle_add_at(&t->limits, buf_data(&r->limits),
		buf_len(&r->limits), r->line, reason) == -1)
		return -1;
	r->node.hash = hash_bytes(0, r->key, r->key_len);
	if (hash_add(&t->by_key, &r->node) == -1)
		return -1;
	r->next = t->list;
	t->list = r;
	t->n++;
	t->n_credits += r->has_credits;
	return 0;
}

static int
add(struct acceptrules *t, const char *p, size_t n, unsigned line,
    const char **reason)
{
	struct acceptrule *r = calloc(1, sizeof *r);

	*reason = NULL;
	if (r == NULL)
		return -1;
	*reason = acceptrule_parse(r, p, n);
	r->line = line;
	if (*reason == memory)
		*reason = NULL;
	else if (*reason == NULL && insert(t, r, reason) == 0)
		return 0;
	acceptrule_free(r);
	free(r);
	return -1;
}

/* record KEY as a number; 0 or -1 */
static int
number(const struct lookup *l, const char *key, uint64_t max, uint64_t *out)
{
	const char *p;
	size_t n;

	return lookup_get(l, key, strlen(key), &p, &n) == 1
	    ? num_scan(p, n, 0, max, out)
	    : -1;
}

int
acceptrules_load(struct acceptrules *t, const struct lookup *l,
    const char **reason)
{
	char key[16];
	const char *p;
	size_t len;
	uint64_t n, i, line;

	t->limits.words = &accept_words;
	*reason = "damaged";
	if (number(l, "n", ACCEPT_RULES_MAX, &n) == -1)
		return -1;
	for (i = 1; i <= n; i++) {
		*reason = "damaged";
		snprintf(key, sizeof key, "@%u", (unsigned)i);
		if (number(l, key, UINT32_MAX, &line) == -1 ||
		    lookup_get(l, key + 1, strlen(key + 1), &p, &len) != 1)
			return -1;
		if (add(t, p, len, (unsigned)line, reason) == -1)
			return -1;
	}
	return 0;
}

void
acceptrules_free(struct acceptrules *t)
{
	struct acceptrule *r;

	while ((r = t->list) != NULL) {
		t->list = r->next;
		acceptrule_free(r);
		free(r);
	}
	throttle_free(&t->limits);
	hash_free(&t->by_key);
	memset(t, 0, sizeof *t);
}
