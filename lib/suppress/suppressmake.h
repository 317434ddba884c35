#ifndef SUPPRESS_SUPPRESSMAKE_H
#define SUPPRESS_SUPPRESSMAKE_H

#include "suppress/suppresstable.h"
#include <stdint.h>

/*
 * The journal of suppressed addresses compiled into DIR/table.cdb: of each key
 * (suppressline.h) the last line, as it stands in the journal.  What is over
 * is left out: an entry past its end, a removal after SUPPRESSTABLE_REMOVED_S,
 * failures after SUPPRESSTABLE_SOFT_S.  The record "=journal" says up to where
 * the journal is in it, "ID OFFSET".
 *
 * Made of the table before it and the rest of the journal, in parts, each of
 * which has room in memory (suppressparts.h); readers have the old table
 * until the new one is whole.  A journal that is much longer than what it says is
 * then written anew (suppresstidy.h).
 */
struct suppressmake_sums {
	struct suppresstable_sums held;
	uint64_t replaced, damaged; /* left out, beside what is over */
	uint64_t bytes;             /* of lines that hold */
	int untidy; /* errno: the journal could not be written anew */
};

/*
 * suppressmake - make it
 *
 * wait  for another one that makes it; else -1 with EWOULDBLOCK
 *
 * 0, or -1 with errno: the old table stays.
 */
int suppressmake(const char *dir, int64_t now_s, int wait,
    struct suppressmake_sums *);

#endif
