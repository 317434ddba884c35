#ifndef MIME_PARAMPUT_H
#define MIME_PARAMPUT_H

#include "base/buf.h"
#include <stddef.h>

/*
 * paramput - append a parameter of Content-Type or Content-Disposition
 *
 * name      ASCII, at most PARAMPUT_NAME_LEN bytes
 * value, n  UTF-8 without control characters
 *
 * ";\n name=value": in quotes where it has to be; what is not ASCII, or too
 * long for a line, percent-encoded and in sections (RFC 2231).  No line is
 * longer than 78 bytes.  0, or -1 with ENOMEM.
 */
enum { PARAMPUT_NAME_LEN = 20 };
int paramput(struct buf *, const char *name, const char *value, size_t n);

#endif
