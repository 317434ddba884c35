#ifndef FORMAT_ENVLINES_H
#define FORMAT_ENVLINES_H

#include "format/parcel.h"

/*
 * Changes to envelope lines, parcel(5), while a parcel is passed on.  What
 * is not named stays as it is and where it is.  0, or -1 with ENOMEM and
 * then nothing was changed.
 */

/* may a user who is not trusted say this about his own message?  nothing
 * that says who he is or puts him before others */
int envlines_user(const struct parcel_line *);
/* the value of a line, unescaped, into room for PARCEL_LINE_MAX bytes, NUL
 * behind it; its length, -1 when it is none */
long envlines_value(const struct parcel_line *, char out[PARCEL_LINE_MAX]);
/* the one line with this key, in the place of the first; others go */
int envlines_set(struct buf *env, const char *key, const char *value, size_t n);
/* the line "tag NAME=VALUE", in the place of the one of that name */
int envlines_tag(struct buf *env, const char *name, size_t name_len,
    const char *value, size_t n);

#endif
