#ifndef BASE_NEWFILE_H
#define BASE_NEWFILE_H

#include "base/buf.h"
#include <limits.h>
#include <sys/types.h>

/*
 * newfile_put - a file that is there whole, or not at all
 *
 * dir   the folder, which is there; name is a name in it
 *
 * It takes the place of an older one, with the rights that new files have, and
 * is safe from a power cut.  Meanwhile it has a hidden name that nobody can
 * guess, so that others may write one of this name at the same time: the last
 * one stays.  Returns 0, or -1 with errno: what was there before still is, if
 * it was not the last step that failed, to make the name safe.
 */
int newfile_put(const char *dir, const char *name, const struct buf *);

struct newfile_rights {
	mode_t mode;
	uid_t uid; /* (uid_t)-1, (gid_t)-1: as it comes */
	gid_t gid;
};
/*
 * newfile_beside - the first half of that: a file that has no name yet
 *
 * path    what its name will be
 * rights  NULL: those that new files have
 * temp    receives the name that it has until the caller gives it another
 *
 * Returns 0, and it is whole and synced; or -1 with errno, and nothing of it is
 * there.
 */
int newfile_beside(const char *path, const struct buf *,
    const struct newfile_rights *, char temp[PATH_MAX]);
/* such a file goes, errno stays.  Returns -1 */
int newfile_drop(const char *temp);

#endif
