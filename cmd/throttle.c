#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include "base/table.h"
#include "net/event.h"
#include "net/link.h"
#include "policy/limiter.h"
#include "proto/ltsv.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define USAGE "throttle [-l] CONFDIR next..."

enum {
	THROTTLE_GROUP_MAX = 100,       /* recipients of a transaction */
	THROTTLE_DEADLINE_S = 7200,     /* unanswered so long: forgotten */
	THROTTLE_HELD_BYTES = 32 << 20, /* of jobs that wait; more: later */
	THROTTLE_LOOK_MS = 250 /* while something waits: at the table */
};

struct txn;

/* a job on its way */
struct job {
	struct hash_node node;
	struct txn *txn;
	uint64_t n;
};

/* jobs of one message for one site, next to each other */
struct txn {
	struct limiter_item item; /* first */
	struct limiter_link line; /* those on their way, in order */
	char *lines;              /* a copy, while it waits */
	size_t len;
	unsigned n_jobs, left;
	enum backoff_sign sign;
	unsigned id_len;
	const char *id;
	struct job job[];
};

/* the one being gathered: slices of the request buffer */
struct group {
	const char *p;
	size_t len;
	struct limiter_flow *flow;
	struct ltsv_field id, site, via;
	unsigned n, max;
	uint64_t num[THROTTLE_GROUP_MAX];
};

static struct link chain;
static struct limiter limiter;
static struct table table;
static struct loop_io alarm_io;
static int alarm_fd;
static int64_t alarm_us = INT64_MAX; /* set for; that: not set */
static struct loop_signal term;
static struct hash on_way;
static struct limiter_link line = { &line, &line };
static size_t held_bytes;
static int ledger, shutting;

static void
no_memory(void)
{
	die(EXIT_TEMP, "out of memory");
}

/* the table */

static int
load_rules(void)
{
	struct throttle_rules rules = { .n = 0 };
	struct buf b = { 0 };
	const char *reason = "damaged";
	char key[16];
	uint64_t n, i;

	if (table_get(&table, "n", 1, 0, &b) != 1 ||
	    num_scan(buf_data(&b), buf_len(&b), 0, THROTTLE_RULES_MAX, &n) ==
		-1)
		goto bad;
	for (i = 1; i <= n; i++) {
		if (table_get(&table, key,
			snprintf(key, sizeof key, "%u", (unsigned)i), 0,
			&b) != 1)
			goto bad;
		if (throttle_add(&rules, buf_data(&b), buf_len(&b), &reason) ==
		    -1) {
			if (reason == NULL)
				no_memory();
			goto bad;
		}
	}
	buf_free(&b);
	if (limiter_load(&limiter, &rules, clock_mono_us()) == -1)
		no_memory();
	return 0;
bad:
	warn("%s: %s", table.path, reason);
	buf_free(&b);
	throttle_free(&rules);
	return -1;
}

static void
open_table(const char *dir)
{
	static char path[PATH_MAX];
	struct stat st;

	if (stat(dir, &st) == -1)
		die(EXIT_TEMP, "unable to look at %s: %m", dir);
	if ((size_t)snprintf(path, sizeof path, "%s/throttle.cdb", dir) >=
	    sizeof path)
		die(EXIT_TEMP, "%s: the name is too long", dir);
	if (table_open(&table, path) == 0) {
		if (load_rules() == -1)
			die(EXIT_TEMP, "unable to use %s", path);
	} else if (errno != ENOENT) {
		die(EXIT_TEMP, "unable to open %s: %m", path);
	}
}

/* jobs on their way */

static uint64_t
job_hash(const char *id, size_t n, uint64_t num)
{
	return hash_bytes(limiter.seed + num, id, n);
}

static struct job *
job_find(const char *id, size_t n, uint64_t num)
{
	struct hash_node *at;
	struct job *j;

	for (at = hash_first(&on_way, job_hash(id, n, num)); at != NULL;
	     at = hash_again(at)) {
		j = (struct job *)at;
		if (j->n == num && j->txn->id_len == n &&
		    memcmp(j->txn->id, id, n) == 0)
			return j;
	}
	return NULL;
}

static void
txn_free(struct txn *t)
{
	free(t->lines);
	free(t);
}

static enum backoff_sign
worse(enum backoff_sign a, enum backoff_sign b)
{
	/* one that went through says more than one refusal */
	static const char rank[] = { 0, 2, 1, 3 };

	return rank[a] >= rank[b] ? a : b;
}

