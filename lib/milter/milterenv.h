#ifndef MILTER_MILTERENV_H
#define MILTER_MILTERENV_H

#include "base/buf.h"

/*
 * Changes that a milter wants of an envelope, parcel(5).  Addresses come with
 * or without angle brackets; parameters are blank separated.  All return 1 when
 * it is done, 0 when it cannot be (nothing is changed then), -1 with ENOMEM.
 */

/* one recipient more; who is one already stays as he is.  Parameters that an
 * envelope has not are left out */
int milterenv_add(struct buf *env, const char *address, const char *args);
/* none of his lines stays; 0: he is no recipient */
int milterenv_delete(struct buf *env, const char *address);
/* another sender; of parameters RET and ENVID */
int milterenv_from(struct buf *env, const char *address, const char *args);
/* how many recipients there are */
size_t milterenv_count(const struct buf *env);

#endif
