#include "throttle/closures.h"
#include "base/ascii.h"
#include "failure/failurefile.h"
#include "format/ltsv.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* keys */

enum { SHAPES = 6 }; /* site or provider; all, via or src */

/* the key of a shape, or 0: the job has no such key */
static size_t
key_of(char out[CLOSURES_KEY_ROOM + 1], const struct closures_who *w,
    int provider, unsigned per)
{
	const struct slice *what = provider ? &w->provider : &w->site,
			   *of = per == REPLYACT_VIA ? &w->via : &w->src;

	if (what->n == 0 || what->n > CLOSURES_VALUE_MAX ||
	    (per != REPLYACT_ALL && (of->n == 0 || of->n > CLOSURES_VALUE_MAX)))
		return 0;
	return (size_t)snprintf(out, CLOSURES_KEY_ROOM + 1, "%s:%.*s%s%.*s",
	    provider ? "provider" : "site", (int)what->n, what->p,
	    per == REPLYACT_ALL       ? ""
		: per == REPLYACT_VIA ? "+via:"
				      : "+src:",
	    per == REPLYACT_ALL ? 0 : (int)of->n,
	    per == REPLYACT_ALL ? "" : of->p);
}

/* that of a line, or what the job has instead of it */
static size_t
key_for(char out[CLOSURES_KEY_ROOM + 1], const struct closures_who *w,
    const struct replyact *a)
{
	int provider = a->provider && w->provider.n > 0;
	unsigned per = a->per;

	if (per == REPLYACT_SRC && w->src.n == 0)
		per = REPLYACT_VIA;
	if (per == REPLYACT_VIA && w->via.n == 0)
		per = REPLYACT_ALL;
	return key_of(out, w, provider, per);
}

static struct closure *
find(const struct closures *c, const char *key, size_t n)
{
	struct hash_node *at;

	for (at = hash_first(&c->by_key, hash_bytes(c->seed, key, n));
	     at != NULL; at = hash_again(at))
		if (strcmp(((struct closure *)at)->key, key) == 0)
			return (struct closure *)at;
	return NULL;
}

static struct closure *
find_shape(const struct closures *c, const struct closures_who *w,
    unsigned shape)
{
	char key[CLOSURES_KEY_ROOM + 1];
	size_t n = key_of(key, w, shape / 3, shape % 3);

	return n == 0 ? NULL : find(c, key, n);
}

static void
drop(struct closures *c, struct closure *e)
{
	hash_remove(&c->by_key, &e->node);
	free(e->bytes);
	free(e);
}

/* the doublings that are left */
static unsigned
level(const struct closure *e, int64_t now_us)
{
	int64_t calm = (now_us - e->until_us) / CLOSURES_CALM_US;

	return calm >= e->level ? 0 : calm < 0 ? e->level : e->level - calm;
}

void
closures_sweep(struct closures *c, int64_t now_us)
{
	struct hash_node *at, *next;
	struct closure *e;
	size_t i;

	for (i = 0; i < c->by_key.slots; i++)
		for (at = c->by_key.slot[i]; at != NULL; at = next) {
			next = at->next;
			e = (struct closure *)at;
			if (e->state == CLOSURE_OPEN && level(e, now_us) == 0)
				drop(c, e);
		}
}

void
closures_free(struct closures *c)
{
	size_t i;

	for (i = 0; i < c->by_key.slots; i++)
		while (c->by_key.slot[i] != NULL)
			drop(c, (struct closure *)c->by_key.slot[i]);
	hash_free(&c->by_key);
}

static struct closure *
make(struct closures *c, const char *key, size_t n, int64_t now_us)
{
	struct closure *e;

	if (c->by_key.n >= CLOSURES_MAX)
		closures_sweep(c, now_us);
	if (c->by_key.n >= CLOSURES_MAX)
		return NULL;
	e = calloc(1, sizeof *e + n + 1);
	if (e == NULL)
		return NULL;
	memcpy(e->key, key, n);
	e->node.hash = hash_bytes(c->seed, key, n);
	e->state = CLOSURE_OPEN;
	e->until_us = e->closed_us = now_us;
	if (hash_add(&c->by_key, &e->node) == 0)
		return e;
	free(e);
	return NULL;
}

