/*
 * Ledgers of the limiter itself, in virtual time, by rules of all kinds and
 * over restarts: nothing is found.  And the same with a line forged: it is.
 */
#include "ledger/ledgercheck.h"
#include "tap.h"
#include "throttle/limitbook.h"
#include "throttle/limitledger.h"
#include "throttle/transactionledger.h"
#include "../throttle/timed.h"
#include <stdlib.h>

#define S INT64_C(1000000)

static const char *const conf_text[] = { "# all of them", "",
	"site:* conn=4 rate=2/s", "site:b backoff=1..3",
	"tenant:* cap=1000/hour rcpt-cap=2500/day@X",
	"tenant:t1 rate=40/m burst=7 rcpt-rate=2/s burst=20",
	"domain:.example byte-rate=20k/s burst=100k",
	"via:* warm=9,3040/2026-11-29",
	"via:p+tag:list=* conn=3 conn-rate=50/m burst=8",
	"site:* rate=50/m burst=10", NULL };

static struct limiter limiter;
static struct transaction_way way;
static struct transactionledger ledger;
static struct buf book;
static int64_t now, wall;

/* the checker */

static struct ledgerconf conf;
static struct ledgercheck check;
static struct ledger_fault last;
static char last_key[256], last_limit[128];

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	int64_t n = span == ZONE_DAY ? 86400 : 3600;

	(void)zone;
	*begin_s = at_s - at_s % n;
	*end_s = *begin_s + n;
}

static int64_t
date(const char *zone, int64_t at_s)
{
	(void)zone;
	return at_s / 86400;
}

static int
found(void *arg, const struct ledger_fault *f)
{
	(void)arg;
	if (check.faults > 1)
		return 0;
	last = *f;
	snprintf(last_key, sizeof last_key, "%s", f->key);
	snprintf(last_limit, sizeof last_limit, "%s", f->limit_text);
	return 0;
}

/* from the begin: how many faults, -1 with check.why */
static long
judge(const char *const *rules, const char *p, size_t n, int part)
{
	const char *end = p + n, *lf;
	unsigned i;
	long r = 0;

	ledgerconf_free(&conf);
	ledgerconf_open(&conf);
	for (i = 0; rules[i] != NULL; i++)
		if (ledgerconf_line(&conf, rules[i], strlen(rules[i]), i + 1) !=
		    NULL)
			return -2;
	memset(&check, 0, sizeof check);
	check.conf = &conf;
	check.turn = turn;
	check.date = date;
	check.fault = found;
	check.part = part;
	ledgercheck_open(&check);
	for (; r == 0 && p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		r = ledgercheck_line(&check, p, (size_t)(lf - p));
	}
	ledgercheck_free(&check);
	return r == -1 ? -1 : (long)check.faults;
}

/* the limiter */

static struct timed ends;
static struct transaction *flying[TIMED_MAX];
static unsigned n_flying, next_id;
static char ids[64];

static void
granted(void *arg, struct limiter_item *i, int64_t at)
{
	(void)arg;
	transactionledger_grant(&ledger,
	    (struct transactionledger_now){ at + limiter.wall_us, at },
	    (struct transaction *)i);
}

static void
over(const struct transaction *t, int64_t at)
{
	transactionledger_end(&ledger,
	    (struct transactionledger_now){ at + limiter.wall_us, at }, t);
}

static void
pass(int64_t us)
{
	now += us;
	wall += us;
	limiter_clock(&limiter, wall, now);
}

static struct limitbook_clock
clocks(void)
{
	return (struct limitbook_clock){ "b", now, wall };
}

static void
open_limiter(void)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason;
	unsigned i;

	memset(&limiter, 0, sizeof limiter);
	limiter_open(&limiter, 5);
	limiter.turn = turn;
	limiter_clock(&limiter, wall, now);
	for (i = 0; conf_text[i] != NULL; i++)
		if (conf_text[i][0] != '#' && conf_text[i][0] != '\0')
			throttle_add(&rules, conf_text[i], strlen(conf_text[i]),
			    &reason);
	limiter_load(&limiter, &rules, now);
	transaction_way_open(&way, &limiter);
	transactionledger_start(&ledger,
	    (struct transactionledger_now){ wall, now }, "b", 1,
	    &limiter.rules);
	limiter.granted = granted;
	way.over = over;
}

