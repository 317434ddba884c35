#include "suppress/suppresstake.h"
#include "conf/conffeedback.h"
#include "format/ltsv.h"
#include "queue/logline.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char unsubscribe[] = "unsubscribe";

/* an event while it is looked at */
struct event {
	struct ltsv t;
	struct suppressconf_facts facts;
	struct address to, from;
	struct suppressline line;
	char ev[32], failure[SUPPRESSLINE_WORD_MAX + 1], type[8];
	char tag[8 + SUPPRESSLINE_NAME_MAX]; /* "stream=" and the stream */
	struct slice tags;
	char tenant[SUPPRESSLINE_NAME_MAX + 1], user[256];
};

static struct slice
of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* one that is too long is none */
static void
get(const struct event *e, const char *label, char *out, size_t size)
{
	const struct ltsv_field *f = ltsv_find(&e->t, label);
	long n = f == NULL ? -1 : ltsv_value(f, out, size);

	if (n == -1 || memchr(out, '\0', (size_t)n) != NULL)
		n = 0;
	out[n] = '\0';
}

static void
get_text(const struct event *e, const char *label, char *out, size_t size)
{
	char t[LTSV_LINE_MAX];
	long n = ltsv_get(&e->t, label, t, sizeof t);

	suppressline_text(out, size, t, n == -1 ? 0 : (size_t)n);
}

/* label stream, or tag:stream=NAME, or what the list is called; 0, or -1: it is
 * too long */
static int
get_stream(struct event *e)
{
	const struct ltsv_field *f = ltsv_find(&e->t, "stream");
	char t[256];
	unsigned i;
	size_t skip = 0;
	long n;

	for (i = 0; f == NULL && i < e->t.n; i++)
		if (e->t.f[i].label_len == 3 &&
		    memcmp(e->t.f[i].label, "tag", 3) == 0 &&
		    e->t.f[i].value_len > 7 &&
		    memcmp(e->t.f[i].value, "stream=", 7) == 0) {
			f = &e->t.f[i];
			skip = 7;
		}
	if (f == NULL)
		f = ltsv_find(&e->t, "list");
	if (f == NULL)
		return 0;
	n = ltsv_value(f, t, sizeof t);
	if (n == -1 ||
	    suppressline_name(e->line.stream, t + skip, (size_t)n - skip) == -1)
		return -1;
	if (e->line.stream[0] == '\0')
		return 0;
	snprintf(e->tag, sizeof e->tag, "stream=%s", e->line.stream);
	e->tags = of(e->tag);
	return 0;
}

static int
get_tenant(struct event *e)
{
	const struct ltsv_field *f = ltsv_find(&e->t, "tenant");
	char t[LTSV_LINE_MAX];
	long n = f == NULL ? 0 : ltsv_value(f, t, sizeof t);

	return n == -1 ? -1 : suppressline_name(e->tenant, t, (size_t)n);
}

/* whose address it is: NULL, or what is wrong */
static const char *
get_addresses(struct event *e)
{
	char t[WORD_ADDRESS_MAX + 1];
	long n = ltsv_get(&e->t, "to", t, sizeof t);

	if (n <= 0 || suppressline_address(&e->line, t, (size_t)n) == -1 ||
	    address_set(&e->to, e->line.to, strlen(e->line.to)) == -1)
		return "no address in it";
	n = ltsv_get(&e->t, "from", t, sizeof t);
	if (n <= 0 || address_set(&e->from, t, (size_t)n) == -1)
		memset(&e->from, 0, sizeof e->from);
	return NULL;
}

static void
set_facts(struct event *e)
{
	struct suppressconf_facts *f = &e->facts;
	const struct ltsv_field *trusted = ltsv_find(&e->t, "trusted");

	f->who.to = &e->to;
	f->who.from = &e->from;
	f->who.tenant = of(e->tenant);
	f->who.user = of(e->user);
	f->who.tag = &e->tags;
	f->who.n_tag = e->tags.n > 0;
	f->ev = of(e->ev);
	f->failure = of(e->failure);
	f->type = of(e->type);
	f->reason = of(e->line.reason);
	f->untrusted = trusted != NULL && ltsv_is(trusted, "0");
}

