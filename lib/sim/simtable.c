#include "sim/simtable.h"
#include "base/buf.h"
#include "format/ltsv.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct simstat_group none;

/* the same group in another run; one that it does not have is empty */
static const struct simstat_group *
group_of(const struct simstat *s, const char *name, size_t n)
{
	uint32_t i;

	if (s->n == 0)
		return &none;
	if (n == 0)
		return &s->group[0];
	i = nametable_find(&s->names, name, n);
	return i == NAMETABLE_NONE ? &none : &s->group[i + 1];
}

/* for people */

enum { NAME_WIDTH = 28 };

/* a name cut to its column, no byte of which is a control character */
static int
put_name(struct buf *b, const char *p, size_t n)
{
	struct buf plain = { 0 };
	size_t len;
	int bad = ltsv_plain(&plain, p, n);

	len = buf_len(&plain) > NAME_WIDTH ? NAME_WIDTH : buf_len(&plain);
	bad |= buf_printf(b, "%-*.*s", NAME_WIDTH, (int)len,
	    len == 0 ? "" : buf_data(&plain));
	buf_free(&plain);
	return bad;
}

/* milliseconds in a column of 8 */
static int
put_delay(struct buf *b, uint32_t ms)
{
	double s = ms / 1000.0;

	if (s < 100)
		return buf_printf(b, " %6.2fs", s);
	if (s < 6000)
		return buf_printf(b, " %6.1fm", s / 60);
	if (s < 360000)
		return buf_printf(b, " %6.1fh", s / 3600);
	return buf_printf(b, " %6.1fd", s / 86400);
}

static int
row(struct buf *b, const char *name, size_t n, const char *run,
    const struct simstat_group *g)
{
	int bad = put_name(b, name, n);

	bad |= buf_printf(b,
	    " %-4s %8" PRIu64 " %7" PRIu64 " %8" PRIu64 " %8" PRIu64
	    " %7" PRIu64 " %7" PRIu64 " %7" PRIu64,
	    run, g->rcpts, g->changed, g->tries, g->sent, g->bounced,
	    g->expired, g->queued);
	bad |= put_delay(b, g->p50_ms);
	bad |= put_delay(b, g->p90_ms);
	bad |= put_delay(b, g->p99_ms);
	bad |= put_delay(b, g->max_ms);
	return bad |
	    buf_printf(b, " %6" PRIu64 " %7" PRIu64 " %8" PRIu64 "\n",
		g->peak_second, g->peak_minute, g->peak_hour);
}

static int
rows(struct buf *b, const struct simtable *t, const char *name, size_t n)
{
	unsigned i;
	int bad = 0;

	for (i = 0; i < t->n; i++)
		bad |= row(b, n == 0 ? "all" : name, n == 0 ? 3 : n, t->name[i],
		    group_of(t->run[i], name, n));
	return bad;
}

/* how much of a run it bound */
static double
share(const struct simstat *s, const struct simstat_limit *l)
{
	int64_t us = s->to_us - s->from_us;

	if (us <= 0)
		return 0;
	return l->us >= us ? 100 : 100.0 * (double)l->us / (double)us;
}

static int
limits(struct buf *b, const struct simtable *t, unsigned run)
{
	const struct simstat *s = t->run[run];
	uint32_t *list = simstat_limits(s), i;
	const struct simstat_limit *l;
	struct buf plain = { 0 };
	int bad = list == NULL ? -1 : 0;

	for (i = 0; bad == 0 && i < s->n_limit; i++) {
		if (t->most != 0 && i == t->most)
			break;
		l = &s->limit[list[i]];
		buf_clear(&plain);
		bad |= ltsv_plain(&plain, s->limits.name[l->name].s,
		    s->limits.name[l->name].len);
		bad |= buf_printf(b,
		    "%s: %5.1f%% of the time, %8" PRIu64 " put off: %.*s\n",
		    t->name[run], share(s, l), l->later, (int)buf_len(&plain),
		    buf_data(&plain));
	}
	buf_free(&plain);
	free(list);
	return bad;
}