static void
drain(void)
{
	struct limiter_item *i;
	struct transaction *t;

	while ((i = limiter_pop(&limiter)) != NULL) {
		t = (struct transaction *)i;
		if (i->verdict == LIMITER_GO) {
			transaction_sent(&way, t, now);
			timed_add(&ends, t, now + 1 + (int64_t)draw(5 * S / 2));
			flying[n_flying++ % TIMED_MAX] = t;
			continue;
		}
		limiter_done(&limiter, i, BACKOFF_NONE, now);
		transaction_free(t);
	}
}

/* a message of up to 12 recipients */
static void
offer(void)
{
	static const char *const sites[] = { "a", "b", "c" };
	struct transaction_group g = { .n = 0 };
	struct buf b = { 0 };
	struct ltsv l;
	unsigned i, n = 1 + draw(12), of;
	struct limiter_flow *f;
	struct transaction *t;

	snprintf(ids, sizeof ids, "m%u", next_id++);
	buf_printf(&b,
	    "id:%s\tn:0\tsite:%s\tvia:p\tdomain:x.Example\ttenant:T%u\t"
	    "size:%u\ttag:LIST=%u\n",
	    ids, sites[draw(3)], (unsigned)draw(3), (unsigned)draw(30000),
	    (unsigned)draw(2));
	ltsv_parse(buf_data(&b), buf_len(&b), &l);
	g.tags = &limiter.rules.tags;
	g.labels = limiter.labels;
	transaction_join(&g, 0, &l, 0);
	f = limiter_flow(&limiter, &g.who, now);
	of = limiter_jobs_max(f);
	transaction_gather(&g, buf_data(&b), buf_len(&b), &l, 0, 100);
	for (i = 1; i < n && i < of; i++)
		g.num[g.n++] = i;
	t = transaction_make(&g);
	t->lines = buf_data(&b); /* now its own */
	limiter_offer(&limiter, &t->item, f, now);
	drain();
}

/* one that is on its way is over, well or badly */
static void
finish(struct transaction *t)
{
	static const char *const says[] = { "sent", "sent", "sent",
		"deferred\tclass:421\tcode:421" };
	struct buf b = { 0 };
	struct ltsv l;
	const char *say = says[draw(4)];
	unsigned i, n = t->n_jobs;
	char id[64];

	snprintf(id, sizeof id, "%.*s", (int)t->id_len, t->id);
	for (i = 0; i < n; i++) {
		buf_clear(&b);
		buf_printf(&b, "id:%s\tn:%u\tstatus:%s\n", id, i, say);
		ltsv_parse(buf_data(&b), buf_len(&b), &l);
		transaction_learn(&way, &l, now);
	}
	buf_free(&b);
	drain();
}

/* killed: what was on its way is lost, and the book is read */
static void
again(void)
{
	struct limitbook_clock c = clocks();
	struct limitbook_read r = { .n = 0 };
	struct transaction *t;
	const char *p, *end, *lf;

	limiter_shut(&limiter, now);
	drain();
	buf_clear(&book);
	limitbook_clock(&book, &c);
	limitbook_all(&book, &limiter, 0, now);
	way.over = NULL;
	while (ends.n > 0) {
		t = timed_take(&ends);
		finish(t);
	}
	limiter_close(&limiter);
	hash_free(&way.jobs);
	pass(draw(2) * 50000);
	transactionledger_whole(&ledger);
	ledger.seq = ledger.grants = 0;
	open_limiter();
	c = clocks();
	limiter.begun_us = now;
	end = buf_data(&book) + buf_len(&book);
	for (p = buf_data(&book); p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		limitbook_take(&r, &limiter, p, (size_t)(lf - p), &c);
	}
	is_num(r.bad, 0, "the book is good");
}

/* limits that were never reached would prove nothing */
static void
full(void)
{
	const struct ledger_rule *r;
	const struct ledger_limit *l;

	for (r = conf.first; r != NULL; r = r->next)
		for (l = r->limit; l < r->limit + r->n_limits; l++)
			ok(l->seen.most >= l->n, l->text);
}

