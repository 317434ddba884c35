#ifndef COMPOSE_MUSTACHE_H
#define COMPOSE_MUSTACHE_H

#include "base/buf.h"
#include "compose/composefault.h"
#include <jansson.h>
#include <stdint.h>

/*
 * Templates as Mustache has them (https://mustache.github.io, mail-json(5)):
 * {{name}}, {{{name}}} and {{&name}}, {{#section}}, {{^inverted}}, {{/end}},
 * {{! comment}}, {{>partial}}, {{=<% %>=}}, names with dots, and {{.}}.  What
 * stands alone in a line takes its line away with it.  No lambdas, no
 * inheritance.
 *
 * Compiled once, and rendered for each recipient.
 */
enum {
	MUSTACHE_NODES_MAX = 10000, /* pieces of a template, those of partials
				     * for each time they stand there */
	MUSTACHE_SOURCE_MAX = 16 << 20, /* bytes of text in them */
	MUSTACHE_DEPTH_MAX = 32, /* sections, and partials, within each other */
	MUSTACHE_NAME_MAX = 255, /* bytes of a name */
	MUSTACHE_DELIMITER_MAX = 16, /* bytes of a delimiter */
	MUSTACHE_OUT_MAX = 16 << 20, /* bytes that are rendered */
	MUSTACHE_STEPS_MAX = 1000000 /* pieces that are rendered, each as
					 * often as it is */
};

struct mustache_node;

/* all zero before it is compiled */
struct mustache {
	/* private: pieces in order, and their texts and names */
	struct mustache_node *node;
	size_t n, cap;
	struct buf text;
};

/*
 * mustache_compile - read a template
 *
 * partials  an object of strings, or NULL
 *
 * 0, or -1 with a fault: "line 3: ...".  mustache_free() in any case.
 */
int mustache_compile(struct mustache *, const char *p, size_t n,
    const json_t *partials, struct compose_fault *);
void mustache_free(struct mustache *);

enum mustache_kind {
	MUSTACHE_TEXT, /* values as they are */
	MUSTACHE_HTML, /* escaped, but where three braces or & say otherwise */
	MUSTACHE_LINE  /* for a header field: control characters in values
			* become blanks */
};

/*
 * mustache_render - append what comes out
 *
 * values  an object; NULL: nothing is known
 * strict  a name that is not there is a fault, and else the empty string; as
 *         a section it is false in any case
 *
 * False are, as in JavaScript, also null, the number 0, the empty string and
 * the empty list.  0, or -1 with a fault.
 */
int mustache_render(const struct mustache *, enum mustache_kind,
    const json_t *values, int strict, struct buf *out, struct compose_fault *);

#endif
