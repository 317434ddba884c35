#include "chain/handover.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/spawn.h"
#include "chain/event.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void again(struct handover_chain *);

static void
kill_it(pid_t pid)
{
	kill(pid, SIGKILL);
}

static const struct handover_by ourselves = { spawn_next, kill_it, spawn_bury };

static void
answer(struct handover_chain *c, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct handover_item *i = c->first;

	c->first = i->next;
	if (c->first == NULL)
		c->last = &c->first;
	if (c->unsent == i)
		c->unsent = c->first;
	c->n--;
	c->owner->n--;
	i->done(i, kind, text, n);
}

/* the chain is of no more use */
static void
hang_up(struct handover_chain *c)
{
	static const char text[] =
	    "4.3.0 the queue is not available, try again later";
	struct handover *h = c->owner;

	if (!c->up)
		return;
	c->up = 0;
	wire_close(&c->wire);
	loop_timer_stop(&c->timer);
	c->owner->by->bury(&c->pid, &c->old);
	c->begun = 0;
	if (!h->stopping)
		again(c);
	while (c->first != NULL)
		answer(c, RECEIPT_TEMP, text, sizeof text - 1);
	if (h->n == 0 && h->changed != NULL)
		h->changed(h->arg);
}

static size_t
on_receipt(void *arg, const char *p, size_t n)
{
	struct handover_chain *c = arg;
	struct handover *h = c->owner;
	enum receipt_kind kind;
	const char *text;
	size_t len;
	long r = receipt_get(p, n, &kind, &text, &len);

	if (r == 0)
		return 0;
	/* a receipt for what is not written yet is none */
	if (r == -1 || c->first == NULL || c->first == c->unsent) {
		warn("%s answers nonsense", h->argv[0]);
		hang_up(c);
		return 0;
	}
	restart_good(&c->restart);
	answer(c, kind, text, len);
	if (h->n == 0 && h->changed != NULL)
		h->changed(h->arg);
	return r;
}

static void
on_ended(void *arg, int err)
{
	struct handover_chain *c = arg;

	(void)err;
	if (!c->owner->stopping || c->n > 0)
		warn("%s has ended", c->owner->argv[0]);
	hang_up(c);
}

static void
on_hanging(void *arg)
{
	struct handover_chain *c = arg;

	warn("%s reads nothing and does not end", c->owner->argv[0]);
	if (c->pid > 0)
		c->owner->by->kill(c->pid);
	hang_up(c);
}

/* it reads no more; receipts may still come and are read to the end */
static void
on_gone(void *arg, int err)
{
	struct handover_chain *c = arg;

	(void)err;
	c->gone = 1;
	loop_timer_set(&c->timer, HANDOVER_DYING_MS, on_hanging, c);
}

/* the next piece of the file of c->unsent; 1 when that was the last one */
static int
put_file(struct handover_chain *c, struct handover_item *i)
{
	struct buf *out = &c->wire.out;
	uint64_t left;
	size_t want;
	ssize_t r;

	while ((left = i->file_len - c->file_at) > 0) {
		if (wire_full(&c->wire))
			return 0;
		want = left < HANDOVER_READ ? left : HANDOVER_READ;
		if (buf_reserve(out, want) == -1)
			die(EXIT_TEMP, "out of memory");
		r = pread(i->fd, buf_tail(out), want, i->file_off + c->file_at);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			return -1;
		buf_added(out, r);
		c->file_at += r;
		wire_dirty(&c->wire);
	}
	return 1;
}

static void
on_unreadable(void *arg)
{
	warn("unable to read back a message");
	hang_up(arg);
}