static void
job_done(struct job *j, enum backoff_sign sign, int64_t now)
{
	struct txn *t = j->txn;

	hash_remove(&on_way, &j->node);
	j->txn = NULL;
	t->sign = worse(t->sign, sign);
	if (--t->left > 0)
		return;
	t->line.prev->next = t->line.next;
	t->line.next->prev = t->line.prev;
	limiter_done(&limiter, &t->item, t->sign, now);
	txn_free(t);
}

/* something below lost a job, and nobody asks for it any more */
static void
forget_old(int64_t now)
{
	struct txn *t;
	unsigned i, left;

	while (line.next != &line) {
		t = (struct txn *)((char *)line.next -
		    offsetof(struct txn, line));
		if (now - t->item.started_us <
		    (int64_t)THROTTLE_DEADLINE_S * 1000000)
			return;
		for (i = 0, left = t->left; left > 0; i++)
			if (t->job[i].txn != NULL) {
				left--;
				job_done(&t->job[i], BACKOFF_NONE, now);
			}
	}
}

/* down and up */

static void
put_down(const char *p, size_t n, unsigned msgs_per_conn)
{
	char label[40];
	size_t used, len;

	if (msgs_per_conn == 0) {
		link_down(&chain, 0, p, n);
		return;
	}
	len = snprintf(
	    label, sizeof label, "\tmsgs-per-conn:%u\n", msgs_per_conn);
	for (; (used = link_line(p, n)) > 0; p += used, n -= used) {
		link_down(&chain, 0, p, used - 1);
		link_down(&chain, 0, label, len);
	}
}

static void
log_grant(const struct txn *t)
{
	static struct ltsv l;
	int i;

	if (ltsv_parse(t->lines, link_line(t->lines, t->len), &l) == -1)
		return;
	event_begin("granted");
	event_put("id", t->id, t->id_len);
	event_num("rcpts", t->n_jobs);
	for (i = 0; i < THROTTLE_LABELS; i++)
		event_copy(ltsv_find(&l, throttle_labels[i]));
	event_end();
}

static void
send_down(struct txn *t, int64_t now)
{
	struct job *j;
	unsigned i;

	put_down(t->lines, t->len, t->item.msgs_per_conn);
	if (ledger)
		log_grant(t);
	t->left = t->n_jobs;
	t->line.prev = line.prev;
	t->line.next = &line;
	line.prev = line.prev->next = &t->line;
	for (i = 0; i < t->n_jobs; i++) {
		/* asked again before it was answered: the old one is void */
		j = job_find(t->id, t->id_len, t->job[i].n);
		if (j != NULL)
			job_done(j, BACKOFF_NONE, now);
		t->job[i].txn = t;
		t->job[i].node.hash = job_hash(t->id, t->id_len, t->job[i].n);
		if (hash_add(&on_way, &t->job[i].node) == -1)
			no_memory();
	}
}

static void
put_later(const struct ltsv *l, const struct limiter_item *i, int64_t wall_us)
{
	static const char *const same[] = { "id", "n", "site", "via" };
	const struct ltsv_field *f;
	struct buf *out = &chain.up.out;
	unsigned s;
	int bad = 0;

	for (s = 0; s < 4; s++)
		if ((f = ltsv_find(l, same[s])) != NULL)
			bad |= ltsv_copy(out, f);
	bad |= ltsv_puts(out, "status", "later");
	bad |= buf_printf(out, "\tnext:%lld.%03d", (long long)wall_us / 1000000,
	    (int)(wall_us % 1000000 / 1000));
	if (i->room >= 0)
		bad |= ltsv_putnum(out, "room", i->room);
	bad |= ltsv_puts(out, "class", "limit");
	bad |= ltsv_puts(out, "text", "waiting for ");
	if (i->key != NULL) {
		bad |= ltsv_escape(out, i->key, strlen(i->key));
		bad |= buf_putc(out, ' ');
		bad |= ltsv_escape(out, i->limit, strlen(i->limit));
	} else {
		bad |= buf_puts(out, shutting ? "the restart" : "room");
	}
	if (bad | ltsv_end(out))
		no_memory();
	wire_dirty(&chain.up);
}

static void
answer_later(struct txn *t, int64_t now)
{
	static struct ltsv l;
	int64_t wall_us = clock_wall_us() + t->item.next_us - now;
	const char *p = t->lines;
	size_t n = t->len, used;

	for (; (used = link_line(p, n)) > 0; p += used, n -= used)
		if (ltsv_parse(p, used, &l) == 0)
			put_later(&l, &t->item, wall_us);
}

