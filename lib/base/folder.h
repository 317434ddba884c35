#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include <sys/types.h>

/*
 * Folders of lesser users, for root.
 *
 * Whoever owns a folder may plant links in it and rename what is there, at
 * any moment.  So root does not work by name in such a folder with its own
 * rights: it opens the folder without following links of others, and then
 * does what is to be done with the rights of the folder's owner.  For all
 * users but root these functions are plain ones.
 */
enum { FOLDER_LINKS_MAX = 40 }; /* symbolic links on one way */

/*
 * folder_open - a folder, as O_PATH descriptor, close-on-exec
 *
 * On the way root follows symbolic links of root alone.
 *
 * Returns the descriptor, or -1 with errno; ELOOP a link of another user.
 */
int folder_open(const char *path);

/* the same for the folder that path's last name stands in; *name is that
 * name, a part of path */
int folder_open_of(const char *path, const char **name);

/*
 * folder_enter - what is done with files is done as the owner of this folder
 *
 * Nothing changes when we are not root, or root owns it.  The group is the
 * folder's, and there is no other.
 *
 * Returns 0, or -1 with errno and nothing changed.
 */
int folder_enter(int fd);

/* back, behind each folder_enter() that did not fail; errno stays */
void folder_leave(void);

/*
 * folder_file - open a file, or make it, as the owner of its folder
 *
 * flags, mode  as for open(2), close-on-exec besides
 *
 * Returns the descriptor, or -1 with errno.
 */
int folder_file(const char *path, int flags, mode_t mode);

/* for a program that works in one folder only: folder_enter() for good; 0, or
 * -1 with errno */
int folder_settle(const char *path);
/* the same for the folder that path's last name stands in */
int folder_settle_of(const char *path);

#endif
