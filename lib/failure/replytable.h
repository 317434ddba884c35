#ifndef FAILURE_REPLYTABLE_H
#define FAILURE_REPLYTABLE_H

#include "failure/reply.h"
#include "failure/sitetable.h"

/* The table of reply rules for a program: CONFDIR/replies.cdb, and where there
 * is none, or it cannot be read, the shipped lines, compiled in memory. */
struct replytable {
	struct sitetable table;
	struct replyregex regex;
};

/* confdir may be NULL; ends the program only without memory */
void replytable_open(struct replytable *, const char *confdir);
/* as reply_look(), by the table as it is now */
void replytable_look(struct replytable *, const struct reply_facts *,
    struct reply *);

#endif
