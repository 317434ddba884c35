#ifndef QUEUE_LAYOUT_H
#define QUEUE_LAYOUT_H

/*
 * The directories of a queue, queue(5).
 */
extern const char *const layout_dirs[]; /* "mess", "done", ...; NULL ends */

/*
 * layout_make - make a queue, or what is missing of one
 *
 * Returns 0; -1 with errno, and *what is then what could not be made
 * (static).  What is there stays as it is.
 */
int layout_make(const char *queue, const char **what);

#endif
