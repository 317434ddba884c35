#ifndef QUEUE_RETRYPARTS_H
#define QUEUE_RETRYPARTS_H

#include "queue/retry.h"

/*
 * What the parts of retry ask of each other; nobody else includes this.
 *
 *   retry        the file, and its words
 *   retrylookup  what holds for a case
 */
enum { RETRY_KEY_ROOM = RETRY_KEY_MAX * 2 + 300 };

/* before a key: the record with the number of its line */
#define RETRY_LINE_KEY "=line:"

/* all properties in p..end into r; NULL or what is wrong */
const char *retry_properties(struct retry *, const char *p, const char *end);
/* the key of these conditions; out has RETRY_KEY_ROOM */
size_t retry_key(char *out, const struct retry_case *);

#endif
