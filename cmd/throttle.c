/* throttle - which job may go now, which waits, which comes back later */
#include "base/alarm.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/jail.h"
#include "base/opt.h"
#include "base/table.h"
#include "base/zone.h"
#include "chain/event.h"
#include "chain/link.h"
#include "conf/tablelookup.h"
#include "format/job.h"
#include "throttle/gate.h"
#include "throttle/shareasker.h"
#include "throttle/transactiontext.h"
#include "throttle/transactionwhy.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define USAGE \
	"throttle [-g DESCRIPTOR] [-l] [-S SOCKET] [-s FILE] CONFDIR next..."

#define AGAIN "again:1\n"

enum {
	/* at the table, while something waits, here or for a time given */
	THROTTLE_LOOK_MS = 250,
	THROTTLE_LEDGER_FD_MAX = 1023 /* the descriptor of the ledger */
};

static struct link chain;
static struct table table;
static struct alarm alarm_;
static struct loop_signal term;
static struct gate gate = { .ledger.fd = -1 };
static struct shareasker share;

static void
no_memory(void)
{
	die(EXIT_TEMP, "out of memory");
}

/* the time, for the limiter too */
static int64_t
clock_now(void)
{
	int64_t now = clock_mono_us();

	limiter_clock(&gate.limiter, clock_wall_us(), now);
	return now;
}

/* the ledger */

static struct transactionledger_now
ledger_time(int64_t now)
{
	return (struct transactionledger_now){ now + gate.limiter.wall_us,
		now };
}

static void
granted(void *arg, struct limiter_item *i, int64_t now)
{
	(void)arg;
	if (transactionledger_grant(&gate.ledger.lines, ledger_time(now),
		(struct transaction *)i) == -1)
		no_memory();
}

static void
over(const struct transaction *t, int64_t now)
{
	if (transactionledger_end(&gate.ledger.lines, ledger_time(now), t) ==
	    -1)
		no_memory();
}

