#include "milter/milterpool.h"
#include "base/clock.h"
#include "base/die.h"
#include "chain/wire.h"
#include "mime/unixtext.h"
#include "stage/stage.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct conn {
	struct milterpool *pool;
	struct miltertask *task; /* NULL: idle */
	struct milterterms terms;
	struct milterstep step;
	struct unixtext body; /* of the new body */
	struct wire wire;
	struct loop_timer timer;
	struct list_node node; /* idle */
	int64_t until_ms;      /* the task ends */
	int lost;              /* errno of a write that failed, or 0 */
	unsigned agreed : 1;   /* terms are known */
	unsigned used : 1;     /* it has ended a message before */
	unsigned heard : 1;    /* something of this one was answered */
};

static void serve(struct milterpool *);
static void on_time(void *);

/* the end of a connection and of a message on it */

static void
drop(struct conn *c)
{
	loop_timer_stop(&c->timer);
	wire_close(&c->wire);
	milterstep_free(&c->step);
	c->pool->n--;
	free(c);
}

/* a goodbye, as far as it can be written at once */
static void
hang_up(struct conn *c, int in_message)
{
	struct buf *out = &c->wire.out;

	if (c->wire.wfd != -1 && c->agreed) {
		if (in_message)
			needs(milterpacket_put(out, MILTER_ABORT));
		needs(milterpacket_put(out, MILTER_QUIT));
		if (write(c->wire.wfd, buf_data(out), buf_len(out)) == -1)
			buf_clear(out);
	}
	drop(c);
}

static void
forget_result(struct miltertask *t)
{
	buf_clear(&t->changes);
	spool_free(&t->body);
	spool_init(&t->body);
	t->new_body = 0;
}

/* the task ends; its connection is no longer its own */
static void
end_task(struct milterpool *p, struct miltertask *t, enum miltertask_end end)
{
	if (end != MILTERTASK_PASS)
		forget_result(t);
	t->done(t, end);
	serve(p);
}

static void
fail(struct conn *c, const char *why)
{
	struct milterpool *p = c->pool;
	struct miltertask *t = c->task;
	int again = t != NULL && c->used && !c->heard && !t->fresh;

	c->task = NULL;
	drop(c);
	if (t == NULL)
		return;
	if (again) {
		forget_result(t);
		t->fresh = 1;
		list_prepend(&p->waiting, &t->node);
		serve(p);
		return;
	}
	if (seldom(&p->told, clock_mono_ms(), MILTERPOOL_TELL_MS))
		warn("milter %s: %s", p->at->name, why);
	snprintf(t->text, sizeof t->text, "%s", why);
	end_task(p, t, MILTERTASK_FAILED);
}

/* the message is over, in order: may the connection have the next? */
static void
keep_or_close(struct conn *c)
{
	int over = c->step.at == MILTERSTEP_OVER;

	if (!over || c->terms.version < MILTERTERMS_VERSION_MAX ||
	    c->wire.eof) {
		hang_up(c, !over);
		return;
	}
	needs(milterpacket_put(&c->wire.out, MILTER_QUIT_NEW));
	wire_dirty(&c->wire);
	c->used = 1;
	list_prepend(&c->pool->idle, &c->node);
	loop_timer_set(&c->timer, MILTERPOOL_IDLE_MS, on_time, c);
}

static void
finish(struct conn *c, enum miltertask_end end)
{
	struct milterpool *p = c->pool;
	struct miltertask *t = c->task;

	seldom_good(&p->told);
	memcpy(t->text, c->step.text, sizeof t->text);
	t->space = !(c->terms.steps & MILTER_LEADING_SPACE);
	if (t->new_body && unixtext_finish(&c->body, &t->body.text) == -1)
		t->body.failed = 1;
	if (t->body.failed) {
		end = MILTERTASK_TEMP;
		snprintf(t->text, sizeof t->text,
		    "4.3.0 no room to keep the message, try again later");
	}
	c->task = NULL;
	milterstep_free(&c->step);
	keep_or_close(c);
	end_task(p, t, end);
}

/* time */

static void
wait_answer(struct conn *c)
{
	uint64_t s = c->step.waiting && c->step.waited == MILTERSTEP_EOM
	    ? c->pool->at->end_s
	    : c->pool->at->answer_s;
	int64_t ms = (int64_t)s * 1000, left = c->until_ms - clock_mono_ms();

	if (ms > left)
		ms = left > 0 ? left : 0;
	loop_timer_set(&c->timer, ms, on_time, c);
}

