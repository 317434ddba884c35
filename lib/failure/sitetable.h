#ifndef FAILURE_SITETABLE_H
#define FAILURE_SITETABLE_H

#include "base/table.h"
#include "conf/lookup.h"
#include "conf/shippedtable.h"

/*
 * A site's table, and where there is none, or it cannot be read, the shipped
 * lines, compiled in memory.  Whoever has a table that was made with the
 * shipped lines of another release is told once for each that is opened.
 */
struct sitetable {
	struct table site;
	struct shippedtable shipped;
	char *path;       /* of site's file; NULL: no folder */
	uint64_t damaged; /* generation of a site's one that is; 0: none */
};

/* confdir may be NULL; ends the program only without memory.  what: the lines
 * are, for people */
void sitetable_open(struct sitetable *, const char *confdir,
    const struct conffile *, const char *what);
/*
 * does the site's hold, as it is now?  0: the shipped ones hold.
 * Another one is looked for at most every TABLE_CHECK_MS.
 */
int sitetable_check(struct sitetable *);
/* the one in force */
struct table *sitetable_now(struct sitetable *);
/* the site's is damaged: told, and the shipped lines hold until the next */
void sitetable_damaged(struct sitetable *);

#endif
