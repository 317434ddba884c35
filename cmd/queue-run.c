#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/opt.h"
#include "base/random.h"
#include "chain/event.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DEADLINE_DEFAULT_S = 3600, /* of a job */
	RESCAN_DEFAULT_S = 600,
	SYNC_DEFAULT_S = 1,
	TIME_MAX_S = 30 * 86400,
	RCPTS_MAX = 100000000,
	SEGMENT_BYTES_MIN = 64,
	SEGMENT_BYTES_MAX = 1 << 30,
	BOOT_MAX = 64,
	LOCK_MAX = 80 /* bytes of the boot's id and the lock */
};

static const char usage[] =
    "queue-run [-C CONFDIR] [-b COMMAND] [-w WINDOW] "
    "[-t DEADLINE[..LOST]] [-r RESCAN] [-s SYNC] [-m RCPTS] [-j BYTES] QUEUE "
    "NEXT ...";

static struct run run = { .window = RUN_WINDOW,
	.deadline_ms = DEADLINE_DEFAULT_S * 1000,
	.lost_ms = (int64_t)DEADLINE_DEFAULT_S * 1000 * RUN_LOST_TIMES,
	.rescan_ms = RESCAN_DEFAULT_S * 1000,
	.sync_ms = SYNC_DEFAULT_S * 1000,
	.rcpts_max = RUN_RCPTS_MAX,
	.segment_bytes = DONE_SEGMENT_BYTES,
	.toline.fd = -1,
	.resultfile = { .fd = -1, .own = -1, .memory = -1 },
	/* until it is over no segment of the journal may go */
	.first_scan = 1 };
static const char *report_command;

static int64_t
span_ms(int option, const char *text, uint64_t min_s)
{
	return 1000 * (int64_t)opt_span(option, text, min_s, TIME_MAX_S);
}

static void
set_deadline(int option, const char *text)
{
	uint64_t s[2];

	if (opt_spans(option, text, 1, TIME_MAX_S, s) == 1)
		s[1] = s[0] * RUN_LOST_TIMES;
	if (s[1] < s[0])
		opt_bad(option, text, "LOST no shorter than DEADLINE");
	run.deadline_ms = (int64_t)s[0] * 1000;
	run.lost_ms = (int64_t)s[1] * 1000;
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+C:b:w:t:r:s:m:j:")) != -1)
		switch (c) {
		case 'C': run.retries.conf = optarg; break;
		case 'b':
			report_command = optarg;
			run.can_report = 1;
			break;
		case 'w':
			run.window = opt_num(c, optarg, 1, SCHEDULE_WINDOW_MAX);
			break;
		case 't': set_deadline(c, optarg); break;
		case 'r': run.rescan_ms = span_ms(c, optarg, 1); break;
		case 's': run.sync_ms = span_ms(c, optarg, 0); break;
		case 'm':
			run.rcpts_max = opt_num(c, optarg, 1, RCPTS_MAX);
			break;
		case 'j':
			run.segment_bytes = opt_num(c, optarg,
			    SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX);
			break;
		default: die_usage(usage);
		}
	if (argc - optind < 2)
		die_usage(usage);
}

/*
 * Something in the lock: who wrote it did not end well; and where another boot
 * of the machine stands there, the machine has stopped under it.
 */
static void
mark_running(void)
{
	char was[LOCK_MAX] = "", now[LOCK_MAX], boot[BOOT_MAX] = "";
	ssize_t had = pread(run.lock_fd, was, sizeof was - 1, 0), n = -1;
	int fd;

	/* who cannot be told how it ended looks at all as after a crash */
	if (had == -1)
		warn("unable to read %s/lock: %m", run.queue);
	run.crashed = had != 0;
	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, boot, sizeof boot - 1);
		close(fd);
	}
	boot[strcspn(boot, "\n")] = '\0';
	n = snprintf(now, sizeof now, "running %s\n", n > 0 ? boot : "-");
	run.cut = had != 0 && (*boot == '\0' || strcmp(was, now) != 0);
	/* a power cut a moment later is to be seen, too */
	if (pwrite(run.lock_fd, now, n, 0) == -1 ||
	    ftruncate(run.lock_fd, n) == -1 || fdatasync(run.lock_fd) == -1)
		warn("unable to write %s/lock: %m", run.queue);
}

static void
open_queue(const char *path)
{
	run.queue = realpath(path, NULL);
	if (run.queue == NULL)
		die(EXIT_TEMP, "unable to find queue %s: %m", path);
	if (strlen(run.queue) >= RUN_PATH_MAX - 64)
		die(EXIT_PERM, "path of queue %s is too long", path);
	/* root does there what its owner might do */
	run.qfd = folder_settle(path) == -1
	    ? -1
	    : open(run.queue, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run.qfd == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", path);
	run.lock_fd =
	    openat(run.qfd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (run.lock_fd == -1)
		die(EXIT_TEMP, "unable to open %s/lock: %m", path);
	if (flock(run.lock_fd, LOCK_EX | LOCK_NB) == -1)
		die(EXIT_TEMP,
		    errno == EWOULDBLOCK
			? "%s/lock is held: another queue-run works there"
			: "unable to lock %s/lock: %m",
		    path);
	mark_running();
	run.done_fd =
	    openat(run.qfd, "done", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run.done_fd == -1)
		die(EXIT_TEMP, "unable to open %s/done: %m", path);
}

static void
on_term(void *arg)
{
	(void)arg;
	cleaning_stop(&run);
	bounces_stop(&run);
	chain_stop(&run);
}

/* a slice of what takes long; 1: there is more to do */
static int
slices(struct run *r)
{
	int more = arrivals_slice(r);

	more = scan_slice(r) || more;
	more = cleaning_slice(r) || more;
	more = control_slice(r) || more;
	more = retrylater_slice(r) || more;
	more = lifetime_slice(r) || more;
	chain_refill(r);
	return more;
}

int
main(int argc, char **argv)
{
	struct loop_signal term, intr;
	uint64_t seed;

	prog_init(argv);
	options(argc, argv);
	fd_limit_raise();
	event_gather();
	open_queue(argv[optind]);
	resultfile_wait(&run);
	retries_start(&run);
	failed_start(&run);
	if (schedule_init(&run.s, run.window) == -1)
		die(EXIT_TEMP, "out of memory");
	/* without it only those who choose names for that slow it down */
	if (random_bytes(&seed, sizeof seed) == -1)
		warn("unable to get random bytes: %m");
	else
		schedule_seed(&run.s, seed);
	if (done_open(&run.done, run.done_fd, run.segment_bytes,
		oldjournal_line, &run) == -1)
		die(EXIT_TEMP, "unable to read the journal in %s/done: %m",
		    run.queue);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	event_begin("started");
	event_end();
	rounds_start(&run, slices);
	lifetime_start(&run);
	orders_start(&run);
	control_start(&run);
	cleaning_start(&run);
	bounces_start(&run, report_command);
	resultfile_open(&run);
	chain_start(&run, argv + optind + 1);
	load_start(&run);
	oldjournal_start(&run);
	fifo_start(&run);
	recover_results(&run);
	scan_start(&run);
	loop_run();
	return run.status;
}
