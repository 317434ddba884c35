#include "throttle/throttle.h"
#include "base/ascii.h"
#include "base/num.h"
#include "throttle/throttlerate.h"
#include <stdlib.h>
#include <string.h>

static int
next_word(struct slice *rest, struct slice *out)
{
	size_t i = 0;

	while (i < rest->n && (rest->p[i] == ' ' || rest->p[i] == '\t'))
		i++;
	out->p = rest->p + i;
	while (i < rest->n && rest->p[i] != ' ' && rest->p[i] != '\t')
		i++;
	out->n = rest->p + i - out->p;
	rest->p += i;
	rest->n -= i;
	return out->n > 0;
}

static int
begins(const struct slice *w, const char *s)
{
	size_t n = strlen(s);

	return w->n >= n && memcmp(w->p, s, n) == 0;
}

static enum throttle_match
match_of(const struct slice *v)
{
	if (v->n == 1 && v->p[0] == '*')
		return THROTTLE_EACH;
	return v->p[0] == '.' ? THROTTLE_BELOW : THROTTLE_EXACT;
}

/* LIMIT */

/* may it be the name of a zone?  Others read it as a file's */
static int
is_zone(const char *p)
{
	for (; *p != '\0'; p++)
		if (!ascii_alnum(*p) && strchr("/_+-", *p) == NULL)
			return 0;
	return 1;
}

/* N/hour or N/day, and @ZONE */
static const char *
add_cap(struct throttle_rule *r, const struct slice *v, enum bucket_unit what)
{
	static const char fault[] =
	    "a cap is not N/hour or N/day, 1 to 1000000, with @ZONE or not";
	struct throttle_cap *c = &r->cap[r->n_caps];
	const char *slash = memchr(v->p, '/', v->n), *end = v->p + v->n, *at;
	struct slice span;
	uint64_t n;

	if (r->n_caps == THROTTLE_CAPS_MAX)
		return "more than 4 caps under one key";
	if (slash == NULL ||
	    num_scan(v->p, slash - v->p, 1, BUCKET_N_MAX, &n) == -1)
		return fault;
	at = memchr(slash, '@', end - slash);
	span.p = slash + 1;
	span.n = (at == NULL ? end : at) - span.p;
	if (!word_is(span, "hour") && !word_is(span, "day"))
		return fault;
	if (at != NULL && (end - at == 1 || end - at - 1 > ZONE_NAME_MAX))
		return fault;
	if (at != NULL)
		memcpy(c->zone, at + 1, end - at - 1);
	if (!is_zone(c->zone))
		return fault;
	c->n = n;
	c->what = what;
	c->span = word_is(span, "day") ? ZONE_DAY : ZONE_HOUR;
	r->n_caps++;
	return NULL;
}

/* AMOUNTS/DATE, and @ZONE */
static const char *
add_warm(struct throttle_rule *r, const struct slice *v)
{
	static const char fault[] =
	    "warm is not AMOUNT,...*FACTOR..END/YYYY-MM-DD, with @ZONE or not";
	struct throttle_cap *c = &r->cap[r->n_caps];
	const char *at = v->n == 0 ? NULL : memchr(v->p, '@', v->n);
	struct slice plan = { v->p, at == NULL ? v->n : (size_t)(at - v->p) };
	size_t n = v->n - plan.n;

	if (r->warm.n > 0)
		return "more than one warm-up under one key";
	if (r->n_caps == THROTTLE_CAPS_MAX)
		return "more than 4 caps under one key";
	if (throttlewarm_parse(&r->warm, plan) == -1 || n == 1 ||
	    n > ZONE_NAME_MAX + 1)
		return fault;
	if (at != NULL)
		memcpy(c->zone, at + 1, n - 1);
	if (!is_zone(c->zone))
		return fault;
	c->what = BUCKET_TXNS;
	c->span = ZONE_DAY;
	c->warm = 1;
	r->n_caps++;
	return NULL;
}

static const char *
add_backoff(struct throttle_rule *r, const struct slice *v)
{
	struct slice least = *v;
	uint64_t a, b;
	size_t i;

	if (word_is(*v, "none")) {
		r->no_backoff = 1;
		return NULL;
	}
	for (i = 0; i + 1 < v->n; i++)
		if (v->p[i] == '.' && v->p[i + 1] == '.')
			break;
	if (i + 1 < v->n)
		least.n = i;
	if (num_scan_duration(least.p, least.n, THROTTLE_BACKOFF_MAX_S, &a) ==
		-1 ||
	    a == 0)
		goto bad;
	b = a;
	if (least.n < v->n &&
	    num_scan_duration(v->p + i + 2, v->n - i - 2,
		THROTTLE_BACKOFF_MAX_S, &b) == -1)
		goto bad;
	if (b < a)
		goto bad;
	r->backoff.least_s = a;
	r->backoff.most_s = b;
	return NULL;
bad:
	return "backoff is not none, SECONDS or SECONDS..MAX, 1 to 86400";
}