/* a copy of the reply; without memory there is none */
static void
say(struct closure *e, const struct closures_said *s)
{
	const struct slice *from[] = { &s->code, &s->esc, &s->host, &s->text };
	struct slice *to[] = { &e->said.code, &e->said.esc, &e->said.host,
		&e->said.text };
	char *p = malloc(4 * CLOSURES_SAID_MAX);
	unsigned i;

	free(e->bytes);
	memset(&e->said, 0, sizeof e->said);
	e->bytes = p;
	for (i = 0; p != NULL && i < 4; i++) {
		to[i]->p = p;
		to[i]->n = from[i]->n == 0
		    ? 0
		    : ltsv_cut(from[i]->p, from[i]->n, CLOSURES_SAID_MAX);
		if (to[i]->n > 0)
			memcpy(p, from[i]->p, to[i]->n);
		p += to[i]->n;
	}
}

/* closing */

void
closures_rule(char out[CLOSURES_RULE_ROOM + 1], unsigned line)
{
	int own = line < FAILURE_SHIPPED_AT;

	snprintf(out, CLOSURES_RULE_ROOM + 1, "%s:%u",
	    own ? "replies" : "shipped",
	    own ? line : line - FAILURE_SHIPPED_AT);
}

static int64_t
time_us(struct closure *e, const struct replyact *a, int64_t now_us)
{
	uint64_t s = a->least_s;
	unsigned up = a->backoff ? level(e, now_us) : 0;

	if (a->backoff) {
		s <<= up;
		if (s >= a->most_s)
			s = a->most_s;
		else if (up < CLOSURES_LEVEL_MAX)
			up++;
		e->level = up;
	}
	return (int64_t)s * 1000000;
}

const struct closure *
closures_close(struct closures *c, const struct replyact *a, const char *rule,
    const struct closures_who *w, const struct closures_said *said,
    int64_t started_us, int64_t now_us)
{
	char key[CLOSURES_KEY_ROOM + 1];
	size_t n = key_for(key, w, a);
	struct closure *e = n == 0 ? NULL : find(c, key, n);

	if (n == 0 || a->least_s == 0)
		return NULL;
	if (e == NULL)
		e = make(c, key, n, now_us);
	else if (e->state != CLOSURE_OPEN && started_us < e->closed_us)
		return NULL;
	if (e == NULL)
		return NULL;
	e->until_us = now_us + time_us(e, a, now_us);
	e->closed_us = now_us;
	e->state = CLOSURE_CLOSED;
	if (a->backoff)
		snprintf(e->limit, sizeof e->limit, "backoff=%u..%u",
		    a->least_s, a->most_s);
	else
		snprintf(e->limit, sizeof e->limit, "suspend=%u", a->least_s);
	snprintf(e->rule, sizeof e->rule, "%s", rule);
	say(e, said);
	return e;
}

const struct closure *
closures_keep(struct closures *c, const struct closures_who *w, int goes,
    int64_t now_us)
{
	struct closure *e, *due[SHAPES], *keeps = NULL;
	unsigned i, n = 0;

	if (c->by_key.n == 0)
		return NULL;
	for (i = 0; i < SHAPES; i++) {
		e = find_shape(c, w, i);
		if (e == NULL || e->state == CLOSURE_OPEN)
			continue;
		if (now_us >= e->until_us)
			due[n++] = e;
		else if (keeps == NULL || e->until_us > keeps->until_us)
			keeps = e;
	}
	for (i = 0; goes && keeps == NULL && i < n; i++) {
		due[i]->state = CLOSURE_PROBING;
		due[i]->closed_us = now_us;
		due[i]->until_us = now_us + CLOSURES_PROBE_US;
	}
	return keeps;
}

int64_t
closures_until(const struct closure *e, int64_t now_us)
{
	return e->state == CLOSURE_PROBING && !closures_whole_site(e)
	    ? now_us + CLOSURES_WAIT_US
	    : e->until_us;
}

int
closures_whole_site(const struct closure *e)
{
	return strncmp(e->key, "site:", 5) == 0 && strchr(e->key, '+') == NULL;
}

