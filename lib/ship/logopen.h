#ifndef SHIP_LOGOPEN_H
#define SHIP_LOGOPEN_H

#include "ship/logsource.h"

/* Which file of a log is read, from where, and when it is behind us.  The inside of
 * logsource. */

/* 1: a file is open, at the place; 0: there is none; -1: said */
int logopen_next(struct logsource *);
/* has svlogd begun another file than the one that is open? */
int logopen_turned(const struct logsource *);
/* the open file has been read to its end, and is behind us: 0, or -1, said */
int logopen_finish(struct logsource *);
void logopen_close(struct logsource *);
/* errno is said once, until something goes well again; -1 */
int logopen_trouble(struct logsource *, const char *what);

#endif
