#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

/*
 * A world for a module that reads, writes and waits: a process of its own
 * for each input, in which the fuzzer plays all others.  A schedule, bytes
 * of the input, decides which descriptor is ready, how much a read or a
 * write takes, what fails, when others speak, and how time passes: it
 * stands still but for waiting.  Where the schedule is at its end all is
 * calm: everything works, and others do all that they can.
 *
 * The calls of the module come here by the linker's --wrap, see Makefile.
 * What is needed later stands in memory that is shared with the parent: the
 * counters of coverage, and struct world.
 */
#include "base/buf.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum {
	WORLD_TEXT = 65536,    /* bytes kept of what a side has said */
	WORLD_SECONDS = 10,    /* of the processor for an input */
	WORLD_DAYS = 3 * 86400 /* of the world's: nothing may wait so long */
};

/* what somebody on the other end of a connection has heard */
struct world_text {
	char p[WORLD_TEXT];
	size_t n;
	int ended; /* the module has closed */
};

static struct {
	const uint8_t *p, *end; /* the schedule */
	int faults;             /* calls may fail */
	int inside;             /* this is the child */
	int64_t now_us, begin_us;
	/* others have a turn: 1 when something was done */
	int (*turn)(void);
} world;

/* a fault in the child is known by its place */
static void
must_at(int good, int line)
{
	if (good)
		return;
	fprintf(stderr, "line %d: %s\n", line, strerror(errno));
	abort();
}
#define must(good) must_at(good, __LINE__)

static int
world_calm(void)
{
	return world.p == world.end;
}

static unsigned
world_byte(void)
{
	return world_calm() ? 255 : *world.p++;
}

/* the calls of the module */

ssize_t __real_read(int, void *, size_t);
ssize_t __real_write(int, const void *, size_t);
ssize_t __real_pread(int, void *, size_t, off_t);
int __real_epoll_wait(int, struct epoll_event *, int, int);
int __real_clock_gettime(clockid_t, struct timespec *);
void __real__exit(int) __attribute__((noreturn));
ssize_t __wrap_read(int, void *, size_t);
ssize_t __wrap_write(int, const void *, size_t);
ssize_t __wrap_pread(int, void *, size_t, off_t);
int __wrap_epoll_wait(int, struct epoll_event *, int, int);
int __wrap_clock_gettime(clockid_t, struct timespec *);
void __wrap__exit(int) __attribute__((noreturn));

static int
is_stream(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	    (S_ISSOCK(st.st_mode) || S_ISFIFO(st.st_mode));
}

/* what happens to this call: bytes of n that it may take, or -1 with errno */
static ssize_t
fate(int fd, size_t n, int error)
{
	unsigned b;

	if (!world.inside || fd == 2 || n == 0 || world_calm())
		return (ssize_t)n;
	b = world_byte();
	if (!is_stream(fd)) {
		if (world.faults && b < 8) {
			errno = error;
			return -1;
		}
		return (ssize_t)n;
	}
	if (b < 16 || (b < 20 && world.faults)) {
		errno = b < 8 || (b < 16 && !(fcntl(fd, F_GETFL) & O_NONBLOCK))
		    ? EINTR
		    : b < 16 ? EAGAIN
			     : error;
		return -1;
	}
	b = b < 128 ? 1 + b % 32 : 65536;
	return (ssize_t)(n < b ? n : b);
}

ssize_t
__wrap_read(int fd, void *p, size_t n)
{
	ssize_t k = fate(fd, n, ECONNRESET);

	return k == -1 ? -1 : __real_read(fd, p, (size_t)k);
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	ssize_t k = fate(fd, n, is_stream(fd) ? EPIPE : ENOSPC);

	return k == -1 ? -1 : __real_write(fd, p, (size_t)k);
}

ssize_t
__wrap_pread(int fd, void *p, size_t n, off_t at)
{
	ssize_t k = fate(fd, n, EIO);

	return k == -1 ? -1 : __real_pread(fd, p, (size_t)k, at);
}

int
__wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	if (!world.inside)
		return __real_clock_gettime(id, t);
	t->tv_sec = world.now_us / 1000000;
	t->tv_nsec = world.now_us % 1000000 * 1000;
	return 0;
}

/* the module waits: others act, until one of its descriptors is ready or
 * there is nothing to do but to let time pass */
int
__wrap_epoll_wait(int ep, struct epoll_event *ev, int max, int timeout)
{
	unsigned b;
	int acted, n;

	if (!world.inside)
		return __real_epoll_wait(ep, ev, max, timeout);
	world.now_us++; /* a timer for now comes behind it */
	b = world_byte();
	/* nobody was in a hurry */
	if (b < 6 && world.faults && timeout > 0) {
		world.now_us += timeout * INT64_C(1000);
		return 0;
	}
	for (;;) {
		acted = world.turn();
		n = __real_epoll_wait(ep, ev, max, 0);
		if (n > 1 && b < 128) {
			ev[0] = ev[b % (unsigned)n];
			n = 1;
		}
		if (n != 0 || timeout == 0)
			return n;
		if (acted || !world_calm())
			continue;
		must(timeout > 0); /* for ever? */
		world.now_us += timeout * INT64_C(1000);
		must(world.now_us - world.begin_us <
		    WORLD_DAYS * INT64_C(1000000));
		return 0;
	}
}

