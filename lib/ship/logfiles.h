#ifndef SHIP_LOGFILES_H
#define SHIP_LOGFILES_H

#include "base/buf.h"
#include "format/ltsv.h"
#include <stdint.h>

/*
 * Which files of a log were read, and which wait to be, by their names without
 * the ending.  svlogd(8) names files by the clock, so that a new one may have a
 * name before those that were read: only names that are known tell what is new.
 * What is not there any more is forgotten.
 */
enum {
	LOGFILES_NAME_LEN = 25,    /* @ and 24 digits */
	LOGFILES_READ_MAX = 64,    /* names that were read, or runs of names */
	LOGFILES_WAITING_MAX = 64, /* files that wait, of which we know */
	LOGFILES_SLACK_US =
	    5000000 /* a line may come so late into the next file */
};

#define LOGFILES_LOWEST "@000000000000000000000000"
#define LOGFILES_HIGHEST "@ffffffffffffffffffffffff"

struct logfiles_one {
	char name[LOGFILES_NAME_LEN + 1];
	uint64_t bytes; /* as they lie there */
	uint64_t ino;   /* 0: not known */
};

struct logfiles_run {
	char first[LOGFILES_NAME_LEN + 1], last[LOGFILES_NAME_LEN + 1];
};

struct logfiles {
	struct logfiles_run read[LOGFILES_READ_MAX]; /* by their names */
	/* the next one first; more than these are seen when there is room */
	struct logfiles_one waiting[LOGFILES_WAITING_MAX];
	unsigned n_read, n_waiting;
};

/* is it a file's name? */
int logfiles_name(const char *, size_t n);
/* the time in a name, when the file was ended; us since 1970 */
int64_t logfiles_time_us(const char *name);

int logfiles_is_read(const struct logfiles *, const char *name);
/* its place among those that wait, or -1 */
int logfiles_find(const struct logfiles *, const char *name);
/* it is the one that is read next */
void logfiles_first(struct logfiles *, unsigned at);
/* it has been read */
void logfiles_done(struct logfiles *, const char *name);
/* it is not there any more */
void logfiles_forget(struct logfiles *, const char *name);
/* all that are up to this name, whichever they are, were read */
void logfiles_read_to(struct logfiles *, const char *name);
/*
 * logfiles_seen - what is in the folder now
 *
 * there, n  its files by their names
 * gone      called for each that waited and is not there; may be NULL
 * is_new    receives how many are new: the last of those that wait, by their
 *           names
 *
 * Where more have been read than there is room for, those with the lowest names
 * become runs, in which a name that is new later would count as read; a run has
 * no file in it that waits.  Returns 1: something has changed, else 0.
 */
int logfiles_seen(struct logfiles *, const struct logfiles_one *there, size_t n,
    void (*gone)(void *arg, const struct logfiles_one *), void *arg,
    unsigned *is_new);
/*
 * logfiles_order - files that were seen together, in the order of their lines
 *
 * from      the first of them among those that wait
 * begin_us  the time of the first line of each, -1: not known
 * us        when the file before them was ended; INT64_MIN: there was none
 *
 * A file begins when the one before it was ended.  Where the clock was set back
 * a file ends before it began, and the next one begins there.
 */
void logfiles_order(struct logfiles *, unsigned from, int64_t *begin_us,
    int64_t us);
/* those that another place knows of wait for this one, too */
void logfiles_learn(struct logfiles *, const struct logfiles *of);

/* the labels read and waiting; 0, or -1 with ENOMEM */
int logfiles_put(struct buf *, const struct logfiles *);
/* 0, or -1: damaged, or not there */
int logfiles_get(struct logfiles *, const struct ltsv *);

#endif
