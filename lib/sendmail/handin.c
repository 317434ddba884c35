#include "sendmail/handin.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/spawn.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* where to */

/* before DIR behind, valid until the next call; NULL with ENOMEM */
static char *
path(struct handin *h, const char *before, const char *behind)
{
	buf_clear(&h->text);
	if (buf_printf(&h->text, "%s%s%s", before, h->dir, behind) == -1 ||
	    buf_putc(&h->text, '\0') == -1)
		return NULL;
	return buf_data(&h->text);
}

/*
 * The instance's socket for mail of our own people, where it is completed and
 * signed.  An instance that was made before there was one has only that of
 * its queue.
 */
static char *
way_in(struct handin *h)
{
	struct stat st;
	char *p = path(h, "", "/sock/submit.sock");
	int none = p != NULL && lstat(p, &st) == -1 && errno == ENOENT;

	/* it may be gone while the service is stopped, the drop is not */
	if (none) {
		p = path(h, "", "/drop");
		none = p != NULL && stat(p, &st) == -1;
	}
	return path(h,
	    "unix:", none ? "/sock/inject.sock" : "/sock/submit.sock");
}

int
handin_link(struct handin *h, char *argv[4])
{
	argv[1] = argv[2] = argv[3] = NULL;
	if (h->chain == NULL) {
		argv[0] = way_in(h);
		return argv[0] == NULL ? -1 : 0;
	}
	if (strncmp(h->chain, "unix:", 5) == 0) {
		argv[0] = (char *)h->chain;
		return 0;
	}
	buf_clear(&h->text);
	if (buf_printf(&h->text, "exec %s", h->chain) == -1 ||
	    buf_putc(&h->text, '\0') == -1)
		return -1;
	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = buf_data(&h->text);
	return 0;
}

/* a try */

static int failed(struct handin *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static int
failed(struct handin *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(h->trouble, sizeof h->trouble, fmt, ap);
	va_end(ap);
	return -1;
}

/* the receipt; what is no receipt is a temporary failure */
static int
receive(struct handin *h, int in)
{
	struct receipt *t = &h->receipt;

	switch (receipt_await(t, in, h->receipt_ms)) {
	case RECEIPT_CAME: break;
	case RECEIPT_NONSENSE: return failed(h, "the queue answers nonsense");
	case RECEIPT_LATE: return failed(h, "the queue does not answer");
	case RECEIPT_NONE:
		return failed(h, "the queue has not taken the message");
	}
	if (t->kind == RECEIPT_TEMP)
		return failed(h, "not taken: %.*s", (int)t->len, t->text);
	if (t->kind != RECEIPT_OK) {
		h->refused = 1;
		return failed(h, "refused: %.*s", (int)t->len, t->text);
	}
	return 0;
}

static int
reach(struct handin *h, int *to, int *in)
{
	char *argv[4];

	if (handin_link(h, argv) == -1)
		return failed(h, "out of memory");
	if (spawn_next(argv, to, in) == -1)
		return failed(h, "unable to reach the queue, %s: %s", argv[0],
		    strerror(errno));
	if (fd_block(*to) == -1)
		return failed(h, "unable to reach the queue: %s",
		    strerror(errno));
	return 0;
}

static enum spool_result
put(int to, const struct handin_parcel *p)
{
	if (fd_write_all(to, buf_data(&p->out), buf_len(&p->out)) == -1 ||
	    fd_write_all(to, buf_data(&p->head), buf_len(&p->head)) == -1)
		return SPOOL_UNSENT;
	return p->rest == NULL ? SPOOL_OK : spool_write(p->rest, to);
}

static int
try_once(struct handin *h, const struct handin_parcel *p)
{
	int to, in, r = 0;

	if (reach(h, &to, &in) == -1)
		return -1;
	switch (put(to, p)) {
	case SPOOL_OK: break;
	case SPOOL_LOST:
		h->lost = 1;
		r = failed(h, "unable to read the message: %s",
		    strerror(errno));
		break;
	case SPOOL_UNSENT:
		/* one that stops reading may have said why; it must not
		 * wait for the rest, be it on a socket or a pipe */
		shutdown(to, SHUT_WR);
		close(to);
		to = -1;
	}
	if (r == 0)
		r = receive(h, in);
	if (to != -1)
		close(to);
	close(in);
	return r;
}

/* the service may be about to start again */
static int
try_for_a_while(struct handin *h, const struct handin_parcel *p)
{
	int64_t until = clock_mono_ms() + HANDIN_AGAIN_FOR_MS;

	while (try_once(h, p) == -1) {
		if (h->refused || h->lost || h->chain != NULL ||
		    clock_mono_ms() >= until)
			return -1;
		poll(NULL, 0, HANDIN_AGAIN_MS);
	}
	return 0;
}

/* the drop */

/* for when the service is back; without a word where there is none */
static int
drop(struct handin *h, const struct handin_parcel *p)
{
	uint64_t n = buf_len(&p->out) + buf_len(&p->head);
	const char *dir = path(h, "", "/drop");
	struct drop_file f;

	if (dir == NULL)
		return -1;
	if (p->rest != NULL)
		n += spool_len(p->rest);
	if (drop_start(&f, dir, n) == -1) {
		if (errno != ENOENT)
			warn("unable to leave the message in %s: %m", dir);
		return -1;
	}
	if (put(f.fd, p) != SPOOL_OK) {
		warn("unable to write in %s: %m", dir);
		drop_cancel(&f);
		return -1;
	}
	if (drop_commit(&f) == -1) {
		warn("unable to leave the message in %s: %m", dir);
		return -1;
	}
	memcpy(h->dropped, f.name, sizeof h->dropped);
	return 0;
}

int
handin(struct handin *h, const struct handin_parcel *p)
{
	h->refused = h->lost = 0;
	h->receipt.kind = 0;
	h->dropped[0] = '\0';
	if (try_for_a_while(h, p) == 0)
		return 0;
	return h->refused || h->lost || h->chain != NULL ? -1 : drop(h, p);
}

int
handin_answer(const struct handin *h, int taken, struct buf *out)
{
	char text[RECEIPT_MAX];

	if (taken == 0 && h->dropped[0] != '\0')
		return receipt_put(out, RECEIPT_OK, h->dropped);
	if (h->receipt.kind == 0)
		return receipt_put(out, RECEIPT_TEMP,
		    "4.3.0 no service takes mail now");
	snprintf(text, sizeof text, "%.*s", (int)h->receipt.len,
	    h->receipt.text);
	return receipt_put(out, h->receipt.kind, text);
}
