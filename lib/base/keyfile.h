#ifndef BASE_KEYFILE_H
#define BASE_KEYFILE_H

#include "base/buf.h"
#include <sys/types.h>

/*
 * Files that must be whole or not there, also after the power has failed.
 * All return 0, or -1 with errno; nothing half written is left then.
 */

/* a new one: EEXIST when the name is taken.  gid (gid_t)-1: as it comes */
int keyfile_make(const char *path, const struct buf *, mode_t, gid_t gid);
/* instead of what is there, with that file's mode and owner, else 0600 */
int keyfile_replace(const char *path, const struct buf *);
/* a folder, if it is not there yet */
int keyfile_folder(const char *path, mode_t, gid_t gid);

#endif