/* counters of coverage, of libFuzzer and of the profile */

/* their beginnings and ends; in assembly, since the compiler must find no
 * declaration of them but its own */
__asm__(".pushsection .data\n"
	".balign 8\n"
	".globl world_sections\n"
	"world_sections: .quad __start___sancov_cntrs, __stop___sancov_cntrs, "
	"__start___llvm_prf_cnts, __stop___llvm_prf_cnts\n"
	".popsection");
extern uint8_t *const world_sections[];

enum { SECTIONS = 2 };
static uint8_t *counted[SECTIONS]; /* the child's, in shared memory */

static size_t
section_size(unsigned i)
{
	return (size_t)(world_sections[2 * i + 1] - world_sections[2 * i]);
}

static void *
shared(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED);
	return p;
}

void
__wrap__exit(int code)
{
	unsigned i;

	if (world.inside)
		for (i = 0; i < SECTIONS; i++)
			memcpy(counted[i], world_sections[2 * i],
			    section_size(i));
	__real__exit(code);
}

/* an input */

/* the time that an input has is over */
static void
late(int sig)
{
	(void)sig;
	must(!"it takes too long");
}

/* from here on this process is the world of one input */
static void
enter(const uint8_t *schedule, const uint8_t *end, int faults,
    int (*turn)(void))
{
	static const struct itimerval most = { .it_value.tv_sec =
						   WORLD_SECONDS };

	world.p = schedule;
	world.end = end;
	world.faults = faults;
	world.turn = turn;
	world.now_us = world.begin_us = INT64_C(1790000000000000);
	world.inside = 1;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGPROF, late);
	setitimer(ITIMER_PROF, &most, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int world_said = -1; /* what the child wrote on its descriptor 2 */

/* what the child has said, for people */
static void
show(void)
{
	char t[4096];
	ssize_t n;
	off_t at = 0;

	while ((n = pread(world_said, t, sizeof t, at)) > 0) {
		must(__real_write(2, t, (size_t)n) == n);
		at += n;
	}
}

/*
 * world_run - the module in a world
 *
 * module  returns an exit code; so may die(); a signal or a sanitizer is a
 *         fault
 * Returns the code: 0, 99, 100 or 111.
 */
static int
world_run(int (*module)(void), const uint8_t *schedule, const uint8_t *end,
    int faults, int (*turn)(void))
{
	unsigned i;
	pid_t pid;
	int st;

	for (i = 0; i < SECTIONS; i++)
		if (counted[i] == NULL)
			counted[i] = shared(section_size(i));
	if (world_said == -1)
		world_said = memfd_create("said", MFD_CLOEXEC);
	must(world_said != -1 && ftruncate(world_said, 0) == 0);
	pid = fork();
	must(pid != -1);
	if (pid == 0) {
		must(lseek(world_said, 0, SEEK_SET) == 0 &&
		    dup2(world_said, 2) == 2);
		enter(schedule, end, faults, turn);
		__wrap__exit(module());
	}
	while (waitpid(pid, &st, 0) == -1)
		must(errno == EINTR);
	if (!WIFEXITED(st) ||
	    (WEXITSTATUS(st) != 0 && WEXITSTATUS(st) != 99 &&
		WEXITSTATUS(st) != 100 && WEXITSTATUS(st) != 111)) {
		show();
		fprintf(stderr, "the child ended with %x\n", st);
		abort();
	}
	for (i = 0; i < SECTIONS; i++)
		memcpy(world_sections[2 * i], counted[i], section_size(i));
	return WEXITSTATUS(st);
}

/* helpers for those who play the others */

/* hear what there is, at most n bytes: 1 when there was something */
static int
world_hear(int fd, struct world_text *t, size_t n)
{
	ssize_t r;

	if (t->ended || t->n == sizeof t->p)
		return 0;
	if (n > sizeof t->p - t->n)
		n = sizeof t->p - t->n;
	r = recv(fd, t->p + t->n, n, MSG_DONTWAIT);
	if (r == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (r <= 0)
		t->ended = 1;
	else
		t->n += (size_t)r;
	return 1;
}

/* say up to n of the bytes from *at on: those that were taken */
static size_t
world_say(int fd, const char *p, size_t n)
{
	ssize_t r = send(fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);

	return r < 0 ? 0 : (size_t)r;
}

/* a socket that listens at this path */
static int
world_listen(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	must(fd != -1 && strlen(path) < sizeof sa.sun_path);
	strcpy(sa.sun_path, path);
	unlink(path);
	must(bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0 &&
	    listen(fd, 20) == 0);
	return fd;
}

static int
world_connect(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd != -1);
	strcpy(sa.sun_path, path);
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0 &&
	    fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		return fd;
	close(fd);
	return -1;
}

/* how many descriptors are open */
static unsigned
world_descriptors(void)
{
	unsigned n = 0;
	int fd;

	for (fd = 3; fd < 200; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

#endif