/* write what there is, as far as the wire takes it */
static void
work(struct handover_chain *c)
{
	struct handover_item *i;
	struct buf *out = &c->wire.out;

	while (c->up && !c->gone && (i = c->unsent) != NULL) {
		if (!c->begun) {
			if (wire_full(&c->wire))
				return;
			if (parcel_head(out, &i->env,
				buf_len(&i->text) + i->file_len +
				    buf_len(&i->after)) == -1 ||
			    buf_put(out, buf_data(&i->text),
				buf_len(&i->text)) == -1)
				die(EXIT_TEMP, "out of memory");
			buf_free(&i->text);
			c->begun = 1;
			c->file_at = 0;
		}
		switch (i->fd == -1 ? 1 : put_file(c, i)) {
		case 0: return;
		case -1:
			/* half a parcel is on its way: only the end of the
			 * stream tells the chain to forget it.  Not from
			 * here: done() must not come in handover_put() */
			c->gone = 1;
			loop_timer_set(&c->timer, 0, on_unreadable, c);
			return;
		}
		if (buf_put(out, buf_data(&i->after), buf_len(&i->after)) ==
			-1 ||
		    buf_putc(out, ',') == -1)
			die(EXIT_TEMP, "out of memory");
		wire_dirty(&c->wire);
		c->begun = 0;
		c->unsent = i->next;
	}
	if (c->up && c->owner->stopping && c->unsent == NULL)
		wire_finish(&c->wire);
}

static void
on_drained(void *arg)
{
	work(arg);
}

static const struct wire_ops ops = { on_receipt, on_ended, on_gone,
	on_drained };

static int
start(struct handover_chain *c)
{
	int to, from;

	restart_stop(&c->restart);
	c->pid = c->owner->by->next(c->owner->argv, &to, &from);
	if (c->pid == -1) {
		c->pid = 0;
		return -1;
	}
	wire_open(&c->wire, from, to, &ops, c);
	c->wire.record_max = 2 * RECEIPT_MAX;
	c->up = 1;
	c->gone = 0;
	return 0;
}

static void
on_time(void *arg)
{
	struct handover_chain *c = arg;

	if (c->owner->stopping)
		return;
	if (start(c) == -1) {
		warn("unable to run %s: %m", c->owner->argv[0]);
		again(c);
		return;
	}
	/* what it had queued and not yet said is missing in the log */
	event_begin("started");
	event_puts("link", c->owner->argv[0]);
	event_end();
}

/* start it later */
static void
again(struct handover_chain *c)
{
	restart_failed(&c->restart);
	restart_wait(&c->restart, on_time, c);
}

void
handover_init(struct handover *h, char *const argv[], unsigned n_chains)
{
	unsigned i;

	memset(h, 0, sizeof *h);
	h->argv = argv;
	h->by = &ourselves;
	h->n_chains = n_chains;
	for (i = 0; i < n_chains; i++) {
		h->chain[i].owner = h;
		h->chain[i].restart.first_ms = HANDOVER_BACKOFF_MIN_MS;
		h->chain[i].restart.max_ms = HANDOVER_BACKOFF_MAX_MS;
		h->chain[i].last = &h->chain[i].first;
	}
}

int
handover_start(struct handover *h)
{
	unsigned i, up = 0;
	int saved = 0;

	for (i = 0; i < h->n_chains; i++) {
		struct handover_chain *c = &h->chain[i];

		if (!c->up && !c->restart.waiting && !h->stopping &&
		    start(c) == -1) {
			saved = errno;
			again(c);
		}
		up += c->up;
	}
	errno = saved;
	return up > 0 ? 0 : -1;
}

int
handover_put(struct handover *h, struct handover_item *item)
{
	struct handover_chain *best = NULL, *c;
	unsigned i;

	for (i = 0; i < h->n_chains; i++) {
		c = &h->chain[i];
		if (c->up && !c->gone && (best == NULL || c->n < best->n))
			best = c;
	}
	if (best == NULL || h->stopping)
		return -1;
	item->next = NULL;
	*best->last = item;
	best->last = &item->next;
	best->n++;
	h->n++;
	if (best->unsent == NULL) {
		best->unsent = item;
		work(best);
	}
	return 0;
}

void
handover_close(struct handover *h)
{
	unsigned i;

	h->stopping = 1;
	for (i = 0; i < h->n_chains; i++) {
		restart_stop(&h->chain[i].restart);
		if (h->chain[i].up && h->chain[i].unsent == NULL)
			wire_finish(&h->chain[i].wire);
	}
}

void
handover_reset(struct handover *h)
{
	unsigned i;

	for (i = 0; i < h->n_chains; i++)
		hang_up(&h->chain[i]);
}

int
handover_ended(const struct handover *h)
{
	unsigned i;

	for (i = 0; i < h->n_chains; i++)
		if (h->chain[i].up)
			return 0;
	return 1;
}
