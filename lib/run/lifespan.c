#include "run/lifespan.h"
#include "base/die.h"
#include "base/exit.h"
#include "queue/retry.h"
#include "run/run.h"
#include <stdlib.h>
#include <string.h>

/* job(5) */
static const char *const classes[] = { "dns", "connect", "greeting", "helo",
	"mail", "rcpt", "data", "block", "dot", "idle", "quit", "timeout",
	"lost", "protocol", "421", "null-mx", "loop", "local", "policy",
	"limit", "size", "smtputf8", "tls", "auth", "source" };
enum { CLASSES = sizeof classes / sizeof *classes };

static void
longer(struct run *r, uint32_t x, const struct retry_case *c,
    struct lifespan *l)
{
	struct retry retry;
	unsigned i;

	retries_of(r, x, c, &retry);
	if (retry.lifetime > l->longest)
		l->longest = retry.lifetime;
	for (i = 0; i < retry.n; i++)
		if (retry.interval[i] > l->interval)
			l->interval = retry.interval[i];
	if (retry.doubt.wait_s > l->interval)
		l->interval = retry.doubt.wait_s;
}

static struct slice
conditions(const struct run *r)
{
	const struct buf *b = &r->lifetime.conditions;

	return (struct slice){ buf_data(b), buf_len(b) };
}

/* of a class, with each failure that the table knows, and with none */
static void
longest_of(struct run *r, uint32_t x, struct retry_case c, struct lifespan *l)
{
	struct slice rest = conditions(r), label, name;
	unsigned line;

	longer(r, x, &c, l);
	while (retry_condition(&rest, &label, &name, &line))
		if (word_is(label, "failure")) {
			c.failure = name;
			longer(r, x, &c, l);
		}
}

/* of all that the table knows; one that an earlier version has made does not
 * say which these are */
static void
longest(struct run *r, uint32_t x, struct lifespan *l)
{
	struct slice rest = conditions(r), label, name;
	struct retry_case c = { { 0 }, { 0 }, { 0 } };
	unsigned i, line;

	longest_of(r, x, c, l);
	while (retry_condition(&rest, &label, &name, &line))
		if (word_is(label, "class")) {
			c.class = name;
			longest_of(r, x, c, l);
		}
	for (i = 0; conditions(r).n == 0 && i < CLASSES; i++) {
		c.class = (struct slice){ classes[i], strlen(classes[i]) };
		longer(r, x, &c, l);
	}
}

const struct lifespan *
lifespan_of(struct run *r, uint32_t x)
{
	uint32_t d = r->s.rcpt[x].domain, more = r->s.cap_domain;
	uint32_t generation = (uint32_t)r->retries.table.generation + 1;
	struct retry retry;
	struct lifespan *l;

	if (d >= r->lifetime.n) {
		l = realloc(r->lifetime.domain, more * sizeof *l);
		if (l == NULL)
			die(EXIT_TEMP, "out of memory");
		memset(l + r->lifetime.n, 0,
		    (more - r->lifetime.n) * sizeof *l);
		r->lifetime.domain = l;
		r->lifetime.n = more;
	}
	l = &r->lifetime.domain[d];
	if (l->hash == r->s.domains.name[d].hash && l->generation == generation)
		return l;
	retries_of(r, x, NULL, &retry);
	l->hash = r->s.domains.name[d].hash;
	l->generation = generation;
	l->lifetime = retry.lifetime;
	l->warn = retry.warn;
	l->longest = l->interval = 0;
	if (r->lifetime.by_case)
		longest(r, x, l);
	else
		longer(r, x, NULL, l);
	return l;
}

uint32_t
lifespan_s(struct run *r, uint32_t x)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	const struct lifespan *l = lifespan_of(r, x);
	struct retry_case c;
	struct retry retry;

	if (!r->lifetime.by_case)
		return l->lifetime;
	if (p->class == FAILKIND_UNKNOWN)
		return p->tries > 0 ? l->longest : l->lifetime;
	failkind_case(&r->lifetime.kinds, p->class, &c);
	retries_of(r, x, &c, &retry);
	return retry.lifetime;
}

void
lifespan_table(struct run *r)
{
	r->lifetime.generation = r->retries.table.generation;
	r->lifetime.by_case = table_mentions(&r->retries.table, "class:") ||
	    table_mentions(&r->retries.table, "failure:");
	table_get(&r->retries.table, "=conditions", 11, 0,
	    &r->lifetime.conditions);
}
