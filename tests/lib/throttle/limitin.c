/*
 * Limits on what comes in, in virtual time: what was accepted is counted, what
 * was not comes back, and whoever asks at once, no more is accepted than fits.
 */
#include "throttle/limitin.h"
#include "throttle/limitbook.h"
#include "throttle/limitkeys.h"
#include "tap.h"
#include "timed.h"

#define S INT64_C(1000000)

enum { HOUR = 3600, HOURS = 60, MESSAGES = 40 };

static struct limiter l;
static struct buf file;
static int64_t now = 5 * S, wall = HOUR * 1000 * S;
static struct limitin_refusal last;
static char last_key[300];

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	int64_t n = span == ZONE_DAY ? 86400 : HOUR;

	(void)zone;
	*begin_s = at_s - at_s % n;
	*end_s = *begin_s + n;
}

static void
pass(int64_t us)
{
	now += us;
	wall += us;
	limiter_clock(&l, wall, now);
}

static void
load(const char *const *lines)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason = "good";

	for (; *lines != NULL; lines++)
		throttle_add(&rules, *lines, strlen(*lines), &reason);
	limiter_clock(&l, wall, now);
	limiter_load(&l, &rules, now);
}

static void
begin(const char *const *lines)
{
	memset(&l, 0, sizeof l);
	limiter_open(&l, 3);
	l.turn = turn;
	load(lines);
	l.book = &file;
}

static void
on_refused(void *arg, const struct limitin_refusal *r)
{
	(void)arg;
	last = *r;
	snprintf(last_key, sizeof last_key, "%s", r->key);
	last.key = last_key;
}

static struct limitin
message(const char *user)
{
	struct throttle_who who = { { NULL }, { 0 } };
	struct limitin x = { .set = NULL };

	who.value[THROTTLE_USER] = user;
	who.len[THROTTLE_USER] = (unsigned)strlen(user);
	limitin_open(&l, &x, &who, now);
	return x;
}

static struct bucket_cost
cost(uint32_t messages, uint32_t rcpts, uint32_t bytes)
{
	return (struct bucket_cost){ { messages, rcpts, bytes, 0 } };
}

/* as who takes mail does it: the first recipient brings the message */
static int
one_more(struct limitin *x)
{
	struct bucket_cost c = cost(x->reserved.of[BUCKET_TXNS] == 0, 1, 0);

	if (limitin_ask(&l, x, c, now, on_refused, NULL) > 0)
		return 0;
	limitin_reserve(x, c);
	return 1;
}

static void
finish(struct limitin *x, int accepted)
{
	if (accepted)
		limitin_take(&l, x, x->reserved, now);
	limitin_close(&l, x);
}

static void
caps(void)
{
	static const char *const lines[] = { "user:* rcpt-cap=3/hour", NULL };
	struct limitin a, b, other;

	begin(lines);
	a = message("ann");
	b = message("ann");
	other = message("bob");
	ok(one_more(&a) && one_more(&a) && one_more(&b), "three are reserved");
	ok(!one_more(&b), "and no fourth, of another message");
	is_str(last.limit, "rcpt-cap=3/hour", "the limit");
	is_str(last.key, "user:ann", "its key");
	is_num(last.what, BUCKET_RCPTS, "what it counts");
	is_num(last.at_us - now, HOUR * S - wall % (HOUR * S),
	    "there is room when the hour turns");
	ok(one_more(&other), "somebody else has his own");
	finish(&a, 0);
	ok(one_more(&b) && one_more(&b), "what was not accepted comes back");
	finish(&b, 1);
	b = message("ann");
	ok(!one_more(&b), "and what was is counted");
	is_num(limitin_ask(&l, &b, cost(1, 4, 0), now, on_refused, NULL), 1,
	    "four at once");
	ok(last.at_us == INT64_MAX, "never have room");
	pass(HOUR * S);
	ok(one_more(&b), "another hour");
	finish(&b, 0);
	finish(&other, 0);
	limiter_close(&l);
}

/* what is reserved counts against a rate, above its burst, too */
static void
rates(void)
{
	static const char *const lines[] = { "* rcpt-rate=60/h burst=3", NULL };
	static const char *const bytes[] = { "* byte-rate=1k/s burst=2048",
		NULL };
	struct limitin a, b;

	begin(lines);
	a = message("ann");
	b = message("bob");
	ok(one_more(&a) && one_more(&a) && one_more(&a), "the burst");
	ok(!one_more(&b), "is reserved: for nobody else");
	is_num(last.at_us - now, S, "he may ask again soon");
	finish(&a, 1);
	ok(!one_more(&b), "and then it is used");
	is_num(last.at_us - now, 60 * S, "until one is due");
	pass(60 * S - 1);
	ok(!one_more(&b), "not sooner");
	pass(1);
	ok(one_more(&b), "and then one goes");
	finish(&b, 0);
	limiter_close(&l);

	begin(bytes);
	a = message("ann");
	b = message("bob");
	is_num(limitin_ask(&l, &a, cost(1, 1, 10240), now, on_refused, NULL), 0,
	    "more than the burst, of a bucket that is full");
	limitin_reserve(&a, cost(1, 1, 10240));
	is_num(limitin_ask(&l, &b, cost(1, 1, 1), now, on_refused, NULL), 1,
	    "and then nothing beside it");
	finish(&a, 1);
	is_num(limitin_ask(&l, &b, cost(1, 1, 1024), now, on_refused, NULL), 1,
	    "which is owed");
	is_num((last.at_us - now + S / 2) / S, 9, "for as long as it takes");
	is_num(limitin_ask(&l, &b, cost(0, 1, 0), now, on_refused, NULL), 0,
	    "what costs no byte is not kept");
	limitin_close(&l, &b);
	limiter_close(&l);
}

