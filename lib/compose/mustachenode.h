#ifndef COMPOSE_MUSTACHENODE_H
#define COMPOSE_MUSTACHENODE_H

#include "compose/mustache.h"

/* Inside of mustache.h: the pieces of a template, in the order in which they
 * are rendered. */
enum mustache_what {
	MUSTACHE_PLAIN,   /* text */
	MUSTACHE_VALUE,   /* a name, to be escaped */
	MUSTACHE_RAW,     /* a name, not to be */
	MUSTACHE_SECTION, /* its pieces follow */
	MUSTACHE_INVERTED
};

struct mustache_node {
	enum mustache_what what;
	uint32_t at, len; /* in the text; a name's parts end in NUL */
	uint32_t end;     /* of a section: the piece behind its last */
};

#endif
