#ifndef ACT_ACTLOG_H
#define ACT_ACTLOG_H

#include "base/buf.h"

/*
 * The log of what administrators do with an instance, INSTANCE/log/acts.
 *
 * It is there to be written when nothing runs, so that no svlogd(8) can have
 * it: whoever acts appends to it, one at a time, and has it synced.  It has the
 * form that svlogd's have, `current' and files @TIME.s, for all who read logs.
 * Root writes as the owner of log/, who alone may.
 */
enum {
	ACTLOG_FILE_BYTES = 1 << 20, /* then another one is begun */
	ACTLOG_FILES_MAX = 100,      /* beside `current'; the oldest goes */
	ACTLOG_WAIT_MS = 5000        /* for others who write */
};

/*
 * actlog_write - lines, each with its LF, are in the log of an instance, on disk
 *
 * instance  its folder
 * now_us    since 1970, for the name of a file that is full
 *
 * 1; 0: it is no instance, without service/ or log/; or -1 with errno, and none
 * of them is there.  The folder acts is made where it is missing.
 */
int actlog_write(const char *instance, const struct buf *, int64_t now_us);
/* the name of a file that was ended then, as svlogd gives it */
enum { ACTLOG_NAME_ROOM = 28 };
void actlog_name(char out[ACTLOG_NAME_ROOM], int64_t us);

#endif
