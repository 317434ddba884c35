#ifndef ROUTE_PROVIDERS_H
#define ROUTE_PROVIDERS_H

#include "conf/lookup.h"
#include "conf/word.h"
#include "route/hosts.h"

/*
 * Who runs the mail servers of a domain: looked up in the table of the file
 * `providers`, route/providerfile.h.
 */
struct provider {
	struct slice name; /* valid until the table is replaced */
	unsigned line;
	unsigned shipped : 1; /* it is one of the shipped lines */
};

/*
 * providers_find - that of a domain, or of one of its best MX
 *
 * domain  in lower case and A-labels
 * mx      what the DNS says of its MX; NULL: it is not asked
 *
 * What is said of the domain comes before what is said of an MX, the site's
 * lines before the shipped ones, a name itself before those above it, the
 * nearest first; of several MX that are equally good, the first line.
 * Returns 1, 0 when there is none, -1 when the table is damaged.
 */
int providers_find(const struct lookup *, struct slice domain,
    const struct hosts *mx, struct provider *);

#endif
