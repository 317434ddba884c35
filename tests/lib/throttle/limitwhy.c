/* what is said of a transaction before it is offered is what then happens, and
 * who asks changes nothing */
#include "throttle/limitwhy.h"
#include "throttle/limitadapt.h"
#include "tap.h"
#include "timed.h"
#include "throttle/limitflow.h"

#define S INT64_C(1000000)

enum { ITEMS = 400, WORLDS = 150, ASKED = 3 };

static void
turn(const char *zone, enum zone_span span, int64_t now_s, int64_t *from,
    int64_t *to)
{
	int64_t length = span == ZONE_HOUR ? 3600 : 86400;

	(void)zone;
	*from = now_s - now_s % length;
	*to = *from + length;
}

struct world {
	struct limiter l;
	struct limiter_item item[ITEMS];
};

static void
begin(struct limiter *l, const char *const *lines, unsigned n)
{
	struct throttle_rules r;
	const char *reason;
	unsigned i;

	memset(l, 0, sizeof *l);
	memset(&r, 0, sizeof r);
	limiter_open(l, 1);
	l->turn = turn;
	limiter_clock(l, 0, 0);
	for (i = 0; i < n; i++)
		throttle_add(&r, lines[i], strlen(lines[i]), &reason);
	limiter_load(l, &r, 0);
}

static struct limiter_flow *
flow(struct limiter *l, const char *site, const char *tenant, int64_t now)
{
	struct throttle_who who = { { NULL }, { 0 } };

	who.value[THROTTLE_SITE] = site;
	who.len[THROTTLE_SITE] = strlen(site);
	who.value[THROTTLE_TENANT] = tenant;
	who.len[THROTTLE_TENANT] = strlen(tenant);
	return limiter_flow(l, &who, now);
}

static const char *const limits[] = { "site:* conn=2", "site:* rate=3/s",
	"tenant:* rate=20/m burst=4", "* rcpt-rate=30/m burst=9",
	"site:s1 conn=1 backoff=5..60", "tenant:t0 cap=7/hour",
	"site:s0 rcpt-cap=9/hour", "* byte-rate=9k/s" };

/* each transaction in two limiters, of which one is asked before */
static int
world(void)
{
	static struct world asked, plain;
	static char sites[3][4] = { "s0", "s1", "s2" };
	static char tenants[3][4] = { "t0", "t1", "t2" };
	const char *lines[3];
	struct limitwhy y;
	struct limiter_item q, *i, *o;
	struct buf text = { 0 };
	int64_t now = S;
	unsigned n = 1 + draw(3), k, j, bad = 0;
	const char *site, *tenant;

	for (k = 0; k < n; k++)
		lines[k] = limits[draw(sizeof limits / sizeof limits[0])];
	begin(&asked.l, lines, n);
	begin(&plain.l, lines, n);
	for (k = 0; k < ITEMS; k++) {
		now += draw(4) == 0 ? draw(3 * S) : draw(S / 10);
		limiter_clock(&asked.l, now, now);
		limiter_clock(&plain.l, now, now);
		limiter_run(&asked.l, now);
		limiter_run(&plain.l, now);
		site = sites[draw(3)];
		tenant = tenants[draw(3)];
		i = &asked.item[k];
		o = &plain.item[k];
		memset(i, 0, sizeof *i);
		i->jobs = 1 + draw(3);
		i->bytes = 1 + draw(9000);
		i->message = k;
		*o = *i;
		for (j = 0; j < ASKED; j++) {
			q = *i;
			buf_clear(&text);
			limitwhy(&asked.l, &q,
			    flow(&asked.l, site, tenant, now), now, &y, &text);
		}
		limiter_offer(&asked.l, i, flow(&asked.l, site, tenant, now),
		    now);
		limiter_offer(&plain.l, o, flow(&plain.l, site, tenant, now),
		    now);
		bad += i->verdict != y.verdict || i->verdict != o->verdict;
		if (i->verdict == LIMITER_LATER)
			bad += i->next_us != y.at_us ||
			    i->next_us != o->next_us || i->room != o->room;
		while ((i = limiter_pop(&asked.l)) != NULL) {
			o = limiter_pop(&plain.l);
			if (o == NULL || i - asked.item != o - plain.item ||
			    i->verdict != o->verdict) {
				bad++;
				break;
			}
			if (i->verdict == LIMITER_LATER || draw(2) == 0) {
				enum backoff_sign s =
				    i->verdict == LIMITER_LATER ? BACKOFF_NONE
				    : draw(5) == 0              ? BACKOFF_HARD
								: BACKOFF_GOOD;

				limiter_done(&asked.l, i, s, now);
				limiter_done(&plain.l, o, s, now);
			}
		}
	}
	limiter_close(&asked.l);
	limiter_close(&plain.l);
	buf_free(&text);
	return bad;
}

