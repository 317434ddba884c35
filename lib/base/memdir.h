#ifndef BASE_MEMDIR_H
#define BASE_MEMDIR_H

/*
 * Folders on a tmpfs, for what need only outlive processes: it costs no disk
 * anything.  Everybody may make names there, so nothing is taken by its name
 * alone.
 */

/*
 * memdir_root - the folder in which others stand, as /dev/shm
 *
 * Returns a descriptor, or -1 with errno; ENOTSUP: it is no tmpfs, EPERM:
 * others could replace what we make there.
 */
int memdir_root(const char *path);
/*
 * memdir_open - a folder of our own
 *
 * root  from memdir_root()
 * name  without a slash
 * make  make it, mode 0700, if there is none
 *
 * Returns a descriptor: it is a folder, ours, and closed to all others.  -1
 * with errno; EPERM: it is not.
 */
int memdir_open(int root, const char *name, int make);

#endif
