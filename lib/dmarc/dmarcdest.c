#include "dmarc/dmarcdest.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

void
dmarcdest_init(struct dmarcdest *d, const char *domain, const char *host,
    const struct dmarc_who *who)
{
	memset(d, 0, sizeof *d);
	d->domain = domain;
	d->host = host;
	if (who != NULL) {
		d->who.organization = who->organization;
		d->who.arg = who->arg;
	}
	d->who.only_organization = 1;
	d->who.from = domain;
	dmarc_init(&d->walk, &d->who);
	if (strcasecmp(domain, host) == 0)
		d->step = DMARCDEST_END;
}

static void
end(struct dmarcdest *d, enum dmarcdest_result r)
{
	d->result = r;
	d->step = DMARCDEST_END;
}

/* a walk is over */
static void
walked(struct dmarcdest *d)
{
	const char *found = d->walk.found.organization;

	if (d->walk.found.result == DMARC_TEMPERROR) {
		end(d, DMARCDEST_LOST);
	} else if (d->step == DMARCDEST_DOMAIN) {
		memcpy(d->organization, found, sizeof d->organization);
		d->who.from = d->host;
		dmarc_init(&d->walk, &d->who);
		d->step = DMARCDEST_HOST;
	} else if (strcmp(d->organization, found) == 0) {
		end(d, DMARCDEST_OWN);
	} else {
		d->step = DMARCDEST_TXT;
	}
}

int
dmarcdest_want(struct dmarcdest *d, struct dnsq *q)
{
	char name[2 * DNSQ_NAME_MAX + 20];

	while (d->step == DMARCDEST_DOMAIN || d->step == DMARCDEST_HOST) {
		if (dmarc_want(&d->walk, q))
			return 1;
		walked(d);
	}
	if (d->step == DMARCDEST_END)
		return 0;
	snprintf(name, sizeof name, "%s._report._dmarc.%s", d->domain, d->host);
	q->type = DNSQ_TXT;
	if (dnsq_name(q, name, strlen(name)) == 0)
		return 1;
	end(d, DMARCDEST_REFUSED);
	return 0;
}

void
dmarcdest_answer(struct dmarcdest *d, const struct dnsa *a)
{
	static const struct dmarc_record none;
	struct dmarc_record r = none;

	if (d->step != DMARCDEST_TXT) {
		dmarc_answer(&d->walk, a);
		return;
	}
	if (a->status == DNSA_FAILED) {
		end(d, DMARCDEST_LOST);
	} else if (dmarcrecord_answer(&r, a, 0) == 0) {
		end(d, DMARCDEST_REFUSED);
	} else {
		memcpy(d->rua, r.rua, sizeof d->rua);
		end(d, DMARCDEST_ALLOWED);
	}
}
