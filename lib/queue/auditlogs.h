#ifndef QUEUE_AUDITLOGS_H
#define QUEUE_AUDITLOGS_H

#include "queue/audit.h"

/*
 * The events of logs into the books, from files, from folders as svlogd(8)
 * keeps them, and from standard input; perhaps several times, because mail
 * moves meanwhile.  A file is read once, however often and by whatever names it
 * is given, and once more only when it may have grown.
 */
struct auditlogs {
	struct audit *books; /* the caller's */
	unsigned pass;       /* how often the logs are read; 0 at first */
	unsigned unread;     /* what could not be read: files, or lines */
	struct buf seen;     /* internal: the files of the logs */
};

/* all of them are read from here on, for the first time or once more */
void auditlogs_begin(struct auditlogs *);
/*
 * auditlogs_read - one log
 *
 * name  a file, a folder, which root reads as its owner, or - for descriptor 0
 *
 * What cannot be read in it is warned of, in the first pass, and counted.  A
 * log that is not there, and want of memory, end the program with EXIT_TEMP.
 */
void auditlogs_read(struct auditlogs *, const char *name);
void auditlogs_free(struct auditlogs *);

#endif
