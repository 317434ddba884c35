#ifndef CONFBUILD_RETRYCHECK_H
#define CONFBUILD_RETRYCHECK_H

#include "conf/lookup.h"

/*
 * retrycheck - failures in the retry table that nothing is called
 *
 * retry, classes  the two tables as they will be
 * told            line of the file retry, and what is wrong, valid during the
 *                 call
 *
 * 0, or -1: a table is damaged.
 */
int retrycheck(const struct lookup *retry, const struct lookup *classes,
    void (*told)(void *arg, unsigned line, const char *text), void *arg);

#endif