static const char *
add_limit(struct throttle_rule *r, const struct slice *w)
{
	const char *eq = memchr(w->p, '=', w->n);
	struct slice v;
	uint64_t u, least = 0;

	if (word_is(*w, "shared")) {
		r->shared = 1;
		return NULL;
	}
	if (eq == NULL)
		return "a limit is not NAME=VALUE";
	v.p = eq + 1;
	v.n = w->p + w->n - v.p;
	if (begins(w, "conn=")) {
		if (word_is(v, "none"))
			u = THROTTLE_CONN_NONE;
		else if (throttlerate_range(v, THROTTLE_CONN_MAX, &least, &u) ==
		    -1)
			return "conn is not none, nor a number from 1 to "
			       "100000, or a range of these";
		r->conn = u;
		r->conn_least = (uint32_t)least;
		return NULL;
	}
	if (begins(w, "msgs-per-conn=")) {
		if (num_scan(v.p, v.n, 1, BUCKET_N_MAX, &u) == -1)
			return "msgs-per-conn is not a number from 1 to "
			       "1000000";
		r->msgs_per_conn = u;
		return NULL;
	}
	if (begins(w, "rate="))
		return throttlerate_add(r, v, BUCKET_TXNS);
	if (begins(w, "rcpt-rate="))
		return throttlerate_add(r, v, BUCKET_RCPTS);
	if (begins(w, "byte-rate="))
		return throttlerate_add(r, v, BUCKET_BYTES);
	if (begins(w, "conn-rate="))
		return throttlerate_add(r, v, BUCKET_CONNS);
	if (begins(w, "cap="))
		return add_cap(r, &v, BUCKET_TXNS);
	if (begins(w, "rcpt-cap="))
		return add_cap(r, &v, BUCKET_RCPTS);
	if (begins(w, "warm="))
		return add_warm(r, &v);
	if (begins(w, "burst="))
		return throttlerate_burst(r, v);
	if (begins(w, "backoff="))
		return add_backoff(r, &v);
	return "not a limit: conn conn-rate rate rcpt-rate byte-rate burst cap "
	       "rcpt-cap warm msgs-per-conn backoff shared";
}

/* what cannot be said of a rule, or lacks */
static const char *
incomplete(const struct throttle_rule *r)
{
	if (r->conn == 0 && r->msgs_per_conn == 0 && r->n_rates == 0 &&
	    r->n_caps == 0 && r->backoff.least_s == 0 && !r->no_backoff)
		return "no limit behind the key";
	if (r->backoff.least_s > 0 && r->no_backoff)
		return "backoff= is none, and a time";
	if (r->shared && r->n_rates == 0 && r->n_caps == 0 &&
	    throttle_conn(r) == 0)
		return "shared without a rate, a cap or conn";
	return NULL;
}

static struct throttle_rule *
new_rule(const struct throttle_parts *parts)
{
	char key[THROTTLE_KEY_MAX];
	size_t n = throttlekey_print(key, parts);
	struct throttle_rule *r = calloc(1, sizeof *r + n + 1);
	const struct throttle_part *p;

	if (r == NULL)
		return NULL;
	r->words = parts->words;
	r->key = memcpy(r + 1, key, n);
	r->key_len = n;
	for (p = parts->part; p < parts->part + parts->n; p++)
		if (p->label < THROTTLE_TAG)
			r->match[p->label] = match_of(&p->value);
	return r;
}

const char *
throttle_number_tags(struct throttle_rule *r, struct throttle_tags *tags)
{
	const struct slice key = { r->key, r->key_len };
	const char *bad;
	struct throttle_parts parts = { .words = r->words };
	unsigned i;
	int slot;

	bad = throttlekey_parse(&key, &parts);
	for (i = 0; bad == NULL && i < parts.n; i++) {
		if (parts.part[i].label != THROTTLE_TAG)
			continue;
		slot = throttlekey_slot(tags, parts.part[i].name);
		if (slot == -1)
			return "more than 8 names of tags";
		r->match[slot] = match_of(&parts.part[i].value);
		r->tag[r->n_tags++] = slot;
	}
	return bad;
}

uint32_t
throttle_shape(const struct throttle_rule *r)
{
	uint32_t shape = 0;
	unsigned l;

	for (l = 0; l < THROTTLE_LABELS; l++)
		shape |= (uint32_t)r->match[l] << 2 * l;
	return shape;
}

struct throttle_rule *
throttle_parse(const struct throttle_words *words, const char *line, size_t n,
    const char **reason)
{
	struct slice rest = { line, n }, key, w;
	struct throttle_parts parts = { .words = words };
	struct throttle_rule *r;

	*reason = NULL;
	if (!next_word(&rest, &key)) {
		*reason = "no key";
		return NULL;
	}
	*reason = throttlekey_parse(&key, &parts);
	if (*reason != NULL || (r = new_rule(&parts)) == NULL)
		return NULL;
	while (*reason == NULL && next_word(&rest, &w))
		*reason = add_limit(r, &w);
	if (*reason == NULL)
		*reason = incomplete(r);
	if (*reason != NULL) {
		free(r);
		return NULL;
	}
	r->backoff.full = throttle_conn(r);
	return r;
}
