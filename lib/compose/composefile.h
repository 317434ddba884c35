#ifndef COMPOSE_COMPOSEFILE_H
#define COMPOSE_COMPOSEFILE_H

#include "compose/composefault.h"
#include "compose/mimeout.h"
#include <jansson.h>

/*
 * Attachments and inline files of JSON:
 *
 *	{"name": "a.pdf", "type": "application/pdf", "content": "JVBERi..."}
 *
 * and "encoding": "base64" (where it is not given) or "text", which is content
 * as it stands; of an inline file "cid".
 */
enum {
	COMPOSEFILE_MAX = 100,      /* files of a message, of each kind */
	COMPOSEFILE_NAME_MAX = 255, /* bytes of a name */
	COMPOSEFILE_TYPE_MAX = 255, /* of a type with its parameters */
	COMPOSEFILE_CID_MAX = 255   /* of a Content-ID */
};

/* all zero at first, composefile_free() at the end */
struct composefiles {
	struct mimeout_file *file;
	size_t n;
	/* private */
	struct buf *room; /* of each file, what had to be changed */
};

/*
 * composefile_read - a list of them
 *
 * within  they are inline: cid has to be there
 *
 * Slices live as long as the JSON and this.  0, or -1 with a fault.
 */
int composefile_read(struct composefiles *, const json_t *, int within,
    struct compose_fault *);
void composefile_free(struct composefiles *);

#endif
