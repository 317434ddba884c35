#ifndef STAGE_STAGE_H
#define STAGE_STAGE_H

#include "base/buf.h"
#include "chain/link.h"
#include "chain/refused.h"
#include "format/parcel.h"
#include "mail/crlf.h"
#include <stdint.h>

/*
 * A link of the receiving chain that looks at messages and changes them:
 * parcels come on descriptor 0, are worked on (several at once, in any
 * order), and go to the next link; receipts go up in the order in which
 * the parcels came.  Or, with stage_alone(), one message from descriptor 0
 * to descriptor 1, for the shell.
 *
 * A message is whole before anything of it goes on: its header in memory,
 * its body in memory when small and in an unlinked file when large.
 */
enum {
	STAGE_PARCELS_MAX = 500,     /* at once; then no more are read */
	STAGE_MEMORY_MAX = 32 << 20, /* bytes of them all; the same */
	STAGE_BODY_MEMORY = 262144,  /* a longer body goes to a file */
	STAGE_HEADER_MAX = 1 << 20   /* bytes of a header; see `long_header` */
};

/*
 * One parcel or message.  The program may change env and header, and fill
 * front, from begin() on until it calls stage_pass() or stage_refuse().
 */
struct stage_parcel {
	struct buf env;    /* envelope lines, parcel(5); empty when alone */
	struct buf header; /* with LF line ends, without the empty line
			    * behind it; what cannot be a field may be in
			    * it: it ends where an empty line is */
	struct buf front;  /* fields to be put in front of the header, LF */
	uint64_t size;     /* bytes of the message as it came */
	void *state;       /* the program's, ops->state_size bytes, zero */
	/* there is an empty line behind the header: a message without one
	 * is header only */
	unsigned has_body : 1;
	/* the header is longer than STAGE_HEADER_MAX: `header` has its first
	 * whole lines only, and the rest counts as body.  Pass it on
	 * unchanged or refuse it */
	unsigned long_header : 1;
	/* header was changed (not: front was filled) */
	unsigned changed : 1;
	/* see stagepart.h */
	struct stage_private *private;
};

struct stage_ops {
	size_t state_size;
	/* the header is there (and env): before any of the body.  Return 1
	 * to have the body, 0 when it does not matter: whole() comes anyway.
	 * May be NULL: no body is wanted */
	int (*begin)(struct stage_parcel *);
	/* body, LF line ends, any pieces */
	void (*body)(struct stage_parcel *, const char *, size_t n);
	/* all is there: must lead, now or later, to stage_pass() or
	 * stage_refuse(), exactly once */
	void (*whole)(struct stage_parcel *);
	/* the receipt of a parcel that was passed on, before it goes up; may
	 * be NULL */
	void (*receipt)(struct stage_parcel *, enum receipt_kind,
	    const char *text, size_t n);
	/* the state is about to be freed: everything in it; may be NULL */
	void (*forget)(struct stage_parcel *);
};

/*
 * What stands in front ends safely: where the message does not begin with a
 * field (header_fits), an empty line is put behind the fields, so that what
 * a stranger wrote does not go on with them.  stage_pass() does it; for one
 * that takes front, header and body apart itself.  Front gets no field then.
 */
void stage_end_front(struct stage_parcel *);
/* go on to the next link: front, header, body */
void stage_pass(struct stage_parcel *);
/* answer it here: text as in receipt_put; alone: text goes to stderr and the
 * exit code is EXIT_PERM or EXIT_TEMP; RECEIPT_OK says that all is done and
 * nothing is to be written */
void stage_refuse(struct stage_parcel *, enum receipt_kind, const char *text);
/* replace the body too (a filter): the whole new message, LF line ends, in
 * memory or, when fd is not -1, in a file from its start, which now belongs
 * to the stage; instead of stage_pass() */
void stage_replace(struct stage_parcel *, struct buf *message, int fd,
    uint64_t len);
/* the body as it stands, for one that wants it again: calls put() with
 * pieces, LF line ends; -1 with errno when its file cannot be read, or when
 * put() returns -1.  Its length: (alone: as it came) */
int stage_read_body(struct stage_parcel *,
    int (*put)(void *arg, const char *, size_t n), void *arg);
uint64_t stage_body_len(const struct stage_parcel *);
/* the same for one that asks when it has room: bytes from offset at on, as
 * spool_read().  Alone the line ends are as they came, and the empty line
 * behind the header is the first of it */
long stage_body_at(const struct stage_parcel *, uint64_t at, const char **p);

/* the value of the first envelope line with this key, unescaped into out
 * (cleared first, NUL behind it not counted): 1 found, 0 not there */
int stage_env(const struct stage_parcel *, const char *key, struct buf *out);
/* the same as a string in out; NULL: it is not there */
static inline const char *
stage_env_text(const struct stage_parcel *p, const char *key, struct buf *out)
{
	return stage_env(p, key, out) ? buf_data(out) : NULL;
}
/* did our own people or machines send it?  line "origin inside", see
 * parcel(5).  Without the line it came from outside */
int stage_inside(const struct stage_parcel *);
/* is its refusal with this code an event of its own?  Else it is in a sum
 * of those of its client, chain/refused.h */
int stage_tells(const struct stage_parcel *, unsigned code);

/*
 * A stage.  The program says what it does to each message, what may be useful
 * to it then, and where files for large bodies go (NULL: TMPDIR, or /tmp); all
 * else is zero at first, and is of the files of lib/stage.  It is large (70 KB):
 * what sets it at the start makes the program's file so much longer.
 */
struct stage {
	struct link link; /* first: a stage is where its link is */
	const struct stage_ops *ops;
	void *arg; /* stage_arg() */
	const char *dir;
	/* how a message goes on: to the next link, or to descriptor 1 */
	void (*pass)(struct stage_private *);
	void (*refuse)(struct stage_private *, enum receipt_kind,
	    const char *text);
	int status;
	struct refused refused; /* stage_tells() */
	/* the link */
	struct stage_private *first, **last;     /* all, as they arrived */
	struct stage_private *down, **last_down; /* passed, not yet answered */
	struct stage_private *unsent;  /* of those, the first to be written */
	struct stage_private *reading; /* NULL: between two parcels */
	enum { STAGE_ENVELOPE, STAGE_MESSAGE } in;
	uint64_t left; /* bytes of the netstring to come */
	unsigned n;
	size_t memory;
	unsigned holding : 1, eof : 1;
	/* one message alone */
	struct buf raw; /* the header as it came, line by line */
	struct crlf crlf;
	size_t empty; /* bytes of the line behind the header */
	unsigned alone : 1, ended : 1, with_cr : 1, line_seen : 1;
};

/* the arg of its stage: the program's own */
void *stage_arg(const struct stage_parcel *);

/* the link: until the chain ends; returns the exit status */
int stage_link(struct stage *, char *const next[]);
/*
 * stage_alone - one message on descriptor 0
 *
 * Line ends may be CRLF or LF: the program sees LF, and what stage_pass()
 * writes to descriptor 1 has those of the first line in what is new, and is
 * byte for byte what came in the rest.  env: envelope lines to begin with,
 * may be NULL.  Returns the exit status.
 */
int stage_alone(struct stage *, const struct buf *env);

#endif