const struct closure *
closures_open(struct closures *c, const struct closures_who *w,
    int64_t started_us)
{
	struct closure *e;
	unsigned i;

	if (c->by_key.n == 0)
		return NULL;
	for (i = 0; i < SHAPES; i++) {
		e = find_shape(c, w, i);
		if (e == NULL || e->state != CLOSURE_PROBING ||
		    started_us < e->closed_us)
			continue;
		e->state = CLOSURE_OPEN;
		e->until_us = e->closed_us;
		return e;
	}
	return NULL;
}

/* lines */

int
closures_put(struct buf *b, const struct closure *e, int64_t ahead_us)
{
	static const struct {
		const char *label;
		size_t at;
	} said[] = { { "code", offsetof(struct closure, said.code) },
		{ "esc", offsetof(struct closure, said.esc) },
		{ "host", offsetof(struct closure, said.host) },
		{ "text", offsetof(struct closure, said.text) } };
	const struct slice *v;
	unsigned i;
	int bad = ltsv_puts(b, "key", e->key);

	bad |= buf_printf(b, "\tuntil:%" PRId64,
	    (e->until_us + ahead_us) / 1000000);
	bad |= ltsv_putnum(b, "level", e->level);
	bad |= ltsv_putnum(b, "open", e->state == CLOSURE_OPEN);
	bad |= ltsv_puts(b, "limit", e->limit);
	bad |= ltsv_puts(b, "rule", e->rule);
	for (i = 0; i < 4; i++) {
		v = (const void *)((const char *)e + said[i].at);
		if (v->n > 0)
			bad |= buf_printf(b, "\t%s:%.*s", said[i].label,
			    (int)v->n, v->p);
	}
	bad |= ltsv_end(b);
	return bad == 0 ? 0 : -1;
}

int
closures_put_all(struct buf *b, const struct closures *c, int64_t ahead_us)
{
	struct hash_node *at;
	size_t i;

	for (i = 0; i < c->by_key.slots; i++)
		for (at = c->by_key.slot[i]; at != NULL; at = at->next)
			if (closures_put(b, (struct closure *)at, ahead_us) ==
			    -1)
				return -1;
	return 0;
}

/* a time to come is never further away than any line may say */
static int64_t
until(uint64_t wall_s, int64_t ahead_us, int64_t now_us)
{
	const int64_t most = now_us + REPLYACT_TIME_MAX_S * INT64_C(1000000);
	int64_t at = (int64_t)wall_s * 1000000 - ahead_us;

	return at < most ? at : most;
}

int
closures_take(struct closures *c, const char *line, size_t n, int64_t ahead_us,
    int64_t now_us)
{
	struct ltsv l;
	struct closures_said said;
	char key[CLOSURES_KEY_ROOM + 1];
	struct closure *e;
	uint64_t at, up, open;
	long len;

	if (ltsv_parse(line, n, &l) == -1 ||
	    (len = ltsv_get(&l, "key", key, sizeof key)) <= 0 ||
	    ltsv_num(&l, "until", 0, INT64_MAX / 2000000, &at) == -1 ||
	    ltsv_num(&l, "level", 0, CLOSURES_LEVEL_MAX, &up) == -1 ||
	    ltsv_num(&l, "open", 0, 1, &open) == -1)
		return -1;
	e = find(c, key, (size_t)len);
	if (e == NULL && (e = make(c, key, (size_t)len, now_us)) == NULL)
		return 0;
	e->until_us = until(at, ahead_us, now_us);
	e->closed_us = now_us;
	e->level = up;
	e->state = open ? CLOSURE_OPEN : CLOSURE_CLOSED;
	if (ltsv_get(&l, "limit", e->limit, sizeof e->limit) == -1 ||
	    ltsv_get(&l, "rule", e->rule, sizeof e->rule) == -1)
		e->limit[0] = e->rule[0] = '\0';
	said.code = ltsv_slice(&l, "code");
	said.esc = ltsv_slice(&l, "esc");
	said.host = ltsv_slice(&l, "host");
	said.text = ltsv_slice(&l, "text");
	say(e, &said);
	return 0;
}
