#ifndef BASE_NEWFILE_H
#define BASE_NEWFILE_H

#include "base/buf.h"

/*
 * newfile_put - a file that is there whole, or not at all
 *
 * dir   the folder, which is there; name is a name in it
 *
 * It takes the place of an older one, with the rights that new files have, and
 * is safe from a power cut.  Meanwhile it has a dot in front of its name.
 * Returns 0, or -1 with errno: what was there before still is, if it was not
 * the last step that failed, to make the name safe.
 */
int newfile_put(const char *dir, const char *name, const struct buf *);

#endif
