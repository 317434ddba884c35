/* scans: what they find, leave alone and cannot read; when the next comes */
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n";

/* until the next one, ms; -1: none is set */
static int64_t
scan_in(const struct runqueue *q)
{
	return loop_timer_active(&q->r.scan.timer)
	    ? q->r.scan.at_ms - clock_mono_ms()
	    : -1;
}

/* one that is on, to its end; in how many slices */
static unsigned
all(struct runqueue *q)
{
	unsigned n = 1;

	while (scan_slice(&q->r))
		n++;
	return n;
}

/* another one, now */
static unsigned
again(struct runqueue *q)
{
	if (!q->r.scan.on)
		runqueue_fire(&q->r.scan.timer);
	return all(q);
}

static void
put(struct runqueue *q, const char *path)
{
	close(openat(q->r.qfd, path, O_WRONLY | O_CREAT, 0600));
}

static void
first(struct runqueue *q)
{
	unsigned i;

	for (i = 0; i < 3 * NAME_DIRS; i++)
		runqueue_file(q, env, "x\n");
	put(q, "mess/00/.hidden");
	put(q, "mess/00/README");
	put(q, "mess/00/0123456789abcdefghi");
	put(q, "mess/00/0123456789abcdefgh00x");
	runqueue_pass(10000);
	q->r.first_scan = 1;
	scan_start(&q->r);
	is_num(q->r.scan.on, 1, "it begins at once");
	ok(all(q) >= 3 * NAME_DIRS / RUN_SLICE, "in slices");
	is_num(q->r.s.messages.n, 3 * NAME_DIRS, "all are found");
	is_str(runqueue_said(), "", "and nothing else");
	is_num(q->r.first_scan, 0, "it was the first one");
	is_num(q->r.oldjournal.dirs_read == ~(uint64_t)0, 1, "of all folders");
	is_num(scan_in(q), q->r.rescan_ms, "the next one comes");
	is_num(scan_slice(&q->r), 0, "and nothing is to do until then");
}

/* files of which the FIFO has not told */
static void
found(struct runqueue *q)
{
	uint32_t had = q->r.s.messages.n;

	runqueue_file(q, env, "x\n");
	again(q);
	is_num(q->r.s.messages.n, had, "a young one is left alone");
	is_num(buf_len(&q->r.arrivals.young), NAME_LEN, "and looked at later");
	runqueue_pass(10000);
	again(q);
	is_num(q->r.s.messages.n, had + 1, "an old one is loaded");
	runqueue_file(q, env, "x\n");
	runqueue_old(&q->r, q->id, 0, MESSAGE_SENT, 0, 1);
	oldjournal_start(&q->r);
	again(q);
	is_num(q->r.s.message[schedule_find(&q->r.s, q->id)].flags, RUN_LEAVING,
	    "what the journal names is not young");
	runqueue_unlink(q, q->id);
}

/* folders that cannot be read, or are missing */
static void
folders(struct runqueue *q)
{
	uint32_t had;

	q->r.rescan_ms = RUN_FAULT_MS + 1;
	if (renameat(q->r.qfd, "mess/1v", q->r.qfd, "aside") == -1)
		exit(111);
	again(q);
	is_str(runqueue_said(), "", "one that is missing is no fault");
	is_num(scan_in(q), RUN_FAULT_MS + 1, "the next scan in its time");
	put(q, "mess/1v");
	again(q);
	is_str(runqueue_said(),
	    "warning: unable to scan mess/1v: Not a directory\n",
	    "one that cannot be read");
	is_num(scan_in(q), RUN_FAULT_MS, "the next scan comes sooner");
	is_num(q->r.oldjournal.dirs_read >> 63, 0, "it was not read");
	q->r.rescan_ms = RUN_FAULT_MS - 1;
	again(q);
	is_num(scan_in(q), RUN_FAULT_MS - 1, "or in its time before that");
	runqueue_said();
	unlinkat(q->r.qfd, "mess/1v", 0);
	renameat(q->r.qfd, "aside", q->r.qfd, "mess/1v");
	had = q->r.s.messages.n;
	do
		runqueue_file(q, env, "x\n");
	while (name_dir(q->id) != NAME_DIRS - 1);
	runqueue_pass(10000);
	again(q);
	ok(q->r.s.messages.n > had, "readable again");
}

/* of two wishes the earlier holds; one while a scan is on */
static void
wishes(struct runqueue *q)
{
	scan_soon(&q->r, 500);
	is_num(scan_in(q), 500, "sooner than the next");
	scan_soon(&q->r, 501);
	is_num(scan_in(q), 500, "not later");
	scan_soon(&q->r, 499);
	is_num(scan_in(q), 499, "sooner yet");
	runqueue_fire(&q->r.scan.timer);
	scan_slice(&q->r);
	scan_soon(&q->r, 1);
	runqueue_fire(&q->r.scan.timer);
	is_num(q->r.load.again, 1, "it may have passed by already");
	q->r.rescan_ms = 600000;
	all(q);
	is_num(scan_in(q), RUN_FAULT_MS, "so the next one comes sooner");
}

/* before the loop waits */
static void
rounds(struct runqueue *q)
{
	again(q);
	q->r.load.soon = 1;
	runqueue_turn();
	is_num(scan_in(q), RUN_FAULT_MS, "one that was wanted soon");
	is_num(q->r.load.soon, 0, "once");
	again(q);
	q->r.rcpts_max = 2 * q->r.s.used_rcpt - 2;
	q->r.load.again = 1;
	runqueue_turn();
	schedule_forget(&q->r.s, schedule_find(&q->r.s, q->id));
	runqueue_turn();
	is_num(scan_in(q), RUN_ASKED_MS, "one for which half the room is free");
	q->r.rcpts_max = RUN_RCPTS_MAX;
}

/* after a crash a long file takes a while, and the others wait for it */
static void
verifies(struct runqueue *q)
{
	static char text[600001];
	char good[NAME_LEN + 1], path[NAME_PATH_LEN + 1];
	struct stat st;
	int fd;

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 2] = '\n';
	runqueue_file(q, env, text);
	memcpy(good, q->id, sizeof good);
	runqueue_file(q, env, text);
	name_path(path, q->id);
	fd = openat(q->r.qfd, path, O_WRONLY);
	if (fd == -1 || pwrite(fd, "y", 1, 599000) != 1)
		exit(111);
	close(fd);
	q->r.crashed = q->r.first_scan = 1;
	runqueue_pass(10000);
	scan_start(&q->r);
	all(q);
	ok(schedule_find(&q->r.s, good) != SCHEDULE_NONE, "a right one");
	ok(schedule_find(&q->r.s, q->id) == SCHEDULE_NONE, "a wrong one");
	snprintf(path, sizeof path, "aside/%s", q->id);
	is_num(fstatat(q->r.qfd, path, &st, 0), 0, "which is set aside");
	ok(runqueue_heard("has a wrong checksum; set aside"), "and said");
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	first(&q);
	found(&q);
	folders(&q);
	wishes(&q);
	rounds(&q);
	verifies(&other);
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
