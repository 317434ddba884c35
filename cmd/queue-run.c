#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/num.h"
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
	/* until it is over no segment of the journal may go */
	.first_scan = 1 };
static const char *report_command;

static uint64_t
number(const char *s, uint64_t min, uint64_t max)
{
	uint64_t u;

	if (num_scans(s, min, max, &u) == -1)
		die(EXIT_PERM, "usage: %s", usage);
	return u;
}

static int64_t
duration(const char *s, size_t n, uint64_t min)
{
	uint64_t u;

	if (num_scan_duration(s, n, TIME_MAX_S, &u) == -1 || u < min)
		die(EXIT_PERM, "usage: %s", usage);
	return (int64_t)u * 1000;
}

static int64_t
duration_ms(const char *s, uint64_t min)
{
	return duration(s, strlen(s), min);
}

static void
set_deadline(const char *arg)
{
	const char *dots = strstr(arg, "..");

	if (dots == NULL)
		dots = arg + strlen(arg);
	run.deadline_ms = duration(arg, dots - arg, 1);
	run.lost_ms = *dots == '\0' ? run.deadline_ms * RUN_LOST_TIMES
				    : duration_ms(dots + 2, 1);
	if (run.lost_ms < run.deadline_ms)
		die(EXIT_PERM, "usage: %s", usage);
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
			run.window = number(optarg, 1, SCHEDULE_WINDOW_MAX);
			break;
		case 't': set_deadline(optarg); break;
		case 'r': run.rescan_ms = duration_ms(optarg, 1); break;
		case 's': run.sync_ms = duration_ms(optarg, 0); break;
		case 'm': run.rcpts_max = number(optarg, 1, RCPTS_MAX); break;
		case 'j':
			run.segment_bytes = number(optarg, SEGMENT_BYTES_MIN,
			    SEGMENT_BYTES_MAX);
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
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd != -1) {
		n = read(fd, boot, sizeof boot - 1);
		close(fd);
	}
	run.crashed = had > 0;
	boot[strcspn(boot, "\n")] = '\0';
	n = snprintf(now, sizeof now, "running %s\n", n > 0 ? boot : "-");
	run.cut = had > 0 && (*boot == '\0' || strcmp(was, now) != 0);
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
	sweep_stop(&run);
	report_stop(&run);
	chain_stop(&run);
}

int
main(int argc, char **argv)
{
	struct loop_signal term, intr;

	prog_init(argv);
	options(argc, argv);
	fd_limit_raise();
	event_gather();
	open_queue(argv[optind]);
	results_wait(&run);
	retries_start(&run);
	if (schedule_init(&run.s, run.window) == -1)
		die(EXIT_TEMP, "out of memory");
	if (done_open(&run.done, run.done_fd, run.segment_bytes, past_line,
		&run) == -1)
		die(EXIT_TEMP, "unable to read the journal in %s/done: %m",
		    run.queue);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	event_begin("started");
	event_end();
	lifetime_start(&run);
	suspend_start(&run);
	control_start(&run);
	sweep_start(&run);
	report_start(&run, report_command);
	results_open(&run);
	chain_start(&run, argv + optind + 1);
	load_start(&run);
	loop_run();
	return run.status;
}
