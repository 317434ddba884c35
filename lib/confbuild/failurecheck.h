#ifndef CONFBUILD_FAILURECHECK_H
#define CONFBUILD_FAILURECHECK_H

#include "conf/lookup.h"

/*
 * Names of failures, in failure: of the tables of retry, routes and replies,
 * that nothing is called by.
 *
 * classes  the table of classes, as it will be; the other as well
 * told     line of the file, and what is wrong, valid during the call
 *
 * 0, or -1: a table is damaged.
 */
typedef void failurecheck_told(void *arg, unsigned line, const char *text);
int failurecheck_retry(const struct lookup *retry, const struct lookup *classes,
    failurecheck_told *, void *arg);
int failurecheck_routes(const struct lookup *routes,
    const struct lookup *classes, failurecheck_told *, void *arg);
int failurecheck_replies(const struct lookup *replies,
    const struct lookup *classes, failurecheck_told *, void *arg);

#endif
