#include "dmarc/dmarcto.h"
#include <string.h>
#include <strings.h>

void
dmarcto_init(struct dmarcto *t, const char *domain, const char *rua,
    const struct dmarc_who *who)
{
	memset(t, 0, sizeof *t);
	t->domain = domain;
	t->p = rua;
	t->end = rua + strlen(rua);
	t->who = who;
}

static const char *
host(const struct dmarcto_address *a)
{
	return strrchr(a->text, '@') + 1;
}

/* 0, or -1 when it is none that mail can be sent to */
static int
read_address(struct dmarcto_address *a, const struct dmarc_uri *u)
{
	if (u->address_len == 0 || u->address_len > DMARCTO_ADDRESS_MAX ||
	    dmarcrecord_mailbox(u, a->text) == -1 || host(a)[0] == '[')
		return -1;
	a->limit = u->limit;
	return 0;
}

static void
add(struct dmarcto *t, const struct dmarcto_address *a)
{
	unsigned i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->address[i].text, a->text) == 0)
			return;
	if (t->n < DMARCTO_MAX)
		t->address[t->n++] = *a;
}

/*
 * Who agreed may have named other addresses, of the same host only: with
 * one of another, nothing is sent (RFC 9990 section 4).
 */
static void
add_instead(struct dmarcto *t)
{
	const char *p = t->dest.rua, *end = p + strlen(p);
	struct dmarcto_address a;
	struct dmarc_uri u;
	int pass;

	for (pass = 0; pass < 2; pass++)
		for (p = t->dest.rua; dmarcrecord_uri(&p, end, &u);) {
			if (read_address(&a, &u) == -1)
				continue;
			if (pass == 1) {
				add(t, &a);
			} else if (strcasecmp(host(&a), host(&t->next)) != 0) {
				t->refused++;
				return;
			}
		}
}

static void
judged(struct dmarcto *t)
{
	switch (t->dest.result) {
	case DMARCDEST_OWN: add(t, &t->next); break;
	case DMARCDEST_ALLOWED:
		if (t->dest.rua[0] == '\0')
			add(t, &t->next);
		else
			add_instead(t);
		break;
	case DMARCDEST_REFUSED: t->refused++; break;
	case DMARCDEST_LOST: t->lost++; break;
	}
}

int
dmarcto_want(struct dmarcto *t, struct dnsq *q)
{
	struct dmarc_uri u;

	for (;;) {
		if (t->asking) {
			if (dmarcdest_want(&t->dest, q))
				return 1;
			t->asking = 0;
			judged(t);
		}
		if (t->n == DMARCTO_MAX || !dmarcrecord_uri(&t->p, t->end, &u))
			return 0;
		if (read_address(&t->next, &u) == -1)
			continue;
		dmarcdest_init(&t->dest, t->domain, host(&t->next), t->who);
		t->asking = 1;
	}
}

void
dmarcto_answer(struct dmarcto *t, const struct dnsa *a)
{
	dmarcdest_answer(&t->dest, a);
}
