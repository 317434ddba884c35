#include "base/errpipe.h"
#include "base/fd.h"

static void
shut(struct errpipe *e)
{
	loop_io_stop(&e->io);
	fd_drop(&e->fd);
}

/* 1: there may be more */
static int
more(struct errpipe *e)
{
	int r = e->fd == -1 ? 0 : errlog_read(&e->log, e->fd);

	if (r == -1)
		shut(e);
	return r == 1;
}

static void
on_readable(void *arg, int events)
{
	(void)events;
	more(arg);
}

void
errpipe_start(struct errpipe *e, int fd, const char *name, long pid)
{
	e->fd = fd;
	errlog_begin(&e->log, name, pid);
	loop_io_start(&e->io, fd, LOOP_READ, on_readable, e);
}

void
errpipe_drain(struct errpipe *e)
{
	while (!e->log.full && more(e))
		;
}

void
errpipe_close(struct errpipe *e)
{
	errlog_end(&e->log);
	if (e->fd != -1)
		shut(e);
}
