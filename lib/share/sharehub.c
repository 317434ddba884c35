#include "share/sharehub.h"
#include "base/clock.h"
#include "base/die.h"
#include "chain/event.h"
#include "throttle/shareline.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct shareclient {
	struct shareclient *next, *prev;
	struct sharehub *hub;
	struct wire wire;
};

/* asked of Redis; client NULL: a beat, or who asked is gone */
struct shareowed {
	struct shareowed *next;
	struct shareclient *client;
	uint32_t id, seq, parts;
	int64_t sent_us;
	enum limitshare_kind kind;
	int beat;
};

enum { NUMBER = 24, CAP_NAME = 24 };

static void
say(struct shareclient *c, uint32_t id, uint32_t seq, struct lease_answer *a)
{
	a->seq = seq;
	needs(shareline_answer(&c->wire.out, id, a));
	wire_dirty(&c->wire);
}

static void
say_without(struct sharehub *h, struct shareclient *c, uint32_t id,
    uint32_t seq, enum limitshare_kind kind)
{
	struct lease_answer a = { 0 };

	/* of a cap nothing is said: who has something of it keeps that */
	if (kind < LIMITSHARE_CAP)
		sharelost_without(&h->lost, clock_mono_us(), &a);
	say(c, id, seq, &a);
}

/* what they have of caps may be known to nobody else any more */
static void
ask_to_tell(struct sharehub *h)
{
	struct lease_answer a = { 0 };
	struct shareclient *c;

	for (c = h->first; c != NULL; c = c->next)
		say(c, SHARELINE_TELL, 0, &a);
}

/* what Redis is asked */

static void
owe(struct sharehub *h, struct shareclient *c, const struct shareline *q)
{
	struct shareowed *o = need(calloc(1, sizeof *o));

	o->client = c;
	o->beat = q == NULL;
	if (q != NULL) {
		o->kind = q->kind;
		o->id = q->id;
		o->seq = q->is.seq;
		o->parts = q->parts;
	}
	o->sent_us = clock_mono_us();
	*h->owed_end = o;
	h->owed_end = &o->next;
	h->n_owed++;
}

static const char *const kinds[] = { "rate", "conn", "cap", "told" };

/* the limit's name; of a cap with the hour or day, as it begins in UTC */
static void
put_key(struct buf *key, const struct sharehub *h, const struct shareline *q)
{
	char turn[CAP_NAME] = "";
	time_t at = (time_t)q->turn_s;
	struct tm tm;

	buf_clear(key);
	needs(buf_printf(key, "%s:1:%s:", h->prefix, kinds[q->kind]));
	needs(buf_put(key, q->key.p, q->key.n));
	needs(buf_putc(key, ':'));
	needs(buf_put(key, q->limit.p, q->limit.n));
	if (q->kind == LIMITSHARE_CAP && gmtime_r(&at, &tm) != NULL &&
	    strftime(turn, sizeof turn, ":%Y-%m-%dT%H:%MZ", &tm) > 0)
		needs(buf_puts(key, turn));
}

static void
call(struct sharehub *h, const struct shareline *q)
{
	static struct buf key;
	char number[SHAREREDIS_ARGS][NUMBER];
	struct shareredis_call c = { 0 };
	int cap = q->kind >= LIMITSHARE_CAP;
	int64_t n[] = { 0, 0, q->is.seq, q->parts,
		cap                              ? q->turn_s
		    : q->kind == LIMITSHARE_CONN ? LEASE_GRACE_US
						 : q->fill_us,
		q->is.have, q->is.back, cap ? q->born_s : q->is.level,
		q->is.want, h->lost.machines };
	unsigned i;

	put_key(&key, h, q);
	c.key = buf_data(&key);
	c.key_len = buf_len(&key);
	c.all = buf_data(&h->all);
	c.arg[0] = kinds[q->kind];
	c.arg[1] = q->who;
	for (i = 2; i < SHAREREDIS_ARGS; i++) {
		snprintf(number[i], NUMBER, "%" PRId64, n[i]);
		c.arg[i] = number[i];
	}
	shareredis_call(&h->redis, &c);
}

/* nobody knows how long nobody asked, where all are idle */
static void
beat(void *arg)
{
	struct sharehub *h = arg;
	struct shareredis_call c = { .key = buf_data(&h->all),
		.key_len = buf_len(&h->all) - 1,
		.all = buf_data(&h->all) };
	unsigned i;

	if (h->redis.ready) {
		for (i = 2; i < SHAREREDIS_ARGS; i++)
			c.arg[i] = "1";
		c.arg[0] = "beat";
		c.arg[1] = "-";
		owe(h, NULL, NULL);
		shareredis_call(&h->redis, &c);
	} else if (sharelost_alone(&h->lost, clock_mono_us())) {
		event_begin("share-alone");
		event_num("machines", h->lost.machines);
		event_end();
	}
	loop_timer_set(&h->beat, SHAREHUB_BEAT_MS, beat, h);
}

