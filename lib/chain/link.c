#include "chain/link.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "chain/event.h"
#include "chain/record.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

size_t
link_line(const char *p, size_t n)
{
	const char *e = memchr(p, '\n', n);

	return e == NULL ? 0 : (size_t)(e - p) + 1;
}

int
link_job(const char *p, size_t n, size_t *len, struct ltsv *job)
{
	*len = link_line(p, n);
	if (*len == 0)
		return 0;
	if (ltsv_parse(p, *len, job) == 0)
		return 1;
	warn("no job: %.*s", (int)(*len - 1 < 200 ? *len - 1 : 200), p);
	return 0;
}

/* read requests or not: see the rules in the header */
static void
adjust(struct link *l)
{
	unsigned i;

	if (l->held > 0 || wire_full(&l->up))
		goto pause;
	for (i = 0; i < l->n_next; i++)
		if (wire_full(&l->next[i].wire))
			goto pause;
	wire_resume(&l->up);
	return;
pause:
	wire_pause(&l->up);
}

static void
maybe_end(struct link *l)
{
	unsigned i;

	if (!l->closed_down)
		return;
	for (i = 0; i < l->n_next; i++)
		if (!l->next[i].ended)
			return;
	loop_stop();
}

static size_t
up_record(void *arg, const char *p, size_t n)
{
	struct link *l = arg;
	size_t used = l->ops->request(l, p, n);

	adjust(l);
	return used;
}

static void
set_status(struct link *l, int status)
{
	if (status == EXIT_OK || l->status_set)
		return;
	l->status = status;
	l->status_set = 1;
}

static void
up_ended(void *arg, int err)
{
	struct link *l = arg;

	if (err != 0 || buf_len(&l->up.in) > 0) {
		errno = err;
		warn(err == 0 ? "request cut short by end of input"
			      : "unable to read requests: %m");
		set_status(l, EXIT_TEMP);
	}
	if (l->closed_down)
		return;
	if (l->ops->closing != NULL)
		l->ops->closing(l);
	else
		link_close_down(l);
}

static void
end_at_once(void *arg)
{
	struct link *l = arg;

	if (l->ops->ending != NULL)
		l->ops->ending(l, EXIT_TEMP);
	event_flush();
	wire_record_flush(&l->up);
	_exit(EXIT_TEMP);
}

static void
up_gone(void *arg, int err)
{
	struct link *l = arg;

	(void)err;
	if (l->up.record == -1 || l->ops->orphaned == NULL)
		end_at_once(l);
	/* what is under way will happen: it is to be known */
	if (l->orphan)
		return;
	l->orphan = 1;
	set_status(l, EXIT_TEMP);
	/* and not only paused: who releases it later would read on */
	link_hold(l);
	loop_timer_set(&l->orphan_timer, LINK_ORPHAN_MS, end_at_once, l);
	l->ops->orphaned(l);
}

static void
up_drained(void *arg)
{
	adjust(arg);
}

static const struct wire_ops up_ops = { up_record, up_ended, up_gone,
	up_drained };

/* which next link it is whose wire has this argument */
static unsigned
index_of(struct link *l, void *arg)
{
	return (unsigned)((char *)arg - (char *)&l->next[0].link) /
	    sizeof l->next[0];
}

static size_t
next_record(void *arg, const char *p, size_t n)
{
	struct link *l = *(struct link **)arg;
	const char *e;
	size_t used;

	if (l->ops->answer != NULL) {
		used = l->ops->answer(l, index_of(l, arg), p, n);
	} else {
		e = memrchr(p, '\n', n);
		used = e == NULL ? 0 : (size_t)(e - p) + 1;
		link_up(l, p, used);
	}
	adjust(l);
	return used;
}

/*
 * A next link is gone before its time: take no more requests, and let the
 * others finish what they have, so that its answers are not lost.
 */
