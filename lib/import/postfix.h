#ifndef IMPORT_POSTFIX_H
#define IMPORT_POSTFIX_H

#include "import/maptable.h"
#include "import/postfixhop.h"

/* All tables of one Postfix together: what one of them says may
 * depend on another. */
enum postfix_map {
	POSTFIX_CANONICAL, /* of recipients */
	POSTFIX_VIRTUAL,
	POSTFIX_ALIASES,
	POSTFIX_RELOCATED,
	POSTFIX_TRANSPORT,
	POSTFIX_SENDER_RELAY,
	POSTFIX_RECIPIENT_ACCESS, /* check_recipient_access */
	POSTFIX_SENDER_ACCESS,
	POSTFIX_MAPS
};

/* all zero but for site and origin: no table yet */
struct postfix {
	struct maptable map[POSTFIX_MAPS];
	struct postfixhop_site site;
	const char *origin; /* myorigin, or NULL */
};

/* MAP=[TYPE:]FILE of a command line */
struct postfix_operand {
	enum postfix_map map;
	enum maptable_kind kind;
	const char *file; /* a part of the operand */
};

/* NULL, or what is wrong with it */
const char *postfix_operand(const char *text, struct postfix_operand *);
/* its file; the name has to live as long as the tables */
void postfix_add(struct postfix *, struct import *,
    const struct postfix_operand *, const char *text, size_t n);
/* all of them are there: the lines are made */
void postfix_import(const struct postfix *, struct import *);
void postfix_free(struct postfix *);

#endif
