#ifndef ROUTE_PROVIDERFILE_H
#define ROUTE_PROVIDERFILE_H

#include "conf/conffile.h"

/*
 * The file `providers`, conf-providers(5): who runs the mail servers of a
 * domain.  Behind the site's lines come those that are shipped, so that one
 * table has both: that of an empty text is what holds without one.  Records:
 *
 *   key   a letter and a name, in capitals for shipped lines:
 *           d a domain          s a domain, and all below it
 *           m an MX             n an MX, and all names below it
 *         "=version" of the shipped lines
 *   data  "LINE NAME"
 */
extern const struct conffile conffile_providers;

enum { PROVIDERFILE_NAME_MAX = 32 }; /* bytes of a provider's name */

/* the shipped text, and its end */
extern const char provider_shipped[], provider_shipped_end[];

#endif
