#include "accept/acceptcall.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "chain/dial.h"
#include "format/ltsv.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum acceptcall_trouble
acceptcall_open(struct acceptcall *c, const char *socket)
{
	memset(c, 0, sizeof *c);
	c->fd = dial_path(socket);
	return c->fd == -1 ? ACCEPTCALL_AWAY : ACCEPTCALL_OK;
}

/* one line into c->line */
static enum acceptcall_trouble
hear(struct acceptcall *c)
{
	int64_t until = clock_mono_ms() + ACCEPTCALL_WAIT_MS, left;
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	ssize_t n;

	while (acceptwire_line(buf_data(&c->line), buf_len(&c->line)) == 0) {
		left = until - clock_mono_ms();
		if (left <= 0 || buf_len(&c->line) >= LTSV_LINE_MAX)
			return left <= 0 ? ACCEPTCALL_LATE : ACCEPTCALL_OTHER;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = fd_read_more(c->fd, &c->line, LTSV_LINE_MAX);
		if (n == 0)
			return ACCEPTCALL_ENDED;
		if (n == -1 && errno != EAGAIN)
			return ACCEPTCALL_AWAY;
	}
	return ACCEPTCALL_OK;
}

enum acceptcall_trouble
acceptcall(struct acceptcall *c, struct acceptwire_question *q,
    struct acceptwire_answer *a)
{
	enum acceptcall_trouble t;

	q->id = ++c->id;
	buf_clear(&c->line);
	needs(acceptwire_ask(&c->line, q));
	/* a line fits into what a socket takes at once, as one is asked at a
	 * time */
	if (fd_write_all(c->fd, buf_data(&c->line), buf_len(&c->line)) == -1)
		return ACCEPTCALL_AWAY;
	buf_clear(&c->line);
	t = hear(c);
	if (t != ACCEPTCALL_OK)
		return t;
	return acceptwire_read_answer(buf_data(&c->line), buf_len(&c->line),
		   a) == -1 ||
		a->id != q->id
	    ? ACCEPTCALL_OTHER
	    : ACCEPTCALL_OK;
}

void
acceptcall_close(struct acceptcall *c)
{
	fd_drop(&c->fd);
	buf_free(&c->line);
}

const char *
acceptcall_text(enum acceptcall_trouble t)
{
	switch (t) {
	case ACCEPTCALL_LATE: return "it does not answer";
	case ACCEPTCALL_ENDED: return "it has hung up";
	case ACCEPTCALL_OTHER: return "it speaks another protocol";
	default: return strerror(errno);
	}
}
