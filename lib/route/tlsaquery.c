#include "route/tlsaquery.h"
#include "base/die.h"
#include "base/exit.h"
#include "dns/tlsaset.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
tlsaquery_wanted(const struct resolve *dns, const struct hosts_host *h)
{
	/* an alias may be vouched for although what it leads to is not */
	return resolve_validates(dns) == 1 && h->n > 0 &&
	    (h->secure || h->canon[0] != '\0');
}

static void
finish(struct tlsaquery *t, enum hosts_dane dane)
{
	t->host->dane = dane;
	t->done(t);
}

static void step(struct tlsaquery *);

static const char *
base(const struct tlsaquery *t)
{
	return t->step == TLSAQUERY_CANON ? t->host->canon : t->host->name;
}

/* what is there of records that are vouched for */
static void
take(struct tlsaquery *t, const struct resolve_answer *r)
{
	struct tlsaset set = { 0 };
	unsigned i;

	for (i = 0; i < r->n; i++)
		tlsaset_add(&set, r->data[i], (size_t)r->len[i]);
	tlsaset_finish(&set);
	if (set.n == 0) {
		finish(t, HOSTS_DANE_UNUSABLE);
		return;
	}
	if (tlsaset_put(&t->text, &set) == -1)
		die(EXIT_TEMP, "out of memory");
	t->host->tlsa = (struct slice){ buf_data(&t->text), buf_len(&t->text) };
	t->host->base = t->step == TLSAQUERY_CANON ? t->host->canon : "";
	finish(t, HOSTS_DANE_TLSA);
}

/* of the end of CNAMEs first, then of the name (RFC 7672 section 2.2.3) */
static void
none_here(struct tlsaquery *t)
{
	if (t->step != TLSAQUERY_CANON) {
		finish(t, HOSTS_DANE_NONE);
		return;
	}
	t->step = TLSAQUERY_NAME;
	step(t);
}

static void
on_tlsa(void *arg, const struct resolve_answer *r)
{
	struct tlsaquery *t = arg;

	if (r->status != RESOLVE_FAILED && r->secure && r->ttl < t->ttl)
		t->ttl = r->ttl;
	if (r->status == RESOLVE_FAILED) {
		finish(t, HOSTS_DANE_FAILED);
	} else if (r->status == RESOLVE_OK && r->secure) {
		take(t, r);
	} else {
		none_here(t);
	}
}

/* is the first link of an alias vouched for, though its end is not?  Then the
 * records are below the alias, if at all */
static void
on_alias(void *arg, const struct resolve_answer *r)
{
	struct tlsaquery *t = arg;

	if (r->status == RESOLVE_FAILED) {
		finish(t, HOSTS_DANE_FAILED);
	} else if (r->status == RESOLVE_OK && r->secure) {
		t->step = TLSAQUERY_NAME;
		step(t);
	} else {
		finish(t, HOSTS_DANE_NONE);
	}
}

static void
ask(struct tlsaquery *t, int type,
    void (*done)(void *, const struct resolve_answer *))
{
	t->q.name = t->name;
	t->q.type = type;
	t->q.done = done;
	t->q.arg = t;
	resolve_ask(t->q.of, &t->q);
}

static void
step(struct tlsaquery *t)
{
	if (t->step == TLSAQUERY_ALIAS) {
		snprintf(t->name, sizeof t->name, "%s", t->host->name);
		ask(t, RESOLVE_CNAME, on_alias);
		return;
	}
	if (snprintf(t->name, sizeof t->name, "_%u._tcp.%s", t->host->port,
		base(t)) < (int)sizeof t->name)
		ask(t, RESOLVE_TLSA, on_tlsa);
	else
		none_here(t); /* so long a name there cannot be */
}

void
tlsaquery_ask(struct tlsaquery *t, struct resolve *dns, struct hosts_host *h)
{
	t->q.of = dns;
	t->host = h;
	t->step = !h->secure      ? TLSAQUERY_ALIAS
	    : h->canon[0] != '\0' ? TLSAQUERY_CANON
				  : TLSAQUERY_NAME;
	step(t);
}

void
tlsaquery_free(struct tlsaquery *t)
{
	buf_free(&t->text);
	free(t);
}
