#ifndef ROUTE_SITE_H
#define ROUTE_SITE_H

#include "base/buf.h"

/*
 * Names of sites: hosts that stand for each other share one, so that limits
 * and connections are theirs together.
 */
enum {
	SITE_MAX = 255,     /* bytes of a name */
	SITE_HOSTS_MAX = 20 /* hosts of one */
};

/*
 * site_name - "mx.example.net", "(mx1|mx2).example.net"
 *
 * name, n  of its hosts, in any order, up to SITE_HOSTS_MAX
 * out      room for SITE_MAX + 1; empty when there is no host, or too many
 */
void site_name(char *out, const char *const *name, unsigned n);
/* a name in b, of any length: within SITE_MAX, a hash for what had no room.
 * 0, or -1 with ENOMEM */
int site_cut(struct buf *b);

#endif
