#ifndef BASE_ERRLOG_H
#define BASE_ERRLOG_H

#include <stddef.h>

/*
 * What a program that we run writes for people, as it comes, into our log:
 * each line an "info: NAME: LINE" of its own, so that those of several
 * programs do not run into each other; printable ASCII, all else as \xHH.
 * The beginning is kept as it is.
 */
enum {
	ERRLOG_NAME_MAX = 80,
	ERRLOG_LINE_MAX =
	    800, /* in the log; a longer one goes on in the next */
	ERRLOG_BYTES_MAX = 65536, /* of one program; the rest is left out */
	ERRLOG_KEPT_MAX = 1000    /* bytes kept of the beginning */
};

struct errlog {
	char name[ERRLOG_NAME_MAX + 1];
	char line[ERRLOG_LINE_MAX + 1]; /* as far as it is there */
	size_t len, taken;
	char kept[ERRLOG_KEPT_MAX]; /* any bytes */
	size_t kept_len;
	unsigned full : 1; /* nothing more is wanted */
};

/* name: cut at ERRLOG_NAME_MAX; pid 0: none is shown */
void errlog_begin(struct errlog *, const char *name, long pid);
void errlog_feed(struct errlog *, const char *p, size_t n);
/* a piece of what it writes, of this descriptor: 1, there may be more; 0,
 * nothing now; -1, nothing will come */
int errlog_read(struct errlog *, int fd);
/* a last line without its LF, too */
void errlog_end(struct errlog *);

#endif