static void
on_time(void *arg)
{
	struct conn *c = arg;

	if (c->task != NULL) {
		fail(c,
		    !c->agreed ? "there is no connection in time"
			       : "it does not answer");
		return;
	}
	list_remove(&c->pool->idle, &c->node);
	hang_up(c, 0);
}

/* what is said */

static void
say(struct conn *c)
{
	int r = milterstep_say(&c->step, &c->wire.out, WIRE_MARK);

	if (r == -1) {
		warn("unable to read back the message: %m");
		snprintf(c->step.text, sizeof c->step.text,
		    "4.3.0 no room to keep the message, try again later");
		finish(c, MILTERTASK_TEMP);
		return;
	}
	wire_dirty(&c->wire);
	wait_answer(c);
}

static void
on_drained(void *arg)
{
	struct conn *c = arg;

	if (c->task != NULL && c->agreed && !c->step.waiting)
		say(c);
}

static void
begin(struct conn *c)
{
	memset(&c->step, 0, sizeof c->step);
	c->step.terms = &c->terms;
	c->step.mail = c->task->mail;
	memset(&c->body, 0, sizeof c->body);
	c->body.body = c->body.whole = 1;
	c->heard = 0;
	say(c);
}

/* what is heard */

static void
new_body(struct conn *c, const struct milterreply *r)
{
	struct miltertask *t = c->task;
	struct buf text = { 0 };
	enum unixtext_event ev;

	t->new_body = 1;
	if (unixtext_feed(&c->body, r->data, r->len, &text, &ev) < r->len ||
	    spool_len(&t->body) + buf_len(&text) > MILTERPOOL_BODY_MAX)
		t->body.failed = 1;
	if (!t->body.failed)
		spool_add(&t->body, buf_data(&text), buf_len(&text),
		    STAGE_BODY_MEMORY, t->dir);
	buf_free(&text);
}

/* 0, or -1: there are too many */
static int
change(struct conn *c, const struct milterreply *r, const char *raw, size_t n)
{
	struct buf *all = &c->task->changes;

	if (r->what == MILTERREPLY_REPLBODY)
		new_body(c, r);
	else if (buf_len(all) + n > MILTERPOOL_CHANGES_MAX)
		return -1;
	else
		needs(buf_put(all, raw, n));
	return 0;
}

static void
answer(struct conn *c, const struct milterpacket *k, const char *raw, size_t n)
{
	static const enum miltertask_end ends[] = { [MILTERSTEP_PASS] =
							MILTERTASK_PASS,
		[MILTERSTEP_PERM] = MILTERTASK_PERM,
		[MILTERSTEP_TEMP] = MILTERTASK_TEMP,
		[MILTERSTEP_DROP] = MILTERTASK_DROP };
	struct milterreply r;
	enum milterstep_end end;

	c->heard = 1;
	if (milterreply_read(k, &r) == -1) {
		fail(c, "it speaks another protocol");
		return;
	}
	end = milterstep_answer(&c->step, &r);
	switch (end) {
	case MILTERSTEP_GO_ON: say(c); return;
	case MILTERSTEP_STILL: wait_answer(c); return;
	case MILTERSTEP_CHANGE:
		if (change(c, &r, raw, n) == -1)
			fail(c, "it changes too much");
		else
			wait_answer(c);
		return;
	case MILTERSTEP_WRONG: fail(c, "it answers what was not asked"); return;
	default: finish(c, ends[end]);
	}
}

static void
agree(struct conn *c, const struct milterpacket *k)
{
	const char *why = milterterms_read(&c->terms, c->pool->at->version, k);

	if (why != NULL) {
		fail(c, why);
		return;
	}
	c->agreed = 1;
	begin(c);
}

static size_t
on_packet(void *arg, const char *p, size_t n)
{
	struct conn *c = arg;
	struct milterpacket k;
	long used = milterpacket_get(p, n, &k);

	if (used == 0)
		return 0;
	if (used == -1) {
		if (c->task == NULL)
			list_remove(&c->pool->idle, &c->node);
		fail(c, "it speaks another protocol");
	} else if (c->task == NULL) {
		/* nothing was asked */
		list_remove(&c->pool->idle, &c->node);
		fail(c, "");
	} else if (!c->agreed) {
		agree(c, &k);
	} else {
		answer(c, &k, p, (size_t)used);
	}
	return used == -1 ? n : (size_t)used;
}