/* over a kill, under other rules, and with messages that were under way */
static void
books(void)
{
	static const char *const lines[] = { "user:* rcpt-cap=5/day", NULL };
	static const char *const more[] = { "user:* rcpt-cap=7/day",
		"* cap=1000/day", NULL };
	static const char *const none[] = { NULL };
	struct limitbook_clock at = { "boot", now, wall };
	struct limitbook_read r = { .n = 0 };
	struct limitin a, b;
	const char *p, *lf;

	buf_clear(&file);
	begin(lines);
	at.mono_us = now;
	at.wall_us = wall;
	limitbook_clock(&file, &at);
	a = message("ann");
	b = message("ann");
	ok(one_more(&a) && one_more(&a) && one_more(&b), "two messages");
	finish(&a, 1);
	limitbook_owed(&l);
	limiter_close(&l);
	/* b is not counted: nobody has said that it was accepted */
	begin(lines);
	p = buf_data(&file);
	for (; (lf = memchr(p, '\n', buf_data(&file) + buf_len(&file) - p)) !=
	     NULL;
	     p = lf + 1)
		limitbook_take(&r, &l, p, lf - p, &at);
	ok(r.bad == 0 && r.n > 1, "the book is read");
	b = message("ann");
	ok(one_more(&b) && one_more(&b) && one_more(&b) && !one_more(&b),
	    "what was counted before the kill still is");
	load(more);
	a = message("ann");
	ok(one_more(&a) && one_more(&a) && !one_more(&a),
	    "and under another rule, with what is in hand");
	load(none);
	finish(&a, 1);
	finish(&b, 1);
	ok(1, "messages whose rules are gone end");
	limiter_close(&l);
}

static void
shown(void)
{
	static const char *const lines[] = {
		"user:* rcpt-cap=5/hour rcpt-rate=60/h burst=9", NULL
	};
	struct buf b = { 0 };
	struct limitin a;

	begin(lines);
	a = message("ann");
	ok(one_more(&a), "one is reserved");
	is_num(limitin_show(&b, &a, cost(1, 1, 0), now), 0, "all of them");
	buf_putc(&b, '\0');
	ok(strstr(buf_data(&b), "user:ann rcpt-cap=5/hour: 0 of 5 used") !=
		NULL,
	    "a cap");
	ok(strstr(buf_data(&b), "user:ann rcpt-rate=60/h burst=9: 9 of 9") !=
		NULL,
	    "a rate");
	ok(strstr(buf_data(&b), "for 1 messages that are coming in 1 recip") !=
		NULL,
	    "and what is in hand");
	buf_free(&b);
	finish(&a, 0);
	limiter_close(&l);
}

/* many at once, by chance */

static struct under_way {
	struct limitin x;
	unsigned user;
} way[MESSAGES];
static unsigned took[HOURS][2], refused, cut;
static int64_t times[20000];
static unsigned n_times;

static void
step(struct under_way *w)
{
	static const char *const users[] = { "ann", "bob" };
	unsigned n;

	if (w->x.set == NULL) {
		w->user = (unsigned)draw(2);
		w->x = message(users[w->user]);
	}
	if (draw(4) > 0) {
		refused += !one_more(&w->x);
		return;
	}
	n = w->x.reserved.of[BUCKET_RCPTS];
	if (n > 0 && draw(3) > 0) {
		took[wall / S / HOUR - 1000][w->user] += n;
		while (n-- > 0)
			times[n_times++] = now;
		finish(&w->x, 1);
	} else {
		cut += n;
		finish(&w->x, 0);
	}
}

/* in any window no more than its length allows, and the burst */
static int
within(int64_t every_us, unsigned burst)
{
	unsigned i, j;
	int bad = 0;

	for (i = 0; i < n_times; i++)
		for (j = i; j < n_times; j++)
			bad += (int64_t)(j - i + 1 - burst) * every_us >
				times[j] - times[i] &&
			    j - i + 1 > burst;
	return bad;
}

static void
crowd(void)
{
	static const char *const lines[] = { "user:* rcpt-cap=30/hour",
		"* rcpt-rate=90/h burst=30", NULL };
	unsigned i, over = 0, most = 0;

	wall = HOUR * 1000 * S;
	begin(lines);
	for (i = 0; wall < (1000 + HOURS) * HOUR * S; i++) {
		pass((int64_t)draw(20 * S));
		if (wall < (1000 + HOURS) * HOUR * S)
			step(&way[draw(MESSAGES)]);
		buf_clear(&file);
	}
	for (i = 0; i < HOURS; i++) {
		over += took[i][0] > 30 || took[i][1] > 30;
		if (took[i][0] > most)
			most = took[i][0];
	}
	is_num(over, 0, "no hour has more than its cap");
	ok(most > 25 && refused > 100 && cut > 100, "which was tried");
	is_num(within(40 * S, 30), 0, "no window more than its rate");
	for (i = 0; i < MESSAGES; i++)
		limitin_close(&l, &way[i].x);
	way[0].x = message("ann");
	is_num(way[0].x.set->key[0]->reserved.of[BUCKET_RCPTS] +
		way[0].x.set->key[1]->reserved.of[BUCKET_RCPTS],
	    0, "all has come back");
	limitin_close(&l, &way[0].x);
	limiter_close(&l);
}

int
main(void)
{
	caps();
	rates();
	books();
	shown();
	crowd();
	buf_free(&file);
	return done();
}
