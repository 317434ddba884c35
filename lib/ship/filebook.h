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
struct filebook_state {
	uint64_t logged, sum;
};

/*
 * filebook_find - what had been read of a log before and behind a file
 *
 * file  its name, without the ending
 *
 * Lines stand in the order in which the files were read, whatever their names.
 * Returns 1 with what was written last, 0: that is not known.
 */
int filebook_find(const struct buf *, const char *src, const char *file,
    struct filebook_state *before, struct filebook_state *behind);
/* what had been read when the file was begun in which the log had so many events:
 * 1, 0 */
int filebook_begun(const struct buf *, const char *src, uint64_t logged,
    struct filebook_state *);

#endif
