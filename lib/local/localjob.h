#ifndef LOCAL_LOCALJOB_H
#define LOCAL_LOCALJOB_H

#include "format/ltsv.h"
#include "local/forward.h"
#include "local/mailbox.h"

/*
 * A job of local-deliver: what it asks for, what the mailbox's owner wants
 * done with the message, and the line of its result.  Without memory the
 * program ends with EXIT_TEMP.
 */
enum {
	LOCALJOB_HEAD_READ = 262144, /* of a message, looked at for loops and
				      * what is to be removed */
	LOCALJOB_TEXT_MAX = 512      /* of a result */
};

struct localcommands;
struct deliver;

struct localjob {
	char *line; /* the request */
	size_t line_len;
	char *id, *from, *to, *user, *path; /* NULL: not in it */
	struct forward_orders orders;
	const char *dsn; /* the report of success that is owed, NULL: none */
	char *command;   /* the one to run next, or that runs */
	uint64_t off, len;
	int64_t began_ms;
	/* Return-Path and Delivered-To, what they need behind them, and the
	 * message's first `head` bytes without the Return-Path that another
	 * host left in them (RFC 5321 section 4.4) */
	struct buf before;
	uint64_t head;
	unsigned fits : 1;     /* it begins with a field, header_fits() */
	unsigned begun : 1;    /* that has been noted, deliver.h */
	unsigned several : 1;  /* its copy is not all that becomes of it */
	struct buf text;       /* of the result, gathered */
	struct localjob *next; /* of those that wait */
	struct localcommands *commands; /* internal */
	struct deliver *owner;
};

/* a result other than `sent`; esc and class are constants */
struct localjob_fault {
	const char *status, *esc, *class;
	char text[LOCALJOB_TEXT_MAX];
};

/*
 * localjob_new - a request line, LF and all
 *
 * fault  receives what is wrong with a job that is one but lacks something;
 *        its status is NULL when nothing is
 *
 * Returns NULL when the line is no job.
 */
struct localjob *localjob_new(const char *line, size_t n,
    struct localjob_fault *fault);
void localjob_free(struct localjob *);

/* a failed system call: nothing of that kind is the recipient's fault */
void localjob_failed(struct localjob_fault *, const char *what, int err);

/* where mailboxes are, and whose are made */
struct localjob_boxes {
	int base;   /* descriptor of the directory of Maildirs */
	int create; /* make any that is not there */
	struct mailbox_conf known;
};

/*
 * localjob_orders - what is to be done: fills before, orders, dsn, several
 *
 * forward  there is a chain to forward to
 *
 * Returns 0, or -1 with *fault: nothing is to be done but to answer.
 */
int localjob_orders(struct localjob *, const struct localjob_boxes *,
    int forward, struct localjob_fault *);

/* the parcel of a forwarded copy: its envelope, and the field in front of
 * the message */
void localjob_parcel(const struct localjob *, struct buf *env,
    struct buf *text);

/* add to text what was done, behind what was done before */
void localjob_add_text(struct localjob *, const char *what, const char *s,
    size_t n);

/* the line of the result: begin, the caller's own labels, end */
void localjob_result(struct buf *out, const struct localjob *,
    const char *status);
void localjob_result_end(struct buf *out, const struct localjob *,
    const char *text, size_t n);

#endif
