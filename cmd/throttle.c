/* throttle - which job may go now, which waits, which comes back later */
#include "base/alarm.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/jail.h"
#include "base/table.h"
#include "chain/event.h"
#include "chain/link.h"
#include "conf/tablelookup.h"
#include "throttle/limitfile.h"
#include "throttle/transaction.h"
#include "throttle/transactiontext.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define USAGE "throttle [-l] [-s FILE] CONFDIR next..."

#define AGAIN "again:1\n"

enum {
	THROTTLE_HELD_BYTES = 32 << 20, /* of jobs that wait; more: later */
	/* at the table, while something waits, here or for a time given */
	THROTTLE_LOOK_MS = 250
};

/* the one being gathered, and where it belongs */
static struct transaction_group group;
static struct limiter_flow *flow;

static struct link chain;
static struct limiter limiter;
static struct limitfile book;
static struct table table;
static struct alarm alarm_;
static struct loop_signal term;
static struct transaction_way on_way;
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
	const struct lookup records = { tablelookup_get, &table };
	struct throttle_rules rules = { .n = 0 };
	const char *reason;

	if (throttle_load(&rules, &records, &reason) == -1) {
		if (reason == NULL)
			no_memory();
		warn("%s: %s", table.path, reason);
		throttle_free(&rules);
		return -1;
	}
	if (limiter_load(&limiter, &rules, clock_mono_us()) == -1)
		no_memory();
	/* who waits for a limit that may be gone is not to wait on */
	if (limiter.promised_us > clock_mono_us())
		link_up(&chain, AGAIN, sizeof AGAIN - 1);
	limiter.promised_us = 0;
	return 0;
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

/* down and up */

static void
send_down(struct transaction *t, int64_t now)
{
	transactiontext_jobs(&chain.next[0].wire, t);
	if (ledger)
		transactiontext_granted(t);
	if (transaction_sent(&on_way, t, now) == -1)
		no_memory();
}

static void
answer_later(struct transaction *t, int64_t now)
{
	if (transactiontext_later(&chain.up.out, t,
		clock_wall_us() + t->item.next_us - now, shutting) == -1)
		no_memory();
	wire_dirty(&chain.up);
}

/* what the limiter has decided */
static void
drain(int64_t now)
{
	struct limiter_item *i;
	struct transaction *t;

	limitfile_flush(&book);
	while ((i = limiter_pop(&limiter)) != NULL) {
		t = (struct transaction *)i;
		held_bytes -= t->len;
		if (i->verdict == LIMITER_GO) {
			send_down(t, now);
			free(t->lines);
			t->lines = NULL;
			continue;
		}
		answer_later(t, now);
		limiter_done(&limiter, i, BACKOFF_NONE, now);
		transaction_free(t);
	}
}

static void
settle(int64_t now)
{
	static int64_t look;
	int64_t due;

	drain(now);
	due = limiter_due(&limiter);
	if (limiter.held > 0 || limiter.promised_us > now) {
		if (look <= now)
			look = now + THROTTLE_LOOK_MS * 1000;
		if (due > look)
			due = look;
	}
	alarm_set(&alarm_, due);
}

static void
expired(void *arg)
{
	int64_t now = clock_mono_us();

	(void)arg;
	if (table_check(&table))
		load_rules();
	transaction_forget_old(&on_way, now);
	limiter_run(&limiter, now);
	settle(now);
}

/* jobs */

static struct transaction *
make(void)
{
	struct transaction *t = transaction_make(&group);

	if (t == NULL)
		no_memory();
	return t;
}

static void
no_room(int64_t now)
{
	struct transaction *t = make();

	t->lines = (char *)group.p;
	t->item.room = -1;
	t->item.next_us = now + LIMITER_AGAIN_US;
	answer_later(t, now);
	free(t);
}

