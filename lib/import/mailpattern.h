#ifndef IMPORT_MAILPATTERN_H
#define IMPORT_MAILPATTERN_H

#include "conf/word.h"

/*
 * A regular expression for addresses, as the tables regexp and pcre of
 * Postfix have it, as patterns of routes, conf(5).  What can be said:
 *
 *   ^ann@example\.org$     ann@example.org
 *   @example\.org$         @example.org
 *   [@.]example\.org$      @.example.org, as @(.*\.)?example\.org$
 *   ^ann@                  ann@
 *   .                      *
 *
 * with .* or [^@]+ in front of the @ or behind it, and with a choice of texts
 * in parentheses, which become as many patterns.  All else is refused.
 */
enum {
	MAILPATTERN_MAX = 64,      /* patterns of one expression */
	MAILPATTERN_TEXT_MAX = 512 /* bytes of an expression, or pattern */
};

struct mailpattern {
	char text[MAILPATTERN_TEXT_MAX];
	/* what $0 to $9 stand for: 'u' the user, 'd' the domain, 'a' all of the
	 * address, 0 nothing that can be said */
	char is[10];
};

struct mailpatterns {
	unsigned n;
	struct mailpattern one[MAILPATTERN_MAX];
};

/*
 * re  /RE/FLAGS without the first slash; the second may be any byte that is
 *     neither letter nor digit
 *
 * Returns NULL, or why it cannot be said.
 */
const char *mailpattern_read(struct mailpatterns *, struct slice re);

#endif
