#ifndef FAILURE_FAILURE_H
#define FAILURE_FAILURE_H

#include "failure/failurefile.h"

/*
 * What a failure is called, and whether it is hard: looked up in the table of
 * the file `classes`, conf-classes(5).
 */

/* what is known of it; all zero: nothing */
struct failure_facts {
	unsigned code;      /* of the reply; 0: see text */
	struct slice esc;   /* enhanced code; empty: see text */
	struct slice text;  /* of the reply, any bytes */
	struct slice host;  /* who replied, any letter case */
	struct slice phase; /* class of job(5): rcpt, dot, connect ... */
	struct slice event; /* kind of event(5); empty: any */
};

/* what says whether it is hard */
enum failure_by {
	FAILURE_BY_CLASS,    /* as all of its class, where nothing says more */
	FAILURE_BY_LINE,     /* the line of the class */
	FAILURE_BY_FOR,      /* another one, typeline */
	FAILURE_BY_TEMPORARY /* the codes: a temporary one is never hard */
};

struct failure {
	char class[FAILURE_CLASS_MAX + 1];
	int hard; /* no mail to this address will ever arrive */
	enum failure_by by;
	unsigned line, typeline; /* that say both; 0: none does */
	/* their conditions, LABEL:VALUE with a TAB behind each; until the table
	 * is replaced */
	struct slice rule, typerule;
	/* what was made of the facts */
	unsigned code;
	char esc[12];
	char phase[FAILURE_CLASS_MAX + 1];
};

/*
 * failure_look - the class of a failure
 *
 * The first line that holds decides.  A code, an enhanced code and a phase that
 * are not given are looked for in the text; an enhanced code that says nothing
 * (X.0.0) gives way to one there.  A failure whose codes are temporary (4yz,
 * 4.Y.Z) is never hard.
 *
 * Returns 0, or -1: the table is damaged.  The class is `other' then, as where
 * no line holds, and soft.
 */
int failure_look(const struct lookup *, const struct failure_facts *,
    struct failure *);

/* are these codes those of a temporary failure? */
int failure_temporary(unsigned code, const char *esc);

#endif