/* what Redis says */

static void
up(void *arg)
{
	struct sharehub *h = arg;

	h->caps = 0;
	beat(arg);
}

static struct shareowed *
pop(struct sharehub *h)
{
	struct shareowed *o = h->owed;

	if (o == NULL)
		return NULL;
	h->owed = o->next;
	if (h->owed == NULL)
		h->owed_end = &h->owed;
	h->n_owed--;
	return o;
}

static void
down(void *arg, const char *why)
{
	struct sharehub *h = arg;
	struct shareowed *o;

	if (sharelost_down(&h->lost, why, clock_mono_us())) {
		event_begin("share-lost");
		event_puts("text", why);
		event_end();
	}
	while ((o = pop(h)) != NULL) {
		if (o->client != NULL)
			say_without(h, o->client, o->id, o->seq, o->kind);
		free(o);
	}
}

static void
answered(void *arg, const int64_t *number, unsigned n)
{
	struct sharehub *h = arg;
	struct shareowed *o = pop(h);
	int64_t now_us = clock_mono_us();
	struct lease_answer a;

	if (o == NULL)
		return;
	if (n > 0 && sharelost_up(&h->lost, number, o->sent_us, now_us)) {
		event_begin("share-back");
		event_end();
	}
	if (o->beat && n > 0 && number[SHARESCRIPT_CAPS] != h->caps) {
		h->caps = number[SHARESCRIPT_CAPS];
		ask_to_tell(h);
	}
	if (o->client != NULL && n > 0 && o->kind >= LIMITSHARE_CAP) {
		sharelost_cap(number, o->parts, &a);
		say(o->client, o->id, o->seq, &a);
	} else if (o->client != NULL && n > 0) {
		sharelost_answer(&h->lost, number, o->parts, o->sent_us, now_us,
		    &a);
		say(o->client, o->id, o->seq, &a);
	} else if (o->client != NULL) {
		say_without(h, o->client, o->id, o->seq, o->kind);
	}
	free(o);
}

/* who asks */

static void
drop(struct shareclient *c)
{
	struct sharehub *h = c->hub;
	struct shareowed *o;

	for (o = h->owed; o != NULL; o = o->next)
		if (o->client == c)
			o->client = NULL;
	*(c->prev == NULL ? &h->first : &c->prev->next) = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	wire_close(&c->wire);
	free(c);
	h->clients--;
	acceptor_full(&h->acceptors, 0);
}

static void
ended(void *arg, int err)
{
	(void)err;
	drop(arg);
}

static size_t
asked(void *arg, const char *p, size_t n)
{
	static struct ltsv l;
	struct shareclient *c = arg;
	struct sharehub *h = c->hub;
	size_t used = shareline_whole(p, n);
	struct shareline q;

	if (used == 0)
		return 0;
	if (ltsv_parse(p, used, &l) == -1 ||
	    shareline_read_question(&l, &q) == -1) {
		warn("no question");
		drop(c);
		return used;
	}
	if (!h->redis.ready || h->n_owed >= SHAREHUB_OWED_MAX) {
		say_without(h, c, q.id, q.is.seq, q.kind);
		return used;
	}
	owe(h, c, &q);
	call(h, &q);
	return used;
}

static const struct wire_ops ops = {
	.record = asked, .ended = ended, .gone = ended
};

static void
accepted(void *arg, int fd, const struct sockaddr_storage *from, uint16_t port)
{
	struct sharehub *h = arg;
	struct shareclient *c = need(calloc(1, sizeof *c));

	(void)from;
	(void)port;
	c->hub = h;
	c->next = h->first;
	if (c->next != NULL)
		c->next->prev = c;
	h->first = c;
	wire_open(&c->wire, fd, fd, &ops, c);
	c->wire.record_max = LTSV_LINE_MAX;
	if (++h->clients >= SHAREHUB_CLIENTS_MAX)
		acceptor_full(&h->acceptors, 1);
}

void
sharehub_open(struct sharehub *h, int fd)
{
	h->owed_end = &h->owed;
	h->acceptors.accepted = accepted;
	h->acceptors.arg = h;
	h->redis.up = up;
	h->redis.down = down;
	h->redis.answered = answered;
	h->redis.arg = h;
	needs(buf_printf(&h->all, "%s:1:all", h->prefix));
	needs(buf_putc(&h->all, '\0'));
	acceptor_add(&h->acceptors, fd);
	shareredis_open(&h->redis);
	beat(h);
}

void
sharehub_close(struct sharehub *h)
{
	loop_timer_stop(&h->beat);
	acceptor_close(&h->acceptors);
	while (h->first != NULL)
		drop(h->first);
}
