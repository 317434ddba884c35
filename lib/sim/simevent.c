#include "sim/simevent.h"
#include "base/day.h"
#include "base/num.h"
#include "queue/logline.h"
#include "queue/message.h"
#include <string.h>

const char *const simgroup_names[SIMGROUPS] = { "site", "domain", "provider",
	"tenant", "via", "src", "day" };

/* its kinds; those that are ends first */
static const char *const kinds[] = { [SIMSTORE_OPEN] = "deferred",
	[SIMSTORE_SENT] = "sent",
	[SIMSTORE_BOUNCED] = "bounced",
	[SIMSTORE_EXPIRED] = "expired",
	[SIMSTORE_DELETED] = "deleted",
	"accepted" };
enum { ACCEPTED = 5, KINDS };

/* a line that is taken */
struct taking {
	struct simevent *e;
	int64_t at_us;
	uint32_t message, rcpt;
};

static int
kind_of(const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "ev");
	int i;

	for (i = 0; f != NULL && i < KINDS; i++)
		if (ltsv_is(f, kinds[i]))
			return i;
	return -1;
}

/* the value of a label, escapes undone, in e->text, or NULL; without memory
 * NULL, too, and *bad */
static const struct buf *
value(struct simevent *e, const struct ltsv_field *f, int *bad)
{
	long n;

	if (f == NULL)
		return NULL;
	buf_clear(&e->text);
	if (buf_reserve(&e->text, f->value_len + 1) == -1) {
		*bad = 1;
		return NULL;
	}
	n = ltsv_value(f, buf_tail(&e->text), f->value_len + 1);
	if (n > 0)
		buf_added(&e->text, (size_t)n);
	return &e->text;
}

/* the same as a name, if the label is there and it was none before */
static void
name(struct simevent *e, const char *label, uint32_t *out, int *bad)
{
	const struct buf *b;

	if (*out != SIMSTORE_NONE)
		return;
	b = value(e, ltsv_find(&e->l, label), bad);
	if (b == NULL)
		return;
	*out = simstore_name(e->store, buf_data(b), buf_len(b));
	*bad |= *out == SIMSTORE_NONE;
}

static void
tags(struct simevent *e, uint32_t *out, int *bad)
{
	struct buf all = { 0 };
	const struct buf *b;
	unsigned i;

	if (*out != SIMSTORE_NONE || ltsv_find(&e->l, "tag") == NULL)
		return;
	for (i = 0; i < e->l.n; i++) {
		if (e->l.f[i].label_len != 3 ||
		    memcmp(e->l.f[i].label, "tag", 3) != 0)
			continue;
		b = value(e, &e->l.f[i], bad);
		if (b == NULL)
			continue;
		if (buf_len(&all) > 0)
			*bad |= buf_putc(&all, '\n');
		*bad |= buf_put(&all, buf_data(b), buf_len(b));
	}
	*out = simstore_name(e->store, buf_data(&all), buf_len(&all));
	*bad |= *out == SIMSTORE_NONE;
	buf_free(&all);
}

/* milliseconds from a label "12.345"; -1: it is not there, or so large that it
 * is none */
static int64_t
seconds(const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);
	int64_t ms;

	if (f == NULL || num_scan_time(f->value, f->value_len, &ms) == -1)
		return -1;
	return ms > INT64_C(1000) * UINT32_MAX ? -1 : ms;
}

static int
take_message(struct taking *t)
{
	struct simevent *e = t->e;
	struct simstore_message *m = &e->store->message[t->message];
	int64_t ms = seconds(&e->l, "delay");
	uint64_t u;
	int bad = 0;

	name(e, "from", &m->from, &bad);
	name(e, "tenant", &m->tenant, &bad);
	name(e, "user", &m->user, &bad);
	tags(e, &m->tags, &bad);
	if (ms >= 0 && ms * 1000 < t->at_us)
		m->birth_us = t->at_us - ms * 1000;
	if (ltsv_num(&e->l, "size", 0, UINT32_MAX, &u) == 0)
		m->size = (uint32_t)u;
	if (ltsv_num(&e->l, "prio", 0, 9, &u) == 0)
		m->prio = (uint8_t)u;
	ms = seconds(&e->l, "hold-until");
	if (ms > 0)
		m->hold_us = ms * 1000;
	return bad ? -1 : 0;
}

