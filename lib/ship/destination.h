#ifndef SHIP_DESTINATION_H
#define SHIP_DESTINATION_H

#include "ship/shipfile.h"
#include "ship/shipping.h"

/* A line of conf/ship put to work: what is a file stands below the folder of the
 * configuration, unless its path begins with a slash. */
enum {
	DESTINATION_LABELS_MAX = 65536 /* bytes of a table of labels */
};

/* all of it: to shipping, which is initialized, and whose link's command is made
 * of it.  0, or -1, which was said */
int destination_set(struct shipping *, const struct shipfile_line *,
    const char *confdir);
/* the table of labels in this file: 0, or -1, which was said */
int destination_labels(struct eventline *, const char *path);
/* filter, as it stands on a command line: 0, or -1, which was said */
int destination_filter(struct eventline *, const char *text);

#endif
