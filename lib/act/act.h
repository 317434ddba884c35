#ifndef ACT_ACT_H
#define ACT_ACT_H

#include <limits.h>
#include <stddef.h>

/*
 * What an administrator does with an instance, as events `act', event(5): what,
 * and who.
 *
 * They are on disk before the act takes effect, so that there is none without
 * its event, whatever happens between; where it then fails, and the program
 * ends by die(), another event says so.  What cannot be logged is said, and done:
 * a disk that is full must not keep anybody from mending it.
 *
 * One for a process, as the line of chain/event.h is.
 */

/* ts ev prog act by user login pid; further labels by event_puts() and the
 * like, then act_end() */
void act_begin(const char *act);
void act_end(void);
/*
 * act_write - the events since the last time, into an instance's log
 *
 * instance  its folder
 *
 * 1; 0: it is no instance, and has no log; -1, said: they could not be written
 */
int act_write(const char *instance);
/* the act is done: what fails from here on is none of its business */
void act_done(void);

/* one event with a label what, written */
void act_say(const char *instance, const char *act, const char *what);
/*
 * act_above - the name of the folder above a path, as people write it
 *
 * DIR of DIR/conf, and `..' of `.'.  EXIT_PERM when it is too long.
 */
void act_above(char out[PATH_MAX], const char *path);

#endif
