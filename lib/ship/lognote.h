#ifndef SHIP_LOGNOTE_H
#define SHIP_LOGNOTE_H

#include "ship/loglist.h"
#include "ship/logsource.h"

/*
 * What is in a log's folder is noted: new files get their order, the file of the
 * place is found again under the name that it has got, and what is gone before it
 * was read is counted and said.  The inside of logsource.
 */

/* 1: something has changed, 0; -1 with errno: a file cannot be read now */
int lognote(struct logsource *, const struct loglist *);
/* files, or rests of files, are gone, and this is what is known of them */
void lognote_lost(struct logsource *, uint64_t files, const char *what);

#endif