/* what the limiter has decided */
static void
drain(int64_t now)
{
	struct limiter_item *i;
	struct txn *t;

	while ((i = limiter_pop(&limiter)) != NULL) {
		t = (struct txn *)i;
		held_bytes -= t->len;
		if (i->verdict == LIMITER_GO) {
			send_down(t, now);
			free(t->lines);
			t->lines = NULL;
			continue;
		}
		answer_later(t, now);
		limiter_done(&limiter, i, BACKOFF_NONE, now);
		txn_free(t);
	}
}

/*
 * When to look again.  A timer descriptor, because the loop's own timers
 * are late by up to a millisecond, and who asked for a burst of 1 would
 * get that much less than the rate.
 */
static void
set_alarm(int64_t due)
{
	struct itimerspec t = { .it_value = {
				    due / 1000000, due % 1000000 * 1000 } };

	if (due == alarm_us)
		return;
	alarm_us = due;
	if (due == INT64_MAX)
		memset(&t, 0, sizeof t);
	else if (due <= 0)
		t.it_value.tv_nsec = 1;
	if (timerfd_settime(alarm_fd, TFD_TIMER_ABSTIME, &t, NULL) == -1)
		die(EXIT_TEMP, "unable to set a timer: %m");
}

static void
settle(int64_t now)
{
	static int64_t look;
	int64_t due;

	drain(now);
	due = limiter_due(&limiter);
	if (limiter.held > 0) {
		if (look <= now)
			look = now + THROTTLE_LOOK_MS * 1000;
		if (due > look)
			due = look;
	}
	set_alarm(due);
}

static void
expired(void *arg, int events)
{
	int64_t now = clock_mono_us();
	uint64_t times;

	(void)arg;
	(void)events;
	if (read(alarm_fd, &times, sizeof times) == -1)
		return; /* set anew in the meantime */
	alarm_us = INT64_MAX;
	if (table_check(&table))
		load_rules();
	forget_old(now);
	limiter_run(&limiter, now);
	settle(now);
}

static void
open_alarm(void)
{
	alarm_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (alarm_fd == -1)
		die(EXIT_TEMP, "unable to make a timer: %m");
	loop_io_start(&alarm_io, alarm_fd, LOOP_READ, expired, NULL);
}

/* jobs */

static struct txn *
txn_make(const struct group *g)
{
	struct txn *t =
	    calloc(1, sizeof *t + g->n * sizeof t->job[0] + g->id.value_len);
	unsigned i;

	if (t == NULL)
		no_memory();
	t->item.jobs = t->n_jobs = g->n;
	t->id = memcpy(t->job + g->n, g->id.value, g->id.value_len);
	t->id_len = g->id.value_len;
	for (i = 0; i < g->n; i++)
		t->job[i].n = g->num[i];
	t->len = g->len;
	return t;
}

static void
no_room(struct group *g, int64_t now)
{
	struct txn *t = txn_make(g);

	t->lines = (char *)g->p;
	t->item.room = -1;
	t->item.next_us = now + LIMITER_AGAIN_US;
	answer_later(t, now);
	free(t);
}

static void
offer(struct group *g, int64_t now)
{
	struct txn *t;
	char *copy;

	if (g->n == 0)
		return;
	if (g->flow == NULL || held_bytes >= THROTTLE_HELD_BYTES) {
		no_room(g, now);
		g->n = 0;
		return;
	}
	copy = malloc(g->len);
	if (copy == NULL)
		no_memory();
	t = txn_make(g);
	t->lines = memcpy(copy, g->p, g->len);
	held_bytes += t->len;
	limiter_offer(&limiter, &t->item, g->flow, now);
	drain(now);
	g->n = 0;
}

static struct ltsv_field
field(const struct ltsv *l, const char *label)
{
	static const struct ltsv_field none = { "", "", 0, 0 };
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? none : *f;
}

static int
same(const struct ltsv_field *a, const struct ltsv_field *b)
{
	return a->value_len == b->value_len &&
	    memcmp(a->value, b->value, a->value_len) == 0;
}