/* when it was; what is shipped has labels in front of its time */
static int64_t
when(const struct event *e, const char *p, size_t n, int64_t now_s)
{
	const struct ltsv_field *ts = ltsv_find(&e->t, "ts");
	int64_t at_us = -1;
	size_t skip;

	if (ts != NULL)
		at_us =
		    logline_time(ts->label, (size_t)(p + n - ts->label), &skip);
	return at_us == -1 ? now_s : at_us / 1000000;
}

/* NULL, or what is wrong with it */
static const char *
read_event(struct event *e, const char *p, size_t n, int64_t now_s)
{
	const char *fault;

	if (ltsv_parse(p, n, &e->t) == -1)
		return "no event";
	get(e, "ev", e->ev, sizeof e->ev);
	get(e, "failure", e->failure, sizeof e->failure);
	get(e, "failure-type", e->type, sizeof e->type);
	get(e, "user", e->user, sizeof e->user);
	get(e, "eid", e->line.eid, sizeof e->line.eid);
	/* another's id of it would not stand in a list */
	if (!word_name(e->line.eid, strlen(e->line.eid)))
		e->line.eid[0] = '\0';
	get_text(e, "text", e->line.text, sizeof e->line.text);
	fault = get_addresses(e);
	if (fault != NULL)
		return fault;
	if (get_tenant(e) == -1 || get_stream(e) == -1)
		return "the name of its tenant or stream is too long";
	e->line.since_s = when(e, p, n, now_s);
	snprintf(e->line.by, sizeof e->line.by, "%s", e->ev);
	snprintf(e->line.reason, sizeof e->line.reason, "%s",
	    e->failure[0] != '\0' ? e->failure : e->ev);
	set_facts(e);
	return NULL;
}

/* for whom it will count */
static void
set_scope(struct event *e, const struct suppressconf_add *a)
{
	if (a->scope != SUPPRESSCONF_STREAM || e->line.stream[0] == '\0')
		suppressline_name(e->line.stream, "*", 1);
	if (a->scope == SUPPRESSCONF_EVERYBODY)
		suppressline_name(e->line.tenant, "*", 1);
	else
		suppressline_name(e->line.tenant, e->tenant, strlen(e->tenant));
}

int
suppresstake_better(const struct suppressline *now,
    const struct suppressline *next, int64_t now_s)
{
	if (now->until_s > 0 && now->until_s <= now_s)
		return 1;
	if (strcmp(now->reason, unsubscribe) == 0)
		return strcmp(next->reason, unsubscribe) != 0;
	if (strcmp(next->reason, unsubscribe) == 0)
		return 0;
	return now->until_s > 0 &&
	    (next->until_s == 0 || next->until_s > now->until_s);
}

static enum suppresstake_outcome
append(struct suppresstake *t, const struct suppressline *l)
{
	struct buf b = { 0 };
	int r = suppressline_put(&b, l, t->hashed);

	if (r == 0)
		r = suppresslog_append(t->log, &b);
	buf_free(&b);
	if (r == -1 || suppressed_check(t->list) == -1)
		return SUPPRESSTAKE_FAILED;
	return SUPPRESSTAKE_DONE;
}

/* what stands under the key of this line: 1, 0, or -1 */
static int
find(struct suppresstake *t, const struct suppressline *l,
    struct suppressline *out)
{
	char key[SUPPRESSLINE_KEY];

	suppressline_own_key(key, l);
	return suppressed_find(t->list, key, out);
}

static enum suppresstake_outcome
add(struct suppresstake *t, struct suppressline *l, int64_t span_s,
    int64_t now_s)
{
	struct suppressline old;
	enum suppresstake_outcome r;
	int found;

	l->act = SUPPRESSLINE_ADD;
	l->n_times = 0;
	l->until_s = span_s == 0 ? 0 : l->since_s + span_s;
	found = find(t, l, &old);
	if (found == -1)
		return SUPPRESSTAKE_FAILED;
	if (found == 1 && (strcmp(old.eid, l->eid) == 0 && l->eid[0] != '\0'))
		return SUPPRESSTAKE_NOTHING;
	if (found == 1 && old.act == SUPPRESSLINE_REMOVE
		? old.since_s >= l->since_s
		: found == 1 && !suppresstake_better(&old, l, now_s))
		return SUPPRESSTAKE_NOTHING;
	if (l->until_s > 0 && l->until_s <= now_s)
		return SUPPRESSTAKE_NOTHING;
	r = append(t, l);
	t->added += r == SUPPRESSTAKE_DONE;
	return r;
}

