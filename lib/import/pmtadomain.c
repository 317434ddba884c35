#include "import/pmta.h"
#include "base/ascii.h"
#include "base/num.h"
#include "import/postfixhop.h"
#include <stdio.h>
#include <string.h>

/* What a PowerMTA says of domains, as lines of throttle, retry and routes. */

static void
left(struct pmta *p, enum import_name file, const struct pmta_line *l,
    const char *why)
{
	struct slice all = { l->name.p,
		(size_t)(l->value.p + l->value.n - l->name.p) };

	import_left(p->import, file, &l->at, all, why);
}

/* domains that a block is about, one after the other */
struct each {
	const struct pmta *p;
	struct slice rest;
};

static void
begin(struct each *e, const struct pmta *p, struct slice of)
{
	const struct pmta_line *m =
	    (const struct pmta_line *)(const void *)buf_data(&p->macros);
	size_t i, n = buf_len(&p->macros) / sizeof *m;
	struct slice rest, name;

	e->rest = of;
	for (i = 0; of.n > 1 && of.p[0] == '$' && i < n; i++) {
		rest = m[i].value;
		name = pmta_word(&rest);
		if (import_same(name, (struct slice){ of.p + 1, of.n - 1 }))
			e->rest = rest;
	}
}

static int
next(struct each *e, struct slice *one)
{
	size_t n = 0;

	while (e->rest.n > 0 &&
	    (e->rest.p[0] == ',' || ascii_white(e->rest.p[0]))) {
		e->rest.p++;
		e->rest.n--;
	}
	while (n < e->rest.n && e->rest.p[n] != ',' &&
	    !ascii_white(e->rest.p[n]))
		n++;
	*one = (struct slice){ e->rest.p, n };
	e->rest.p += n;
	e->rest.n -= n;
	return n > 0;
}

/* without what says that it is all, "*", or all below one, "[*.]" */
static struct slice
pattern(struct slice d)
{
	if (word_is(d, "*"))
		return (struct slice){ "", 0 };
	if (d.n > 4 && memcmp(d.p, "[*.]", 4) == 0)
		return (struct slice){ d.p + 4, d.n - 4 };
	return d;
}

/* .a is a and all below it, in throttle and in routes */
static const char *
dot(struct slice domain)
{
	return domain.n > 4 && domain.p[0] == '[' ? "." : "";
}

static void
key(char *out, size_t size, const struct pmta *p, struct slice domain)
{
	struct slice d = pattern(domain);

	if (d.n == 0)
		out[0] = '\0';
	else
		snprintf(out, size, "%s:%s%.*s",
		    pmta_is_rollup(p, domain) ? "provider" : "domain",
		    dot(domain), (int)d.n, d.p);
}

/* limits */

static const struct {
	const char *name;
	enum limits_kind kind;
	int rate;
} limit[] = { { "max-smtp-out", LIMITS_CONN, 0 },
	{ "max-msg-per-connection", LIMITS_PER_CONN, 0 },
	{ "max-msg-rate", LIMITS_RATE, 1 },
	{ "max-connect-rate", LIMITS_CONN_RATE, 1 } };

static void
put_limit(struct pmta *p, const struct pmta_line *l, size_t k,
    struct slice domain)
{
	struct limits_one o = { .at = l->at, .kind = limit[k].kind };
	struct slice rest = l->value, value = pmta_word(&rest);
	int bad = limit[k].rate
	    ? span_rate(value, &o.rate)
	    : num_scan(value.p, value.n, 0, SPAN_RATE_MAX, &o.rate.n);

	/* no limit */
	if (import_is(value, "unlimited") ||
	    (!limit[k].rate && !bad && o.rate.n == 0))
		return;
	if (bad || domain.n > WORD_DOMAIN_MAX || l->vmta.n > WORD_NAME_MAX) {
		left(p, IMPORT_THROTTLE, l, "no number, or no rate");
		return;
	}
	key(o.of, sizeof o.of, p, domain);
	snprintf(o.all, sizeof o.all, "domain:*");
	snprintf(o.src, sizeof o.src, "%.*s",
	    l->vmta.n > 0 ? (int)l->vmta.n : 1,
	    l->vmta.n > 0 ? l->vmta.p : "*");
	limits_add(&p->limits, p->import, &o);
}

/* retry */

/* A,B,C as ours; 0, or -1 */
static int
put_spans(struct import *m, struct buf *b, struct slice list)
{
	char text[SPAN_TEXT];
	struct slice one;
	uint64_t s;
	int any = 0;

	while (word_piece(&list, ',', &one)) {
		if (span_scan(one, &s) == -1)
			return -1;
		span_text(text, s);
		import_puts(m, b, any++ ? "," : "");
		import_puts(m, b, text);
	}
	return 0;
}

