/*
 * Several rates at once, in virtual time: what goes against a model that
 * knows the rates' text and nothing of our code.  A head like queue-run
 * offers a backlog, keeps to `room', and comes again when it was told.
 */
#include "throttle/limiter.h"
#include "tap.h"
#include "timed.h"

#define S INT64_C(1000000)

enum {
	ITEMS = 500,
	WINDOW = 120,
	RATES = 12,
	SETS = 150,
	WINDOW_US = 60000,
	LONG_S = 40000
};

/* the model */

/* full again at `full', in 1/n of a microsecond: unit[i] to a transaction */
struct model {
	struct {
		__int128 full, n, unit, most;
	} rate[RATES];
	int n;
};

static void
model_add(struct model *m, int64_t n, int64_t period_us, int64_t burst,
    int64_t cost)
{
	m->rate[m->n].full = 0;
	m->rate[m->n].n = n;
	m->rate[m->n].unit = (__int128)period_us * cost;
	m->rate[m->n++].most = (__int128)period_us * (burst - cost);
}

/* the first time at which all of them let one go, and it does */
static int64_t
model_next(struct model *m, int64_t now)
{
	__int128 over;
	int i;

	for (i = 0; i < m->n; i++) {
		over = m->rate[i].full - m->rate[i].most;
		if (over > now * m->rate[i].n)
			now = (over + m->rate[i].n - 1) / m->rate[i].n;
	}
	for (i = 0; i < m->n; i++) {
		if (m->rate[i].full < now * m->rate[i].n)
			m->rate[i].full = now * m->rate[i].n;
		m->rate[i].full += m->rate[i].unit;
	}
	return now;
}

/* the head */

struct thing {
	struct limiter_item item; /* first */
	enum { READY, TIMED, OFFERED, GOING, OVER } is;
};

struct head {
	struct limiter l;
	struct thing t[ITEMS], *ready[ITEMS];
	struct timed timed;
	int64_t now, hold_until, took[ITEMS];
	unsigned out, hold_room, n_ready, n_took, jobs;
};

static void
take_back(struct head *h)
{
	struct thing *t;

	while ((t = (struct thing *)limiter_pop(&h->l)) != NULL) {
		if (t->item.verdict == LIMITER_GO) {
			h->took[h->n_took++] = h->now;
			t->is = GOING;
			timed_add(&h->timed, t, h->now + 1000);
			continue;
		}
		h->out -= h->jobs;
		t->is = TIMED;
		if (t->item.room >= 0) {
			h->hold_room = t->item.room;
			h->hold_until = t->item.next_us;
		}
		timed_add(&h->timed, t,
		    t->item.room > 0 ? h->now : t->item.next_us);
		limiter_done(&h->l, &t->item, BACKOFF_NONE, h->now);
	}
}

static int
may_offer(const struct head *h)
{
	unsigned out = h->out + h->jobs;

	return out <= WINDOW &&
	    (h->now >= h->hold_until || out <= h->hold_room ||
		(h->out == 0 && h->hold_room > 0));
}

static void
offer(struct head *h)
{
	static const struct throttle_who who = { { "s", "d", "v", "t" },
		{ 1, 1, 1, 1 } };
	struct thing *t;

	while (h->n_ready > 0 && may_offer(h)) {
		t = h->ready[--h->n_ready];
		t->is = OFFERED;
		t->item.jobs = h->jobs;
		h->out += h->jobs;
		limiter_offer(&h->l, &t->item,
		    limiter_flow(&h->l, &who, h->now), h->now);
		take_back(h);
	}
}

static void
step(struct head *h, int64_t end)
{
	int64_t next = limiter_due(&h->l);
	struct thing *t;

	if (h->hold_until > h->now && h->hold_until < next)
		next = h->hold_until;
	next = timed_next(&h->timed, next);
	if (next > end)
		next = end;
	/* a moment later, as on a real machine */
	h->now = next > h->now ? next : h->now + 1;
	limiter_run(&h->l, h->now);
	take_back(h);
	while (timed_due(&h->timed, h->now)) {
		t = timed_take(&h->timed);
		if (t->is == TIMED) {
			t->is = READY;
			h->ready[h->n_ready++] = t;
			continue;
		}
		h->out -= h->jobs;
		t->is = OVER;
		limiter_done(&h->l, &t->item, BACKOFF_GOOD, h->now);
		take_back(h);
	}
	offer(h);
}

