#ifndef IMPORT_ERLTERM_H
#define IMPORT_ERLTERM_H

#include "conf/word.h"
#include <stdint.h>

/*
 * Terms of Erlang as text, as file:consult/1 reads them: atoms, numbers,
 * strings, binaries of one string, tuples and lists.  An atom without quotes
 * may have @ . and - in it, as names of nodes have.
 */
enum {
	ERLTERM_NODES_MAX = 100000,
	ERLTERM_DEPTH_MAX = 16 /* tuples and lists in each other */
};

enum erlterm_kind { ERLTERM_ATOM, ERLTERM_STRING, ERLTERM_TUPLE, ERLTERM_LIST };

struct erlterm {
	enum erlterm_kind kind; /* a number is an atom of digits */
	unsigned line;
	uint32_t first, next;     /* 0: none */
	uint32_t n;               /* children */
	size_t text_at, text_len; /* internal */
};

/* all zero at first */
struct erlterms {
	struct buf nodes, bytes;
	unsigned line;   /* that is read */
	const char *why; /* NULL, or what is wrong */
};

/*
 * erlterm_read - one term at the front of s, or with all: those of a file,
 * each with a dot behind it, as a list
 *
 * line  of its first byte
 *
 * Returns the term, or 0 with line and why.
 */
uint32_t erlterm_read(struct erlterms *, struct slice s, unsigned line,
    int all);
void erlterm_free(struct erlterms *);

const struct erlterm *erlterm_node(const struct erlterms *, uint32_t);
/* of an atom or a string; valid until the next term is read */
struct slice erlterm_text(const struct erlterms *, const struct erlterm *);
/* child number i, from 0 on, of those that are there; NULL: there is none */
const struct erlterm *erlterm_child(const struct erlterms *,
    const struct erlterm *, uint32_t i);

#endif