static void
ledger_open(int books)
{
	char boot[LIMITBOOK_BOOT_MAX];

	if (fcntl(gate.ledger.fd, F_SETFD, FD_CLOEXEC) == -1)
		die(EXIT_PERM, "no descriptor %d for the ledger: %m",
		    gate.ledger.fd);
	limitfile_boot(boot);
	if (transactionledger_start(&gate.ledger.lines,
		ledger_time(clock_now()), boot, books,
		&gate.limiter.rules) == -1)
		no_memory();
	ledgerout_all(&gate.ledger);
	gate.limiter.granted = granted;
	gate.way.over = over;
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
	if (limiter_load(&gate.limiter, &rules, clock_mono_us()) == -1)
		no_memory();
	if (gate.limiter.granted != NULL &&
	    transactionledger_rules(&gate.ledger.lines,
		ledger_time(clock_now()), &gate.limiter.rules) == -1)
		no_memory();
	/* who waits for a limit that may be gone is not to wait on */
	if (gate.limiter.promised_us > clock_mono_us())
		link_up(&chain, AGAIN, sizeof AGAIN - 1);
	gate.limiter.promised_us = 0;
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

/* limits that are shared with other machines */

static void settle(int64_t now);

static void
ask(void *arg, const struct limitshare_question *q)
{
	(void)arg;
	shareasker_ask(&share, q);
}

static void
hear_share(void *arg, uint32_t id, const struct lease_answer *a)
{
	int64_t now = clock_now();

	(void)arg;
	limiter_answered(&gate.limiter, id, a, now);
	settle(now);
}

static void
unheard(void *arg)
{
	(void)arg;
	limitshare_unheard(&gate.limiter, clock_now());
}

/* who waits for what is open again may come */
static void
tell_reopened(int64_t now)
{
	if (!gate.shutting && closing_reopened(&gate.closing, now))
		link_up(&chain, AGAIN, sizeof AGAIN - 1);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
settle(int64_t now)
{
	static int64_t look;
	int64_t due;

	gate_drain(&gate, now);
	gate_book(&gate, now);
	limitshare_run(&gate.limiter, now);
	tell_reopened(now);
	closing_flush(&gate.closing, 0);
	due = sooner(limiter_due(&gate.limiter), closing_due(&gate.closing));
	due = sooner(due, ledgerout_due(&gate.ledger));
	if (gate.limiter.held > 0 || gate.limiter.promised_us > now) {
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
	int64_t now = clock_now();

	(void)arg;
	if (table_check(&table))
		load_rules();
	transaction_forget_old(&gate.way, now);
	limiter_run(&gate.limiter, now);
	settle(now);
}

/* jobs */

/* questions, job(5): nothing is counted, and they wait for nobody */

static void
explain(const char *p, size_t n, const struct ltsv *l,
    const struct ltsv_field *asked, int64_t now)
{
	const struct transactionwhy y = { &gate.limiter, &gate.way,
		&gate.closing.react.closed, clock_wall_us() - now, now };

	gate_offer(&gate, now);
	if (transactionwhy(&y, p, n, l, asked, &chain.next[0].wire.out) == -1)
		no_memory();
	wire_dirty(&chain.next[0].wire);
}

static size_t
request(struct link *k, const char *p, size_t n)
{
	static struct ltsv l;
	int64_t now = clock_now();
	const struct ltsv_field *asked;
	size_t used, all = 0;
	uint64_t num;

	(void)k;
	if (table_check(&table))
		load_rules();
	transaction_forget_old(&gate.way, now);
	for (; (used = link_line(p + all, n - all)) > 0; all += used) {
		if (ltsv_parse(p + all, used, &l) == 0 &&
		    ltsv_find(&l, "id") != NULL &&
		    ltsv_num(&l, "n", 0, UINT32_MAX, &num) == 0) {
			asked = job_explains(&l);
			if (asked != NULL) {
				explain(p + all, used, &l, asked, now);
				continue;
			}
			gate_job(&gate, p + all, used, &l, num, now);
			continue;
		}
		/* nothing to know it by: for others to judge */
		gate_offer(&gate, now);
		link_down(&chain, 0, p + all, used);
	}
	gate_offer(&gate, now);
	settle(now);
	return all;
}

/* results */

/* one line; 1 when it has gone up, changed */
static int
result(const struct ltsv *l, int64_t now)
{
	static struct buf line;
	int changed = closing_result(&gate.closing, l,
	    transaction_of(&gate.way, l), clock_wall_us(), now, &line);

	if (changed == -1)
		no_memory();
	if (gate.closing.slow)
		transaction_slow(&gate.way, l);
	transaction_learn(&gate.way, l, now);
	if (changed)
		link_up(&chain, buf_data(&line), buf_len(&line));
	return changed;
}

static size_t
answer(struct link *k, unsigned which, const char *p, size_t n)
{
	static struct ltsv l;
	int64_t now = clock_now();
	size_t used, all = 0, from = 0;

	(void)which;
	/* what goes up as it came goes in one piece */
	for (; (used = link_line(p + all, n - all)) > 0; all += used) {
		if (ltsv_parse(p + all, used, &l) == -1 || !result(&l, now))
			continue;
		link_up(k, p + from, all - from);
		from = all + used;
	}
	link_up(k, p + from, all - from);
	settle(now);
	return all;
}

static void
ending(struct link *k)
{
	int64_t now = clock_now();

	gate.shutting = 1;
	limiter_shut(&gate.limiter, now);
	settle(now);
	if (share.path != NULL)
		limitshare_leave(&gate.limiter, now);
	shareasker_close(&share);
	if (gate.book.path != NULL)
		limitfile_close(&gate.book);
	closing_flush(&gate.closing, 1);
	link_close_down(k);
}

/* what has ended since the last was let go */
static void
last(struct link *k, int status)
{
	(void)k;
	(void)status;
	ledgerout_all(&gate.ledger);
}

static void
caught(void *arg)
{
	ending(arg);
}

static const struct link_ops ops = {
	.request = request, .answer = answer, .closing = ending, .ending = last
};

static const char *state, *sock; /* -s and -S; NULL: none */

/* its table, and the file with what it has learned; the next link runs */
static void
confine(const char *confdir)
{
	static char folder[JAIL_PATH];
	/* the last two: for caps of tables to come */
	const char *const read[] = { confdir, "/usr/share/zoneinfo",
		"/etc/localtime", NULL };
	const char *write[] = { NULL, NULL };
	struct jail j = { JAIL_THROTTLE, read, write, NULL, NULL };

	if (sock != NULL)
		j.list = JAIL_THROTTLE_SHARED;

	if (state != NULL)
		write[0] = jail_folder(state, folder);
	jail_enter(&j);
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+g:lS:s:")) != -1) {
		if (c == 'l')
			gate.events = 1;
		else if (c == 'g')
			gate.ledger.fd =
			    (int)opt_num(c, optarg, 3, THROTTLE_LEDGER_FD_MAX);
		else if (c == 'S' && *optarg != '\0')
			sock = optarg;
		else if (c == 's' && *optarg != '\0')
			state = optarg;
		else
			die_usage(USAGE);
	}
	if (argc - optind < 2)
		die_usage(USAGE);
}

/* the limiter, which knows nothing yet; share_name holds unless the book has
 * another */
static void
open_limiter(uint64_t seed, uint64_t share_name)
{
	struct limiter *l = &gate.limiter;

	limiter_open(l, seed);
	if (sock != NULL) {
		l->ask = ask;
		l->share_name = share_name;
		l->share_born_s = clock_wall_us() / 1000000;
	}
	l->notice = transactiontext_throttled;
	l->adapted = transactiontext_adapted;
	l->turn = zone_period;
	l->date = zone_date;
	clock_now();
	transaction_way_open(&gate.way, l);
}

/* what stood in files before: the table, the book, what is closed */
static void
open_files(const char *confdir, uint64_t seed)
{
	open_table(confdir);
	react_open(&gate.closing.react, confdir, seed);
	if (state != NULL &&
	    limitfile_open(&gate.book, state, &gate.limiter) == -1)
		no_memory();
	if (gate.ledger.fd != -1)
		ledger_open(state != NULL);
	if (state != NULL && gate.book.lock != -1 &&
	    closurefile_open(&gate.closing.file, state,
		&gate.closing.react.closed) == -1)
		no_memory();
}

static void
open_chain(char **next, uint64_t who)
{
	link_open(&chain, &ops);
	link_next(&chain, next);
	gate.up = &chain.up;
	gate.down = &chain.next[0].wire;
	alarm_open(&alarm_, expired, NULL);
	event_gather();
	share.answered = hear_share;
	share.unheard = unheard;
	if (sock != NULL)
		shareasker_open(&share, sock, who, gate.limiter.share_name);
	loop_signal_start(&term, SIGTERM, caught, &chain);
}

int
main(int argc, char **argv)
{
	uint64_t seed, who[2];

	prog_init(argv);
	options(argc, argv);
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed ||
	    getrandom(who, sizeof who, 0) != sizeof who)
		die(EXIT_TEMP, "unable to get random bytes: %m");
	open_limiter(seed, who[1]);
	open_files(argv[optind], seed);
	open_chain(argv + optind + 1, who[0]);
	confine(argv[optind]);
	return link_run(&chain);
}
