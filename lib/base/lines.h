#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stddef.h>

/*
 * lines_each - hand each whole line of a descriptor to take(), without its
 * LF, up to the end of input
 *
 * max  bytes of a line without its LF; for a longer one take() is called
 *      once with NULL
 *
 * What stands behind the last LF is no line.  Returns 0, or -1 with errno.
 */
int lines_each(int fd, size_t max,
    void (*take)(void *arg, const char *line, size_t n), void *arg);
/* the same; *left receives how many bytes stand behind the last LF */
int lines_left(int fd, size_t max,
    void (*take)(void *arg, const char *line, size_t n), void *arg,
    size_t *left);

#endif
