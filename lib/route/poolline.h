#ifndef ROUTE_POOLLINE_H
#define ROUTE_POOLLINE_H

#include "route/pools.h"
#include "route/relayword.h"

/* A line of the file `pools', which conf(5) and pools.h describe: a source, or what
 * is said of the pool. */
struct poolline {
	char name[WORD_LINE_MAX + 1], ip[64], ip6[64];
	char helo[WORD_DOMAIN_MAX + 1];
	uint64_t weight;
	char sticky[POOLS_STICKY_MAX + 1];
	char spill[WORD_NAME_MAX + 1];
	char socks[RELAYWORD_MAX], proxy[RELAYWORD_MAX];
	char login[WORD_NAME_MAX + 1]; /* at the relay */
	unsigned words;                /* that say something of the source */
};

/*
 * poolline_read - take it apart
 *
 * p, end  the line, at most WORD_LINE_MAX bytes
 * name    receives the pool's name
 * why     room for a fault
 *
 * Returns NULL, or what is wrong, perhaps in why.
 */
const char *poolline_read(const char *p, const char *end,
    char name[WORD_NAME_MAX + 1], struct poolline *, char why[WORD_TWICE_MAX]);

#endif
