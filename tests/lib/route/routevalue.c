/* values of conditions and actions: good ones, and the limits of each */
#include "route/routevalue.h"
#include "tap.h"

typedef const char *check(struct slice);

static const struct {
	check *of;
	const char *value;
	int good;
} values[] = {
	{ routevalue_number, "0", 1 },
	{ routevalue_number, "4294967295", 1 },
	{ routevalue_number, "4294967296", 0 },
	{ routevalue_number, "", 0 },
	{ routevalue_try, "3", 1 },
	{ routevalue_try, "3-3", 1 },
	{ routevalue_try, "3-2", 0 },
	{ routevalue_try, "-2", 0 },
	{ routevalue_at, "Mon,08:00-18:00@UTC", 1 },
	{ routevalue_at, "Mon@Nowhere", 0 },
	{ routevalue_at, "noon", 0 },
	{ routevalue_per_conn, "1000000", 1 },
	{ routevalue_per_conn, "1000001", 0 },
	{ routevalue_tls, "dane", 1 },
	{ routevalue_tls, "verify", 0 },
	{ routevalue_tls, "fingerprint", 0 },
	{ routevalue_tls, "DANE", 0 },
	{ routevalue_via, "pool-1.a_b", 1 },
	{ routevalue_via, "local", 0 },
	{ routevalue_via, "a b", 0 },
	{ routevalue_breaker, "3/10m", 1 },
	{ routevalue_breaker, "0/10m", 0 },
	{ routevalue_fallback, "relay.example:587,[192.0.2.1]", 1 },
	{ routevalue_fallback, "/run/lmtp", 0 },
	{ routevalue_fallback, "a,", 0 },
};

int
main(void)
{
	const char *v;
	size_t i;

	for (i = 0; i < sizeof values / sizeof *values; i++) {
		v = values[i].value;
		ok((values[i].of((struct slice){ v, strlen(v) }) == NULL) ==
			values[i].good,
		    v);
	}
	return done();
}
