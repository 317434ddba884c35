#ifndef CHAIN_WIRE_H
#define CHAIN_WIRE_H

#include "base/buf.h"
#include "base/loop.h"

/*
 * A wire: a descriptor to read records from and one to write records to
 * (a pipe pair, or one socket twice), in the event loop, never blocking.
 *
 * What is read goes to record() as often as it consumes something.  What
 * is put is written once before the loop waits again, so that many small
 * records become one system call.  Nothing is limited here but the size of
 * one record: who puts asks wire_full() and stops reading its own input.
 *
 * What all wires share is one for a process, as its event loop is: which of
 * them have something to write before it waits, behind the events of the same
 * round, of which a callback is running, and memory for reading.
 */
enum {
	WIRE_READ = 65536,        /* bytes asked for at a time */
	WIRE_MARK = 65536,        /* bytes waiting to be written: full */
	WIRE_IDLE = 1024,         /* buffer memory an idle wire keeps */
	WIRE_RECORD_MAX = 1 << 20 /* default for record_max */
};

struct wire;

struct wire_ops {
	/* consume from p[0..n), n > 0: the bytes used up, 0 if p holds no
	 * whole record yet; called again while it consumes and is not paused */
	size_t (*record)(void *arg, const char *p, size_t n);
	/* nothing more comes: err 0 at EOF, EMSGSIZE if a record is longer
	 * than record_max, else the errno of read.  Bytes of an unfinished
	 * record are left in w->in */
	void (*ended)(void *arg, int err);
	/* the reader of what we write is gone (EPIPE and the like) */
	void (*gone)(void *arg, int err);
	/* wire_full() was true and is no longer; may be NULL */
	void (*drained)(void *arg);
};

struct wire {
	struct loop_io r, w;
	int rfd, wfd;     /* -1: that direction is closed */
	int record, pass; /* -1: none */
	size_t recorded;  /* bytes of out that stand in record */
	struct buf in, out;
	const struct wire_ops *ops;
	void *arg;
	size_t record_max;
	struct wire *next_dirty;
	unsigned paused : 1, dirty : 1, was_full : 1, closing : 1, eof : 1,
	    again : 1, fifo : 1, socket : 1, blocked : 1;
};

/*
 * begin; both descriptors must be non-blocking and now belong to the wire.
 * rfd or wfd may be -1.
 */
void wire_open(struct wire *, int rfd, int wfd, const struct wire_ops *,
    void *arg);
/*
 * stop, close both descriptors, free the buffers; no callback follows, and
 * the structure may be freed or opened anew at once, in a callback too
 * (record() of a closed wire may return anything)
 */
void wire_close(struct wire *);

/* put bytes; ends the program with EXIT_TEMP when memory is out */
void wire_put(struct wire *, const char *, size_t n);
/* for writers that build a record in place: fill w->out, then this */
void wire_dirty(struct wire *);
static inline size_t
wire_waiting(const struct wire *w)
{
	return w->wfd == -1 ? 0 : buf_len(&w->out);
}
/* 1 when so much waits to be written that no more is to be put, else 0 */
static inline int
wire_full(const struct wire *w)
{
	return wire_waiting(w) >= WIRE_MARK;
}
/*
 * wire_record - what is put is first appended to this file, what was put in
 * one round of the loop in one write; also when nobody reads it any more
 *
 * An append that fails is told once, and what is put is written all the same.
 */
void wire_record(struct wire *, int fd);
/* append what is not there yet, now */
void wire_record_flush(struct wire *);
/* append whole lines to the record alone, now */
void wire_note(struct wire *, char *p, size_t n);
/* a descriptor that goes with the first byte written to a Unix socket */
void wire_pass(struct wire *, int fd);
/* close our writing end once everything put is written */
void wire_finish(struct wire *);

/* stop and go on reading; what was read already is kept and comes first */
void wire_pause(struct wire *);
void wire_resume(struct wire *);

/* write out what all wires have, now, as far as it goes without blocking */
void wire_flush_all(void);

#endif
