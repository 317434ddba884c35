#include "ship/shiplink.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "format/netstring.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

enum {
	READ_BYTES = 65536 /* asked for at a time */
};

struct running {
	const struct shiplink_ops *ops;
	void *arg;
	struct ship_event *ev;
	struct buf in, receipt, out;
};

/* more of descriptor 0: 1, 0 at its end, -1 with errno */
static int
more(struct running *r)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };
	ssize_t n;

	while (r->ops->idle != NULL && poll(&p, 1, r->ops->idle_ms) == 0)
		r->ops->idle(r->arg);
	if (buf_reserve(&r->in, READ_BYTES) == -1)
		return -1;
	n = fd_read_more(0, &r->in, READ_BYTES);
	return n > 0 ? 1 : (int)n;
}

/* one batch is answered: 0, or the status to exit with */
static int
answer(struct running *r, const char *p, size_t len)
{
	long n = shipbatch_split(p, len, r->ev, SHIP_EVENTS_MAX);

	if (n == -1) {
		warn("not a batch");
		return EXIT_PERM;
	}
	buf_clear(&r->receipt);
	if (r->ops->take(r->arg, r->ev, (size_t)n, &r->receipt) == -1 ||
	    netstring_put(&r->out, buf_data(&r->receipt),
		buf_len(&r->receipt)) == -1) {
		warn("out of memory");
		return EXIT_TEMP;
	}
	if (fd_write_all(1, buf_data(&r->out), buf_len(&r->out)) == -1) {
		warn("unable to write: %m");
		return EXIT_TEMP;
	}
	buf_clear(&r->out);
	return 0;
}

/* all whole batches that are there */
static int
answer_all(struct running *r)
{
	const char *p;
	size_t n;
	long used;
	int status = 0;

	while (status == 0 &&
	    (used = netstring_whole(buf_data(&r->in), buf_len(&r->in),
		 SHIP_BATCH_BYTES_MAX, &p, &n)) != 0) {
		if (used == -1) {
			warn("not a batch");
			return EXIT_PERM;
		}
		status = answer(r, p, n);
		buf_consume(&r->in, (size_t)used);
	}
	return status;
}

static int
run(struct running *r)
{
	int got, status;

	while ((got = more(r)) == 1) {
		status = answer_all(r);
		if (status != 0)
			return status;
	}
	if (got == 0 && buf_len(&r->in) == 0)
		return EXIT_OK;
	if (got == 0)
		warn("batch cut short by end of input");
	else
		warn("unable to read: %m");
	return EXIT_TEMP;
}

int
shiplink_run(const struct shiplink_ops *ops, void *arg)
{
	struct running r = { .ops = ops, .arg = arg };
	int status;

	fd_block(0);
	fd_block(1);
	r.ev = need(calloc(SHIP_EVENTS_MAX, sizeof *r.ev));
	status = run(&r);
	free(r.ev);
	buf_free(&r.in);
	buf_free(&r.receipt);
	buf_free(&r.out);
	return status;
}
