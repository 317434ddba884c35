#include "run/run.h"
#include "base/die.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
toline_close(struct run *r)
{
	if (r->toline.fd != -1)
		close(r->toline.fd);
	r->toline.fd = -1;
}

int
toline_sync(struct run *r)
{
	return r->toline.fd == -1 ? 0 : fdatasync(r->toline.fd);
}

static int
open_for(struct run *r, uint32_t m)
{
	char path[NAME_PATH_LEN + 1];

	if (r->toline.fd != -1 && r->toline.message == m)
		return 0;
	toline_close(r);
	name_path(path, r->s.message[m].id);
	r->toline.fd = openat(r->qfd, path, O_WRONLY | O_CLOEXEC);
	r->toline.message = m;
	return r->toline.fd == -1 ? -1 : 0;
}

static int
write_at(struct run *r, uint32_t m, const char *p, size_t n, uint64_t at)
{
	ssize_t w = -1;

	if (open_for(r, m) == 0) {
		do
			w = pwrite(r->toline.fd, p, n, at);
		while (w == -1 && errno == EINTR);
		if (w >= 0 && (size_t)w < n)
			errno = ENOSPC;
	}
	if (w == (ssize_t)n)
		return 0;
	warn("unable to write the state of message %.20s: %m",
	    r->s.message[m].id);
	return -1;
}

int
toline_write(struct run *r, uint32_t x, uint32_t offset, int64_t next,
    const char *reply, size_t n)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	struct message_rcpt m = { .state = p->state,
		.mark = p->mark,
		.doubt = (p->flags & RUN_DOUBT) != 0,
		.tries = p->tries,
		.next = next,
		.reply = reply,
		.reply_len = n };
	char record[MESSAGE_RECORD_LEN];
	size_t len = sizeof record;

	message_record(record, &m);
	if (reply == NULL)
		len = MESSAGE_TO_REPLY - MESSAGE_TO_STATE - 1;
	return write_at(r, p->message, record, len, offset + MESSAGE_TO_STATE);
}

int
toline_mark(struct run *r, uint32_t x, uint32_t offset)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	char mark = message_mark(p->mark, p->flags & RUN_DOUBT);

	return write_at(r, p->message, &mark, 1, offset + MESSAGE_TO_MARK);
}

int
toline_next(struct run *r, uint32_t x, uint32_t offset, int64_t next)
{
	char digits[MESSAGE_NEXT_LEN + 1];

	snprintf(digits, sizeof digits, "%0*lld", MESSAGE_NEXT_LEN,
	    (long long)next);
	return write_at(r, r->s.rcpt[x].message, digits, MESSAGE_NEXT_LEN,
	    offset + MESSAGE_TO_NEXT);
}

size_t
toline_reply(struct run *r, const char *id, uint32_t offset, char *out)
{
	char path[NAME_PATH_LEN + 1];
	ssize_t n = 0;
	int fd;

	name_path(path, id);
	fd = openat(r->qfd, path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = pread(fd, out, MESSAGE_REPLY_LEN,
		    (off_t)offset + MESSAGE_TO_REPLY);
		close(fd);
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return n > 0 && memchr(out, '\0', (size_t)n) == NULL
	    ? ltsv_cut(out, (size_t)n, (size_t)n)
	    : 0;
}

void
toline_leave(struct run *r, uint32_t m)
{
	if (r->toline.fd != -1 && r->toline.message == m)
		toline_close(r);
}
