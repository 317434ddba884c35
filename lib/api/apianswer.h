#ifndef API_APIANSWER_H
#define API_APIANSWER_H

#include "api/apiconn.h"

/* The bytes of answers.  Pure. */

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

#endif
