#ifndef ADMIN_ADMINLINES_H
#define ADMIN_ADMINLINES_H

#include "admin/admincall.h"
#include "base/buf.h"

/*
 * What a command prints, a line at a time, as JSON.  Pure.
 *
 * Labels become members, numbers where they are some, ship/shipjson.h.
 */
enum {
	ADMINLINES_DEFAULT = 100,      /* lines where no limit is given */
	ADMINLINES_ROWS_MAX = 2000,    /* of queue-stat and the like */
	ADMINLINES_BYTES_MAX = 8 << 20 /* of an answer */
};

/* which lines of a log are wanted: labels by their values; "" is any */
struct adminfilter {
	const struct adminparams *params; /* ev prog id from to ... of them */
	const char *tenant;               /* whose alone, or NULL */
	const char *id;  /* events of this message alone, or NULL */
	const char *key; /* accepted with this key, or NULL */
	const char *org; /* whose key it is, or NULL: anybody's */
};

/* all zero but what is public before adminlines_init() */
struct adminlines {
	enum admincall_form form;
	struct adminfilter filter; /* public, of a log */
	unsigned limit;            /* public */
	const char *after;         /* public, ID.N of a list; or NULL */
	struct buf out;            /* values of JSON, a comma and LF between */
	unsigned n;                /* of them */
	unsigned more : 1;         /* a list has more than limit */
	unsigned cut : 1;          /* of all there are some too many */
	unsigned found : 1;        /* of a log: a line that shows whose it is */
	char last[64];             /* ID.N of the last one */
};

/*
 * adminlines_add - one line, without its LF
 *
 * 1: go on; 0: no more is wanted; -1: no memory.
 *
 * Of a log the newest are kept, so it never says that it has enough.
 */
int adminlines_add(struct adminlines *, const char *, size_t n);
/* what is wanted, append as the call's answer: 0, or -1 with ENOMEM */
int adminlines_put(const struct adminlines *, struct buf *);
void adminlines_free(struct adminlines *);

/* does a line of a log agree?  1 or 0 */
int adminfilter_takes(const struct adminfilter *, const char *, size_t n);

#endif