static void
head_open(struct head *h, const char *const *line, int n, unsigned jobs)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason;
	int i;

	memset(h, 0, sizeof *h);
	for (i = 0; i < n; i++)
		if (throttle_add(&rules, line[i], strlen(line[i]), &reason) ==
		    -1)
			printf("# %s: %s\n", line[i], reason);
	limiter_open(&h->l, 3);
	limiter_load(&h->l, &rules, 0);
	h->jobs = jobs;
	h->now = S;
	for (i = 0; i < ITEMS; i++)
		h->ready[h->n_ready++] = &h->t[ITEMS - 1 - i];
	offer(h);
}

/* of what the model lets go by `end': none early, and at each moment all
 * but the last two or a fiftieth have gone; a burst passes the window of the
 * head in some milliseconds */
static int
compare(const struct head *h, struct model *m, int64_t end)
{
	int64_t at = S;
	unsigned n, behind, early = 0, late = 0;

	for (n = 0; n < ITEMS && (at = model_next(m, at)) < end; n++) {
		behind = 2 + n / 50;
		early += n < h->n_took && h->took[n] < at;
		late += n >= behind &&
		    (h->n_took <= n - behind ||
			h->took[n - behind] > at + WINDOW_US);
	}
	early += h->n_took > n;
	if (early + late > 0)
		printf("# of %u %u early, %u late\n", n, early, late);
	return early + late > 0;
}

static const char *const keys[] = { "*", "site:*", "site:s", "domain:*",
	"via:v", "tenant:*", "site:*+via:*", "site:s+tenant:t" };
static const struct {
	const char *name;
	int64_t us;
	int most;
} unit[] = { { "s", S, 20 }, { "m", 60 * S, 100 }, { "h", 3600 * S, 500 },
	{ "d", 86400 * S, 3000 }, { "10m", 600 * S, 100 } };

/* random lines of random rates, at most eight to a key; one more line for
 * connections */
static int
random_rules(void)
{
	static char text[4][400];
	static struct head h;
	const char *line[5] = { "site:* conn=1000" };
	struct model m = { .n = 0 };
	int n = 1 + draw(3), i, k, u, at, bad;
	unsigned jobs = draw(3) == 0 ? 1 + draw(10) : 1;
	int64_t end = S;

	for (i = 0; i < n; i++) {
		at = snprintf(text[i], 400, "%s",
		    keys[draw(sizeof keys / sizeof keys[0])]);
		for (k = 1 + draw(i < 2 ? 3 : 2); k > 0; k--) {
			int rcpts = draw(4) == 0;
			unsigned r, burst;

			u = draw(sizeof unit / sizeof unit[0]);
			r = 1 + draw(unit[u].most);
			burst = 1 + draw(draw(2) ? r : 5);
			if (rcpts && burst < jobs)
				burst = jobs;
			at += snprintf(text[i] + at, 400 - at,
			    " %s=%u/%s burst=%u", rcpts ? "rcpt-rate" : "rate",
			    r, unit[u].name, burst);
			model_add(&m, r, unit[u].us, burst, rcpts ? jobs : 1);
			/* four periods of the longest */
			if (S + 4 * unit[u].us > end)
				end = S + 4 * unit[u].us;
		}
		line[i + 1] = text[i];
	}
	if (end > LONG_S * S)
		end = LONG_S * S;
	head_open(&h, line, n + 1, jobs);
	while (h.now < end && h.n_took < ITEMS)
		step(&h, end);
	bad = compare(&h, &m, h.now + 1);
	for (i = 0; bad && i < n; i++)
		printf("# %s (%u recipients)\n", text[i], jobs);
	limiter_close(&h.l);
	return bad;
}

static void
one(const char *rule, int64_t seconds, unsigned want, const char *name)
{
	static struct head h;
	const char *line[] = { rule, "site:* conn=1000" };

	head_open(&h, line, 2, 1);
	while (h.now < (1 + seconds) * S)
		step(&h, (1 + seconds) * S);
	is_num(h.n_took, want, name);
	limiter_close(&h.l);
}

int
main(void)
{
	int i, bad = 0;

	one("site:s rate=5/s rate=100/h burst=100", 60, 101,
	    "a site: the hour's burst goes at the second's rate");
	one("tenant:t rate=5/s rate=100/h burst=100", 60, 101,
	    "a tenant: the same");
	one("tenant:t rate=100/h burst=100 rate=5/s", 60, 101,
	    "in the other order");
	one("* rate=100/h burst=100", 3600, 200, "an hour of it alone");
	one("domain:* rate=1000/d burst=1", 36000, 417, "ten hours of a day");
	one("tenant:* rate=400/d burst=400 rate=2/s burst=1", 7200, 433,
	    "a quota, used at once, then at its pace");
	for (i = 0; i < SETS; i++)
		bad += random_rules();
	is_num(bad, 0,
	    "random sets of rules: each rate is kept, and "
	    "nothing waits for more than they ask");
	return done();
}
