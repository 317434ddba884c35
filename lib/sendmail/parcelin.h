#ifndef SENDMAIL_PARCELIN_H
#define SENDMAIL_PARCELIN_H

#include "base/spool.h"

/*
 * parcelin_read - the next parcel, byte for byte, in a program that has
 * nothing else to do
 *
 * s         fresh from spool_init(); spool_free() in any case
 * fd        where it comes from, blocking
 * size_max  bytes of its content
 * dir       for one that is large
 *
 * Returns 1; 0: there is no more; -1: it is no netstring, cut short, larger,
 * or could not be kept: nothing more can be read.
 */
int parcelin_read(struct spool *s, int fd, uint64_t size_max, const char *dir);

#endif
