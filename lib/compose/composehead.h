#ifndef COMPOSE_COMPOSEHEAD_H
#define COMPOSE_COMPOSEHEAD_H

#include "base/buf.h"
#include "base/slice.h"
#include "compose/composefault.h"

/* Header fields out of text, UTF-8: folded, and in encoded words (RFC 2047)
 * where they are not ASCII. */
enum {
	COMPOSEHEAD_VALUE_MAX = 8192, /* bytes of a value */
	COMPOSEHEAD_WORD_MAX = 900,   /* of one without blanks that is left as
				       * it is, so that its line holds it */
	COMPOSEHEAD_FIELDS_MAX = 100  /* fields of its own of a message */
};

/*
 * composehead_name - may a message bring a field of this name?  0, or -1 with
 * a fault: it is no name, or one that is made here or by who hands mail on
 */
int composehead_name(const char *name, struct compose_fault *);
/* does it hold addresses?  Sender and the like */
int composehead_of_addresses(const char *name);

/*
 * composehead_put - append one field
 *
 * name   NUL behind it
 * value  its blanks become one each; without control characters
 * text   it is text for people: a long word becomes an encoded one, which
 *        elsewhere would be another word
 *
 * 0, or -1 with a fault.
 */
int composehead_put(struct buf *, const char *name, struct slice value,
    int text, struct compose_fault *);

#endif
