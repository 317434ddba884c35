/* breaker: and fallback: of a rule, for a job */
#include "route/routebreaker.h"
#include "tap.h"
#include <stdio.h>
#include <unistd.h>

#define S INT64_C(1000000)

static struct breakers b;
static struct routing w;
static const struct breaker_site *why;
static char said[2000];

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static void
step(void *arg, const char *file, unsigned line, const char *text)
{
	size_t n = strlen(said);

	(void)arg;
	snprintf(said + n, sizeof said - n, "%s:%u: %s\n", file, line, text);
}

static enum routebreaker_step
job(const char *breaker, const char *fallback, int64_t now_us)
{
	w.what = ROUTING_MX;
	w.rule.line = 3;
	w.rule.breaker = slice(breaker);
	w.rule.fallback = slice(fallback);
	w.rule.n_host = 0;
	said[0] = '\0';
	return routebreaker(&w, &b, slice("mx.example"), 1, now_us, &why);
}

static const struct breaker_site *
fails(int64_t now_us)
{
	static const char line[] = "id:a\tstatus:deferred\tsite:mx.example\t"
				   "host:h\tclass:connect\ttext:refused\n";
	static struct ltsv l;

	ltsv_parse(line, sizeof line - 1, &l);
	return breaker_result(&b, &l, now_us);
}

/* one line, behind ev: */
static void
event_is(const struct breaker_site *s, const char *want)
{
	static char line[1000];
	int p[2], saved = dup(2);
	ssize_t n;
	char *ev;

	if (pipe(p) == -1)
		return;
	dup2(p[1], 2);
	routebreaker_event(s);
	dup2(saved, 2);
	n = read(p[0], line, sizeof line - 1);
	line[n > 0 ? n : 0] = '\0';
	ev = strstr(line, "site:");
	is_str(ev == NULL ? line : ev, want, "event");
	close(p[0]);
	close(p[1]);
	close(saved);
}

int
main(void)
{
	const struct breaker_site *s;

	w.said = step;
	is_num(job("", "", 0), ROUTEBREAKER_GO, "a rule without the words");
	is_num((long)b.sites.n, 0, "asks for nothing");
	is_num(job("2/10s", "", 0), ROUTEBREAKER_GO, "nothing has failed");
	ok(fails(0) == NULL, "once");
	s = fails(0);
	if (!ok(s != NULL, "twice"))
		return done();
	event_is(s,
	    "site:mx.example\tstate:open\tline:3\tfailures:2\tfor:10\t"
	    "text:refused\n");
	is_num(job("2/10s", "", S), ROUTEBREAKER_WAIT, "it is kept");
	is_num(why->until_us, 10 * (long)S, "until then");
	is_str(said,
	    "routes:3: mx.example could not be reached 2 times in a row, "
	    "nothing goes there for 9 s: refused\n",
	    "that is said");
	is_num(job("2/10s", "relay.example:587,[192.0.2.1]", S),
	    ROUTEBREAKER_INSTEAD, "or goes to others");
	ok(w.what == ROUTING_HOST && w.rule.n_host == 2 &&
		word_is(w.rule.host[0].name, "relay.example") &&
		w.rule.host[0].port == 587 && w.rule.host[1].port == 25,
	    "which stand in its rule");
	is_num(w.rule.breaker.n + w.rule.fallback.n, 0,
	    "and are not asked for");
	ok(strstr(said,
	       "it goes to fallback:relay.example:587,[192.0.2.1]\n") != NULL,
	    "that is said, too");
	is_num(job("2/10s", "x", 10 * S), ROUTEBREAKER_GO, "the probe");
	is_num(job("2/10s", "x", 10 * S), ROUTEBREAKER_INSTEAD, "the others");
	ok(strstr(said, "a probe is on its way") != NULL, "because of it");
	is_num(job("two", "x", 10 * S), ROUTEBREAKER_GO, "words that are none");
	breaker_free(&b);
	/* a fallback alone */
	job("", "x", 0);
	fails(0);
	ok(fails(0) == NULL && fails(0) != NULL, "three times, by default");
	is_num(job("", "x", 59 * S), ROUTEBREAKER_INSTEAD, "for a minute");
	breaker_free(&b);
	return done();
}
