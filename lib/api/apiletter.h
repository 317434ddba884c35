#ifndef API_APILETTER_H
#define API_APILETTER_H

#include "api/api.h"

/*
 * Messages of requests as recv/incoming.h keeps them: content with our trace field in
 * front, and an envelope that says whose it is.  Only for api.c and apisend.c.
 *
 * Why one is refused is a text with an enhanced status code in front, valid until the
 * next call: apiletter_status() has the status that goes with it.
 */

/* with nothing but the trace field; NULL: no memory */
struct incoming *apiletter_new(struct apicall *);
/* bytes as the client wrote them: CRLF becomes LF */
void apiletter_add(struct apicall *, const char *, size_t n);

/* that was all of it: NULL, or why not */
const char *apiletter_whole(struct apicall *, struct incoming *);
/* the envelope lines of a message that came as it is: out of query and fields, or of
 * its own header.  NULL, or why not */
const char *apiletter_envelope(struct apicall *, struct incoming *,
    struct buf *env);
/* lines for a sender and recipients; from is NULL where the header says it */
const char *apiletter_lines(struct apicall *, struct incoming *,
    const char *from, json_t *to, struct buf *env);
/* all of its content is there: what stands in env and may, and what we say
 * ourselves; i of n is its number in the request.  NULL, or why not */
const char *apiletter_seal(struct apicall *, struct incoming *,
    const struct buf *env, size_t i, int of_several);

unsigned apiletter_status(const char *why);

#endif
