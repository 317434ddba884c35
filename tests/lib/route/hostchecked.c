/* one destination, when it changes between two answers whether they are
 * checked: the resolver is this program itself */
#include "base/die.h"
#include "route/hostquery.h"
#include "route/nexthop.h"
#include "tap.h"
#include <string.h>

static struct resolve dns;
static struct resolve_query *asked[8];
static unsigned n_asked;
static struct hosts got;
static unsigned ttl, times;

void
resolve_ask(struct resolve *d, struct resolve_query *q)
{
	q->of = d;
	asked[n_asked++] = q;
}

int
resolve_validates(const struct resolve *d)
{
	return d->validates;
}

/* the question that was asked first and has no answer yet; secure if answers
 * are checked */
static void
answer(const void *data, int n, int checked)
{
	const unsigned char *p = data;
	struct resolve_answer a = { .status = n > 0 ? RESOLVE_OK : RESOLVE_NONE,
		.n = n > 0,
		.data = &p,
		.len = &n,
		.ttl = 3600,
		.secure = checked == 1 };
	struct resolve_query *q = asked[0];

	memmove(asked, asked + 1, --n_asked * sizeof *asked);
	dns.validates = checked;
	q->done(q->arg, &a);
}

static void
on_hosts(void *arg, const struct hosts *h, unsigned s)
{
	(void)arg;
	hosts_free(&got);
	got = *h;
	ttl = s;
	times++;
}

/* one MX and its address, A and AAAA; its TLSA records if they are asked for */
static void
ask(int mx, int a, int aaaa)
{
	static const struct hostaddr_policy policy = { .me = "me.example",
		.local = { lookup_none, NULL } };
	const struct hostquery_conf c = { &dns, &policy, 1, 1, 0 };
	struct sts_answer sts = { 0 };

	times = 0;
	hostquery_ask(&c, "d.test", 6, &sts, on_hosts, NULL);
	answer("\0\12\1a\4test", 10, mx);
	answer("\300\0\2\1", 4, a);
	answer(NULL, 0, aaaa);
	if (times == 0)
		answer(NULL, 0, 1);
	is_num(times, 1, "an answer");
	is_num(got.n, 1, "with one host");
}

int
main(void)
{
	static char *args[] = { "hostchecked", NULL };
	static const struct {
		const char *name;
		int mx, a, aaaa;
		unsigned unsure, ttl;
	} cases[] = {
		{ "all are checked", 1, 1, 1, 0, 3600 },
		{ "none is", 0, 0, 0, 1, 3600 },
		{ "the MX was not", 0, 1, 1, 1, NEXTHOP_TTL_MIN_S },
		{ "an address was not", 1, 0, 1, 1, NEXTHOP_TTL_MIN_S },
		{ "the last one was not", 1, 1, 0, 1, 3600 },
		{ "it was not known", -1, 1, 1, 1, NEXTHOP_TTL_MIN_S },
	};
	size_t i;

	prog_init(args);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask(cases[i].mx, cases[i].a, cases[i].aaaa);
		is_num(got.unsure, cases[i].unsure, cases[i].name);
		is_num(ttl, cases[i].ttl, "and good for so long");
	}
	hosts_free(&got);
	return done();
}
