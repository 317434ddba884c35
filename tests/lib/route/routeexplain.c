/* what would become of a recipient, for people: provider, protection, hosts */
#include "route/routeexplain.h"
#include "memlookup.h"
#include "nolookup.h"
#include "route/providerfile.h"
#include "tap.h"
#include <stdlib.h>

static struct routing w;
static struct routing_job job;
static struct routewhy why;
static struct routeexplain e = { .routing = &w, .job = &job, .why = &why };

/* what is said of hosts */
static const char *
says(const struct hosts *h)
{
	buf_clear(&why.text);
	is_num(routeexplain_hosts(&e, h), 0, "explained");
	buf_putc(&why.text, '\0');
	return buf_data(&why.text);
}

static void
hosts(struct hosts *h, struct hosts_draft *d)
{
	const unsigned char ip[4] = { 192, 0, 2, 1 };
	struct hostaddr_policy policy = { .me = "me.example" };

	policy.local.get = nolookup;
	hosts_add_ip(hosts_add(d, "mx.example", 10, 10, 25), ip, 4);
	is_num(hosts_finish(d, &policy, h), 0, "hosts");
}

static void
asks(void)
{
	struct routing r = { .what = ROUTING_MX };

	address_set(&r.addr, "u@d.example", 11);
	ok(routeexplain_wants_dns(&r), "a domain is asked for");
	address_set(&r.addr, "u@[192.0.2.1]", 13);
	ok(!routeexplain_wants_dns(&r), "an address is not");
	r.what = ROUTING_HOST;
	ok(!routeexplain_wants_dns(&r), "no host");
	r.rule.n_host = 1;
	r.rule.host[0].port = 25;
	ok(routeexplain_wants_dns(&r), "a host's name");
	r.rule.host[0].literal = 1;
	ok(!routeexplain_wants_dns(&r), "an address of a rule");
	r.rule.host[0].literal = 0;
	r.rule.host[0].port = 0;
	ok(!routeexplain_wants_dns(&r), "a socket");
	r.rule.least = 1;
	ok(routeexplain_wants_dns(&r), "the least loaded of several");
}

int
main(void)
{
	struct hosts_draft *d = calloc(1, sizeof *d);
	struct memtable t;
	struct lookup providers =
	    memtable_make(&t, &conffile_providers, "big mx:mx.example\n");
	struct hosts h,
	    none = { .temporary = 1,
		    .esc = "4.4.3",
		    .class = "dns",
		    .text = "no answer" };

	w.what = ROUTING_MX;
	address_set(&w.addr, "u@d.example", 11);
	hosts(&h, d);
	is_str(says(&none), "deferred esc:4.4.3 class:dns text:no answer\n",
	    "no hosts now");
	is_num(e.end, ROUTEEXPLAIN_LATER, "later");
	none.temporary = 0;
	none.esc = "5.1.2";
	is_str(says(&none), "bounced esc:5.1.2 class:dns text:no answer\n",
	    "none at all");
	is_num(e.end, ROUTEEXPLAIN_NEVER, "never");
	is_str(says(&h),
	    "tls:may tls-from:default,no-policy\nsite:mx.example\nmx.example/25/192.0.2.1\n",
	    "a host");
	is_num(e.end, ROUTEEXPLAIN_GOES, "it goes");
	e.providers = &providers;
	is_str(says(&h),
	    "providers:1: d.example is with big\nprovider:big\ntls:may tls-from:default,no-policy\nsite:mx.example\nmx.example/25/192.0.2.1\n",
	    "whose servers are known");
	is_str(says(NULL), "tls:may tls-from:default,no-policy\n", "by a rule");
	t.broken = 1;
	is_str(says(NULL),
	    "deferred esc:4.3.5 class:local text:table providers is missing or damaged\n",
	    "a damaged table");
	is_num(e.end, ROUTEEXPLAIN_LATER, "later");
	e.providers = NULL;
	e.tls_out = &providers;
	is_str(says(&h),
	    "deferred esc:4.3.5 class:local text:table tls-out is damaged\n",
	    "the other one");
	e.tls_out = NULL;
	says(&h);
	is_num(e.end, ROUTEEXPLAIN_GOES,
	    "the next one is as good as the first");
	asks();
	hosts_free(&h);
	routeexplain_free(&e);
	buf_free(&why.text);
	memtable_free(&t);
	free(d);
	return done();
}
