#ifndef SUPPRESS_SUPPRESSTABLE_H
#define SUPPRESS_SUPPRESSTABLE_H

#include "base/cdbscan.h"
#include "suppress/suppressline.h"
#include <stdint.h>

/*
 * The table DIR/table.cdb (suppressmake.h) read from end to end, however large
 * it is: what was read does not stay in memory.
 */
#define SUPPRESSTABLE_NAME "table.cdb"
#define SUPPRESSTABLE_JOURNAL "=journal" /* a key: "ID OFFSET" */
enum {
	SUPPRESSTABLE_REMOVED_S = 90 * 86400,
	SUPPRESSTABLE_SOFT_S = 366 * 86400,
	SUPPRESSTABLE_SCAN = 8 << 20 /* bytes that are in memory */
};

struct suppresstable {
	void *map;
	size_t n, dropped;
	struct cdbscan scan;
	/* what the record of the journal says, when it has been met */
	char at[SUPPRESSLINE_ID + 32];
};

/* of the folder dir: 1, 0: there is none; -1 with errno */
int suppresstable_open(struct suppresstable *, int dir);
/* the next line and its key, SUPPRESSLINE_KEY bytes: 1, 0, or -1 with errno */
int suppresstable_next(struct suppresstable *, const char **key,
    const char **line, size_t *n);
void suppresstable_close(struct suppresstable *);

struct suppresstable_sums {
	uint64_t entries, removed, soft; /* that hold */
	uint64_t over;
};
/*
 * suppresstable_holds - does a line still say something, and count it
 *
 * An entry until its end, a removal for SUPPRESSTABLE_REMOVED_S, failures for
 * SUPPRESSTABLE_SOFT_S.
 */
int suppresstable_holds(const char *line, size_t n, int64_t now_s,
    struct suppresstable_sums *);

/*
 * suppresstable_each - all lines of a table that hold now, in no order
 *
 * take  gets each; other than 0 ends it
 *
 * What take() returned, 0, or -1 with errno; ENOENT: there is no table.
 */
int suppresstable_each(const char *dir, int64_t now_s,
    int (*take)(void *arg, const struct suppressline *), void *arg);

#endif
