#include "route/routeprovider.h"

int
routeprovider(const struct lookup *providers, struct routing *w,
    const struct hosts *hosts)
{
	const struct slice domain = { w->addr.domain, w->addr.domain_len };

	w->provider.name.n = 0;
	if (providers == NULL)
		return 0;
	return providers_find(providers, domain,
		   w->what == ROUTING_MX ? hosts : NULL, &w->provider) == -1
	    ? -1
	    : 0;
}
