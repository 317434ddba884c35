#ifndef SHIP_SHIPFILE_H
#define SHIP_SHIPFILE_H

#include "conf/conffile.h"
#include "conf/word.h"
#include "ship/shipkeys.h"

/*
 * The file `ship`, conf-ship(5): a destination a line,
 *
 *   NAME KIND URL-OR-PATH [KEY=VALUE]...
 *
 * Record: key the name, data the line from KIND on.
 */
extern const struct conffile conffile_ship;

enum {
	SHIPFILE_NAME_MAX = 64,        /* bytes of a destination's name */
	SHIPFILE_DESTINATIONS_MAX = 64 /* each has a process or two */
};

/* a destination that is read; the slices in keys point into text */
struct shipfile_line {
	struct shipkeys keys;
	char *word[SHIPKEYS_MAX];
	unsigned n_word;
	char text[WORD_LINE_MAX + 1 + 2 * SHIPKEYS_MAX];
};

/* what a record has: 0, or -1 with keys.why.  The structure stays where it is
 * from then on */
int shipfile_read(struct shipfile_line *, const char *data, size_t n);
/* may a destination be called so?  It is a folder's name */
int shipfile_name(const char *, size_t n);

#endif
