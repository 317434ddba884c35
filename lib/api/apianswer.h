#ifndef API_APIANSWER_H
#define API_APIANSWER_H

#include "api/apiconn.h"

/* The bytes of answers.  Pure. */

/* the words of a status (RFC 9110 section 15); "" of one that is not used here */
const char *apianswer_phrase(unsigned status);
/* what is wrong with a head that was refused so */
const char *apianswer_why(unsigned status);
/*
 * apianswer_put - append an answer
 *
 * packed  its content is in gzip
 * minor   of the version that the client speaks, HTTP/1.x
 *
 * 0, or -1 with ENOMEM.
 */
int apianswer_put(struct buf *, const struct apiconn_answer *, int packed,
    unsigned minor);

/*
 * apianswer_problem - append a body of application/problem+json (RFC 9457)
 *
 * detail  text of any bytes, or "": only the status is told
 * esc     an enhanced status code (RFC 3463), or NULL
 */
int apianswer_problem(struct buf *, unsigned status, const char *detail,
    const char *esc);

#endif
