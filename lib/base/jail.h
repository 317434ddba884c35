#ifndef BASE_JAIL_H
#define BASE_JAIL_H

#include "base/jailcalls.h"

/*
 * What a program gives up after its start, for good: to gain rights by what it
 * runs (PR_SET_NO_NEW_PRIVS), files but those below a few folders (Landlock),
 * and system calls but those in its list (seccomp).  Children inherit all of
 * it, so that next links are started before.
 *
 * A call that is not in the list ends the program with EXIT_TEMP and one line,
 * "NAME: fatal: system call NUMBER is not allowed here"; one that is newer than
 * those that were known when this was built fails with ENOSYS, so that a newer
 * libc does as on an older kernel.
 */
enum { JAIL_PATH = 4096 };

struct jail {
	enum jail_list list;
	/* folders, or files, below which it may read; and below which it may
	 * also write, make, rename and remove.  NULL ends each; one that is
	 * not there is left out, one that cannot be reached with a warning */
	const char *const *read;
	const char *const *write;
	/* one of the folders of read, whose files may be links: where they
	 * stand may be read, too, as it is at the start; or NULL */
	const char *linked;
	/* a folder below which it may see what is there, and read nothing of
	 * it; or NULL */
	const char *names;
};

/* the folder in which a file stands, into out: what is written anew and renamed
 * needs it.  Returns out, or path where that is too long */
const char *jail_folder(const char *path, char out[JAIL_PATH]);

/*
 * jail_enter - the last thing before the work begins
 *
 * What the kernel or the processor has not is left out; with ROHRPOST_NOJAIL
 * in the environment all of it, with a warning; and in programs that are built
 * with sanitizers, which call what they like.  Ends the program with EXIT_TEMP
 * when the kernel has it and refuses.
 */
void jail_enter(const struct jail *);

#endif