static int
is_retry(const struct pmta_line *l)
{
	return l->block == PMTA_DOMAIN &&
	    (import_is(l->name, "retry-after") ||
		import_is(l->name, "bounce-after"));
}

/* both of them stand in one line of ours: the first of them makes it */
static void
put_retry(struct pmta *p, size_t at, struct slice domain)
{
	const struct pmta_line *l = pmta_line(p, at), *other;
	struct buf b = { 0 };
	char of[WORD_DOMAIN_MAX + 16];
	size_t i;
	int bad = 0;

	for (i = 0; i < at; i++)
		if (is_retry(pmta_line(p, i)) &&
		    import_same(pmta_line(p, i)->of, l->of) &&
		    pmta_line(p, i)->vmta.n == 0)
			return;
	key(of, sizeof of, p, domain);
	import_puts(p->import, &b, of);
	for (i = at; i < pmta_lines(p) && !bad; i++) {
		other = pmta_line(p, i);
		if (!is_retry(other) || !import_same(other->of, l->of) ||
		    other->vmta.n > 0)
			continue;
		import_puts(p->import, &b, buf_len(&b) > 0 ? " " : "");
		import_puts(p->import, &b,
		    import_is(other->name, "retry-after") ? "intervals="
							  : "lifetime=");
		bad = put_spans(p->import, &b, other->value);
	}
	if (bad)
		left(p, IMPORT_RETRY, l, "no time");
	else
		import_say(p->import, IMPORT_RETRY, &l->at, buf_data(&b),
		    buf_len(&b));
	buf_free(&b);
}

/* routes */

static void
put_route(struct pmta *p, const struct pmta_line *l, struct slice domain)
{
	static const struct postfixhop_site hosts = { .names_are_hosts = 1 };
	static const struct slice none = { "", 0 };
	struct slice d = pattern(domain);
	struct buf b = { 0 };
	const char *bad = NULL;

	if (import_is(l->name, "route"))
		bad = postfixhop_hosts(&hosts, p->import, &b, l->value, none);
	else if (import_is(l->value, "discard"))
		import_puts(p->import, &b, "discard");
	else
		bad = "routes knows no such type";
	if (bad != NULL)
		left(p, IMPORT_ROUTES, l, bad);
	else
		import_sayf(p->import, IMPORT_ROUTES, &l->at,
		    "to:%s%s%.*s %.*s", d.n == 0 ? "*" : "@", dot(domain),
		    (int)d.n, d.p, (int)buf_len(&b), buf_data(&b));
	buf_free(&b);
}

/* all of them */

static void
domain_line(struct pmta *p, size_t i, struct slice domain)
{
	const struct pmta_line *l = pmta_line(p, i);
	size_t k = 0;

	while (k < sizeof limit / sizeof *limit &&
	    !import_is(l->name, limit[k].name))
		k++;
	if (k < sizeof limit / sizeof *limit)
		put_limit(p, l, k, domain);
	else if (import_is(l->name, "smtp-pattern-list") ||
	    import_is(l->name, "backoff-retry-after") ||
	    import_is(l->name, "backoff-to-normal-after"))
		return; /* pmta_replies() */
	else if (l->vmta.n > 0)
		left(p, IMPORT_THROTTLE, l, "for one source alone");
	else if (is_retry(l) && pmta_is_rollup(p, domain))
		left(p, IMPORT_RETRY, l, "retry knows no providers");
	else if (is_retry(l))
		put_retry(p, i, domain);
	else if (import_is(l->name, "route") || import_is(l->name, "type"))
		put_route(p, l, domain);
	else
		left(p, IMPORT_THROTTLE, l,
		    ascii_begins(l->name.p, l->name.n, "backoff-")
			? "who has asked for it is left alone for a time, not "
			  "sent to more slowly"
			: "no file of ours says this of a domain");
}

/* 0 a domain, 1 all below one, 2 all: routes has the first that holds */
static int
width(struct slice of)
{
	return word_is(of, "*") ? 2 : of.n > 4 && of.p[0] == '[';
}

void
pmta_domains(struct pmta *p)
{
	struct each e;
	struct slice one;
	size_t i;
	int w;

	for (w = 0; w < 3; w++)
		for (i = 0; i < pmta_lines(p); i++) {
			if (pmta_line(p, i)->block != PMTA_DOMAIN ||
			    width(pmta_line(p, i)->of) != w)
				continue;
			begin(&e, p, pmta_line(p, i)->of);
			while (!import_enough(p->import) && next(&e, &one))
				domain_line(p, i, one);
		}
}
