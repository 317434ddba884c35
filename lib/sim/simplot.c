#include "sim/simplot.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDTH = 900,
	LEFT = 70,
	RIGHT = 20,
	HIGH = 240, /* of a chart */
	GAP = 50,
	LEGEND = 18
};

static const char *const colour[SIMPLOT_GROUPS] = { "#1f77b4", "#d62728",
	"#2ca02c", "#9467bd", "#ff7f0e" };

/* a chart: a value for each part of the time, below 0: there is none */
struct line {
	double y[SIMPLOT_BINS];
};

struct chart {
	struct buf *b;
	struct line line[SIMPLOT_GROUPS];
	unsigned n;
	const char *title;
	int top;
	double from_s, span_s;
};

/* values */

static unsigned
bin_of(const struct chart *c, uint32_t at_s)
{
	double x = (at_s - c->from_s) / c->span_s * SIMPLOT_BINS;

	return x < 0 ? 0 : x >= SIMPLOT_BINS ? SIMPLOT_BINS - 1 : (unsigned)x;
}

static int
by_delay(const void *a, const void *b)
{
	const struct simstat_sample *x = a, *y = b;

	return x->delay_ms < y->delay_ms ? -1 : x->delay_ms > y->delay_ms;
}

/* of one group, sorted by time */
static const struct simstat_sample *
group_of(const struct simstat_samples *l, uint32_t group, size_t *n)
{
	size_t low = 0, high = l->n, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (l->p[i].group < group)
			low = i + 1;
		else
			high = i;
	}
	for (i = low; i < l->n && l->p[i].group == group;)
		i++;
	*n = i - low;
	return l->p + low;
}

/* the median of each part; 0, or -1 */
static int
delays(const struct chart *c, const struct simstat_samples *l, uint32_t group,
    struct line *out)
{
	size_t n, i, from = 0;
	const struct simstat_sample *p = group_of(l, group, &n);
	struct simstat_sample *copy = malloc((n + 1) * sizeof *copy);
	unsigned bin;

	for (bin = 0; bin < SIMPLOT_BINS; bin++)
		out->y[bin] = -1;
	if (copy == NULL)
		return -1;
	if (n > 0)
		memcpy(copy, p, n * sizeof *copy);
	for (i = 1; i <= n; i++) {
		bin = bin_of(c, copy[from].at_s);
		if (i < n && bin_of(c, copy[i].at_s) == bin)
			continue;
		qsort(copy + from, i - from, sizeof *copy, by_delay);
		out->y[bin] = copy[from + (i - from) / 2].delay_ms / 1000.0;
		from = i;
	}
	free(copy);
	return 0;
}

static void
rates(const struct chart *c, const struct simstat_samples *l, uint32_t group,
    struct line *out)
{
	size_t n, i;
	const struct simstat_sample *p = group_of(l, group, &n);
	double bin_s = c->span_s / SIMPLOT_BINS;

	memset(out, 0, sizeof *out);
	for (i = 0; i < n; i++)
		out->y[bin_of(c, p[i].at_s)] += 1 / bin_s;
}

/* drawing */

static double
most(const struct chart *c)
{
	double max = 0;
	unsigned i, k;

	for (i = 0; i < c->n; i++)
		for (k = 0; k < SIMPLOT_BINS; k++)
			if (c->line[i].y[k] > max)
				max = c->line[i].y[k];
	return max > 0 ? max : 1;
}

static double
x_of(unsigned bin)
{
	return LEFT + (bin + 0.5) * (WIDTH - LEFT - RIGHT) / SIMPLOT_BINS;
}

static int
text(struct buf *b, double x, double y, const char *where, const char *say)
{
	return buf_printf(b,
	    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y,
	    where, say);
}

/* in which a time is told, and its seconds */
static double
unit(double span_s, const char **name)
{
	static const struct {
		const char *name;
		double s;
	} units[] = { { "s", 1 }, { "min", 60 }, { "h", 3600 },
		{ "d", 86400 } };
	unsigned i = 0;

	/* up to a few hundred of it */
	while (i < 3 && span_s >= 300 * units[i].s)
		i++;
	*name = units[i].name;
	return units[i].s;
}