static void
add_job(struct group *g, const char *p, size_t n, const struct ltsv *l,
    uint64_t num, int64_t now)
{
	struct ltsv_field id = field(l, "id"), site = field(l, "site"),
			  via = field(l, "via");
	struct throttle_who who;
	const struct ltsv_field *f;
	int i;

	if (g->n > 0 && g->n < g->max && same(&id, &g->id) &&
	    same(&site, &g->site) && same(&via, &g->via)) {
		g->num[g->n++] = num;
		g->len += n;
		return;
	}
	offer(g, now);
	for (i = 0; i < THROTTLE_LABELS; i++) {
		f = ltsv_find(l, throttle_labels[i]);
		who.value[i] = f == NULL ? NULL : f->value;
		who.len[i] = f == NULL ? 0 : f->value_len;
	}
	g->p = p;
	g->len = n;
	g->id = id;
	g->site = site;
	g->via = via;
	g->num[0] = num;
	g->n = 1;
	g->flow = limiter_flow(&limiter, &who, now);
	g->max = THROTTLE_GROUP_MAX;
	if (g->flow != NULL && limiter_jobs_max(g->flow) < g->max)
		g->max = limiter_jobs_max(g->flow);
}

static size_t
request(struct link *k, const char *p, size_t n)
{
	static struct ltsv l;
	static struct group g;
	int64_t now = clock_mono_us();
	size_t used, all = 0;
	uint64_t num;

	(void)k;
	if (table_check(&table))
		load_rules();
	forget_old(now);
	for (; (used = link_line(p + all, n - all)) > 0; all += used) {
		if (ltsv_parse(p + all, used, &l) == 0 &&
		    ltsv_find(&l, "id") != NULL &&
		    ltsv_num(&l, "n", 0, UINT32_MAX, &num) == 0) {
			add_job(&g, p + all, used, &l, num, now);
			continue;
		}
		/* nothing to know it by: for others to judge */
		offer(&g, now);
		link_down(&chain, 0, p + all, used);
	}
	offer(&g, now);
	settle(now);
	return all;
}

/* results */

static void
learn(const struct ltsv *l, int64_t now)
{
	const struct ltsv_field *id = ltsv_find(l, "id");
	char status[16] = "", class[32] = "", esc[16] = "";
	uint64_t num, code = 0;
	struct job *j;

	if (id == NULL || ltsv_num(l, "n", 0, UINT32_MAX, &num) == -1)
		return;
	j = job_find(id->value, id->value_len, num);
	if (j == NULL)
		return;
	ltsv_get(l, "status", status, sizeof status);
	ltsv_get(l, "class", class, sizeof class);
	ltsv_get(l, "esc", esc, sizeof esc);
	if (ltsv_num(l, "code", 0, 999, &code) == -1)
		code = 0;
	job_done(j, backoff_sign(status, code, esc, class), now);
}

static size_t
answer(struct link *k, unsigned which, const char *p, size_t n)
{
	static struct ltsv l;
	int64_t now = clock_mono_us();
	size_t used, all = 0;

	(void)which;
	for (; (used = link_line(p + all, n - all)) > 0; all += used)
		if (ltsv_parse(p + all, used, &l) == 0)
			learn(&l, now);
	link_up(k, p, all);
	settle(now);
	return all;
}

static void
closing(struct link *k)
{
	int64_t now = clock_mono_us();

	shutting = 1;
	limiter_shut(&limiter, now);
	settle(now);
	link_close_down(k);
}

static void
caught(void *arg)
{
	closing(arg);
}

static void
noticed(void *arg, const struct limiter_notice *n)
{
	(void)arg;
	event_begin("throttled");
	event_puts("key", n->key);
	event_puts("limit", n->limit);
	event_num("in-flight", n->in_flight);
	event_num("held", n->held);
	event_num("later", n->later);
	if (n->closed_us > 0)
		event_num("closed", (n->closed_us + 999999) / 1000000);
	event_end();
}

static const struct link_ops ops = { request, answer, closing, NULL };

int
main(int argc, char **argv)
{
	uint64_t seed;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+l")) != -1) {
		if (c != 'l')
			die_usage(USAGE);
		ledger = 1;
	}
	if (argc - optind < 2)
		die_usage(USAGE);
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		die(EXIT_TEMP, "unable to get random bytes: %m");
	limiter_open(&limiter, seed);
	limiter.notice = noticed;
	open_table(argv[optind]);
	link_open(&chain, &ops);
	link_next(&chain, argv + optind + 1);
	open_alarm();
	event_gather();
	loop_signal_start(&term, SIGTERM, caught, &chain);
	return link_run(&chain);
}