static void
offer(int64_t now)
{
	struct transaction *t;
	char *copy;

	if (group.n == 0)
		return;
	if (flow == NULL || held_bytes >= THROTTLE_HELD_BYTES) {
		no_room(now);
		group.n = 0;
		return;
	}
	copy = malloc(group.len);
	if (copy == NULL)
		no_memory();
	t = make();
	t->lines = memcpy(copy, group.p, group.len);
	held_bytes += t->len;
	limiter_offer(&limiter, &t->item, flow, now);
	drain(now);
	group.n = 0;
}

static void
add_job(const char *p, size_t n, const struct ltsv *l, uint64_t num,
    int64_t now)
{
	struct throttle_who who;
	unsigned max = THROTTLE_GROUP_MAX;

	if (transaction_join(&group, n, l, num))
		return;
	offer(now);
	transaction_who(&who, l);
	flow = limiter_flow(&limiter, &who, now);
	if (flow != NULL && limiter_jobs_max(flow) < max)
		max = limiter_jobs_max(flow);
	group.labels = limiter.labels;
	transaction_gather(&group, p, n, l, num, max);
}

static size_t
request(struct link *k, const char *p, size_t n)
{
	static struct ltsv l;
	int64_t now = clock_mono_us();
	size_t used, all = 0;
	uint64_t num;

	(void)k;
	if (table_check(&table))
		load_rules();
	transaction_forget_old(&on_way, now);
	for (; (used = link_line(p + all, n - all)) > 0; all += used) {
		if (ltsv_parse(p + all, used, &l) == 0 &&
		    ltsv_find(&l, "id") != NULL &&
		    ltsv_num(&l, "n", 0, UINT32_MAX, &num) == 0) {
			add_job(p + all, used, &l, num, now);
			continue;
		}
		/* nothing to know it by: for others to judge */
		offer(now);
		link_down(&chain, 0, p + all, used);
	}
	offer(now);
	settle(now);
	return all;
}

/* results */

static size_t
answer(struct link *k, unsigned which, const char *p, size_t n)
{
	static struct ltsv l;
	int64_t now = clock_mono_us();
	size_t used, all = 0;

	(void)which;
	for (; (used = link_line(p + all, n - all)) > 0; all += used)
		if (ltsv_parse(p + all, used, &l) == 0)
			transaction_learn(&on_way, &l, now);
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
	if (book.path != NULL)
		limitfile_close(&book);
	link_close_down(k);
}

static void
caught(void *arg)
{
	closing(arg);
}

static const struct link_ops ops = {
	.request = request, .answer = answer, .closing = closing
};

/* its table, and the file with what it has learned; the next link runs */
static void
confine(const char *confdir, const char *state)
{
	static char folder[JAIL_PATH];
	const char *const read[] = { confdir, NULL };
	const char *write[] = { NULL, NULL };
	const struct jail j = { JAIL_THROTTLE, read, write, NULL, NULL };

	if (state != NULL)
		write[0] = jail_folder(state, folder);
	jail_enter(&j);
}

int
main(int argc, char **argv)
{
	const char *state = NULL;
	uint64_t seed;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+ls:")) != -1) {
		if (c == 'l')
			ledger = 1;
		else if (c == 's' && *optarg != '\0')
			state = optarg;
		else
			die_usage(USAGE);
	}
	if (argc - optind < 2)
		die_usage(USAGE);
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		die(EXIT_TEMP, "unable to get random bytes: %m");
	limiter_open(&limiter, seed);
	limiter.notice = transactiontext_throttled;
	transaction_way_open(&on_way, &limiter);
	open_table(argv[optind]);
	if (state != NULL && limitfile_open(&book, state, &limiter) == -1)
		no_memory();
	link_open(&chain, &ops);
	link_next(&chain, argv + optind + 1);
	alarm_open(&alarm_, expired, NULL);
	event_gather();
	loop_signal_start(&term, SIGTERM, caught, &chain);
	confine(argv[optind], state);
	return link_run(&chain);
}
