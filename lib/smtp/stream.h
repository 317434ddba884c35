#ifndef SMTP_STREAM_H
#define SMTP_STREAM_H

#include "base/buf.h"
#include "base/loop.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * All bytes of an SMTP connection, in and out, at both ends: a descriptor,
 * or two, and what stands between them and who speaks.  That is nothing at
 * first, and from stream_start() on a layer that makes other bytes of ours
 * and ours of others: TLS.  Who speaks does not see a difference:
 *
 *     bytes in      stream_read(), into the user's own buffer.  What cannot
 *                   be used yet, a part of a line, goes back with
 *                   stream_unread() and comes again in front of the rest,
 *                   so that an idle connection has no buffer.
 *     bytes out     stream_send(): what the other side does not take now is
 *                   kept, and leaves in order when it does; stream_write()
 *                   for who keeps it himself, like a message that is in a
 *                   file.
 *     waiting       The user says what he wants to do, stream_want(), and
 *                   is called when he can.  For what the stream waits is
 *                   another thing: bytes that it keeps want to leave, and a
 *                   layer may have to write in order to read, or the other
 *                   way round.  Bytes that a layer has ready are told
 *                   although the descriptor has none.
 *     the end       stream_read() says 0 where the other side said that it
 *                   says no more; a layer knows that from a connection that
 *                   was cut off, and says ECONNRESET.
 *     STARTTLS      is answered, the answer leaves, stream_start().  What
 *                   came in behind the command is thrown away by it: it was
 *                   not said under the layer, by whomever (CVE-2011-0411,
 *                   RFC 3207 section 6).
 *
 * Deadlines belong to the user, and so does a limit on what he sends while
 * the other side does not take it: stream_pending().  No call blocks unless
 * the descriptor does; a stream that is not watched serves blocking programs,
 * too, and uses no loop.  The structure stays where it is while it is open.
 */
struct stream;

/*
 * A layer: ops, and behind it in the same structure what it needs.  It comes
 * to the descriptor by stream_plain_read() and stream_plain_write().
 */
struct stream_ops {
	/* as stream_read() and stream_write() below, without their keeping;
	 * both do what else is to be done, as pump() does.  write() takes less
	 * only when can() has no LOOP_WRITE afterwards */
	ssize_t (*read)(struct stream *, char *, size_t);
	ssize_t (*write)(struct stream *, const char *, size_t);
	/* the descriptor is ready for these events, or 0: not because of it:
	 * to and fro what can be; 0, or -1 with errno when nothing more will
	 * be written */
	int (*pump)(struct stream *, int events);
	/* what read() and write() can do now: LOOP_READ also for an end or an
	 * error to be told.  No calls of the system */
	int (*can)(const struct stream *);
	/* what the descriptor is to be waited for when the user wants this */
	int (*needs)(const struct stream *, int want);
	/* bytes taken by write() and not written to the descriptor */
	size_t (*holds)(const struct stream *);
	/* nothing more is said: what stream_end() does */
	int (*end)(struct stream *);
	/* the stream is closed: give back what is its own */
	void (*close)(struct stream *);
};

struct stream_layer {
	const struct stream_ops *ops;
	/* the stream's: the user's callback, a call of it to come, and the
	 * watcher of wfd */
	void (*ready)(void *, int);
	void *arg;
	struct loop_timer again;
	struct loop_io out;
};

/* all zero is one that is not open; its members are private */
struct stream {
	struct loop_io io;
	struct stream_layer *layer; /* NULL: none, plain */
	struct stream_out *out;     /* what the other side does not take */
	char *kept;                 /* what came and could not be used yet */
	uint32_t n_kept;
	int rfd, wfd;
	uint16_t error; /* errno of a write that failed, 0: none */
	unsigned char want;
	unsigned char is_open : 1, is_watched : 1;
};

/* rfd and wfd, which may be the same, are the stream's from now on */
void stream_open(struct stream *, int rfd, int wfd);
static inline int
stream_is_open(const struct stream *s)
{
	return s->is_open;
}
/* for who waits without the loop: the descriptor that is read */
static inline int
stream_fd(const struct stream *s)
{
	return s->rfd;
}
/* closes the descriptors, forgets all that is kept; not open: nothing */
void stream_close(struct stream *);

/*
 * stream_watch - call ready(arg, events) from the loop
 *
 * LOOP_READ   wanted, and stream_read() has something to say: there may be
 *             calls where it says EAGAIN
 * LOOP_WRITE  wanted, and stream_write() takes something; or, wanted or not,
 *             all that was kept has left now, or never will: stream_error()
 *
 * Each as long as it is so.  The callback may close the stream.  To want
 * LOOP_WRITE without a layer one descriptor must do for both.
 */
void stream_watch(struct stream *, int want, void (*ready)(void *, int),
    void *arg);
void stream_want(struct stream *, int want);

/*
 * stream_read - what was unread, and more behind it
 *
 * p  has room for the unread and most bytes behind
 *
 * Returns the count of all of them; 0 at the end, when nothing more will
 * come; -1 with errno: EAGAIN, nothing now.  With 0 and -1 the unread ones
 * stay.
 */
ssize_t stream_read(struct stream *, char *p, size_t most);
/* the n bytes at p come again, in front; none may be unread.  0, or -1 with
 * ENOMEM */
int stream_unread(struct stream *, const char *p, size_t n);
/* only the unread bytes; their count */
size_t stream_take(struct stream *, char *p);
/* the same without taking them; *p is valid until the next call, and p may be
 * NULL */
static inline size_t
stream_kept(const struct stream *s, const char **p)
{
	if (p != NULL)
		*p = s->kept;
	return s->n_kept;
}
/* throw away what came and was not used; its count */
size_t stream_drop_input(struct stream *);

/* as many of n bytes as are taken now, 0: none; nothing is kept.  -1 with
 * errno: none ever will be */
ssize_t stream_write(struct stream *, const char *p, size_t n);
/* all of them: what is not taken is kept and leaves by itself, if the stream
 * is watched.  0, or -1 with errno: as stream_write(), or ENOMEM */
int stream_send(struct stream *, const char *p, size_t n);
/* bytes that were sent or written and have not left.  When writing has
 * failed: those that were left over */
size_t stream_pending(const struct stream *);
/* the errno of a write that failed, 0: none has */
static inline int
stream_error(const struct stream *s)
{
	return s->error;
}
/* nothing more will be said: the other side hears so.  Nothing may be
 * pending.  0, or -1 with errno: there is no other side */
int stream_end(struct stream *);

/*
 * stream_start - from now on through a layer
 *
 * What was unread is dropped; returns its count: above 0 somebody spoke who
 * did not wait.  Nothing may be pending.  The layer is the caller's, may
 * be freed by its close(), and is gone with stream_close().
 */
size_t stream_start(struct stream *, struct stream_layer *);

/* for layers: read(2) and write(2) of the descriptor.  EINTR does not show;
 * a write that has no room returns 0 */
ssize_t stream_plain_read(struct stream *, char *, size_t);
ssize_t stream_plain_write(struct stream *, const char *, size_t);

#endif
