#include "chain/asker.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/spawn.h"
#include "chain/link.h"
#include "format/ltsv.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

static struct asker_question *
of_age(struct list_node *n)
{
	return LIST_OF(n, struct asker_question, by_age);
}

static void
forget(struct asker *c, struct asker_question *q)
{
	list_remove(&c->by_age, &q->by_age);
	byid_remove(&c->by_id, &q->by_id);
	c->open--;
}

/* it is not known */
static void
give_up(struct asker *c, struct asker_question *q)
{
	forget(c, q);
	c->calls->done(q, NULL);
}

/* a warning, but not each time that it is tried again */
static void
tell(struct asker *c, const char *why)
{
	if (seldom(&c->told, clock_mono_ms(), ASKER_TELL_MS))
		warn("%s: %s: %s", c->calls->cannot, c->next[0], why);
}

static void on_time(void *);

static void
set_timer(struct asker *c)
{
	const struct asker_question *q = of_age(c->by_age.first);
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
put(struct asker *c, struct asker_question *q)
{
	needs(c->calls->put(&c->wire.out, q));
	wire_dirty(&c->wire);
	q->tries++;
	q->until_ms = clock_mono_ms() + c->wait_ms;
}

static void connect_later(struct asker *);

/* the connection is of no more use: who has been put often enough hears that it
 * is not known, the others wait for the next one */
static void
hang_up(struct asker *c)
{
	int64_t until = clock_mono_ms() + c->away_ms;
	struct asker_question *q;
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
end_mute(struct asker *c, int64_t now)
{
	if (!c->connected || c->pid <= 0 || c->open == 0 ||
	    now - c->heard_ms < ASKER_MUTE * c->wait_ms)
		return;
	warn("%s answers nothing and does not end", c->next[0]);
	kill(c->pid, SIGKILL);
	hang_up(c);
}

static void
on_time(void *arg)
{
	struct asker *c = arg;
	struct asker_question *q;
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
	struct asker *c = arg;

	tell(c,
	    err == EMSGSIZE ? "it speaks another protocol" : "it has ended");
	hang_up(c);
}

static size_t
on_line(void *arg, const char *p, size_t n)
{
	struct asker *c = arg;
	struct asker_question *q;
	size_t len = link_line(p, n);
	const void *a;
	uint32_t id;

	if (len == 0)
		return 0;
	a = c->calls->read(c, p, len, &id);
	if (a == NULL) {
		tell(c, "it speaks another protocol");
		hang_up(c);
		return len;
	}
	seldom_good(&c->told);
	c->heard_ms = clock_mono_ms();
	restart_good(&c->restart);
	q = (struct asker_question *)byid_find(&c->by_id, id);
	if (q == NULL)
		return len;
	forget(c, q);
	c->calls->done(q, a);
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
	struct asker *c = arg;
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
connect_later(struct asker *c)
{
	restart_wait(&c->restart, connect_it, c);
}

void
asker_init(struct asker *c, const struct asker_calls *calls, char *const next[],
    int64_t wait_ms)
{
	memset(c, 0, sizeof *c);
	c->calls = calls;
	c->next = next;
	c->wait_ms = wait_ms;
	c->away_ms = ASKER_AWAY_MS;
	c->tries = ASKER_TRIES;
	c->restart.first_ms = ASKER_RETRY_MIN_MS;
	c->restart.max_ms = ASKER_RETRY_MAX_MS;
	connect_later(c);
}

void
asker_close(struct asker *c)
{
	struct asker_question *q;

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

void
asker_ask(struct asker *c, struct asker_question *q)
{
	q->tries = 0;
	needs(byid_add(&c->by_id, &q->by_id));
	list_append(&c->by_age, &q->by_age);
	c->open++;
	if (c->connected)
		put(c, q);
	else
		q->until_ms = clock_mono_ms() + c->away_ms;
	set_timer(c);
}

void
asker_cancel(struct asker *c, struct asker_question *q)
{
	if (q->by_id.id == 0)
		return;
	forget(c, q);
	set_timer(c);
}
