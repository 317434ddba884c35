#include "run/controlparts.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
control_heard(struct control_conn *c)
{
	c->heard_ms = clock_mono_ms();
	c->turn = ++c->r->control->turns;
}

void
control_say(struct control_conn *c, const char *p, size_t n)
{
	if (!c->dead)
		wire_put(&c->wire, p, n);
}

void
control_refuse(struct control_conn *c, const char *text)
{
	struct buf b = { 0 };

	ltsv_puts(&b, "ok", "0");
	ltsv_puts(&b, "text", text);
	ltsv_end(&b);
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

void
control_free_conn(struct control_conn *c)
{
	why_forget(c->r, c);
	free(c->work.kept);
	c->work.kept = NULL;
	ctlrequest_free(&c->order);
	c->used = 0;
}

void
control_close_conn(struct control_conn *c)
{
	if (!c->dead)
		wire_close(&c->wire);
	control_free_conn(c);
}

/* ok is said when what was ordered survives a power cut */
static int
make_durable(struct control_conn *c)
{
	struct run *r = c->r;

	if (c->work.synced > CONTROL_SYNC_MAX && r->control->durable.all)
		return durable_sync_all(&r->control->durable, r->qfd);
	return c->work.journaled == 0 ? 0
				      : done_sync(&r->done, c->work.journaled);
}

/* the files of a message, after what was ordered for it */
void
control_sync_message(struct control_conn *c, uint64_t before)
{
	if (c->work.count == before || c->r->toline.fd == -1)
		return;
	if (++c->work.synced > CONTROL_SYNC_MAX && c->r->control->durable.all)
		return;
	if (toline_sync(c->r) == -1)
		c->work.failed++;
}

/* who ordered what, and what came of it; who only asks changes nothing */
static void
event_ordered(struct control_conn *c, const char *refused)
{
	struct buf words = { 0 };

	if (ctlrequest_tells(&c->order))
		return;
	if (ctlrequest_words(&c->order, &words) == -1)
		die(EXIT_TEMP, "out of memory");
	event_begin("ordered");
	event_puts("cmd", ctlrequest_verb_name(c->order.verb));
	if (buf_len(&words) > 0)
		event_put("sel", buf_data(&words), buf_len(&words));
	event_num("by", c->uid);
	event_num("count", c->work.count);
	event_num("out", c->work.out);
	event_num("failed", c->work.failed);
	if (refused != NULL)
		event_puts("text", refused);
	event_end();
	buf_free(&words);
}

/* the last line of an answer, and the next request */
void
control_finish(struct control_conn *c, const char *refused)
{
	char line[200];

	if (refused == NULL && make_durable(c) == -1)
		refused = "done, but it could not be made durable";

	c->busy = 0;
	event_ordered(c, refused);
	if (refused != NULL)
		control_refuse(c, refused);
	else
		control_say(c, line,
		    snprintf(line, sizeof line,
			"ok:1\tcount:%llu\tout:%llu\tfailed:%llu\t"
			"matched:%llu\tunknown:%llu%s\n",
			(unsigned long long)c->work.count,
			(unsigned long long)c->work.out,
			(unsigned long long)c->work.failed,
			(unsigned long long)c->work.matched,
			(unsigned long long)c->work.unknown,
			c->r->held ? "\thold:1" : ""));
	control_heard(c);
	if (c->dead)
		control_free_conn(c);
	else
		wire_resume(&c->wire);
}

/* does nobody wait for work of ours on it */
static int
is_idle(const struct control_conn *c)
{
	return c->used && (!c->busy || (!c->dead && wire_full(&c->wire)));
}

/* all is said and read, or nothing happens */
static int
is_over(const struct control_conn *c, int64_t now)
{
	return is_idle(c) &&
	    (c->wire.wfd == -1 || now - c->heard_ms >= CONTROL_IDLE_MS);
}

void
control_close_idle(struct control *ctl)
{
	int64_t now = clock_mono_ms();
	struct control_conn *c;

	for (c = ctl->conn; c < ctl->conn + CONTROL_CONNS_MAX; c++)
		if (is_over(c, now))
			control_close_conn(c);
}

/* root and the queue's owner come before others */
static int
is_first(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

/* is one better given up than another, for somebody with this uid */
static int
goes_before(const struct control_conn *c, const struct control_conn *other)
{
	if (other == NULL)
		return 1;
	if (is_first(c->uid) != is_first(other->uid))
		return is_first(other->uid);
	return c->turn < other->turn;
}

struct control_conn *
control_make_place(struct control *ctl, uid_t uid)
{
	struct control_conn *c, *best = NULL;

	control_close_idle(ctl);
	for (c = ctl->conn; c < ctl->conn + CONTROL_CONNS_MAX; c++) {
		if (!c->used)
			return c;
		if (is_idle(c) && (!is_first(c->uid) || is_first(uid)) &&
		    goes_before(c, best))
			best = c;
	}
	if (best != NULL)
		control_close_conn(best);
	return best;
}
