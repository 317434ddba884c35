#include "chain/refused.h"
#include "base/loop.h"
#include "chain/event.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { FOUR = 12 /* where IPv4 begins in a mapped address */ };

static struct refusals refusals;
static struct loop_timer window;

static int
is_four(const unsigned char ip[16])
{
	return IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)ip);
}

static void
tell_sum(const struct refusals_of *o)
{
	char t[INET6_ADDRSTRLEN];

	event_begin("rejected");
	if (o->used && is_four(o->ip))
		event_puts("client",
		    inet_ntop(AF_INET, o->ip + FOUR, t, sizeof t));
	else if (o->used)
		event_puts("client", inet_ntop(AF_INET6, o->ip, t, sizeof t));
	event_num("count", o->untold);
	event_num("code", o->code);
	event_puts("text", "refusals that were not told one by one");
	event_end();
}

void
refused_end(void)
{
	const struct refusals_of *o;
	size_t i = 0;

	while (!refusals_none(&refusals) &&
	    (o = refusals_sum(&refusals, &i)) != NULL)
		tell_sum(o);
}

static void
on_window(void *arg)
{
	(void)arg;
	refused_end();
}

int
refused_tell(const unsigned char ip[16], int ours, unsigned code)
{
	unsigned char of[16] = { 0 };

	memcpy(of, ip, is_four(ip) ? 16 : 8);
	if (refusals_none(&refusals))
		loop_timer_set(&window, REFUSALS_WINDOW_S * 1000, on_window,
		    NULL);
	return refusals_count(&refusals, of, ours, code);
}

int
refused_client(const char *ip, int ours, unsigned code)
{
	unsigned char bytes[16] = { [10] = 0xff, [11] = 0xff };

	if (ip == NULL ||
	    (inet_pton(AF_INET, ip, bytes + FOUR) != 1 &&
		inet_pton(AF_INET6, ip, bytes) != 1))
		return 1;
	return refused_tell(bytes, ours, code);
}
