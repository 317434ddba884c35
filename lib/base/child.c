#include "base/child.h"
#include "base/fd.h"
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void
forget(struct child *c)
{
	loop_io_stop(&c->io);
	close(c->pidfd);
	c->pid = 0;
}

static void
on_end(void *arg, int events)
{
	struct child *c = arg;
	int st = 0;
	pid_t r;

	(void)events;
	/* while its number is still its own: nobody else of its group lives
	 * on, or writes where it did */
	if (c->all)
		child_kill(c);
	r = waitpid(c->pid, &st, WNOHANG);
	if (r == 0 || (r == -1 && errno == EINTR))
		return;
	if (r == -1)
		st = SIGKILL; /* how is not known: temporary */
	forget(c);
	c->ended(c->arg, st);
}

int
child_start(struct child *c, const struct spawn *s, void (*ended)(void *, int),
    void *arg)
{
	int saved;

	c->pid = spawn_start(s);
	if (c->pid == -1) {
		c->pid = 0;
		return -1;
	}
	c->apart = s->apart;
	c->ended = ended;
	c->arg = arg;
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	if (c->pidfd == -1) {
		saved = errno;
		child_kill(c);
		spawn_wait(c->pid, NULL);
		c->pid = 0;
		errno = saved;
		return -1;
	}
	fd_cloexec(c->pidfd);
	loop_io_start(&c->io, c->pidfd, LOOP_READ, on_end, c);
	return 0;
}

void
child_kill(struct child *c)
{
	if (c->pid > 0)
		kill(c->apart ? -c->pid : c->pid, SIGKILL);
}

void
child_end(struct child *c)
{
	if (c->pid == 0)
		return;
	child_kill(c);
	spawn_wait(c->pid, NULL);
	forget(c);
}