static void
simulated(void)
{
	int64_t stop;
	unsigned step;

	now = 1000 * S;
	wall = 1796070000 * S;
	open_limiter();
	for (step = 0; step < 4; step++) {
		if (step > 0)
			again();
		for (stop = now + 1200 * S; now < stop;) {
			while (timed_due(&ends, now))
				finish(timed_take(&ends));
			limiter_run(&limiter, now);
			drain();
			if (ends.n < 100)
				offer();
			pass(1 + (int64_t)draw(90000));
		}
	}
	is_num(transactionledger_whole(&ledger), 0, "the last is whole");
	is_num(judge(conf_text, buf_data(&ledger.lines), buf_len(&ledger.lines),
		   0),
	    0, "a ledger of all kinds of limits: nothing is over");
	if (check.why != NULL)
		printf("# line %llu: %s\n", (unsigned long long)check.lines,
		    check.why);
	ok(check.grants > 3000, "of thousands of grants");
	full();
	is_num((long long)check.starts, 4, "over restarts");
}

/* what is forged by hand: of these rules */

static const char *const few[] = { "site:s rate=2/s burst=1 rcpt-rate=4/s "
				   "burst=8 byte-rate=1000/s burst=2000 "
				   "cap=5/day conn=3",
	NULL };
#define TOOK \
	"took:conn=3,rate=2/s,burst=1,rcpt-rate=4/s,burst=8,byte-rate=1000/s," \
	"burst=2000,cap=5/day"
#define START \
	"led:start\tat:90000.000000\tmono:0\tboot:a\tbooks:1\trules:1\tseq:0\n"

static struct buf made;
static unsigned seq;

static void
start(void)
{
	buf_clear(&made);
	buf_puts(&made, START);
	seq = 1;
}

static void
grant_of(unsigned g, int64_t at_us, unsigned rcpts, unsigned bytes,
    const char *took)
{
	buf_printf(&made,
	    "led:grant\tat:%d.%06d\tmono:%lld\tg:%u\tid:x\tn:0\trcpts:%u\t"
	    "bytes:%u\tsite:s\t%s site:s\tseq:%u\n",
	    90000 + (int)(at_us / S), (int)(at_us % S), (long long)at_us, g,
	    rcpts, bytes, took, seq++);
}

static void
end_of(unsigned g, int64_t at_us)
{
	buf_printf(&made, "led:end\tat:%d.%06d\tmono:%lld\tg:%u\tseq:%u\n",
	    90000 + (int)(at_us / S), (int)(at_us % S), (long long)at_us, g,
	    seq++);
}

static long
result(void)
{
	return judge(few, buf_data(&made), buf_len(&made), 0);
}

/* five in five half seconds, each over at once: all that a day has */
static void
five(unsigned rcpts, unsigned bytes, int64_t early_us)
{
	unsigned g;

	start();
	for (g = 1; g <= 5; g++) {
		grant_of(g, g * S / 2 - (g == 4 ? early_us : 0), rcpts, bytes,
		    TOOK);
		end_of(g, g * S / 2 - (g == 4 ? early_us : 0));
	}
}

static void
forged(void)
{
	unsigned g;

	five(2, 500, 0);
	is_num(result(), 0, "as it should be");
	five(2, 500, 1000);
	is_num(result(), 1, "1 ms too early");
	is_str(last_limit, "rate=2/s,burst=1", "of the rate");
	is_str(last_key, "site:s", "of the key");
	is_num(last.excess.window_us, 499000, "in the window");
	is_num(last.excess.count, 2, "two");
	is_num(last.excess.allowed, 1, "of one");
	is_num((long long)last.line, 8, "its line");
	five(4, 500, 0);
	is_num(result(), 2,
	    "two recipients too many in the fourth, four in the "
	    "fifth");
	is_str(last_limit, "rcpt-rate=4/s,burst=8", "of that rate");
	five(2, 800, 0);
	is_num(result(), 0, "bytes up to the burst");
	five(2, 801, 0);
	is_num(result(), 1, "and above");
	is_str(last_limit, "byte-rate=1000/s,burst=2000", "of bytes");
	five(2, 500, 0);
	grant_of(6, 3 * S, 1, 0, TOOK);
	is_num(result(), 1, "a sixth on one day");
	is_str(last_limit, "cap=5/day", "of the cap");
	is_num(last.excess.count, 6, "six");
	start();
	for (g = 1; g <= 4; g++)
		grant_of(g, g * S, 1, 1, TOOK);
	is_num(result(), 1, "a fourth connection");
	is_str(last_limit, "conn=3", "of three");
	start();
	grant_of(1, S, 1, 1, "took:rate=2/s,burst=2");
	is_num(result(), 1, "what took from other limits");
	ok(last.limit == NULL, "is said so");
}

