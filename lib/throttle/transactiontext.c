#include "throttle/transactiontext.h"
#include "chain/event.h"
#include "chain/link.h"
#include "format/job.h"
#include "throttle/limitadapt.h"
#include "throttle/spilltext.h"
#include <stdio.h>
#include <string.h>

void
transactiontext_jobs(struct wire *w, const struct transaction *t)
{
	char label[40];
	const char *p = t->lines;
	size_t n = t->len, used, len;

	if (t->item.msgs_per_conn == 0) {
		wire_put(w, p, n);
		return;
	}
	len = snprintf(label, sizeof label, "\tmsgs-per-conn:%u\n",
	    t->item.msgs_per_conn);
	for (; (used = link_line(p, n)) > 0; p += used, n -= used) {
		wire_put(w, p, used - 1);
		wire_put(w, label, len);
	}
}

/* where the head cannot hold all of a site, each job comes by itself: who was
 * never tried before who was, or one that always fails would be the probe
 * each time */
static int64_t
by_tries(const struct ltsv *l, const struct limiter_item *i)
{
	uint64_t tries;

	if (!i->closed || i->room >= 0 ||
	    ltsv_num(l, "try", 0, UINT32_MAX, &tries) == -1)
		return 0;
	return (tries < TRANSACTIONTEXT_TRIES_MAX ? tries
						  : TRANSACTIONTEXT_TRIES_MAX) *
	    TRANSACTIONTEXT_TRY_US;
}

/* a value as it stood in a result */
static int
put_value(struct buf *out, const char *label, struct slice v)
{
	if (v.n == 0)
		return 0;
	return buf_printf(out, "\t%s:", label) == -1 ||
		buf_put(out, v.p, v.n) == -1
	    ? -1
	    : 0;
}

/* the reason is what the destination said; and what is waited for */
static int
put_said(struct buf *out, const struct limiter_item *i)
{
	int bad = put_value(out, "code", i->said->code);

	bad |= put_value(out, "esc", i->said->esc);
	bad |= put_value(out, "host", i->said->host);
	bad |= put_value(out, "text", i->said->text);
	bad |= ltsv_put(out, "key", i->key, strlen(i->key));
	return bad | ltsv_puts(out, "limit", i->limit);
}

static int
put_later(struct buf *out, const struct ltsv *l, const struct limiter_item *i,
    int64_t next_us, int ending)
{
	int64_t spill_us = next_us + i->spill_us - i->next_us;
	int64_t line_us = next_us + i->line_until_us - i->next_us;
	int bad = job_answer(out, l, NULL);

	next_us += by_tries(l, i);
	bad |= ltsv_puts(out, "status", "later");
	bad |= buf_printf(out, "\tnext:%lld.%03d", (long long)next_us / 1000000,
	    (int)(next_us % 1000000 / 1000));
	if (i->room >= 0)
		bad |= ltsv_putnum(out, "room", i->room);
	if (i->provider_room >= 0)
		bad |= ltsv_putnum(out, "provider-room", i->provider_room);
	bad |= ltsv_puts(out, "class", "limit");
	if (i->spill_us != 0 && ltsv_is(ltsv_find(l, "spill"), "1"))
		bad |= spilltext(out, l, i, spill_us);
	else if (i->line_by != NULL && i->key != NULL)
		bad |= spilltext_line(out, i, line_us);
	if (i->said != NULL && i->key != NULL) {
		bad |= put_said(out, i);
		if (i->said->text.n > 0)
			return bad | ltsv_end(out);
	}
	bad |= ltsv_puts(out, "text", "waiting for ");
	if (i->key != NULL) {
		bad |= ltsv_escape(out, i->key, strlen(i->key));
		bad |= buf_putc(out, ' ');
		bad |= ltsv_escape(out, i->limit, strlen(i->limit));
	} else {
		bad |= buf_puts(out, ending ? "the restart" : "room");
	}
	return bad | ltsv_end(out);
}

int
transactiontext_later(struct buf *out, const struct transaction *t,
    int64_t next_us, int ending)
{
	static struct ltsv l;
	const char *p = t->lines;
	size_t n = t->len, used;

	for (; (used = link_line(p, n)) > 0; p += used, n -= used)
		if (ltsv_parse(p, used, &l) == 0 &&
		    put_later(out, &l, &t->item, next_us, ending) != 0)
			return -1;
	return 0;
}

/* each tag of the job: which of them the rules speak of may change */
static void
put_tags(const struct ltsv *l)
{
	const struct ltsv_field *f;

	for (f = l->f; f < l->f + l->n; f++)
		if (f->label_len == 3 && memcmp(f->label, "tag", 3) == 0)
			event_copy(f);
}

void
transactiontext_granted(const struct transaction *t)
{
	static struct ltsv l;
	int i;

	if (ltsv_parse(t->lines, link_line(t->lines, t->len), &l) == -1)
		return;
	event_begin("granted");
	event_put("id", t->id, t->id_len);
	event_num("rcpts", t->n_jobs);
	for (i = 0; i < THROTTLE_TAG; i++)
		event_copy(ltsv_find(&l, throttle_labels[i]));
	put_tags(&l);
	event_end();
}

void
transactiontext_throttled(void *arg, const struct limiter_notice *n)
{
	(void)arg;
	event_begin("throttled");
	event_puts("key", n->key);
	event_puts("limit", n->limit);
	event_num("in-flight", n->in_flight);
	event_num("held", n->held);
	event_num("later", n->later);
	if (n->closed_us > 0)
		event_num("closed", (n->closed_us + 999999) / 1000000);
	event_end();
}

/* a value that is escaped already */
static void
copy_value(const char *label, struct slice v)
{
	const struct ltsv_field f = { label, v.p, (unsigned)strlen(label),
		(unsigned)v.n };

	if (v.n > 0)
		event_copy(&f);
}

static void
put_said_event(const struct limiter_said *s)
{
	copy_value("code", s->code);
	copy_value("esc", s->esc);
	copy_value("host", s->host);
	copy_value("text", s->text);
}

void
transactiontext_adapted(void *arg, const struct limiter_adapted *a)
{
	char value[LIMITADAPT_TEXT];

	(void)arg;
	event_begin("adapted");
	event_puts("key", a->key);
	event_puts("limit", a->limit);
	limitadapt_text(value, a->from);
	event_puts("was", value);
	limitadapt_text(value, a->to);
	event_puts("now", value);
	if (a->said != NULL)
		put_said_event(a->said);
	event_end();
}

void
transactiontext_closed(const struct closure *e, int64_t now_us)
{
	event_begin("throttled");
	event_puts("key", e->key);
	event_puts("limit", e->limit);
	if (e->state == CLOSURE_CLOSED)
		event_num("closed",
		    (uint64_t)(e->until_us - now_us + 999999) / 1000000);
	else
		event_puts("opened", "1");
	event_puts("reply-rule", e->rule);
	copy_value("code", e->said.code);
	copy_value("esc", e->said.esc);
	copy_value("host", e->said.host);
	copy_value("text", e->said.text);
	event_end();
}
