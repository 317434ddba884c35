#ifndef ROUTE_ALIASES_H
#define ROUTE_ALIASES_H

#include "base/buf.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * Where an address leads by the file `aliases`, route/aliasfile.h.
 */
enum {
	ALIASES_TARGETS_MAX = 1000,  /* addresses seen in one expansion */
	ALIASES_FORWARD_MAX = 32768, /* bytes of the list that comes out */
	ALIASES_DEPTH_MAX = 16       /* aliases of aliases */
};

enum aliases_result {
	ALIASES_NONE,    /* the address has no alias, or names itself */
	ALIASES_ONE,     /* it is replaced by `to` */
	ALIASES_SEVERAL, /* forward and command, and perhaps still `to` */
	ALIASES_LOOP,    /* aliases that only name each other */
	ALIASES_DEEP,    /* more than ALIASES_DEPTH_MAX or TARGETS_MAX */
	ALIASES_BROKEN   /* table missing or damaged, or out of memory */
};

/* reused from one expansion to the next; all zero at first */
struct aliases {
	struct buf to;      /* ONE, SEVERAL: the address it ends at */
	struct buf forward; /* SEVERAL: addresses, a blank between */
	struct buf command; /* SEVERAL: the command, without its bar */
	unsigned keep;      /* SEVERAL: `to` itself gets it, too */
	unsigned line;      /* last line of the file that was used */
	struct buf seen;    /* internal */
	struct buf list;
};

/*
 * aliases_expand - follow the aliases of an address to their end
 *
 * Each address is expanded once, so what is named twice comes once.  An
 * alias further down that has a command or keeps its own address is left
 * as it is: its copy comes by here again.
 */
enum aliases_result aliases_expand(struct aliases *,
    const struct lookup *aliases, const struct lookup *local, const char *to,
    size_t n);
/* what it holds; all zero behind it */
void aliases_free(struct aliases *);

#endif
