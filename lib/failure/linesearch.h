#ifndef FAILURE_LINESEARCH_H
#define FAILURE_LINESEARCH_H

#include "conf/lookup.h"
#include "failure/words.h"
#include <stddef.h>

/*
 * Which line about a reply holds: the first one of a table whose records are
 * those of condition.h, found without reading them all.
 */
struct linesearch {
	const struct lookup *l;
	/* what conditions are compared with, in lower case; empty: not known */
	struct slice esc, host, site, provider, phase, failure, event, via;
	char code[4];
	char host_text[WORD_DOMAIN_MAX + 1];
	/* does the text fit this expression?  NULL: no line asks */
	int (*regex)(void *arg, struct slice);
	void *arg;
	/* the first that holds so far; line 0: none */
	unsigned line;
	struct slice rule;  /* its conditions, LABEL:VALUE with a TAB between */
	struct slice says;  /* what it says: the label with its =, */
	struct slice value; /* and the value */
	struct words words; /* of the text; last, for it is large */
};

/* all but the words, which are to be set by words_of() */
static inline void
linesearch_begin(struct linesearch *s, const struct lookup *l)
{
	memset(s, 0, offsetof(struct linesearch, words));
	s->l = l;
}
/* a code of three digits, 0 is none */
void linesearch_code(struct linesearch *, unsigned code);
/* who replied, in any letter case; a dot at its end does not count */
void linesearch_host(struct linesearch *, struct slice);
/*
 * linesearch_find - lines under these letters, in this order
 *
 * Those behind s->line are passed over.  w and q are lines by a word of their
 * phrase, * those without condition.  0, or -1: the table is damaged.
 */
int linesearch_find(struct linesearch *, const char *kinds);
/* the lines under one key; 0, -1 */
int linesearch_key(struct linesearch *, char kind, struct slice key);

#endif
