#include "http/httpsopt.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "dns/ownaddr.h"

int
httpsopt_take(int option, const char *text, struct httpsopt *o,
    int64_t *wait_ms)
{
	switch (option) {
	case 'a': o->client.cafile = text; return 1;
	case 'C': o->confdir = text; return 1;
	case 'i':
		allowopt_take(option, text, &o->client.policy, o->allow);
		return 1;
	default: return dnsopt_take(option, text, &o->dns, NULL, wait_ms);
	}
}

void
httpsopt_done(struct httpsopt *o)
{
	o->dns.deadline_ms = DNSRUN_QUESTION_MS;
	o->client.dns = &o->dns;
	if (o->client.cafile == NULL)
		o->client.cafile = "/etc/ssl/certs/ca-certificates.crt";
	resolve_setup(&o->dns, o->confdir);
	/* strangers name the hosts */
	o->client.policy.refuse_private = 1;
	ownaddr_read(&o->client.policy);
}
