#ifndef STAGE_STAGEFILE_H
#define STAGE_STAGEFILE_H

#include "stage/stage.h"

/*
 * A message of a stage as a file, from its beginning: what a program is
 * given.  In memory while it is at most STAGEFILE_MEMORY bytes, else in dir,
 * without a name.
 */
enum { STAGEFILE_MEMORY = 262144 };

/*
 * crlf  lines end in CRLF, not LF
 *
 * Returns a descriptor for reading, at offset 0, or -1 with errno.
 */
int stagefile_open(const struct stage_parcel *, int crlf, const char *dir);

#endif