/* recipient n, with its address */
static int
take_rcpt(struct taking *t, uint32_t n)
{
	struct simevent *e = t->e;
	const struct buf *b;
	int bad = 0;

	t->rcpt = simstore_rcpt(e->store, t->message, n);
	if (t->rcpt == SIMSTORE_NONE)
		return -1;
	if (e->store->rcpt[t->rcpt].to != SIMSTORE_NONE)
		return 0;
	b = value(e, ltsv_find(&e->l, "to"), &bad);
	if (b == NULL)
		return bad ? -1 : 0;
	return simstore_address(e->store, t->rcpt, buf_data(b), buf_len(b));
}

static int
accepted(struct taking *t, const char **why)
{
	struct simstore_message *m = &t->e->store->message[t->message];
	uint64_t n;

	(void)why;
	if (m->birth_us == 0)
		m->birth_us = t->at_us;
	if (ltsv_num(&t->e->l, "rcpts", 1, MESSAGE_RCPTS_MAX, &n) == 0)
		m->rcpts = (uint32_t)n;
	if (take_message(t) == -1)
		return -1;
	return ltsv_find(&t->e->l, "to") == NULL ? 0 : take_rcpt(t, 0);
}

/* the group of what the line is about; SIMSTORE_NONE: no memory */
static uint32_t
group_of(const struct taking *t)
{
	struct simevent *e = t->e;
	const struct simstore_rcpt *r = &e->store->rcpt[t->rcpt];
	const struct ltsv_field *f;
	const char *p;
	char day[DAY_TEXT];
	size_t n;

	if (e->by == SIMGROUP_DAY) {
		day_text(t->at_us / 1000000, day);
		return simstat_group(e->real, day, strlen(day));
	}
	if (e->by == SIMGROUP_DOMAIN) {
		p = simstore_text(e->store, r->domain, &n);
		return simstat_group(e->real, p, n);
	}
	f = ltsv_find(&e->l,
	    e->by == SIMGROUP_SRC ? "from-src" : simgroup_names[e->by]);
	if (f == NULL || f->value_len == 0)
		return simstat_group(e->real, "-", 1);
	return simstat_group(e->real, f->value, f->value_len);
}

/* what was answered, as a result has it; a reply that a line of conf/replies
 * has made another one, as it came */