static void
on_ended(void *arg, int err)
{
	struct conn *c = arg;
	char why[200];

	if (c->task == NULL)
		list_remove(&c->pool->idle, &c->node);
	if (err == 0 && c->lost != EPIPE)
		err = c->lost;
	if (err == 0 || err == ECONNRESET)
		snprintf(why, sizeof why, "it has hung up");
	else if (err == EMSGSIZE)
		snprintf(why, sizeof why, "it speaks another protocol");
	else
		snprintf(why, sizeof why, "%s", strerror(err));
	fail(c, why);
}

/* what it has said may be on its way: on_ended() comes behind it */
static void
on_gone(void *arg, int err)
{
	struct conn *c = arg;

	c->lost = err;
}

static const struct wire_ops ops = { on_packet, on_ended, on_gone, on_drained };

/* connections */

static void dial(void *arg);

static void
connected(struct conn *c, int fd)
{
	wire_open(&c->wire, fd, fd, &ops, c);
	c->wire.record_max = MILTERPACKET_MAX + 4;
	needs(milterterms_offer(&c->wire.out, c->pool->at->version));
	wire_dirty(&c->wire);
	wait_answer(c);
}

static void
dial(void *arg)
{
	static const struct dial_addr any = { .kind = DIAL_NONE };
	struct conn *c = arg;
	char why[200];
	int local, fd;

	if (clock_mono_ms() >= c->until_ms) {
		fail(c, "there is no connection in time");
		return;
	}
	fd = dial_start(&c->pool->at->addr, &any, &local);
	if (fd != -1) {
		c->until_ms = clock_mono_ms() + MILTERPOOL_MESSAGE_MAX_MS;
		connected(c, fd);
	} else if (errno == EAGAIN) {
		loop_timer_set(&c->timer, MILTERPOOL_DIAL_MS, dial, c);
	} else {
		snprintf(why, sizeof why, "%s", strerror(errno));
		fail(c, why);
	}
}

/* a connection for it: from the loop, so that whoever asks has returned before
 * anything comes of it */
static void
open_one(struct milterpool *p, struct miltertask *t)
{
	struct conn *c = need(calloc(1, sizeof *c));

	p->n++;
	c->pool = p;
	c->task = t;
	c->wire.rfd = c->wire.wfd = -1;
	c->until_ms = clock_mono_ms() + (int64_t)p->at->answer_s * 1000;
	loop_timer_set(&c->timer, 0, dial, c);
}

static void
use(struct conn *c, struct miltertask *t)
{
	list_remove(&c->pool->idle, &c->node);
	c->task = t;
	c->until_ms = clock_mono_ms() + MILTERPOOL_MESSAGE_MAX_MS;
	begin(c);
}

/* a connection of no more use is closed for one that is to be new */
static void
make_room(struct milterpool *p)
{
	struct conn *c = LIST_OF(p->idle.last, struct conn, node);

	if (p->n < p->at->connections || c == NULL)
		return;
	list_remove(&p->idle, &c->node);
	hang_up(c, 0);
}

static void
serve(struct milterpool *p)
{
	struct miltertask *t;
	struct conn *c;

	while ((t = LIST_OF(p->waiting.first, struct miltertask, node)) !=
	    NULL) {
		c = t->fresh ? NULL : LIST_OF(p->idle.first, struct conn, node);
		if (c == NULL) {
			make_room(p);
			if (p->n >= p->at->connections)
				return;
		}
		list_remove(&p->waiting, &t->node);
		if (c != NULL)
			use(c, t);
		else
			open_one(p, t);
	}
}

void
milterpool_ask(struct milterpool *p, struct miltertask *t)
{
	spool_init(&t->body);
	t->fresh = 0;
	list_append(&p->waiting, &t->node);
	serve(p);
}

void
milterpool_close(struct milterpool *p)
{
	struct conn *c;

	while ((c = LIST_OF(p->idle.first, struct conn, node)) != NULL) {
		list_remove(&p->idle, &c->node);
		hang_up(c, 0);
	}
}

void
miltertask_free(struct miltertask *t)
{
	buf_free(&t->changes);
	spool_free(&t->body);
}
