#include "route/routevalue.h"
#include "base/num.h"
#include "base/zone.h"
#include "route/breaker.h"
#include "route/hours.h"
#include "route/routefile.h"
#include "route/routes.h"
#include "tlsout/tlsout.h"

const char *
routevalue_number(struct slice v)
{
	uint64_t u;

	if (num_scan(v.p, v.n, 0, UINT32_MAX, &u) == -1)
		return "not a number";
	return NULL;
}

/* N or N-M */
const char *
routevalue_try(struct slice v)
{
	struct slice to = v, from;
	uint64_t u, most = UINT32_MAX;

	word_piece(&to, '-', &from);
	if (num_scan(from.p, from.n, 0, UINT32_MAX, &u) == -1 ||
	    (to.p != NULL && num_scan(to.p, to.n, 0, UINT32_MAX, &most) == -1))
		return "not a number, nor NUMBER-NUMBER";
	return most < u ? "the second number is less than the first" : NULL;
}

const char *
routevalue_at(struct slice v)
{
	struct hours h;
	const char *fault = hours_read(&h, v);

	if (fault == NULL && !zone_known(h.zone))
		fault = "this machine has no such time zone";
	return fault;
}

/* what remote-send takes, send/job.c */
const char *
routevalue_per_conn(struct slice v)
{
	uint64_t u;

	return num_scan(v.p, v.n, 0, ROUTEFILE_PER_CONN_MAX, &u) == 0
	    ? NULL
	    : "not a number from 0 to 1000000";
}

/* a policy of tls-out that needs no words beside it */
const char *
routevalue_tls(struct slice v)
{
	enum tlsout_word w;

	if (tlsout_word(v, &w) == -1 || w == TLSOUT_VERIFY ||
	    w == TLSOUT_FINGERPRINT)
		return "want none, may, must, dane, dane-only, sts or auto";
	return NULL;
}

const char *
routevalue_via(struct slice v)
{
	if (word_is(v, "local"))
		return "local is the label of local jobs";
	return word_name(v.p, v.n) ? NULL : "wants letters, digits, - _ and .";
}

const char *
routevalue_breaker(struct slice v)
{
	struct breaker_rule r;

	return breaker_scan(v, &r) == 0
	    ? NULL
	    : "want N/TIME or N/TIME..TIME, 1 to 1000 and 1s to 1d";
}

const char *
routevalue_fallback(struct slice v)
{
	struct slice rest = v, one;
	struct routes_host h;
	unsigned hosts = 0;

	while (word_piece(&rest, ',', &one)) {
		if (routes_host(one, 25, &h) == -1 || h.name.p[0] == '/')
			return "want HOST[:PORT] or [ADDRESS][:PORT]";
		if (++hosts > ROUTES_HOSTS_MAX)
			return "too many hosts in one rule";
	}
	return NULL;
}