int
simtable_people(struct buf *b, const struct simtable *t)
{
	const struct simstat *last = t->run[t->n - 1];
	uint32_t *list = simstat_order(last), i;
	const char *name;
	size_t n;
	int bad = list == NULL ? -1 : 0;
	unsigned k;

	bad |= buf_printf(b,
	    "%-*s %-4s %8s %7s %8s %8s %7s %7s %7s %7s %7s %7s %7s %6s %7s "
	    "%8s\n",
	    NAME_WIDTH, t->by, "run", "rcpts", "changed", "tries", "sent",
	    "bounced", "expired", "queued", "p50", "p90", "p99", "max",
	    "peak/s", "peak/m", "peak/h");
	bad |= rows(b, t, "", 0);
	for (i = 0; bad == 0 && i + 1 < last->n; i++) {
		if (t->most != 0 && i == t->most) {
			bad |= buf_printf(b, "(%u more)\n", last->n - 1 - i);
			break;
		}
		name = simstat_name(last, list[i], &n);
		bad |= rows(b, t, name, n);
	}
	for (k = 0; k < t->n; k++)
		bad |= limits(b, t, k);
	free(list);
	return bad;
}

/* for programs */

static int
put_ms(struct buf *b, const char *label, uint32_t ms)
{
	return buf_printf(b, "\t%s:%u.%03u", label, ms / 1000, ms % 1000);
}

static int
line(struct buf *b, const struct simtable *t, const char *run, const char *name,
    size_t n, const struct simstat_group *g)
{
	int bad = ltsv_puts(b, "sim", n == 0 ? "all" : "group");

	bad |= ltsv_puts(b, "run", run);
	if (n > 0)
		bad |= ltsv_show(b, t->by, name, n);
	bad |= ltsv_putnum(b, "rcpts", g->rcpts);
	bad |= ltsv_putnum(b, "changed", g->changed);
	bad |= ltsv_putnum(b, "waited", g->waited);
	bad |= ltsv_putnum(b, "tries", g->tries);
	bad |= ltsv_putnum(b, "sent", g->sent);
	bad |= ltsv_putnum(b, "bounced", g->bounced);
	bad |= ltsv_putnum(b, "expired", g->expired);
	bad |= ltsv_putnum(b, "deleted", g->deleted);
	bad |= ltsv_putnum(b, "queued", g->queued);
	bad |= put_ms(b, "p50", g->p50_ms);
	bad |= put_ms(b, "p90", g->p90_ms);
	bad |= put_ms(b, "p99", g->p99_ms);
	bad |= put_ms(b, "max", g->max_ms);
	bad |= put_ms(b, "mean", g->mean_ms);
	bad |= ltsv_putnum(b, "peak-second", g->peak_second);
	bad |= ltsv_putnum(b, "peak-minute", g->peak_minute);
	bad |= ltsv_putnum(b, "peak-hour", g->peak_hour);
	return bad | ltsv_end(b);
}

static int
limit_lines(struct buf *b, const struct simtable *t, unsigned run)
{
	const struct simstat *s = t->run[run];
	uint32_t *list = simstat_limits(s), i;
	const struct nametable_name *name;
	const struct simstat_limit *l;
	const char *cut;
	int bad = list == NULL ? -1 : 0;

	for (i = 0; bad == 0 && i < s->n_limit; i++) {
		l = &s->limit[list[i]];
		name = &s->limits.name[l->name];
		cut = memrchr(name->s, ' ', name->len);
		bad |= ltsv_puts(b, "sim", "limit");
		bad |= ltsv_puts(b, "run", t->name[run]);
		bad |= ltsv_show(b, "key", name->s, (size_t)(cut - name->s));
		bad |= ltsv_show(b, "limit", cut + 1,
		    (size_t)(name->s + name->len - cut - 1));
		bad |= buf_printf(b, "\tshare:%.1f", share(s, l));
		bad |= ltsv_putnum(b, "later", l->later);
		bad |= ltsv_end(b);
	}
	free(list);
	return bad;
}

int
simtable_ltsv(struct buf *b, const struct simtable *t)
{
	const struct simstat *s;
	uint32_t *list, i;
	const char *name;
	unsigned k;
	size_t n;
	int bad = 0;

	for (k = 0; k < t->n; k++) {
		s = t->run[k];
		list = simstat_order(s);
		if (list == NULL)
			return -1;
		bad |= line(b, t, t->name[k], "", 0, group_of(s, "", 0));
		for (i = 0; i + 1 < s->n; i++) {
			name = simstat_name(s, list[i], &n);
			bad |=
			    line(b, t, t->name[k], name, n, &s->group[list[i]]);
		}
		free(list);
		bad |= limit_lines(b, t, k);
	}
	return bad;
}
