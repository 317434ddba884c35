#ifndef CONFBUILD_HISTORY_H
#define CONFBUILD_HISTORY_H

#include "base/slice.h"
#include "confbuild/maketable.h"

/*
 * The texts of which the tables in force were made, and those of the time
 * before: in CONFDIR/.built and CONFDIR/.before, a file each as in CONFDIR.
 * What is the same in both is one file with two names.
 *
 * What fails ends the program with EXIT_TEMP, but where tables are in force
 * already.
 */

/*
 * history_changes - what is about to be in force and is not yet
 *
 * each  called for each text that was read and differs from that in force: its
 *       name, both texts, of which one may be missing (p NULL)
 */
void history_changes(const struct maketables *,
    void (*each)(void *arg, const char *name, struct slice was,
	struct slice now),
    void *arg);
/*
 * tables are about to be in force: keep the texts of those that were made.  Who
 * dies then makes them anew, and nothing is lost.  What fails is told, and then
 * history_undo() does not know of it
 */
void history_keep(const struct maketables *);
/* put the differences of all that was read to what is in force, textdiff.h */
void history_diff(const struct maketables *, struct buf *);
/*
 * history_undo - the texts of the time before, in place of those in force
 *
 * EXIT_PERM, and nothing is changed, where there are none, or a text is not
 * that of which its table was made.
 */
void history_undo(const struct maketables *);
/* they were no good: those in force again */
void history_redo(const struct maketables *);

#endif
