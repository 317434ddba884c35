#ifndef SHIP_EVENTLINE_H
#define SHIP_EVENTLINE_H

#include "ship/filter.h"
#include "ship/relabel.h"

/* A line of a log, and how it goes to a destination, ship-batch(5). */
enum {
	EVENTLINE_VERSION = 1, /* of the labels and kinds in event(5) */
	EVENTLINE_MAX = 65536, /* bytes of a line, in the log and in a batch */
	EVENTLINE_KEPT_MAX = 4096 /* of one that is no event, kept as text */
};

struct eventline {
	struct filter filter;
	struct relabel labels;
	unsigned relabeled : 1; /* there is a table of labels */
	unsigned all : 1;       /* diagnostics, too */
};

enum eventline_is {
	EVENTLINE_PUT,
	EVENTLINE_OTHER, /* no event, and none wanted */
	EVENTLINE_FILTERED,
	EVENTLINE_BAD,  /* begins like an event, and is damaged */
	EVENTLINE_NOMEM /* and nothing is appended */
};

enum { EVENTLINE_TIME_SIZE = 40 };
/* a time as events have it, us since 1970; "": the calendar has no such time */
void eventline_time(int64_t us, char out[EVENTLINE_TIME_SIZE]);
/* everything, as it is logged */
void eventline_begin(struct eventline *);
/* is it an event?  The logger's time may be in front */
int eventline_event(const char *line, size_t n);
/* a number for what it is, the logger's time apart */
uint64_t eventline_sum(const char *line, size_t n);
/*
 * eventline_put - append it to a batch, with its LF
 *
 * src      the log it stands in
 * line, n  as it stands there, with its LF or without
 */
enum eventline_is eventline_put(const struct eventline *, const char *src,
    const char *line, size_t n, struct buf *out);
/* the same for one that is a dead letter: whatever it is, as text, with when
 * (ts) and why in front.  0, or -1 with ENOMEM */
int eventline_dead(const char *src, const char *line, size_t n, const char *ts,
    const char *why, struct buf *out);

#endif
