#include "chain/refused.h"
#include "base/ip.h"
#include "chain/event.h"
#include <string.h>

static void
tell_sum(const struct refusals_of *o)
{
	unsigned char ip[IP_LEN];
	char t[IP_TEXT];

	event_begin("rejected");
	memcpy(ip, o->ip, IP_LEN);
	if (o->used)
		event_puts("client", ip_text(ip, ip_unmap(ip, IP_LEN), t));
	event_num("count", o->untold);
	event_num("code", o->code);
	event_puts("text", "refusals that were not told one by one");
	event_end();
}

void
refused_end(struct refused *r)
{
	const struct refusals_of *o;
	size_t i = 0;

	loop_timer_stop(&r->window);
	while (!refusals_none(&r->refusals) &&
	    (o = refusals_sum(&r->refusals, &i)) != NULL)
		tell_sum(o);
}

static void
on_window(void *arg)
{
	refused_end(arg);
}

int
refused_tell(struct refused *r, const unsigned char ip[16], int ours,
    unsigned code)
{
	unsigned char of[16] = { 0 };

	memcpy(of, ip, ip_is_mapped(ip) ? 16 : 8);
	if (refusals_none(&r->refusals))
		loop_timer_set(&r->window, REFUSALS_WINDOW_S * 1000, on_window,
		    r);
	return refusals_count(&r->refusals, of, ours, code);
}

int
refused_client(struct refused *r, const char *ip, int ours, unsigned code)
{
	unsigned char bytes[IP_LEN], mapped[IP_LEN];
	size_t n = ip_scans(ip, bytes);

	if (n == 0)
		return 1;
	ip_map(mapped, bytes, n);
	return refused_tell(r, mapped, ours, code);
}
