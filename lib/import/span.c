#include "import/span.h"
#include "base/ascii.h"
#include "base/num.h"
#include <stdio.h>

static const struct {
	const char *name;
	uint64_t s;
} units[] = { { "s", 1 }, { "sec", 1 }, { "secs", 1 }, { "second", 1 },
	{ "seconds", 1 }, { "m", 60 }, { "min", 60 }, { "mins", 60 },
	{ "minute", 60 }, { "minutes", 60 }, { "h", 3600 }, { "hr", 3600 },
	{ "hrs", 3600 }, { "hour", 3600 }, { "hours", 3600 }, { "d", 86400 },
	{ "day", 86400 }, { "days", 86400 }, { "w", 604800 },
	{ "week", 604800 }, { "weeks", 604800 } };

/* the front of s as long as all its bytes are of this kind */
static struct slice
front(struct slice *s, int (*is)(char))
{
	struct slice one = { s->p, 0 };

	while (one.n < s->n && is(s->p[one.n]))
		one.n++;
	s->p += one.n;
	s->n -= one.n;
	return one;
}

static uint64_t
unit(struct slice name)
{
	size_t i;

	for (i = 0; i < sizeof units / sizeof *units; i++)
		if (ascii_is(name.p, name.n, units[i].name))
			return units[i].s;
	return 0;
}

int
span_scan(struct slice text, uint64_t *s)
{
	const uint64_t max = (uint64_t)SPAN_DAYS_MAX * 86400;
	struct slice number, name;
	uint64_t n, each;
	int first = 1;

	*s = 0;
	text = slice_trim(text);
	if (text.n == 0)
		return -1;
	while (text.n > 0) {
		number = front(&text, ascii_digit);
		text = slice_trim(text);
		name = front(&text, ascii_letter);
		each = name.n == 0 && text.n == 0 && first ? 1 : unit(name);
		first = 0;
		if (each == 0 ||
		    num_scan(number.p, number.n, 0, max, &n) == -1 ||
		    n > (max - *s) / each)
			return -1;
		*s += n * each;
		text = slice_trim(text);
	}
	return 0;
}

void
span_text(char out[SPAN_TEXT], uint64_t s)
{
	static const struct {
		char c;
		uint64_t s;
	} u[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
	size_t i = 0;

	while (i < 3 && (s == 0 || s % u[i].s != 0))
		i++;
	snprintf(out, SPAN_TEXT, "%llu%c", (unsigned long long)(s / u[i].s),
	    u[i].c);
}

int
span_rate(struct slice text, struct span_rate *r)
{
	struct slice rest = slice_trim(text), number;
	char digits[24];
	size_t i, n = 0;

	if (!word_piece(&rest, '/', &number) || rest.p == NULL)
		return -1;
	number = slice_trim(number);
	for (i = 0; i < number.n; i++) {
		if (number.p[i] == ',' || number.p[i] == '_')
			continue;
		if (n == sizeof digits)
			return -1;
		digits[n++] = number.p[i];
	}
	if (num_scan(digits, n, 1, SPAN_RATE_MAX, &r->n) == -1)
		return -1;
	rest = slice_trim(rest);
	r->period_s = unit(rest);
	return r->period_s > 0 ||
		(span_scan(rest, &r->period_s) == 0 && r->period_s > 0)
	    ? 0
	    : -1;
}

int
span_rate_text(char out[SPAN_TEXT], const struct span_rate *r)
{
	uint64_t n = r->n, s = r->period_s, by;
	char period[SPAN_TEXT];

	while (n > 1000000 && s > 1) {
		by = s % 86400 == 0 ? 24 : s % 60 == 0 ? 60 : s;
		n /= by;
		s /= by;
	}
	if (n > 1000000 || s > 7 * 86400)
		return -1;
	span_text(period, s);
	snprintf(out, SPAN_TEXT, "%llu/%.12s", (unsigned long long)n,
	    period[0] == '1' && ascii_letter(period[1]) ? period + 1 : period);
	return 0;
}

int
span_rate_less(const struct span_rate *a, const struct span_rate *b)
{
	return a->n * b->period_s < b->n * a->period_s;
}
