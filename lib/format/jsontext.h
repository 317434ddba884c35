#ifndef FORMAT_JSONTEXT_H
#define FORMAT_JSONTEXT_H

#include "base/buf.h"

/*
 * Strings of JSON (RFC 8259 section 7).  What is no UTF-8 becomes \ufffd, byte
 * by byte: JSON has no other text (section 8.1).  Control characters, U+0080 to
 * U+009F and DEL too, are escaped, so that none reaches a terminal.
 */
enum { JSONTEXT_GROWTH = 6 /* bytes that one byte becomes at most */ };

/* append p[0..n) in quotes; 0, or -1 with ENOMEM */
int jsontext_string(struct buf *, const char *p, size_t n);
/* the same without quotes and test, where there is room for JSONTEXT_GROWTH
 * times n; returns the end of what it wrote */
char *jsontext_put(char *out, const char *p, size_t n);
/* how many bytes from p on stand as they are, of ASCII */
size_t jsontext_span(const char *p, size_t n);

#endif
