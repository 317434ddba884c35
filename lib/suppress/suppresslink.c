#include "suppress/suppresslink.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "conf/softtable.h"
#include "ship/shiplink.h"
#include "suppress/suppresstake.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct linked {
	struct suppressed list;
	struct suppresslog log;
	struct suppressconf conf;
	struct softtable rules, feedback;
	struct suppresstake take;
	const char *dir;
	pid_t compiler;   /* 0: none runs */
	int64_t again_ms; /* none before */
	uint64_t damaged; /* lines that were told */
};

/* the table of the journal */

static void
start_compiler(struct linked *l)
{
	char *argv[] = { (char *)"suppress", (char *)"compile", (char *)l->dir,
		NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct spawn s = { .argv = argv,
		.fd = { null, null, 2 },
		.parting = SIGTERM,
		.beside = 1 };
	pid_t pid = null == -1 ? -1 : spawn_start(&s);

	if (pid == -1)
		warn("unable to run suppress compile: %m");
	fd_drop(&null);
	l->compiler = pid == -1 ? 0 : pid;
	l->again_ms = clock_mono_ms() + SUPPRESSLINK_AGAIN_MS;
}

/* has it ended?  wait: until it has */
static void
reap(struct linked *l, int wait)
{
	int status = 0;
	pid_t r;

	if (l->compiler == 0)
		return;
	do
		r = waitpid(l->compiler, &status, wait ? 0 : WNOHANG);
	while (r == -1 && errno == EINTR);
	if (r == 0)
		return;
	l->compiler = 0;
	/* what failed has said why */
	if (r > 0 && status == 0)
		l->again_ms = 0;
}

static void
look_at_tail(struct linked *l)
{
	uint64_t most = suppressed_table(&l->list) / SUPPRESSLINK_PART;

	reap(l, 0);
	if (most < SUPPRESSLINK_LEAST)
		most = SUPPRESSLINK_LEAST;
	if (most > SUPPRESSLINK_MOST)
		most = SUPPRESSLINK_MOST;
	if (suppressed_tail(&l->list) > most && l->compiler == 0 &&
	    clock_mono_ms() >= l->again_ms)
		start_compiler(l);
}

/* is there room for more behind the table?  0, or -1: not now */
static int
make_room(struct linked *l)
{
	if (suppressed_tail(&l->list) < SUPPRESSED_TAIL_MAX)
		return 0;
	if (l->compiler == 0)
		start_compiler(l);
	reap(l, 1);
	return suppressed_check(&l->list) == -1 ||
		suppressed_tail(&l->list) >= SUPPRESSED_TAIL_MAX
	    ? -1
	    : 0;
}

/* a batch */

static void
tell_damage(struct linked *l)
{
	if (l->list.damaged > l->damaged)
		warn("%llu damaged lines in %s/journal",
		    (unsigned long long)(l->list.damaged - l->damaged), l->dir);
	l->damaged = l->list.damaged;
}

/* the rules, and which addresses they do not touch; that file need not be there */
static int
check_rules(struct linked *l)
{
	struct lookup table = softtable_lookup(&l->rules);
	const char *p;
	size_t n;

	if (softtable_check(&l->rules))
		info("%s is in force", l->rules.path);
	softtable_check(&l->feedback);
	if (l->rules.state != 1 || suppressconf_load(&l->conf, &table) == -1)
		warn("%s is %s", l->rules.path,
		    l->rules.state == 0 ? "not there" : "damaged");
	else if (lookup_get(&l->take.feedback, "d", 1, &p, &n) == -1)
		warn("%s is damaged", l->feedback.path);
	else
		return 0;
	return -1;
}

/* nothing of the batch is known to be safe */
static int
put_off(struct buf *receipt, const char *what)
{
	char t[200];

	snprintf(t, sizeof t, "%s: %s", what, strerror(errno));
	warn("%s", t);
	return shipreceipt_put(receipt, 'Z', -1, t);
}

static int
take_events(struct linked *l, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct buf bad = { 0 };
	const char *why;
	size_t i;
	int r = 0;

	for (i = 0; i < n && r == 0; i++)
		switch (suppresstake_event(&l->take, ev[i].line, ev[i].len,
		    clock_wall_s(), &why)) {
		case SUPPRESSTAKE_NOTHING:
		case SUPPRESSTAKE_DONE: break;
		case SUPPRESSTAKE_BAD:
			r = shipreceipt_event(&bad, 'D', i, why);
			break;
		case SUPPRESSTAKE_FAILED:
			buf_free(&bad);
			return put_off(receipt, "unable to write the journal");
		}
	if (r == 0 && suppresslog_sync(&l->log) == -1) {
		buf_free(&bad);
		return put_off(receipt, "unable to sync the journal");
	}
	r |= shipreceipt_put(receipt, 'K', -1, NULL);
	r |= buf_put(receipt, buf_data(&bad), buf_len(&bad));
	buf_free(&bad);
	return r;
}

static int
take(void *arg, const struct ship_event *ev, size_t n, struct buf *receipt)
{
	struct linked *l = arg;
	int r;

	if (check_rules(l) == -1)
		return shipreceipt_put(receipt, 'Z', -1, "no rules");
	if (suppressed_check(&l->list) == -1)
		return put_off(receipt, "unable to read the list");
	if (make_room(l) == -1)
		return shipreceipt_put(receipt, 'Z', -1,
		    "the journal cannot be compiled");
	r = take_events(l, ev, n, receipt);
	tell_damage(l);
	look_at_tail(l);
	return r;
}

static void
idle(void *arg)
{
	struct linked *l = arg;

	suppressed_check(&l->list);
	look_at_tail(l);
}

static const struct shiplink_ops ops = {
	.take = take, .idle = idle, .idle_ms = SUPPRESSLINK_IDLE_MS
};

int
suppresslink(const char *confdir, const char *dir, int hashed)
{
	static struct linked l;

	l.dir = dir;
	if (suppresslog_open(&l.log, dir) == -1 ||
	    suppressed_open(&l.list, dir) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", dir);
	softtable_open(&l.rules, confdir, "suppress");
	if (l.rules.state == 0)
		die(EXIT_PERM, "no rules: %s is not there", l.rules.path);
	softtable_open(&l.feedback, confdir, "feedback");
	l.take = (struct suppresstake){ .list = &l.list,
		.feedback = softtable_lookup(&l.feedback),
		.log = &l.log,
		.conf = &l.conf,
		.hashed = hashed };
	return shiplink_run(&ops, &l);
}
