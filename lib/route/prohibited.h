#ifndef ROUTE_PROHIBITED_H
#define ROUTE_PROHIBITED_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `prohibited`, conf(5): addresses that get no mail, or send none.
 *
 *   [to:|from:]PATTERN [TEXT]
 *
 * PATTERN is user@domain, @domain or @.domain, the domain and all below it.
 * Record: key t, f or, without either word, b, and the pattern in lower case;
 * data "LINE TAB TEXT".  So a table of any length costs a few look-ups.
 */
extern const struct conffile conffile_prohibited;

enum {
	PROHIBITED_LINES_MAX = 2000000,
	PROHIBITED_TEXT_MAX = 400 /* bytes */
};

struct prohibited {
	unsigned line;
	struct slice text; /* valid until the table is replaced */
};

enum prohibited_side { PROHIBITED_TO = 't', PROHIBITED_FROM = 'f' };

/*
 * prohibited_find - the line for an address, the most specific one
 *
 * Nobody, the null sender, is never prohibited.  Returns 1, 0 when there is
 * none, -1 when the table is missing or damaged.
 */
int prohibited_find(const struct lookup *, enum prohibited_side,
    const struct address *, struct prohibited *);

#endif