/* the same in turns */

static void
who_is(unsigned w, const char *took)
{
	buf_printf(&made, "led:who\tw:%u\tsite:s\t%s site:s\tseq:%u\n", w, took,
	    seq++);
}

static void
turn_of(unsigned g, int64_t at_us, const char *what)
{
	buf_printf(&made, "led:turn\tat:%d.%06d\tmono:%lld\tg:%u\t%s\tseq:%u\n",
	    90000 + (int)(at_us / S), (int)(at_us % S), (long long)at_us, g,
	    what, seq++);
}

static void
turns(void)
{
	start();
	who_is(0, TOOK);
	turn_of(1, S, "go:0 500 2 0-1 x y");
	turn_of(2, S + S / 2, "end:1\tgo:0 500 2 0-1 x\tend:2");
	is_num(result(), 0, "turns");
	is_num((long long)check.grants, 2, "two grants");
	is_num((long long)check.ends, 2, "two ends");
	turn_of(3, 2 * S - 1, "go:0 500 2 0-1 x");
	is_num(result(), 1, "too early");
	is_str(last_limit, "rate=2/s,burst=1", "of the rate");
	is_num((long long)last.at_us, 90002 * S - 1, "at that moment");
	start();
	who_is(4095, TOOK);
	turn_of(1, S, "go:4095 9 1 0 x");
	turn_of(2, 2 * S, "go:4095 9 1 0 x");
	turn_of(3, 3 * S, "go:4095 9 1 0 x");
	turn_of(4, 4 * S, "end:1-3\tgo:4095 9 1 0 x");
	is_num(result(), 0, "an end before a grant");
	start();
	who_is(4095, TOOK);
	turn_of(1, S, "go:4095 9 1 0 x");
	turn_of(2, 2 * S, "go:4095 9 1 0 x");
	turn_of(3, 3 * S, "go:4095 9 1 0 x");
	turn_of(4, 4 * S, "go:4095 9 1 0 x\tend:1-3");
	is_num(result(), 1, "behind it it comes too late");
	is_str(last_limit, "conn=3", "for connections");
	start();
	who_is(1, TOOK);
	who_is(1, "took:rate=2/s,burst=2");
	turn_of(1, S, "go:1 9 1 0 x");
	is_num(result(), 1, "the last word counts");
	ok(last.limit == NULL, "of other limits");
}

static void
unnamed(void)
{
	start();
	turn_of(1, S, "go:0 9 1 0 x");
	is_num(result(), -1, "what was not named");
	is_str(check.why, "grants what it has not named", "is told");
	is_num(judge(few, buf_data(&made) + sizeof START - 1,
		   buf_len(&made) - sizeof START + 1, 1),
	    0, "in a part it is not judged");
	is_num((long long)check.passed_by, 1, "but passed by");
	start();
	who_is(4096, TOOK);
	is_num(result(), -1, "a number too high");
	start();
	who_is(0, TOOK);
	buf_puts(&made,
	    "led:rules\tat:90001.000000\tmono:1000000\trules:1\t"
	    "seq:2\n");
	seq = 3;
	turn_of(1, S, "go:0 9 1 0 x");
	is_num(result(), -1, "named before other rules");
	start();
	turn_of(1, S, "end:1");
	is_num(result(), -1, "an end of nothing");
	start();
	who_is(0, TOOK);
	turn_of(1, S, "go:0 9 1 0 x");
	turn_of(1, S, "go:0 9 1 0 x");
	is_num(result(), -1, "a number twice");
	is_num(judge(few, "ut:1\tseq:7\n", 11, 1), 0,
	    "a cut line begins a part");
	is_num(judge(few, "ut:1\tseq:7\n", 11, 0), -1, "and nothing else");
}

