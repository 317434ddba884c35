/* the kinds of destinations over HTTP */
#include "ship/httpform.h"
#include <string.h>

static const struct httpkind *const kinds[] = { &httpkind_webhook,
	&httpkind_http, &httpkind_elastic, &httpkind_opensearch, &httpkind_loki,
	&httpkind_clickhouse, &httpkind_splunk, &httpkind_gelf,
	&httpkind_influx, &httpkind_riak };

const struct httpkind *
httpkind_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}
