#ifndef FEEDBACK_HTMLTEXT_H
#define FEEDBACK_HTMLTEXT_H

#include "base/buf.h"
#include <stddef.h>

/*
 * The words of an HTML page, roughly as a reader would show them: what ends a
 * block ends a line, tags, comments, styles and scripts are gone, the common
 * entities are undone.  For reports that come in HTML alone.
 */
enum {
	HTMLTEXT_ENTITY_MAX = 10 /* bytes of an entity's name or number; what
				  * is longer is text */
};

/* in  UTF-8.  Appends; 0, or -1 with ENOMEM */
int htmltext_put(struct buf *, const char *in, size_t n);

#endif
