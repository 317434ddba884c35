#ifndef COMPOSE_LETTERTEMPLATES_H
#define COMPOSE_LETTERTEMPLATES_H

#include "compose/letter.h"
#include "compose/mustache.h"

/* The strings of a message that are templates: subject, text, amp, html, and
 * the values of fields. */
struct lettertemplate {
	const json_t *string; /* of the message, which must live as long */
	enum mustache_kind kind;
	struct mustache compiled;
};

/* all zero at first */
struct lettertemplates {
	unsigned strict : 1; /* set by the user, mustache_render() */
	/* private */
	struct lettertemplate *one;
	size_t n;
};

/* compile all of them: 0, or -1 with a fault; partials as in mustache.h.
 * lettertemplates_free() in any case */
int lettertemplates_compile(struct lettertemplates *,
    json_t *const m[LETTER_MEMBERS], const json_t *partials,
    struct compose_fault *);
void lettertemplates_free(struct lettertemplates *);

/* one that renders them with the values of somebody: render and arg of struct
 * letter */
struct letterrender {
	const struct lettertemplates *templates;
	const json_t *values; /* NULL: none */
	struct buf out;       /* zero at first, buf_free() at the end */
};
int letterrender(void *, const json_t *, struct slice *,
    struct compose_fault *);

#endif
