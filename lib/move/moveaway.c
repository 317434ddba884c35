#include "move/moveaway.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "move/queuefile.h"
#include "queue/talk.h"
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>

static const char file[] = "moving";

/* one at a time, by a lock on the folder of the queue */
void
moveaway_open(struct moveaway *a, const char *queue)
{
	struct buf b = { 0 };

	if (!talk_open(&a->queue_run, queue, &a->root))
		die(EXIT_TEMP, "no queue-run works on %s", queue);
	if (fd_lock(a->root, MOVEAWAY_LOCK_MS) == -1)
		die(EXIT_TEMP, "unable to lock %s: %m", queue);
	if (queuefile_read(a->root, file, &b) == -1)
		die(EXIT_TEMP, "unable to read %s/moving: %m", queue);
	needs(moving_read(&a->was, buf_data(&b), buf_len(&b)));
	buf_free(&b);
}

static void
save(struct moveaway *a, const struct moving *m)
{
	struct buf b = { 0 };

	needs(moving_write(m, &b));
	if (queuefile_put(a->root, file, &b) == -1)
		die(EXIT_TEMP, "unable to write moving: %m");
	buf_free(&b);
}

static void
no_line(const char *p, size_t n)
{
	(void)p;
	(void)n;
}

static void
one_order(void *arg, struct ctlrequest *o, size_t ids)
{
	struct moveaway *a = arg;

	talk_ask(&a->queue_run, o, 0, ids, no_line, &a->sum);
}

static void
order(struct moveaway *a, const struct moving *m, enum ctlrequest_verb verb)
{
	needs(moving_orders(m, verb, one_order, a));
	if (a->sum.failed > 0)
		die(EXIT_TEMP, "queue-run could not record it for %llu",
		    (unsigned long long)a->sum.failed);
}

void
moveaway_add(struct moveaway *a, const struct walkrcpt *l)
{
	const struct moving_rcpt *was = moving_find(&a->was, l->m->id, l->n);
	struct moving_rcpt *r;
	size_t n;

	if (l->state != MESSAGE_QUEUED && l->state != MESSAGE_HELD)
		return;
	needs(moving_add(&a->list, l->m->id, l->n,
	    was != NULL ? was->next : l->next));
	r = moving_list(&a->list, &n) + n - 1;
	/* of one that we have held already nobody wants that it stays so */
	r->held = l->state == MESSAGE_HELD && was == NULL;
}

/* they are written down first: who is held after that, and by no other, can be
 * told from then on */
static void
hold(struct moveaway *a)
{
	size_t n, i, k;
	struct moving_rcpt *r = moving_list(&a->list, &n);

	for (i = 0; i < n; i++)
		if (!r[i].held && moving_find(&a->was, r[i].id, r[i].n) == NULL)
			needs(moving_add(&a->was, r[i].id, r[i].n, r[i].next));
	moving_sort(&a->was);
	save(a, &a->was);
	for (k = 0; k < n; k++)
		r[k].done = r[k].held;
	order(a, &a->list, CTLREQUEST_HOLD);
	for (k = 0; k < n; k++)
		r[k].done = 0;
}

/* the ids of those who are not done; of those in the chain alone */
static void
take_ids(const struct moving *m, int only_out, struct selector_list *sel)
{
	size_t n, i;
	struct moving_rcpt *r = moving_list(m, &n);

	buf_clear(&sel->ids);
	for (i = 0; i < n; i++) {
		if (!r[i].done && (!only_out || r[i].out))
			needs(buf_put(&sel->ids, r[i].id, NAME_LEN));
		r[i].out = 0;
	}
	selector_sort(sel);
}

struct writing {
	struct moveaway *a;
	struct moveout *o;
	uint64_t out;
};

/* only who is held, and not on his way: who is not known any more has gone */
static void
write_one(void *arg, const struct walkrcpt *l)
{
	struct writing *w = arg;
	struct moving_rcpt *r = moving_find(&w->a->list, l->m->id, l->n);

	if (r == NULL || r->done || !l->at.known)
		return;
	if (l->at.where != NULL && strcmp(l->at.where, "out") == 0) {
		r->out = 1;
		w->out++;
		return;
	}
	if (l->state != MESSAGE_HELD || l->at.where != NULL)
		return;
	moveout_rcpt(w->o, l, r->held ? MESSAGE_HELD : MESSAGE_QUEUED, r->next);
	r->done = 1;
}

void
moveaway_write(struct moveaway *a, const char *queue, struct moveout *o,
    unsigned wait_s)
{
	static struct selector_list sel;
	struct writing w = { .a = a, .o = o };
	struct queuewalk walk = { .sel = &sel,
		.only_ids = 1,
		.ask = 1,
		.each = write_one,
		.arg = &w };
	int64_t until = clock_mono_ms() + (int64_t)wait_s * 1000;

	hold(a);
	take_ids(&a->list, 0, &sel);
	queuewalk_open(&walk, queue);
	o->root = walk.store.root;
	for (;;) {
		w.out = 0;
		queuewalk_run(&walk);
		if (w.out == 0 || clock_mono_ms() >= until)
			break;
		take_ids(&a->list, 1, &sel);
		poll(NULL, 0, MOVEAWAY_AGAIN_MS);
	}
	a->out = w.out;
}

/* who is there is not done, all others are; that one has been sent here
 * meanwhile is said */
static void
look(void *arg, const struct walkrcpt *l)
{
	struct moveaway *a = arg;
	struct moving_rcpt *r = moving_find(&a->list, l->m->id, l->n);

	if (r == NULL)
		return;
	if (l->state == MESSAGE_QUEUED || l->state == MESSAGE_HELD)
		r->done = 0;
	else if (l->state != MESSAGE_DELETED)
		warn("message %s, recipient %u: was %s here meanwhile",
		    l->m->id, l->n, store_state_name(l->state));
}

/* QUEUE/moving without those that have gone */
static void
forget(struct moveaway *a)
{
	struct moving left = { { 0 } };
	size_t n, i;
	const struct moving_rcpt *r = moving_list(&a->was, &n);

	for (i = 0; i < n; i++)
		if (moving_find(&a->list, r[i].id, r[i].n) == NULL)
			needs(moving_add(&left, r[i].id, r[i].n, r[i].next));
	save(a, &left);
	moving_free(&left);
}

long
moveaway_delete(struct moveaway *a, const char *queue, const char *p,
    size_t size)
{
	static struct selector_list sel;
	struct queuewalk walk = {
		.sel = &sel, .only_ids = 1, .all = 1, .each = look, .arg = a
	};
	long bad = moving_receipts(&a->list, p, size);
	size_t n, i, gone = 0;
	struct moving_rcpt *r = moving_list(&a->list, &n);

	if (bad == -1)
		die(EXIT_TEMP, "out of memory");
	take_ids(&a->list, 0, &sel);
	for (i = 0; i < n; i++)
		r[i].done = 1;
	queuewalk_open(&walk, queue);
	queuewalk_run(&walk);
	order(a, &a->list, CTLREQUEST_DELETE);
	for (i = 0; i < n; i++)
		gone += r[i].done;
	if (gone > 0)
		warn("%zu recipients are not here any more: deleted before, or "
		     "sent",
		    gone);
	forget(a);
	return bad;
}

void
moveaway_release(struct moveaway *a)
{
	static const struct moving none;

	order(a, &a->was, CTLREQUEST_RELEASE);
	save(a, &none);
}
