#ifndef CONFBUILD_REPLYPOOLS_H
#define CONFBUILD_REPLYPOOLS_H

#include "confbuild/failurecheck.h"

/*
 * Pools in pool= of the table of replies that are not there.
 *
 * told  line of the file, and what is wrong, valid during the call
 *
 * 0, or -1: a table is damaged.
 */
int replypools(const struct lookup *replies, const struct lookup *pools,
    failurecheck_told *told, void *arg);

#endif
