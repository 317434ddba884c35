#ifndef SHIP_FILEBOOK_H
#define SHIP_FILEBOOK_H

#include "base/buf.h"
#include "ship/cursor.h"

/*
 * Which events had been read of a log when each of its files was behind us, for
 * who counts them once more: the file `files` in a destination's folder, a line
 * for each, and `files.old` when it has become long.  What is missing there
 * cannot be proved, and nothing else.
 */
enum {
	FILEBOOK_BYTES_MAX = 1 << 20 /* of each of the two */
};

/* the place is behind a whole file, c->at.behind, or at the beginning of all.
 * 0, or -1 with errno */
int filebook_put(const char *dir, const struct cursor *c);
/* both files, the older one first; 0, or -1 with errno */
int filebook_read(const char *dir, struct buf *);
/*
 * filebook_find - what had been read of a log when a file was behind us
 *
 * file    its name, without the ending
 * before  the last one before that instead; file "": before `current`
 *
 * Returns 1 with what was written last, 0: that is not known.
 */
int filebook_find(const struct buf *, const char *src, const char *file,
    int before, uint64_t *logged, uint64_t *sum);

#endif
