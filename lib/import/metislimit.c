#include "import/metis.h"
#include "base/ascii.h"
#include "base/num.h"
#include <stdio.h>

/* How fast the queues of a Metis send, and when again: lines of throttle and
 * retry. */

static struct slice
text(const struct metis *m, const struct erlterm *t)
{
	return t == NULL || t->kind == ERLTERM_TUPLE || t->kind == ERLTERM_LIST
	    ? (struct slice){ "", 0 }
	    : erlterm_text(&m->terms, t);
}

/* a number of the queue, or what Metis takes without one */
static int
number(const struct metis *m, const struct erlterm *t, uint64_t otherwise,
    uint64_t max, uint64_t *out)
{
	struct slice s = text(m, t);

	*out = otherwise;
	return t == NULL ? 0 : num_scan(s.p, s.n, 1, max, out);
}

static const struct {
	const char *name;
	enum limits_kind kind;
} limit[] = { { "daily_limit", LIMITS_CAP_DAY },
	{ "hourly_limit", LIMITS_CAP_HOUR }, { "max_conn", LIMITS_CONN },
	{ "msg_per_conn", LIMITS_PER_CONN } };

/* the value of a name in a list of pairs */
static struct slice
value(const struct metis *m, const struct erlterm *list, const char *name)
{
	uint32_t i;

	for (i = list->first; i != 0; i = erlterm_node(&m->terms, i)->next)
		if (word_is(text(m,
				erlterm_child(&m->terms,
				    erlterm_node(&m->terms, i), 0)),
			name))
			return text(m,
			    erlterm_child(&m->terms, erlterm_node(&m->terms, i),
				1));
	return (struct slice){ "", 0 };
}

/* one domain of domain_control */
static void
domain(struct metis *m, const struct metis_line *l, const struct erlterm *t,
    const char *pool)
{
	struct limits_one o = { .at = { l->file, t->line } };
	struct slice of = value(m, t, "domain"), v;
	size_t i;

	/* a regular expression, which is mostly the domain alone */
	if (!word_domain(of.p, of.n) || of.n > WORD_DOMAIN_MAX) {
		import_left(m->import, IMPORT_THROTTLE, &o.at, of,
		    "an expression that is no domain");
		return;
	}
	snprintf(o.of, sizeof o.of, "domain:.%.*s", (int)of.n, of.p);
	snprintf(o.src, sizeof o.src, "%s", pool);
	for (i = 0; i < sizeof limit / sizeof *limit; i++) {
		v = value(m, t, limit[i].name);
		/* direct is a connection for each message */
		if (limit[i].kind == LIMITS_PER_CONN &&
		    word_is(value(m, t, "relay_type"), "direct"))
			v = (struct slice){ "1", 1 };
		if (v.n == 0)
			continue;
		o.kind = limit[i].kind;
		if (num_scan(v.p, v.n, 1, SPAN_RATE_MAX, &o.rate.n) == -1)
			import_left(m->import, IMPORT_THROTTLE, &o.at, v,
			    "no number");
		else
			limits_add(&m->limits, m->import, &o);
	}
}

static void
domains(struct metis *m, const struct metis_line *l)
{
	const struct erlterm *t = erlterm_node(&m->terms, l->term), *c;
	char pool[WORD_NAME_MAX + 1];
	uint32_t i;

	if (metis_pool(pool, l->section) == -1)
		return;
	for (i = t->first; i != 0 && !import_enough(m->import); i = c->next) {
		c = erlterm_node(&m->terms, i);
		domain(m, l, c, pool);
	}
}

/* aging_basis ^ tries, and the end behind max_try of them; 0, or -1 */
static int
retry(const struct metis *m, struct slice section, struct buf *b)
{
	uint64_t tries, basis, s = 1, sum = 0, i;
	char one[SPAN_TEXT];

	if (number(m, metis_get(m, section, "max_try"), 8, METIS_TRIES_MAX,
		&tries) == -1 ||
	    number(m, metis_get(m, section, "aging_basis"), 5, 1000, &basis) ==
		-1 ||
	    tries < 2)
		return -1;
	import_puts(m->import, b, "intervals=");
	for (i = 1; i < tries; i++) {
		s *= basis;
		if (s > 366 * 86400)
			return -1;
		sum += s;
		span_text(one, s);
		import_puts(m->import, b, i > 1 ? "," : "");
		import_puts(m->import, b, one);
	}
	span_text(one, sum);
	import_puts(m->import, b, " lifetime=");
	import_puts(m->import, b, one);
	return 0;
}

/* all queues together have one line: the first says it */
static void
retries(struct metis *m)
{
	const struct metis_line *l;
	struct buf first = { 0 }, b = { 0 };
	size_t i;

	for (i = 0; i < metis_lines(m) && !import_enough(m->import); i++) {
		l = metis_line(m, i);
		if (!word_is(l->key, "max_try") &&
		    !word_is(l->key, "aging_basis"))
			continue;
		buf_clear(&b);
		if (retry(m, l->section, &b) == -1) {
			import_left(m->import, IMPORT_RETRY, &l->at, l->value,
			    "retry has 1 to 31 intervals of up to a year");
		} else if (buf_len(&first) == 0) {
			import_put(m->import, &first, buf_data(&b),
			    buf_len(&b));
			import_say(m->import, IMPORT_RETRY, &l->at,
			    buf_data(&b), buf_len(&b));
		} else if (buf_len(&first) != buf_len(&b) ||
		    memcmp(buf_data(&first), buf_data(&b), buf_len(&b)) != 0) {
			import_left(m->import, IMPORT_RETRY, &l->at, l->value,
			    "retry is the same for all queues");
		}
	}
	buf_free(&first);
	buf_free(&b);
}

void
metis_limits(struct metis *m)
{
	const struct metis_line *l;
	size_t i;

	for (i = 0; i < metis_lines(m); i++) {
		l = metis_line(m, i);
		if (l->term != 0 && word_is(l->key, "domain_control"))
			domains(m, l);
	}
	retries(m);
	limits_finish(&m->limits, m->import);
}
