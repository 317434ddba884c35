#include "api/apiroute.h"
#include <string.h>

const struct apiroute_entry apiroute_table[] = {
	{ "POST", "/v1/messages", APIROUTE_MESSAGES },
	{ "POST", "/v1/mail/send", APIROUTE_RAW },
	{ "POST", "/sendemail", APIROUTE_ONE },
	{ "POST", "/sendmultiemails", APIROUTE_SEVERAL },
	{ "POST", "/sendmultimails", APIROUTE_SEVERAL },
	{ "POST", "/api/inject/v1", APIROUTE_KUMO },
	{ "POST", "/api/v1/send/raw", APIROUTE_POSTAL_RAW },
	{ "POST", "/api/v1/send/message", APIROUTE_POSTAL },
	{ "POST", "/v2/email/outbound-emails", APIROUTE_SES },
	{ "GET", "/healthz", APIROUTE_HEALTH },
	{ "GET", "/v1/openapi.json", APIROUTE_OPENAPI },
};
const size_t apiroute_count = sizeof apiroute_table / sizeof *apiroute_table;

static int
same(struct slice s, const char *word)
{
	return s.n == strlen(word) && memcmp(s.p, word, s.n) == 0;
}

unsigned
apiroute_find(struct slice method, struct slice path, enum apiroute *route,
    const char **allow)
{
	const struct apiroute_entry *e = apiroute_table;
	size_t i;
	int get;

	for (i = 0; i < apiroute_count; i++, e++) {
		if (!same(path, e->path))
			continue;
		get = strcmp(e->method, "GET") == 0;
		*route = e->route;
		*allow = get ? "GET, HEAD" : e->method;
		return same(method, e->method) || (get && same(method, "HEAD"))
		    ? 0
		    : 405;
	}
	return 404;
}