/* drop what is too long ago, and then the oldest for room */
static void
forget_old(struct suppressline *l, int64_t since_s, unsigned most)
{
	unsigned i, kept = 0, drop;

	for (i = 0; i < l->n_times; i++)
		if (l->time[i].at_s > since_s)
			l->time[kept++] = l->time[i];
	drop = kept > most ? kept - most : 0;
	memmove(l->time, l->time + drop, (kept - drop) * sizeof *l->time);
	l->n_times = kept - drop;
}

static int
has_counted(const struct suppressline *l, const char *eid)
{
	unsigned i;

	for (i = 0; i < l->n_times && eid[0] != '\0'; i++)
		if (strncmp(l->time[i].eid, eid, SUPPRESSLINE_EID) == 0)
			return 1;
	return 0;
}

/* one more failure; enough of them suppress */
static enum suppresstake_outcome
count(struct suppresstake *t, const struct suppressline *l,
    const struct suppressconf_add *a, int64_t now_s)
{
	struct suppressline soft = *l, old;
	struct suppressline_time *x;
	enum suppresstake_outcome r;
	int found;

	soft.act = SUPPRESSLINE_SOFT;
	found = find(t, &soft, &old);
	if (found == -1)
		return SUPPRESSTAKE_FAILED;
	soft.n_times = found == 1 ? old.n_times : 0;
	if (found == 1)
		memcpy(soft.time, old.time, sizeof soft.time);
	if (!has_counted(&soft, l->eid)) {
		forget_old(&soft, l->since_s - a->after_s,
		    SUPPRESSLINE_TIMES_MAX - 1);
		x = &soft.time[soft.n_times++];
		x->at_s = l->since_s;
		snprintf(x->eid, sizeof x->eid, "%.*s", SUPPRESSLINE_EID,
		    l->eid);
		r = append(t, &soft);
		if (r != SUPPRESSTAKE_DONE)
			return r;
		t->counted++;
	}
	/* also one that has been counted: it may not have come further */
	forget_old(&soft, l->since_s - a->after_s, SUPPRESSLINE_TIMES_MAX);
	if (soft.n_times < a->after)
		return SUPPRESSTAKE_DONE;
	soft.text[0] = '\0';
	suppressline_text(soft.text, sizeof soft.text, l->text,
	    strlen(l->text));
	r = add(t, &soft, a->span_s, now_s);
	return r == SUPPRESSTAKE_NOTHING ? SUPPRESSTAKE_DONE : r;
}

/* does our own mail come back there?  1, 0, or -1 with errno */
static int
comes_back(const struct suppresstake *t, const struct suppressline *l)
{
	struct conffeedback whose;

	if (t->feedback.get == NULL)
		return 0;
	if (conffeedback_look(&t->feedback, l->to, strlen(l->to), &whose) == 0)
		return whose.kind != CONFFEEDBACK_NONE;
	errno = EIO;
	return -1;
}

enum suppresstake_outcome
suppresstake_event(struct suppresstake *t, const char *line, size_t n,
    int64_t now_s, const char **why)
{
	static struct event e; /* it is large */
	struct suppressconf_add a;

	memset(&e, 0, sizeof e);
	*why = read_event(&e, line, n, now_s);
	if (*why != NULL)
		return SUPPRESSTAKE_BAD;
	/* what we refuse because of the list says nothing new */
	if (strcmp(e.failure, "suppressed") == 0)
		return SUPPRESSTAKE_NOTHING;
	switch (comes_back(t, &e.line)) {
	case 1: return SUPPRESSTAKE_NOTHING;
	case -1: return SUPPRESSTAKE_FAILED;
	}
	switch (suppressconf_event(t->conf, &e.facts, &a)) {
	case 0: return SUPPRESSTAKE_NOTHING;
	case -1: errno = EIO; return SUPPRESSTAKE_FAILED;
	}
	set_scope(&e, &a);
	return a.after > 1 ? count(t, &e.line, &a, now_s)
			   : add(t, &e.line, a.span_s, now_s);
}
