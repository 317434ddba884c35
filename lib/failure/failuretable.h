#ifndef FAILURE_FAILURETABLE_H
#define FAILURE_FAILURETABLE_H

#include "failure/failure.h"
#include "failure/sitetable.h"

/*
 * The table of failures for a program: CONFDIR/classes.cdb, and where there is
 * none, or it cannot be read, the shipped lines, compiled in memory.
 */
struct failuretable {
	struct sitetable table;
};

/* confdir may be NULL; ends the program only without memory */
void failuretable_open(struct failuretable *, const char *confdir);
/*
 * failuretable_look - as failure_look(), by the table as it is now
 *
 * Another one is looked for at most every TABLE_CHECK_MS.  One that turns out
 * to be damaged is told of, and the shipped lines hold until the next.
 */
void failuretable_look(struct failuretable *, const struct failure_facts *,
    struct failure *);
/* is this line of the table in force one of the site's?  else its number among
 * the shipped ones: line - FAILURE_SHIPPED_AT */
static inline int
failuretable_own(unsigned line)
{
	return line < FAILURE_SHIPPED_AT;
}
/* the version of the shipped lines in the table in force; empty: it has none */
struct slice failuretable_version(struct failuretable *);

#endif
