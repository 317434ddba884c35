#include "chain/keeper.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/spawn.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct worker {
	pid_t pid;        /* 0: it does not run */
	int64_t at_ms;    /* then: when it is started */
	int64_t pause_ms; /* the last one; 0: it has served since */
} workers[KEEPER_WORKERS_MAX];
static unsigned n_workers, self;
static pid_t keeper;
static const struct keeper_calls *calls;
static int up;          /* one has been ready, ever */
static int64_t stop_ms; /* when those who live are killed; 0: not yet */
static sigset_t wanted, before;
/* in memory that all share: a byte for each that is ready */
static volatile unsigned char *ready;

static void
call(void (*f)(void))
{
	if (f != NULL)
		f();
}

/* in the child; it may be late: the keeper may be dead already */
static void
be_worker(unsigned i)
{
	self = i;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 || getppid() != keeper)
		_exit(EXIT_TEMP);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void
later(struct worker *w)
{
	w->pause_ms = w->pause_ms == 0                ? KEEPER_BACKOFF_MIN_MS
	    : w->pause_ms * 2 < KEEPER_BACKOFF_MAX_MS ? w->pause_ms * 2
						      : KEEPER_BACKOFF_MAX_MS;
	w->at_ms = clock_mono_ms() + w->pause_ms;
}

/* 1: this is the worker */
static int
start(unsigned i)
{
	pid_t pid = fork();

	if (pid == 0) {
		be_worker(i);
		return 1;
	}
	if (pid == -1) {
		warn("unable to fork: %m");
		later(&workers[i]);
		return 0;
	}
	workers[i].pid = pid;
	return 0;
}

static void
tell(int sig)
{
	unsigned i;

	for (i = 0; i < n_workers; i++)
		if (workers[i].pid > 0)
			kill(workers[i].pid, sig);
}

/* one has ended, and none serves.  What it has said of that itself is to be the
 * last word */
static void
give_up(unsigned i, int status)
{
	int code = spawn_status(status);

	tell(SIGTERM);
	if (WIFEXITED(status) && code != EXIT_OK)
		exit(code);
	die(code == EXIT_OK ? EXIT_TEMP : code,
	    "process %u has ended, status %d", i, code);
}

static void
has_ended(unsigned i, int status)
{
	int code = spawn_status(status);

	workers[i].pid = 0;
	if (calls->died != NULL)
		calls->died(i);
	if (stop_ms > 0)
		return;
	if (!up)
		give_up(i, status);
	if (ready[i])
		workers[i].pause_ms = 0;
	ready[i] = 0;
	later(&workers[i]);
	warn("process %u has ended, status %d; starting it again", i, code);
}

static void
collect(void)
{
	unsigned i;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < n_workers; i++)
			if (workers[i].pid == pid)
				has_ended(i, status);
}

static void
look_up(void)
{
	unsigned i;

	for (i = 0; i < n_workers && !up; i++)
		if (ready[i]) {
			up = 1;
			call(calls->up);
		}
}

static void
stop(void)
{
	if (stop_ms > 0)
		return;
	stop_ms = clock_mono_ms() + KEEPER_STOP_MS;
	call(calls->stopping);
	tell(SIGTERM);
}

/* until a signal comes, or until then; -1: for ever */
static void
wait_for_signal(int64_t at_ms)
{
	int64_t ms = at_ms - clock_mono_ms();
	struct timespec t;
	int sig;

	if (ms < 0)
		ms = 0;
	t.tv_sec = ms / 1000;
	t.tv_nsec = ms % 1000 * 1000000;
	sig = sigtimedwait(&wanted, NULL, at_ms == -1 ? NULL : &t);
	if (sig == SIGTERM || sig == SIGINT)
		stop();
}

/* the earliest moment at which one is to be started; -1: none is */
static int64_t
next_start(void)
{
	int64_t at = -1;
	unsigned i;

	for (i = 0; i < n_workers; i++)
		if (workers[i].pid == 0 && (at == -1 || workers[i].at_ms < at))
			at = workers[i].at_ms;
	return at;
}

static void
end(void)
{
	unsigned i, alive = 0;

	for (i = 0; i < n_workers; i++)
		alive += workers[i].pid > 0;
	if (alive > 0 && clock_mono_ms() < stop_ms)
		return;
	if (alive > 0)
		warn("stopping without waiting for %u processes any longer",
		    alive);
	tell(SIGKILL);
	call(calls->ended);
	exit(EXIT_OK);
}

/* 1: this is a worker */
static int
start_all(void)
{
	unsigned i;

	for (i = 0; i < n_workers; i++)
		if (workers[i].pid == 0 &&
		    workers[i].at_ms <= clock_mono_ms() && start(i))
			return 1;
	return 0;
}

int
keeper_run(unsigned n, const struct keeper_calls *c)
{
	void *m = mmap(NULL, KEEPER_WORKERS_MAX, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (m == MAP_FAILED)
		return -1;
	ready = m;
	n_workers = n;
	calls = c;
	keeper = getpid();
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGUSR1);
	sigprocmask(SIG_BLOCK, &wanted, &before);
	for (;;) {
		if (stop_ms == 0 && start_all())
			return (int)self;
		wait_for_signal(stop_ms > 0 ? stop_ms : next_start());
		look_up();
		collect();
		if (stop_ms > 0)
			end();
	}
}

void
keeper_ready(void)
{
	if (ready == NULL)
		return;
	ready[self] = 1;
	/* not if it has died and another has its number */
	if (getppid() == keeper)
		kill(keeper, SIGUSR1);
}

unsigned
keeper_processors(void)
{
	cpu_set_t set;
	int n;

	/* more of them than a set has room for */
	if (sched_getaffinity(0, sizeof set, &set) == -1)
		return errno == EINVAL ? KEEPER_WORKERS_MAX : 1;
	n = CPU_COUNT(&set);
	return n < 1                 ? 1
	    : n > KEEPER_WORKERS_MAX ? KEEPER_WORKERS_MAX
				     : (unsigned)n;
}
