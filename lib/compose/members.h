#ifndef COMPOSE_MEMBERS_H
#define COMPOSE_MEMBERS_H

#include "base/slice.h"
#include "compose/composefault.h"
#include <jansson.h>

/*
 * Members of an object, each by its number: a name that is not known is a
 * fault, so that none is lost for a letter. An underscore is a hyphen in them.
 */
enum { MEMBERS_NAME_LEN = 32 }; /* of a name that can be known */

/*
 * members_read - look at all of them
 *
 * names  n of them
 * out    receives n of them, borrowed; NULL for what is not there or null
 *
 * 0, or -1 with a fault: it is no object, or one is unknown or stands twice.
 */
int members_read(const json_t *object, const char *const *names, size_t n,
    json_t **out, struct compose_fault *);

/* the bytes of a string; those of no string are none */
struct slice members_slice(const json_t *);
/* a string, a number, true or false as text: a string's bytes, or what was
 * written to room.  0, or -1: it is none of them */
enum { MEMBERS_NUMBER_ROOM = 32 };
int members_text(const json_t *, struct slice *out,
    char room[MEMBERS_NUMBER_ROOM]);
/* control characters, those of C1 and DEL too, or a NUL: 1, else 0 */
int members_control(struct slice);

#endif