static uint32_t
reply(struct taking *t, int kind)
{
	static const char *const keep[] = { "code", "esc", "host", "text",
		"doubt", "class" };
	const struct ltsv *l = &t->e->l;
	const struct ltsv_field *f;
	struct buf b = { 0 };
	const char *status = kinds[kind];
	uint64_t code;
	uint32_t name;
	unsigned i;
	int bad;

	if (kind == SIMSTORE_EXPIRED)
		status = "deferred";
	if (ltsv_find(l, "reply-rule") != NULL &&
	    ltsv_num(l, "code", 400, 599, &code) == 0)
		status = code < 500 ? "deferred" : "bounced";
	bad = ltsv_puts(&b, "status", status);
	for (i = 0; i < sizeof keep / sizeof keep[0]; i++)
		if ((f = ltsv_find(l, keep[i])) != NULL)
			bad |= ltsv_copy(&b, f);
	name = bad ? SIMSTORE_NONE
		   : simstore_name(t->e->store, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return name;
}

static int
attempt(struct taking *t, int kind, uint32_t group)
{
	struct simevent *e = t->e;
	struct simstore_rcpt *r = &e->store->rcpt[t->rcpt];
	uint32_t answer = SIMSTORE_NONE;
	uint64_t ms;
	int bad = 0;

	if (ltsv_num(&e->l, "ms", 0, UINT32_MAX, &ms) == -1)
		ms = 0;
	name(e, "site", &r->site, &bad);
	name(e, "via", &r->via, &bad);
	name(e, "from-src", &r->src, &bad);
	name(e, "provider", &r->provider, &bad);
	if (kind != SIMSTORE_SENT) {
		answer = reply(t, kind);
		bad |= answer == SIMSTORE_NONE;
	}
	bad |= simstore_try(e->store, t->rcpt, answer, (uint32_t)ms);
	bad |= simstat_start(e->real, group, t->at_us - (int64_t)ms * 1000);
	return bad ? -1 : 0;
}

static int
ended(struct taking *t, int kind, uint32_t group)
{
	struct simevent *e = t->e;
	const struct simstore_message *m = &e->store->message[t->message];

	e->store->rcpt[t->rcpt].end = (uint8_t)kind;
	SIMSTAT_COUNT(e->real, group, rcpts);
	if (kind == SIMSTORE_SENT)
		return simstat_sent(e->real, group, t->at_us,
		    t->at_us - m->birth_us);
	if (kind == SIMSTORE_BOUNCED)
		SIMSTAT_COUNT(e->real, group, bounced);
	else if (kind == SIMSTORE_EXPIRED)
		SIMSTAT_COUNT(e->real, group, expired);
	else
		SIMSTAT_COUNT(e->real, group, deleted);
	return kind == SIMSTORE_DELETED
	    ? simstore_cut(e->store, t->rcpt, t->at_us)
	    : 0;
}

/* of one that has ended, after a crash, nothing counts any more */
static int
outcome(struct taking *t, int kind, const char **why)
{
	struct simevent *e = t->e;
	uint32_t group;
	uint64_t n;

	if (ltsv_num(&e->l, "n", 0, MESSAGE_RCPTS_MAX - 1, &n) == -1) {
		*why = "no recipient: n is missing or none";
		return 1;
	}
	if (take_message(t) == -1 || take_rcpt(t, (uint32_t)n) == -1)
		return -1;
	if (e->store->message[t->message].birth_us == 0)
		e->store->message[t->message].birth_us = t->at_us;
	if (e->store->rcpt[t->rcpt].end != SIMSTORE_OPEN)
		return 0;
	group = group_of(t);
	if (group == SIMSTORE_NONE)
		return -1;
	/* what was said without one has no delay */
	if (ltsv_find(&e->l, "delay") != NULL && attempt(t, kind, group) == -1)
		return -1;
	return kind == SIMSTORE_OPEN ? 0 : ended(t, kind, group);
}

static int
take(struct simevent *e, int kind, int64_t at_us, const char **why)
{
	const struct ltsv_field *id = ltsv_find(&e->l, "id");
	struct taking t = { .e = e, .at_us = at_us };

	if (at_us <= 0) {
		*why = "no time: ts is missing or none";
		return 1;
	}
	if (id == NULL || name_check(id->value, id->value_len) == -1) {
		*why = "no message: id is missing or none";
		return 1;
	}
	t.message = simstore_message(e->store, id->value);
	if (t.message == SIMSTORE_NONE)
		return -1;
	if (e->store->from_us == 0 || at_us < e->store->from_us)
		e->store->from_us = at_us;
	if (at_us > e->store->to_us)
		e->store->to_us = at_us;
	return kind == ACCEPTED ? accepted(&t, why) : outcome(&t, kind, why);
}

int
simevent_line(struct simevent *e, const char *p, size_t n, const char **why)
{
	size_t skip = 0;
	int64_t at_us;
	int kind;

	if (n > 0 && p[n - 1] == '\n')
		n--;
	if (n == 0)
		return 0;
	at_us = logline_time(p, n, &skip);
	p += skip;
	n -= skip;
	/* words of programs are no events */
	if (n < 3 || memcmp(p, "ts:", 3) != 0)
		return 0;
	if (ltsv_parse(p, n, &e->l) == -1) {
		*why = "no labels and values";
		return 1;
	}
	kind = kind_of(&e->l);
	return kind == -1 ? 0 : take(e, kind, at_us, why);
}

/* the group of a recipient that was not tried since the log begins, or has not
 * ended */
static uint32_t
group_known(const struct simevent *e, const struct simstore_rcpt *r)
{
	const uint32_t of[SIMGROUPS] = { r->site, r->domain, r->provider,
		e->store->message[r->message].tenant, r->via, r->src,
		SIMSTORE_NONE };
	size_t n;
	const char *p = simstore_text(e->store, of[e->by], &n);

	return n == 0 ? simstat_group(e->real, "-", 1)
		      : simstat_group(e->real, p, n);
}

int
simevent_close(struct simevent *e)
{
	const struct simstore *s = e->store;
	uint32_t i, g;

	for (i = 0; i < s->n_rcpt; i++) {
		if (s->rcpt[i].end != SIMSTORE_OPEN)
			continue;
		g = group_known(e, &s->rcpt[i]);
		if (g == SIMSTORE_NONE)
			return -1;
		SIMSTAT_COUNT(e->real, g, rcpts);
		SIMSTAT_COUNT(e->real, g, queued);
	}
	e->real->from_us = s->from_us;
	e->real->to_us = s->to_us;
	buf_free(&e->text);
	return 0;
}
