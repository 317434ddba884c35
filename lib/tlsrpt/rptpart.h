#ifndef TLSRPT_RPTPART_H
#define TLSRPT_RPTPART_H

#include "base/buf.h"
#include <stddef.h>

/*
 * rptpart_find - the report in what somebody has sent
 *
 * p, n  a message, or the report itself
 * out   the report is added to it, nothing else
 *
 * In a message it is the first part of one of the types of RFC 8460 section
 * 6, else one that is JSON or gzip by its type, or by its name where its type
 * says nothing.  Returns 1; 0 when there is none; -1 with ENOMEM.
 */
int rptpart_find(struct buf *out, const char *p, size_t n);

/* is it gzip? */
int rptpart_packed(const char *p, size_t n);

#endif
