#ifndef BASE_OUT_H
#define BASE_OUT_H

#include "base/buf.h"

/*
 * Descriptor 1, for programs whose output is all they are for: what cannot be
 * written ends the program, "unable to write" and EXIT_TEMP.
 */

/* n bytes as they are, and for people, plain_write() */
void out_bytes(const char *p, size_t n);
void out_plain(const char *p, size_t n);
/* the same with all that has gathered, which is empty then */
void out_flush(struct buf *);
void out_flush_plain(struct buf *);

#endif
