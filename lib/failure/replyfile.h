#ifndef FAILURE_REPLYFILE_H
#define FAILURE_REPLYFILE_H

#include "conf/conffile.h"
#include "failure/failurefile.h"

/*
 * The file `replies`, conf-replies(5): what a reply makes us do.  Behind the
 * site's lines come those that are shipped, numbered from FAILURE_SHIPPED_AT,
 * so that one table has both.  Records are those of condition.h, each with
 * =does:ACTIONS; and
 *
 *   =version    of the shipped lines
 *   =failures   what the site's lines call failures by: "LINE CLASS" each
 *   =pools      the pools that they name: "LINE POOL" each
 */
extern const struct conffile conffile_replies;

enum {
	REPLYFILE_REGEX_MAX = 100 /* regular expressions in a file */
};

/* the next of =failures or =pools: 1, or 0 at its end */
int replyfile_name(struct slice *rest, unsigned *line, struct slice *name);

/* the shipped text */
extern const char reply_shipped[], reply_shipped_end[];

#endif
