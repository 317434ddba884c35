#include "run/run.h"
#include "base/die.h"
#include "base/exit.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* "ID\n" each; an empty line asks for a scan; what is neither is skipped */
static void
read_ids(struct run *r, const char *p, size_t n)
{
	const char *end = p + n, *e;

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			break;
		if (e == p)
			scan_soon(r, RUN_ASKED_MS);
		else if (name_check(p, e - p) == 0)
			arrivals_put(r, p);
	}
}

static void
on_fifo(void *arg, int events)
{
	static char buf[65536]; /* all a pipe holds */
	struct run *r = arg;
	ssize_t n;

	(void)events;
	n = read(r->fifo.fd, buf, sizeof buf);
	if (n <= 0)
		return;
	/* it may have been full, and a full one drops ids */
	if ((size_t)n > sizeof buf - 4096)
		scan_soon(r, RUN_YOUNG_US / 1000 + 1000);
	read_ids(r, buf, n);
	arrivals_slice(r);
	scan_slice(r);
	chain_refill(r);
	rounds_more(r);
}

void
fifo_start(struct run *r)
{
	r->fifo.fd = openat(r->qfd, "trigger", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (r->fifo.fd == -1)
		die(EXIT_TEMP, "unable to open %s/trigger: %m", r->queue);
	loop_io_start(&r->fifo.io, r->fifo.fd, LOOP_READ, on_fifo, r);
}