static void
break_off(struct link *l, unsigned which)
{
	if (l->closed_down)
		return;
	l->next[which].early = 1;
	link_hold(l);
	link_close_down(l);
}

static void
next_ended(void *arg, int err)
{
	struct link *l = *(struct link **)arg;
	unsigned i = index_of(l, arg);
	struct wire *w = &l->next[i].wire;

	if (err != 0 || buf_len(&w->in) > 0) {
		errno = err;
		warn(err == 0 ? "answer cut short by end of input"
			      : "unable to read answers: %m");
		set_status(l, EXIT_TEMP);
	}
	wire_close(w);
	l->next[i].ended = 1;
	break_off(l, i);
	maybe_end(l);
}

/* its answers may still come: they are read to the end */
static void
next_gone(void *arg, int err)
{
	struct link *l = *(struct link **)arg;

	(void)err;
	break_off(l, index_of(l, arg));
}

static void
next_drained(void *arg)
{
	struct link *l = *(struct link **)arg;

	if (l->ops->drained != NULL)
		l->ops->drained(l, index_of(l, arg));
	adjust(l);
}

static const struct wire_ops next_ops = { next_record, next_ended, next_gone,
	next_drained };

void
link_open(struct link *l, const struct link_ops *ops)
{
	l->ops = ops;
	fd_nonblock(0);
	fd_nonblock(1);
	wire_open(&l->up, 0, 1, &up_ops, l);
}

unsigned
link_next(struct link *l, char *const argv[])
{
	unsigned i = l->n_next;
	int to, from, record;

	if (i == LINK_NEXT_MAX)
		die(EXIT_PERM, "more than %d next links", LINK_NEXT_MAX);
	l->next[i].pid = spawn_next(argv, &to, &from);
	if (l->next[i].pid == -1)
		die(EXIT_TEMP, "unable to run %s: %m",
		    argv[0] == NULL ? "(no next link given)" : argv[0]);
	l->next[i].link = l;
	record = l->next[i].pid == 0 ? record_inherited() : -1;
	wire_open(&l->next[i].wire, from, to, &next_ops, &l->next[i].link);
	if (record != -1)
		wire_pass(&l->next[i].wire, record);
	l->n_next++;
	return i;
}

void
link_record(struct link *l)
{
	wire_record(&l->up, record_take());
}

void
link_hold(struct link *l)
{
	l->held++;
	adjust(l);
}

void
link_release(struct link *l)
{
	l->held--;
	adjust(l);
}

void
link_close_down(struct link *l)
{
	unsigned i;

	if (l->closed_down)
		return;
	l->closed_down = 1;
	for (i = 0; i < l->n_next; i++)
		wire_finish(&l->next[i].wire);
	maybe_end(l);
}

/* what is left to say upwards may block: there is nothing else to do */
static void
flush_up(struct link *l)
{
	struct buf *b = &l->up.out;

	event_flush();
	wire_record_flush(&l->up);
	if (l->up.wfd == -1)
		return;
	if (fd_write_all(1, buf_data(b), buf_len(b)) == -1)
		set_status(l, EXIT_TEMP);
	buf_clear(b);
	l->up.recorded = 0;
}

int
link_run(struct link *l)
{
	unsigned i;
	int code;

	loop_run();
	if (!l->closed_down) {
		/* requests may be waiting that nothing would read any more */
		warn("nothing left to wait for before the end of input");
		set_status(l, EXIT_TEMP);
	}
	fd_block(0);
	fd_block(1);
	flush_up(l);
	for (i = 0; i < l->n_next; i++) {
		code = l->next[i].pid > 0
		    ? spawn_collect(l->next[i].pid, LINK_WAIT_MS)
		    : EXIT_OK;
		if (code == -1 || (code == EXIT_OK && l->next[i].early))
			code = EXIT_TEMP; /* it had no reason to stop */
		set_status(l, code);
	}
	if (l->ops->ending != NULL)
		l->ops->ending(l, l->status);
	flush_up(l);
	return l->status;
}
