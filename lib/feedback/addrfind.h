#ifndef FEEDBACK_ADDRFIND_H
#define FEEDBACK_ADDRFIND_H

#include "conf/word.h"

/*
 * Mail addresses in running text: what looks like one, local@domain where the
 * domain has a dot or is a literal in brackets.  Not in an URL.
 */
enum {
	ADDRFIND_LOCAL_MAX = 128, /* bytes before the @; longer is none */
	ADDRFIND_URL_MAX = 1000   /* bytes before it that may make it part of an
				 * URL */
};

/*
 * addrfind_next - the next one
 *
 * *p    where to look, moved behind it
 * end   one behind the last byte
 *
 * 1 with *a, a slice of the text; 0: there is none.
 */
int addrfind_next(const char **p, const char *end, struct slice *a);

/*
 * addrfind_each - those in a header's fields of these names, in its order
 *
 * names  NULL behind the last
 * give   called with each; what is not 0 ends it
 *
 * What give() has returned last, or 0.
 */
int addrfind_each(struct slice header, const char *const *names,
    int (*give)(void *arg, struct slice a), void *arg);
/* the same into a, max of them at most; how many */
size_t addrfind_fields(struct slice header, const char *const *names,
    struct slice *a, size_t max);

/* is there a word or phrase, in any letter case?  (ASCII; what is not is
 * compared as it is) */
int addrfind_has(struct slice text, const char *phrase);
/* the same for any of several, NULL behind the last */
int addrfind_any(struct slice text, const char *const *phrases);

#endif
