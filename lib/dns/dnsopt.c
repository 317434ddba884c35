#include "dns/dnsopt.h"
#include "base/opt.h"
#include "dns/dnsrun.h"
#include <stddef.h>

void
dnsopt_server(int option, const char *text, struct resolve *dns)
{
	if (resolve_server(dns, text) == -1)
		opt_bad(option, text, "ADDR or ADDR@PORT, at most 8 times");
}

int
dnsopt_take(int option, const char *text, struct resolve *dns, int64_t *now,
    int64_t *wait_ms)
{
	if (option == 'r')
		dnsopt_server(option, text, dns);
	else if (option == 't' && now != NULL)
		*now = opt_time(option, text, 0, INT64_MAX / 2);
	else if (option == 'w' && wait_ms != NULL)
		*wait_ms =
		    1000 * (int64_t)opt_num(option, text, 1, DNSRUN_WAIT_MAX_S);
	else
		return 0;
	return 1;
}
