#ifndef SHIP_HTTPVERDICT_H
#define SHIP_HTTPVERDICT_H

#include "http/httpsanswer.h"
#include "ship/batch.h"
#include <stdint.h>

/*
 * What an answer over HTTP says of the events in the request.
 *
 *   2xx                              K
 *   413                              S
 *   401 403 404 405 407 410 and 3xx  Z, and a fault of the site's: a password,
 *                                    a place, a table that is not there.  No
 *                                    event is at fault, so none is given up
 *   408 421 425 429, 5xx, others     Z
 *   other 4xx                        D
 *   no answer, no TLS, cut           Z
 *   more in the answer than is read  by its status, but Z for 2xx
 */
struct httpverdict {
	char kind;
	long seconds;   /* of Z, as Retry-After has it; -1: not said */
	unsigned fault; /* 1: of the site's */
	char text[SHIP_TEXT_MAX + 1]; /* "429: slow down" */
};

/* retry_after: the field, or NULL */
void httpverdict(struct httpverdict *, const struct https_answer *,
    const char *retry_after, int64_t now_s);
/* of a status alone, as for one item of many; *fault as above */
char httpverdict_kind(long status, unsigned *fault);

#endif