static int
axes(const struct chart *c, double max)
{
	struct buf *b = c->b;
	const char *of;
	double y, span = c->span_s / unit(c->span_s, &of);
	char say[40];
	int bad, i;

	bad = text(b, LEFT, c->top - 8, "start", c->title);
	for (i = 0; i <= 4; i++) {
		y = c->top + HIGH - i * HIGH / 4.0;
		bad |= buf_printf(b,
		    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" "
		    "stroke=\"#ccc\"/>\n",
		    LEFT, y, WIDTH - RIGHT, y);
		snprintf(say, sizeof say, "%.4g", max * i / 4);
		bad |= text(b, LEFT - 6, y + 4, "end", say);
		snprintf(say, sizeof say, "%.4g %s", span * i / 4, of);
		bad |= text(b, LEFT + i * (WIDTH - LEFT - RIGHT) / 4.0,
		    c->top + HIGH + 16, "middle", say);
	}
	return bad;
}

/* a line for what is there in a row */
static int
curve(const struct chart *c, unsigned i, double max)
{
	const double *y = c->line[i].y;
	int bad = 0, open = 0;
	unsigned k;

	for (k = 0; k < SIMPLOT_BINS; k++) {
		if (y[k] < 0)
			continue;
		if (!open)
			bad |= buf_printf(c->b,
			    "<polyline fill=\"none\" stroke=\"%s\" "
			    "points=\"",
			    colour[i]);
		open = 1;
		bad |= buf_printf(c->b, "%.1f,%.1f ", x_of(k),
		    c->top + HIGH - y[k] / max * HIGH);
	}
	return open ? bad | buf_puts(c->b, "\"/>\n") : bad;
}

static int
draw(const struct chart *c)
{
	double max = most(c);
	unsigned i;
	int bad = axes(c, max);

	for (i = 0; i < c->n; i++)
		bad |= curve(c, i, max);
	return bad;
}

/* a name is foreign bytes */
static int
put_name(struct buf *b, const char *p, size_t n)
{
	size_t i;
	int bad = 0;

	for (i = 0; i < n && i < SIMPLOT_NAME; i++) {
		if (p[i] == '<' || p[i] == '&' || p[i] == '>')
			bad |= buf_printf(b, "&#%d;", p[i]);
		else
			bad |=
			    buf_putc(b, p[i] < 32 || p[i] > 126 ? '?' : p[i]);
	}
	return bad;
}

static int
legend(struct buf *b, const struct simstat *s, const uint32_t *list, unsigned n,
    const char *by)
{
	const char *name;
	unsigned i;
	size_t len;
	int bad = 0;

	for (i = 0; i < n; i++) {
		name = simstat_name(s, list[i], &len);
		bad |= buf_printf(b, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s ",
		    LEFT, 2 * (HIGH + GAP) + GAP + (int)i * LEGEND, colour[i],
		    by);
		bad |= put_name(b, name, len);
		bad |= buf_puts(b, "</text>\n");
	}
	return bad;
}

int
simplot_svg(struct buf *b, const struct simstat *s, const char *by)
{
	struct chart *c = calloc(1, sizeof *c);
	uint32_t *list = simstat_order(s);
	unsigned i;
	int bad = c == NULL || list == NULL ? -1 : 0;

	if (bad != 0)
		goto out;
	c->b = b;
	c->n = s->n < 1 ? 0 : s->n - 1;
	if (c->n > SIMPLOT_GROUPS)
		c->n = SIMPLOT_GROUPS;
	c->from_s = (double)(s->from_us / 1000000);
	c->span_s = (double)(s->to_us - s->from_us) / 1e6 + 1;
	bad |= buf_printf(b,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
	    "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
	    WIDTH, 2 * (HIGH + GAP) + GAP + (int)c->n * LEGEND);
	c->title = "delay, seconds (median)";
	c->top = GAP / 2;
	for (i = 0; i < c->n; i++)
		bad |= delays(c, &s->ends, list[i], &c->line[i]);
	bad |= draw(c);
	c->title = "attempts a second";
	c->top += HIGH + GAP;
	for (i = 0; i < c->n; i++)
		rates(c, &s->starts, list[i], &c->line[i]);
	bad |= draw(c);
	bad |= legend(b, s, list, c->n, by);
	bad |= buf_puts(b, "</svg>\n");
out:
	free(c);
	free(list);
	return bad == 0 ? 0 : -1;
}
