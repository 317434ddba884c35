#include "route/planevent.h"
#include "base/clock.h"
#include "chain/event.h"

static void
put(const char *label, struct slice s)
{
	if (s.n > 0)
		event_put(label, s.p, s.n);
}

/* one domain takes the place of another with the same end of its hash; then it
 * is said once more than it need be */
static int
is_due(struct slice domain)
{
	static struct {
		uint64_t hash;
		int64_t at_ms;
	} told[PLANEVENT_KEPT];
	uint64_t h = word_hash(1, domain.p, domain.n);
	int64_t now = clock_mono_ms();
	size_t i = h % PLANEVENT_KEPT;

	if (told[i].hash == h && now - told[i].at_ms < PLANEVENT_AGAIN_MS)
		return 0;
	told[i].hash = h;
	told[i].at_ms = now;
	return 1;
}

void
planevent(const struct protect *how, struct slice domain)
{
	const struct tlsplan *p = &how->plan;

	if (!p->receivers || !is_due(domain))
		return;
	event_begin("tls");
	put("domain", domain);
	put("host", how->in.host[p->refused].name);
	event_puts("result", p->fail);
	event_puts("tls-policy", p->policy);
	event_puts("tls-from", p->from);
	if (how->in.sts != STS_NONE) {
		event_puts("sts", sts_mode_names[how->in.sts]);
		put("sts-id", how->in.sts_id);
	}
	event_puts("tls-text", p->text);
	event_end();
}
