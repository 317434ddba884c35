#ifndef GREY_FILE_H
#define GREY_FILE_H

#include "base/buf.h"
#include "grey/greylist.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * The journal of greylisting in a directory: what has happened, appended
 * line by line (greytext.h), and written anew when it has become much
 * longer than the state it makes.
 *
 * Several processes may share it: who wants to decide locks it and reads
 * what the others have appended.  Nothing is synced but what replaces it:
 * lost lines cost a delay.
 */
enum {
	GREYFILE_LOCK_MS = 2000, /* waiting for the lock, the first time that
				  * it does not come; after that not at all
				  * until it has come again */
	GREYFILE_SLACK_BYTES = 1 << 20, /* the journal is written anew above
					 * twice what it was, and this */
	GREYFILE_READ = 65536
};

struct greyfile {
	struct greylist *list;
	int dir, lock, fd;
	dev_t dev;
	ino_t ino;
	uint64_t at;      /* read up to here */
	uint64_t base;    /* bytes when it was written anew, or first read */
	struct buf in;    /* part of a line */
	unsigned damaged; /* lines that were skipped; the caller clears it */
	unsigned stuck : 1, torn : 1;
};

/*
 * greyfile_open - the journal in directory path, which is made if it is not
 * there; the list has been initialized and becomes what the journal says
 *
 * readonly  look only: nothing is made, nothing locked
 *
 * 0, or -1 with errno.
 */
int greyfile_open(struct greyfile *, const char *path, struct greylist *,
    int readonly);
/* lock, and learn what others have appended: 0, or -1 with errno and not
 * locked */
int greyfile_begin(struct greyfile *);
/*
 * append whole lines, which have happened in the list, and unlock.
 *
 * 0, or -1 with errno: they are not in the file.  *rewritten (may be NULL)
 * receives 1 when the journal was written anew, -1 when that failed and it
 * goes on as it is, else 0.
 */
int greyfile_end(struct greyfile *, const struct buf *lines, int *rewritten);
void greyfile_close(struct greyfile *);

#endif
