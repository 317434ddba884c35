/*
 * The book of rates over restarts: kills at any moment, in virtual time,
 * against what the rates' text promises; and what the text may look like.
 */
#include "throttle/limitbook.h"
#include "throttle/limitflow.h"
#include "tap.h"

#define S INT64_C(1000000)

static uint64_t state = 88172645463325252u;

static uint64_t
draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

enum { GRANTS = 20000 };

struct world {
	struct limiter l;
	struct buf lines, file;
	struct limitbook_clock clock;
	int64_t took[GRANTS];
	int n;
};

static void
begin(struct world *w, const char *rule)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason;

	memset(&w->l, 0, sizeof w->l);
	if (throttle_add(&rules, rule, strlen(rule), &reason) == -1)
		printf("# %s: %s\n", rule, reason);
	limiter_open(&w->l, 3);
	limiter_load(&w->l, &rules, w->clock.mono_us);
}

/* what the file says; its damaged lines */
static unsigned
learn(struct world *w)
{
	struct limitbook_read r = { .n = 0 };
	const char *p = buf_data(&w->file), *end = p + buf_len(&w->file), *lf;

	if (buf_len(&w->file) > 0)
		w->l.begun_us = w->clock.mono_us;
	for (; (lf = memchr(p, '\n', end - p)) != NULL; p = lf + 1)
		limitbook_take(&r, &w->l, p, lf - p, &w->clock);
	return r.bad;
}

/* as limitfile.c: the whole anew, then what is booked */
static void
write_anew(struct world *w, int exact)
{
	buf_clear(&w->file);
	limitbook_clock(&w->file, &w->clock);
	limitbook_all(&w->file, &w->l, exact, w->clock.mono_us);
}

/* everything of one tenant that may go now */
static void
go(struct world *w, int most)
{
	const struct throttle_who who = { { "s", "d", "v", "t" },
		{ 1, 1, 1, 1 } };
	struct limiter_item item = { .jobs = 1, .bytes = 1024 }, *x;
	int went = 1;

	w->l.book = &w->lines;
	for (; most > 0 && went; most--) {
		limiter_offer(&w->l, &item,
		    limiter_flow(&w->l, &who, w->clock.mono_us),
		    w->clock.mono_us);
		limiter_shut(&w->l, w->clock.mono_us);
		w->l.shut = 0;
		x = limiter_pop(&w->l);
		went = x->verdict == LIMITER_GO;
		buf_put(&w->file, buf_data(&w->lines), buf_len(&w->lines));
		buf_clear(&w->lines);
		if (went && w->n < GRANTS)
			w->took[w->n++] = w->clock.wall_us;
		limiter_done(&w->l, x, BACKOFF_NONE, w->clock.mono_us);
	}
	w->l.book = NULL;
}

static void
pass(struct world *w, int64_t us)
{
	w->clock.mono_us += us;
	w->clock.wall_us += us;
}

/* windows in which more went than n in period and the burst */
static int
exceeded(const struct world *w, int64_t n, int64_t period_us, int burst)
{
	int i, j, bad = 0;

	for (i = 0; i < w->n; i++)
		for (j = i + burst; j < w->n && j < i + burst + 300; j++)
			bad += (__int128)(j - i + 1 - burst) * period_us >
			    (__int128)(w->took[j] - w->took[i] + j - i) * n;
	return bad;
}

/* a day of random work with kills, clean ends and new boots */
static void
day(int n, int64_t period_us, const char *unit, int burst)
{
	static struct world w;
	char rule[80];
	int64_t end;
	int kills = 0, want;

	memset(&w, 0, sizeof w);
	strcpy(w.clock.boot, "boot-0");
	w.clock.mono_us = 5 * S;
	w.clock.wall_us = 1000000 * S;
	snprintf(rule, sizeof rule, "tenant:* rate=%d/%s burst=%d", n, unit,
	    burst);
	begin(&w, rule);
	write_anew(&w, 0);
	for (end = w.clock.wall_us + 86400 * S; w.clock.wall_us < end;) {
		go(&w, 1 + draw(20));
		pass(&w, draw(period_us / n * 3));
		if (draw(40) == 0)
			write_anew(&w, 0);
		if (draw(20) != 0)
			continue;
		kills++;
		if (draw(3) == 0)
			write_anew(&w, 1);
		limiter_close(&w.l);
		pass(&w, draw(4) ? draw(S) : draw(600 * S));
		if (draw(3) == 0) {
			snprintf(w.clock.boot, sizeof w.clock.boot, "boot-%d",
			    kills);
			w.clock.mono_us = 3 * S + draw(100 * S);
		}
		begin(&w, rule);
		learn(&w);
		write_anew(&w, 0);
	}
	limiter_close(&w.l);
	buf_free(&w.lines);
	buf_free(&w.file);
	is_num(exceeded(&w, n, period_us, burst), 0, rule);
	want = 86400 * S * n / period_us;
	printf("# %d went, %d at most, %d kills\n", w.n, want + burst, kills);
	ok(w.n >= want / 3, "and not much less goes");
}

