#include "run/controlparts.h"
#include "base/clock.h"
#include "base/die.h"
#include "chain/event.h"
#include "chain/link.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
event_all(struct control_conn *c, const char *kind)
{
	event_begin(kind);
	event_puts("sel", "all");
	event_num("by", c->uid);
	event_end();
}

/* the flag that holds everything; 0 or -1 with errno */
static int
set_held(struct run *r, int held)
{
	int fd;

	if (held) {
		fd = openat(r->qfd, "held", O_WRONLY | O_CREAT | O_CLOEXEC,
		    0640);
		if (fd == -1)
			return -1;
		close(fd);
		if (fsync(r->qfd) == -1)
			return -1;
	} else if ((unlinkat(r->qfd, "held", 0) == -1 && errno != ENOENT) ||
	    fsync(r->qfd) == -1) {
		return -1;
	}
	r->held = held;
	return 0;
}

/* hold all is the flag alone; release all takes it away, and releases those
 * that were held one by one */
static int
all(struct control_conn *c)
{
	int hold = c->order.verb == CTLREQUEST_HOLD;
	char text[128];

	if (c->order.count && !hold)
		return 1;
	if (!c->order.count && set_held(c->r, hold) == -1) {
		snprintf(text, sizeof text, "unable to %s the flag file: %s",
		    hold ? "make" : "remove", strerror(errno));
		control_refuse(c, text);
		return 0;
	}
	if (!c->order.count)
		event_all(c, hold ? "held" : "released");
	if (!hold)
		return 1;
	c->work.count = c->work.matched = c->r->s.used_rcpt;
	c->work.out = c->r->s.out + c->r->s.late;
	control_finish(c, NULL);
	return 0;
}

/* all stops, once this is answered */
static void
stop(struct control_conn *c)
{
	control_finish(c, NULL);
	wire_flush_all();
	cleaning_stop(c->r);
	bounces_stop(c->r);
	chain_stop(c->r);
}

/* 1: its messages are to be looked for, or what is told of them; 0: it is
 * done, or refused */
static int
is_long(struct control_conn *c)
{
	switch (c->order.verb) {
	case CTLREQUEST_STOP: stop(c); return 0;
	case CTLREQUEST_HOLD:
	case CTLREQUEST_RELEASE: return !ctlrequest_all(&c->order) || all(c);
	case CTLREQUEST_RESUME: return control_end(c);
	case CTLREQUEST_REBIND:
		if (c->order.with.none)
			return control_end(c);
		return control_stand(c);
	default: return !ctlrequest_stands(&c->order) || control_stand(c);
	}
}

static void
begin(struct control_conn *c)
{
	free(c->work.kept);
	memset(&c->work, 0, sizeof c->work);
	c->work.oldest_ms = INT64_MAX;
	if (!is_long(c))
		return;
	c->busy = 1;
	wire_pause(&c->wire);
	rounds_more(c->r);
}

/* who may read the queue may ask; orders are for its owner, and root */
static int
may(const struct control_conn *c)
{
	struct stat st;

	if (c->order.verb == CTLREQUEST_STATUS ||
	    c->order.verb == CTLREQUEST_SUSPENSIONS ||
	    c->order.verb == CTLREQUEST_REBINDINGS ||
	    c->order.verb == CTLREQUEST_SHOW || c->uid == 0 ||
	    c->uid == geteuid())
		return 1;
	return fstat(c->r->qfd, &st) == 0 && c->uid == st.st_uid;
}

static void
refuse_user(struct control_conn *c)
{
	char text[64];

	snprintf(text, sizeof text, "user %lu may only ask for the status",
	    (unsigned long)c->uid);
	warn("%s refused: %s", ctlrequest_verb_name(c->order.verb), text);
	control_refuse(c, text);
}

static size_t
conn_record(void *arg, const char *p, size_t n)
{
	struct control_conn *c = arg;
	size_t used = link_line(p, n);
	const char *wrong;

	if (used == 0)
		return 0;
	control_heard(c);
	wrong = ctlrequest_parse(p, used, &c->order);
	if (wrong != NULL)
		control_refuse(c, wrong);
	else if (!may(c))
		refuse_user(c);
	else
		begin(c);
	return used;
}

/* who has shut his side may still read.  A wire that is paused sees no end,
 * so all that was asked for is answered, and ours is shut behind it */
static void
conn_ended(void *arg, int err)
{
	struct control_conn *c = arg;

	if (err == 0 && buf_len(&c->wire.in) > 0)
		control_refuse(c, "request without a line end");
	wire_finish(&c->wire);
}

/* what is asked for is done all the same, but for what only tells */
static void
conn_gone(void *arg, int err)
{
	struct control_conn *c = arg;

	(void)err;
	wire_close(&c->wire);
	c->dead = 1;
	if (!c->busy || ctlrequest_tells(&c->order)) {
		c->busy = 0;
		control_free_conn(c);
	}
}

static void
conn_drained(void *arg)
{
	struct control_conn *c = arg;

	control_heard(c);
	if (c->busy)
		rounds_more(c->r);
}

const struct wire_ops control_ops = { conn_record, conn_ended, conn_gone,
	conn_drained };
