#ifndef COMPOSE_COMPOSEENV_H
#define COMPOSE_COMPOSEENV_H

#include "base/buf.h"
#include "compose/composefault.h"
#include "format/envcheck.h"
#include <jansson.h>

/*
 * What JSON says of a message beside its recipients, as envelope lines,
 * parcel(5), by the checks of all who write such.
 */
enum {
	COMPOSEENV_TAGS_MAX = 100, /* tags and metadata, of an object or list */
	COMPOSEENV_KEY_MAX = 255   /* bytes of a key */
};

/* all zero but for env */
struct composeenv {
	struct buf *env;
	struct envcheck check; /* of all lines so far that stand once */
};

/* each appends its lines: 0, or -1 with a fault */

/* {"name": "value", ...}, or a list of "name=value" and "name", which is
 * "name=".  A tag that env has is said anew */
int composeenv_tags(struct composeenv *, const json_t *,
    struct compose_fault *);
/* an object, as tags meta.NAME */
int composeenv_metadata(struct composeenv *, const json_t *,
    struct compose_fault *);
/* text of any other line: of a string, not empty */
int composeenv_text(struct composeenv *, const char *key, const json_t *,
    struct compose_fault *);
/* a string of 1 to COMPOSEENV_KEY_MAX bytes */
int composeenv_key(struct composeenv *, const json_t *, struct compose_fault *);
/* seconds since 1970, or a moment as RFC 3339 writes it */
int composeenv_moment(struct composeenv *, const char *key, const json_t *,
    struct compose_fault *);
/* 0 to 9 */
int composeenv_prio(struct composeenv *, const json_t *,
    struct compose_fault *);

#endif
