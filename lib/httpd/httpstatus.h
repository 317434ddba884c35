#ifndef HTTPD_HTTPSTATUS_H
#define HTTPD_HTTPSTATUS_H

#include "base/buf.h"
#include "base/slice.h"

/* What a status is called, and a body that says what is wrong.  Pure. */

/* the words of a status (RFC 9110 section 15); "" of one that is not used here */
const char *httpstatus_phrase(unsigned status);
/*
 * httpstatus_problem - append a body of application/problem+json (RFC 9457)
 *
 * detail  text of any bytes, n 0: only the status is told
 * esc     an enhanced status code (RFC 3463), or NULL
 *
 * 0, or -1 with ENOMEM.
 */
int httpstatus_problem(struct buf *, unsigned status, struct slice detail,
    const char *esc);

#endif