static void
learned(void)
{
	start();
	grant_of(1, S, 1, 1, TOOK ",backoff");
	grant_of(2, 2 * S, 1, 1, TOOK ",backoff=2");
	is_num(result(), 0, "two of two that were learned");
	grant_of(3, 3 * S, 1, 1, TOOK ",backoff=2");
	is_num(result(), 1, "three of them");
	is_str(last_limit, "backoff", "is told");
	is_num((long long)last.excess.count, 3, "three");
	is_num((long long)last.excess.allowed, 2, "of two");
}

/* what cannot be trusted */
static void
damaged(void)
{
	start();
	is_num(judge(few, "x\n", 2, 0), -1, "no ledger");
	grant_of(1, S, 1, 1, TOOK);
	is_num(judge(few, buf_data(&made) + sizeof START - 1,
		   buf_len(&made) - sizeof START + 1, 0),
	    -1, "no begin");
	is_str(check.why, "the ledger has no begin", "is said");
	is_num(judge(few, buf_data(&made) + sizeof START - 1,
		   buf_len(&made) - sizeof START + 1, 1),
	    0, "but for who knows that");
	seq++;
	end_of(1, S);
	is_num(result(), -1, "a line is missing");
	is_str(check.why, "lines are missing before it", "is said");
	start();
	end_of(1, S);
	is_num(result(), -1, "an end of nothing");
	start();
	grant_of(1, S, 1, 1, TOOK);
	grant_of(1, 2 * S, 1, 1, TOOK);
	is_num(result(), -1, "a number twice");
	start();
	grant_of(1, 2 * S, 1, 1, TOOK);
	grant_of(2, S, 1, 1, TOOK);
	is_num(result(), -1, "the clock goes back");
	start();
	grant_of(1, S, 1, 1, "took:nonsense");
	/* "nonsense site:s" are limits and a key that no rule has */
	is_num(result(), 1, "other words");
}

/* restarts, in this boot and in another, and other tables */
static void
restarts(void)
{
	start();
	grant_of(1, S, 1, 1, TOOK);
	buf_puts(&made,
	    "led:start\tat:90001.100000\tmono:1100000\tboot:a\tbooks:1\t"
	    "rules:1\tseq:0\n");
	seq = 1;
	grant_of(1, S + S / 2, 1, 1, TOOK);
	is_num(result(), 0, "a restart, in time");
	is_num((long long)check.starts, 2, "two starts");
	grant_of(2, 2 * S - 1, 1, 1, TOOK);
	is_num(result(), 1, "too early");
	start();
	grant_of(1, S, 1, 1, TOOK);
	buf_puts(&made,
	    "led:start\tat:90001.499000\tmono:7\tboot:b\tbooks:1\t"
	    "rules:1\tseq:0\n"
	    "led:grant\tat:90001.499000\tmono:7\tg:1\tid:x\tn:0\trcpts:1\t"
	    "bytes:1\tsite:s\t" TOOK " site:s\tseq:1\n");
	is_num(result(), 1, "too early after another boot");
	is_num((long long)last.excess.window_us, 499000, "by the wall");
	start();
	grant_of(1, S, 1, 1, "took:cap=1/day");
	grant_of(2, S, 1, 1, "took:cap=1/day");
	buf_puts(&made,
	    "led:rules\tat:90001.100000\tmono:1100000\trules:2\tseq:3\n");
	seq = 4;
	grant_of(3, S + S / 10, 1, 1, TOOK);
	end_of(1, 2 * S);
	is_num(result(), 0, "what was under other rules is not judged");
	is_num((long long)check.passed_by, 2, "but counted");
	is_num((long long)check.grants, 1, "apart");
}

int
main(void)
{
	forged();
	turns();
	unnamed();
	learned();
	damaged();
	restarts();
	simulated();
	buf_free(&made);
	return done();
}
