#ifndef SHIP_DEADFILE_H
#define SHIP_DEADFILE_H

#include "base/buf.h"

/*
 * What a destination refuses for good: a file of events, the file `dead` in its
 * folder, each with when and why in front.  Who sends them again takes the whole
 * file, and what is refused once more is in the next one.
 */
enum { DEADFILE_LINE_MAX = 262144 /* bytes of a line that is read again */ };

/* a line with its LF, safe from a power cut.  0, or -1 with errno, and nothing
 * is there of it */
int deadfile_put(const char *dir, const char *line, size_t n);
/*
 * deadfile_take - open what is to be sent again
 *
 * It is called `dead.sending` from then on, and is what an earlier one has not
 * sent to its end, if there is such.  Returns the descriptor, locked, or -1 with
 * errno: ENOENT there is nothing, EWOULDBLOCK another one is at it.
 */
int deadfile_take(const char *dir);
/* all of it has been sent, or is in a new file: 0, or -1 with errno */
int deadfile_done(const char *dir);
/* a line without the two labels in front; NULL: it is none */
const char *deadfile_event(const char *line, size_t *n);

#endif
