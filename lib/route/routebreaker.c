#include "route/routebreaker.h"
#include "chain/event.h"
#include "route/routingsay.h"

/* a fallback alone */
static const struct breaker_rule by_default = { 3, 60, 900, 0 };

/* the hosts of fallback: take the place of the rule's; 0: it has none */
static int
fall_back(struct routing *w)
{
	struct slice rest = w->rule.fallback, one;
	unsigned n = 0;

	while (rest.n > 0 && n < ROUTES_HOSTS_MAX &&
	    word_piece(&rest, ',', &one))
		if (routes_host(one, 25, &w->rule.host[n]) == 0)
			n++;
	if (n == 0)
		return 0;
	w->rule.n_host = n;
	w->rule.least = 0;
	w->what = ROUTING_HOST;
	w->rule.fallback.n = w->rule.breaker.n = 0;
	return 1;
}

enum routebreaker_step
routebreaker(struct routing *w, struct breakers *b, struct slice site, int goes,
    int64_t now_us, const struct breaker_site **why)
{
	struct breaker_rule r = by_default;
	struct slice fallback = w->rule.fallback;

	if (w->rule.breaker.n == 0 && fallback.n == 0)
		return ROUTEBREAKER_GO;
	if (w->rule.breaker.n > 0 && breaker_scan(w->rule.breaker, &r) == -1)
		return ROUTEBREAKER_GO;
	r.line = w->rule.line;
	*why = breaker_ask(b, &r, site, goes, now_us);
	if (*why == NULL)
		return ROUTEBREAKER_GO;
	routing_say(w, "routes", w->rule.line,
	    "%.*s could not be reached %u times in a row, %s for %lld s: %s",
	    (int)site.n, site.p, (*why)->failures,
	    (*why)->state == BREAKER_PROBING ? "a probe is on its way"
					     : "nothing goes there",
	    (long long)((*why)->until_us - now_us) / 1000000, (*why)->text);
	if (!fall_back(w))
		return ROUTEBREAKER_WAIT;
	routing_say(w, "routes", w->rule.line, "it goes to fallback:%.*s",
	    (int)fallback.n, fallback.p);
	return ROUTEBREAKER_INSTEAD;
}

void
routebreaker_event(const struct breaker_site *s)
{
	const struct ltsv_field text = { "text", s->text, 4,
		(unsigned)strlen(s->text) };

	event_begin("breaker");
	event_puts("site", s->name);
	event_puts("state", s->state == BREAKER_CLOSED ? "closed" : "open");
	event_num("line", s->rule.line);
	if (s->state != BREAKER_CLOSED) {
		event_num("failures", s->failures);
		event_num("for", s->wait_s);
		if (text.value_len > 0)
			event_copy(&text);
	}
	event_end();
}