/* half of an hour's burst, a kill, and the rest; with one fault */
static int
after(const char *rule, void (*fault)(struct world *), const char *rule_then)
{
	static struct world w;
	int before;

	memset(&w, 0, sizeof w);
	strcpy(w.clock.boot, "boot-0");
	w.clock.mono_us = 5 * S;
	w.clock.wall_us = 1000000 * S;
	begin(&w, rule);
	write_anew(&w, 0);
	go(&w, 48);
	before = w.n;
	limiter_close(&w.l);
	pass(&w, S);
	fault(&w);
	begin(&w, rule_then);
	if (learn(&w) > 0)
		limitbook_lost(&w.l);
	pass(&w, 1);
	go(&w, 1000);
	limiter_close(&w.l);
	buf_free(&w.lines);
	buf_free(&w.file);
	return w.n - before;
}

static void
nothing(struct world *w)
{
	(void)w;
}

static void
new_boot(struct world *w)
{
	strcpy(w->clock.boot, "boot-1");
	w->clock.mono_us = S;
}

static void
set_back(struct world *w)
{
	new_boot(w);
	w->clock.wall_us -= 7200 * S;
}

static void
step_only(struct world *w)
{
	w->clock.wall_us += 86400 * S;
}

static void
no_file(struct world *w)
{
	buf_clear(&w->file);
}

static void
one_byte(struct world *w)
{
	char *p = (char *)buf_data(&w->file) + buf_len(&w->file) / 2;

	*p ^= 1;
}

static void
cut(struct world *w)
{
	struct buf half = { 0 };

	/* the last line was not whole: what it said did not go */
	buf_put(&half, buf_data(&w->file), buf_len(&w->file));
	buf_puts(&half, "rate\t99999");
	buf_free(&w->file);
	w->file = half;
}

/* damaged, and once more ended and begun before anything was asked for */
static void
damaged_twice(struct world *w)
{
	one_byte(w);
	begin(w, "tenant:* rate=100/h burst=96");
	if (learn(w) > 0)
		limitbook_lost(&w->l);
	write_anew(w, 1);
	limiter_close(&w->l);
	pass(w, S);
}

static void
zeros(struct world *w)
{
	size_t n = buf_len(&w->file);

	memset((char *)buf_data(&w->file), 0, n);
	((char *)buf_data(&w->file))[n - 1] = '\n';
}

int
main(void)
{
	static const char hour[] = "tenant:* rate=100/h burst=96";

	/* of the 48 that are left one is booked already, 6 might be; and one
	 * more falls due in the second */
	is_num(after(hour, nothing, hour), 47,
	    "a kill: the rest, but for what "
	    "was booked ahead");
	is_num(after(hour, new_boot, hour), 47, "another boot: the same");
	is_num(after(hour, step_only, hour), 47,
	    "the clock of the wall does not matter");
	is_num(after(hour, set_back, hour), 47,
	    "set back over a boot: no more");
	is_num(after(hour, cut, hour), 47, "a line that is cut did not go");
	is_num(after(hour, one_byte, hour), 0, "a damaged line: as if all had");
	is_num(after(hour, damaged_twice, hour), 0, "which is remembered");
	is_num(after(hour, zeros, hour), 0, "and zeros");
	is_num(after(hour, no_file, hour), 96, "no file: as new");
	is_num(after("* byte-rate=48k/h burst=48k", nothing,
		   "* byte-rate=48k/h burst=48k"),
	    0, "bytes, too: all have gone");
	is_num(after(hour, nothing, "tenant:* rate=100/h burst=10"), 10,
	    "another rate begins anew");
	is_num(after(hour, nothing, "site:* rate=100/h burst=96"), 96,
	    "as does another key");
	is_num(after("* rate=50/s burst=60", nothing, "* rate=50/s burst=60"),
	    0, "a short one is not written: as if it had just gone");
	day(100, 3600 * S, "h", 100);
	day(100, 3600 * S, "h", 1);
	day(1000, 86400 * S, "d", 1);
	day(1000, 86400 * S, "d", 333);
	day(7, 60 * S, "m", 16);
	return done();
}
