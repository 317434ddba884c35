#include "recv/rcptclient.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/spawn.h"
#include "chain/link.h"
#include "format/ltsv.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

static struct rcptclient_question *
of_age(struct list_node *n)
{
	return LIST_OF(n, struct rcptclient_question, by_age);
}

static void
forget(struct rcptclient *c, struct rcptclient_question *q)
{
	list_remove(&c->by_age, &q->by_age);
	byid_remove(&c->by_id, &q->by_id);
	c->open--;
}

/* it is not known */
static void
give_up(struct rcptclient *c, struct rcptclient_question *q)
{
	static const struct rcptwire_answer unsure = { .what =
							   RCPTWIRE_UNSURE };

	forget(c, q);
	q->done(q, &unsure);
}

/* a warning, but not each time that it is tried again */
static void
tell(struct rcptclient *c, const char *why)
{
	if (seldom(&c->told, clock_mono_ms(), RCPTCLIENT_TELL_MS))
		warn("recipients cannot be asked for: %s: %s", c->next[0], why);
}

static void on_time(void *);

static void
set_timer(struct rcptclient *c)
{
	const struct rcptclient_question *q = of_age(c->by_age.first);
	int64_t now;

	if (q == NULL) {
		loop_timer_stop(&c->timer);
		return;
	}
	now = clock_mono_ms();
	loop_timer_set(&c->timer, q->until_ms > now ? q->until_ms - now : 0,
	    on_time, c);
}

/* it is put, and from now on waited for */
static void
put(struct rcptclient *c, struct rcptclient_question *q)
{
	needs(rcptwire_ask(&c->wire.out, q->by_id.id, q->to, q->ask));
	wire_dirty(&c->wire);
	q->tries++;
	q->until_ms = clock_mono_ms() + c->wait_ms;
}

static void connect_later(struct rcptclient *);

/* the connection is of no more use: who has been put often enough hears that it
 * is not known, the others wait for the next one */
static void
hang_up(struct rcptclient *c)
{
	int64_t until = clock_mono_ms() + c->away_ms;
	struct rcptclient_question *q;
	struct list_node *n;

	wire_close(&c->wire);
	spawn_bury(&c->pid, &c->old);
	c->connected = 0;
	restart_failed(&c->restart);
	connect_later(c);
	for (n = c->by_age.first; n != NULL; n = n->next)
		of_age(n)->until_ms = until;
	/* the oldest have been put most often */
	while ((q = of_age(c->by_age.first)) != NULL && q->tries >= c->tries)
		give_up(c, q);
	set_timer(c);
}

/* what reads and says nothing, whoever asks, will not begin to */
static void
end_mute(struct rcptclient *c, int64_t now)
{
	if (!c->connected || c->pid <= 0 || c->open == 0 ||
	    now - c->heard_ms < RCPTCLIENT_MUTE * c->wait_ms)
		return;
	warn("%s answers nothing and does not end", c->next[0]);
	kill(c->pid, SIGKILL);
	hang_up(c);
}

static void
on_time(void *arg)
{
	struct rcptclient *c = arg;
	struct rcptclient_question *q;
	int64_t now = clock_mono_ms();

	end_mute(c, now);
	while ((q = of_age(c->by_age.first)) != NULL && q->until_ms <= now) {
		if (c->connected)
			tell(c, "it does not answer");
		give_up(c, q);
	}
	set_timer(c);
}

static void
on_ended(void *arg, int err)
{
	struct rcptclient *c = arg;

	tell(c,
	    err == EMSGSIZE ? "it speaks another protocol" : "it has ended");
	hang_up(c);
}

static size_t
on_line(void *arg, const char *p, size_t n)
{
	struct rcptclient *c = arg;
	struct rcptclient_question *q;
	size_t len = link_line(p, n);
	struct rcptwire_answer a;

	if (len == 0)
		return 0;
	if (rcptwire_read_answer(p, len, &a) == -1) {
		tell(c, "it speaks another protocol");
		hang_up(c);
		return len;
	}
	seldom_good(&c->told);
	c->heard_ms = clock_mono_ms();
	restart_good(&c->restart);
	q = (struct rcptclient_question *)byid_find(&c->by_id, a.id);
	if (q == NULL)
		return len;
	forget(c, q);
	q->done(q, &a);
	set_timer(c);
	return len;
}

/* it reads no more, but what it has answered may be on its way: that is read to
 * its end, and then it has ended */
static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err;
}

static const struct wire_ops ops = { on_line, on_ended, on_gone, NULL };

static void
connect_it(void *arg)
{
	struct rcptclient *c = arg;
	struct list_node *n;
	int to, from;
	pid_t pid = spawn_next(c->next, &to, &from);

	if (pid == -1) {
		tell(c, strerror(errno));
		restart_failed(&c->restart);
		connect_later(c);
		return;
	}
	c->pid = pid;
	wire_open(&c->wire, from, to, &ops, c);
	c->wire.record_max = LTSV_LINE_MAX;
	c->connected = 1;
	c->heard_ms = clock_mono_ms();
	for (n = c->by_age.first; n != NULL; n = n->next)
		put(c, of_age(n));
	set_timer(c);
}

static void
connect_later(struct rcptclient *c)
{
	restart_wait(&c->restart, connect_it, c);
}

void
rcptclient_init(struct rcptclient *c, char *const next[])
{
	memset(c, 0, sizeof *c);
	c->next = next;
	c->wait_ms = RCPTCLIENT_WAIT_MS;
	c->away_ms = RCPTCLIENT_AWAY_MS;
	c->tries = RCPTCLIENT_TRIES;
	c->restart.first_ms = RCPTCLIENT_RETRY_MIN_MS;
	c->restart.max_ms = RCPTCLIENT_RETRY_MAX_MS;
	connect_later(c);
}

void
rcptclient_close(struct rcptclient *c)
{
	struct rcptclient_question *q;

	restart_stop(&c->restart);
	loop_timer_stop(&c->timer);
	if (c->connected) {
		wire_close(&c->wire);
		spawn_bury(&c->pid, &c->old);
	}
	c->connected = 0;
	while ((q = of_age(c->by_age.first)) != NULL)
		forget(c, q);
	byid_free(&c->by_id);
}

int
rcptclient_ask(struct rcptclient *c, struct rcptclient_question *q)
{
	if (c->open >= RCPTCLIENT_OPEN_MAX)
		return -1;
	q->tries = 0;
	needs(byid_add(&c->by_id, &q->by_id));
	list_append(&c->by_age, &q->by_age);
	c->open++;
	if (c->connected)
		put(c, q);
	else
		q->until_ms = clock_mono_ms() + c->away_ms;
	set_timer(c);
	return 0;
}

void
rcptclient_cancel(struct rcptclient *c, struct rcptclient_question *q)
{
	if (q->by_id.id == 0)
		return;
	forget(c, q);
	set_timer(c);
}