static struct buf text;

static const char *
ask(struct limiter *l, int64_t now, struct limitwhy *y)
{
	struct limiter_item q = { .jobs = 1, .bytes = 100 };

	buf_clear(&text);
	limitwhy(l, &q, flow(l, "s", "t", now), now, y, &text);
	buf_putc(&text, '\0');
	return buf_data(&text);
}

static void
offer(struct limiter *l, struct limiter_item *i, int64_t now)
{
	memset(i, 0, sizeof *i);
	i->jobs = 1;
	i->bytes = 100;
	limiter_offer(l, i, flow(l, "s", "t", now), now);
	limiter_pop(l);
}

/* the arithmetic, as people see it */
static void
words(void)
{
	static const char *const lines[] = { "site:* conn=1",
		"tenant:* rate=4/m burst=2 cap=9/hour" };
	static struct limiter l;
	static struct limiter_item a, b;
	struct limitwhy y;

	begin(&l, lines, 2);
	is_str(ask(&l, S, &y),
	    "no limit keeps it: it goes now\n"
	    "throttle: site:s conn=1: 0 in flight, 0 recipients wait in line\n"
	    "throttle: tenant:t cap=9/hour: 0 of 9 used, it turns in 3599.000 s\n"
	    "throttle: tenant:t rate=4/m burst=2: 2 of 2 left, this one is 1; "
	    "lets it go now\n",
	    "it goes");
	is_num(y.at_us, S, "now");
	offer(&l, &a, S);
	is_str(ask(&l, 2 * S, &y),
	    "it waits in line for site:s conn=1, behind 0 recipients; it goes "
	    "when one of them ends\n"
	    "throttle: site:s conn=1: 1 in flight, 0 recipients wait in line\n"
	    "throttle: tenant:t cap=9/hour: 1 of 9 used, it turns in 3598.000 s\n"
	    "throttle: tenant:t rate=4/m burst=2: 1 of 2 left, this one is 1; "
	    "lets it go now\n",
	    "behind a connection");
	is_num(y.at_us, INT64_MAX, "nobody knows when");
	limiter_done(&l, &a, BACKOFF_GOOD, 2 * S);
	offer(&l, &b, 2 * S);
	limiter_done(&l, &b, BACKOFF_GOOD, 2 * S);
	ok(strstr(ask(&l, 3 * S, &y),
	       "0 of 2 left, this one is 1; lets it go "
	       "in 13.000 s\n") != NULL,
	    "behind a rate");
	limiter_shut(&l, 3 * S);
	ok(strncmp(ask(&l, 3 * S, &y), "the program ends", 16) == 0 &&
		y.verdict == LIMITER_LATER,
	    "at the end");
	limiter_close(&l);
	buf_free(&text);
}

/* of a range, what it is now */
static void
ranges(void)
{
	static const char *const lines[] = {
		"site:* conn=2..9 rate=4..50/m burst=2"
	};
	static struct limiter l;
	static struct limiter_item a;
	const struct limiter_key *k;
	struct limitwhy y;

	begin(&l, lines, 1);
	k = flow(&l, "s", "t", S)->set->key[0];
	limitadapt_begin(k->adapt, k->rule, 0, 23500, 0);
	is_str(ask(&l, S, &y),
	    "no limit keeps it: it goes now\n"
	    "throttle: site:s rate=4..50/m burst=2: 23.5/m for now, 2 of 2 "
	    "left, this one is 1; lets it go now\n"
	    "throttle: site:s conn=2..9: 2 for now, 0 in flight, 0 recipients "
	    "wait in line\n",
	    "its value");
	offer(&l, &a, S);
	limiter_done(&l, &a, BACKOFF_GOOD, S);
	offer(&l, &a, S);
	limiter_done(&l, &a, BACKOFF_GOOD, S);
	ok(strstr(ask(&l, S, &y), "lets it go in 2.554 s\n") != NULL,
	    "by which it goes");
	limiter_close(&l);
	buf_free(&text);
}

int
main(void)
{
	int i, bad = 0;

	for (i = 0; i < WORLDS; i++)
		bad += world();
	is_num(bad, 0, "what is said of it is what happens, and nothing else");
	words();
	ranges();
	return done();
}
