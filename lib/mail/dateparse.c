#include "mail/date.h"
#include "base/ascii.h"
#include <string.h>
#include <strings.h>

struct cursor {
	const char *p, *end;
	int bad; /* a comment without its end */
};

static int
letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
comment(struct cursor *c)
{
	unsigned depth = 0;

	for (; c->p < c->end; c->p++) {
		if (*c->p == '\\' && c->p + 1 < c->end) {
			c->p++;
		} else if (*c->p == '(') {
			if (++depth > DATE_COMMENTS_MAX)
				break;
		} else if (*c->p == ')' && --depth == 0) {
			c->p++;
			return;
		}
	}
	c->p = c->end;
	c->bad = 1;
}

/* the character behind blanks and comments, NUL at the end */
static char
peek(struct cursor *c)
{
	while (c->p < c->end && (ascii_white(*c->p) || *c->p == '('))
		if (*c->p == '(')
			comment(c);
		else
			c->p++;
	return c->p < c->end ? *c->p : '\0';
}

static int
accept(struct cursor *c, char what)
{
	if (peek(c) != what)
		return 0;
	c->p++;
	return 1;
}

/* a number of min to max digits; returns them, 0 when there is none */
static int
number(struct cursor *c, int min, int max, int *out)
{
	int n = 0;

	*out = 0;
	if (!digit(peek(c)))
		return 0;
	for (; c->p < c->end && digit(*c->p); c->p++) {
		if (++n > max)
			return 0;
		*out = *out * 10 + (*c->p - '0');
	}
	return n < min ? 0 : n;
}

static size_t
word(struct cursor *c, const char **w)
{
	peek(c);
	*w = c->p;
	while (c->p < c->end && letter(*c->p))
		c->p++;
	return c->p - *w;
}

/* the place of a name's first three letters in names, from 1; 0: none */
static int
name(const char *w, size_t n, const char *names)
{
	int i;

	for (i = 0; n >= 3 && names[3 * i] != '\0'; i++)
		if (strncasecmp(w, names + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

/* a month's name, also one of those that differ in German */
static int
month_name(const char *w, size_t n)
{
	static const unsigned char german[] = { 5, 10, 12, 3 };
	int m = name(w, n, "JanFebMarAprMayJunJulAugSepOctNovDec");

	if (m == 0 && (m = name(w, n, "MaiOktDezMrz")) > 0)
		m = german[m - 1];
	return m;
}

/* a name, perhaps with a dot, or a number as some write it */
static int
month(struct cursor *c, int *out)
{
	const char *w;
	size_t n;

	if (digit(peek(c)))
		return number(c, 1, 2, out) > 0 && *out >= 1 && *out <= 12;
	n = word(c, &w);
	*out = month_name(w, n);
	accept(c, '.');
	return *out != 0;
}

/* RFC 5322 section 4.3 */
static int
year(struct cursor *c, int *out)
{
	int n = number(c, 2, 4, out);

	if (n == 2)
		*out += *out < 50 ? 2000 : 1900;
	else if (n == 3)
		*out += 1900;
	return n > 0 && *out >= 1900;
}

/* AM or PM behind a time of twelve hours */
static int
half_day(struct cursor *c, int hour)
{
	const char *start, *w;
	size_t n;

	peek(c);
	start = c->p;
	n = word(c, &w);
	if (n == 2 && hour >= 1 && hour <= 12 && (w[1] | 32) == 'm') {
		if ((w[0] | 32) == 'a')
			return hour % 12;
		if ((w[0] | 32) == 'p')
			return hour % 12 + 12;
	}
	c->p = start;
	return hour;
}

static int
clock_time(struct cursor *c, int *secs)
{
	int h, m, s = 0;

	if (!number(c, 1, 2, &h) || !accept(c, ':') || !number(c, 1, 2, &m) ||
	    (accept(c, ':') && !number(c, 1, 2, &s)))
		return 0;
	/* parts of a second */
	if (c->end - c->p > 1 && *c->p == '.' && digit(c->p[1]))
		for (c->p++; c->p < c->end && digit(*c->p);)
			c->p++;
	h = half_day(c, h);
	if (h > 23 || m > 59 || s > 60)
		return 0;
	*secs = h * 3600 + m * 60 + s;
	return 1;
}

/* names of RFC 5322 section 4.3; others are -0000 */
static int
named_zone(const char *w, size_t n)
{
	static const struct {
		char name[4];
		int hours;
	} zones[] = {
		{ "EDT", -4 },
		{ "EST", -5 },
		{ "CDT", -5 },
		{ "CST", -6 },
		{ "MDT", -6 },
		{ "MST", -7 },
		{ "PDT", -7 },
		{ "PST", -8 },
	};
	size_t i;

	for (i = 0; n == 3 && i < sizeof zones / sizeof *zones; i++)
		if (strncasecmp(w, zones[i].name, 3) == 0)
			return zones[i].hours * 60;
	return 0;
}

/* +0100, +01:00, +01; hours: +1 will do */
static int
numeric_zone(struct cursor *c, int hours, int *offset)
{
	char sign = *c->p++;
	int n, v, m = 0;

	if (c->p == c->end || !digit(*c->p) || (n = number(c, 1, 4, &v)) == 0)
		return 0;
	if (n <= 2 && c->p < c->end && *c->p == ':') {
		c->p++;
		if (c->p == c->end || !number(c, 2, 2, &m))
			return 0;
	} else if (n == 4) {
		m = v % 100;
		v /= 100;
	} else if (n != 2 && !(hours && n == 1)) {
		return 0;
	}
	*offset = (v * 60 + m) * (sign == '-' ? -1 : 1);
	return m <= 59;
}

/* what follows it does not count */
static int
zone(struct cursor *c, int *offset)
{
	char sign = peek(c);
	const char *w;
	size_t n;

	*offset = 0;
	if (sign == '+' || sign == '-')
		return numeric_zone(c, 0, offset);
	n = word(c, &w);
	*offset = named_zone(w, n);
	/* GMT+0100 */
	if (n >= 2 && n <= 3 &&
	    (strncasecmp(w, "GMT", n) == 0 || strncasecmp(w, "UTC", n) == 0) &&
	    c->end - c->p > 1 && (*c->p == '+' || *c->p == '-') &&
	    digit(c->p[1]))
		return numeric_zone(c, 1, offset);
	return 1;
}

static int
days_of(int m, int y)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };

	return days[m - 1] +
	    (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* days since 1970 of a date of our calendar */
static int64_t
day_number(int y, int m, int d)
{
	int64_t years = m > 2 ? y : y - 1;

	return years * 365 + years / 4 - years / 100 + years / 400 +
	    (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1 - 719468;
}

/* a date's parts as they are read */
struct parts {
	int y, m, d, secs, offset;
};

/* Mo, as German programs have it */
static int
short_day(const char *w, size_t n)
{
	static const char names[] = "MoDiMiDoFrSaSo";
	size_t i;

	for (i = 0; n == 2 && names[i] != '\0'; i += 2)
		if (strncasecmp(w, names + i, 2) == 0)
			return 1;
	return 0;
}

/* the name of a day, in another language if a dot is behind it.  0: what
 * stands there is none */
static int
weekday(struct cursor *c)
{
	const char *w;
	size_t n;

	if (!letter(peek(c)))
		return 1;
	n = word(c, &w);
	if (name(w, n, "MonTueWedThuFriSatSun") == 0) {
		if (month_name(w, n) != 0) {
			c->p = w;
			return 1;
		}
		if (!short_day(w, n) && peek(c) != '.')
			return 0;
	}
	accept(c, '.');
	accept(c, ',');
	return 1;
}

/* 1 Jan 2024 01:02:03 +0100, 01.01.2024 01:02 */
static int
day_first(struct cursor *c, struct parts *t)
{
	int dot;

	if (!number(c, 1, 2, &t->d))
		return 0;
	dot = accept(c, '.');
	if (!dot)
		accept(c, '-');
	if (!month(c, &t->m))
		return 0;
	if (!dot || !accept(c, '.'))
		accept(c, '-');
	if (!year(c, &t->y))
		return 0;
	accept(c, ',');
	return clock_time(c, &t->secs) && zone(c, &t->offset);
}

/* Jan 1 2024 01:02:03 +0100; Jan 1 01:02:03 2024, as asctime(3) writes it,
 * also with the zone before the year, as date(1) does */
static int
month_first(struct cursor *c, struct parts *t)
{
	const char *start;

	if (!month(c, &t->m) || !number(c, 1, 2, &t->d))
		return 0;
	accept(c, ',');
	peek(c);
	start = c->p;
	if (year(c, &t->y) && peek(c) != ':') {
		accept(c, ',');
		return clock_time(c, &t->secs) && zone(c, &t->offset);
	}
	c->p = start;
	if (!clock_time(c, &t->secs))
		return 0;
	if (digit(peek(c)))
		return year(c, &t->y) && zone(c, &t->offset);
	return zone(c, &t->offset) && year(c, &t->y);
}

/* 2024-01-01T01:02:03+01:00, 2024/01/01 01:02:03 */
static int
year_first(struct cursor *c, struct parts *t)
{
	char sep;

	if (number(c, 4, 4, &t->y) != 4 || t->y < 1900)
		return 0;
	sep = peek(c);
	if ((sep != '-' && sep != '/') || !accept(c, sep) ||
	    !number(c, 1, 2, &t->m) || !accept(c, sep) ||
	    !number(c, 1, 2, &t->d) || t->m < 1 || t->m > 12)
		return 0;
	if (!accept(c, 'T'))
		accept(c, 't');
	return clock_time(c, &t->secs) && zone(c, &t->offset);
}

static int
any_order(struct cursor *c, struct parts *t)
{
	if (!weekday(c))
		return 0;
	if (letter(peek(c)))
		return month_first(c, t);
	if (c->end - c->p > 4 && digit(c->p[1]) && digit(c->p[2]) &&
	    digit(c->p[3]))
		return year_first(c, t);
	return day_first(c, t);
}

/* VIOLATIONS.md: DATE-LENIENT */
int
date_parse(const char *p, size_t n, int64_t *seconds, int *offset)
{
	struct cursor c = { p, p + n, 0 };
	struct parts t;

	if (!any_order(&c, &t))
		return -1;
	peek(&c);
	if (c.bad || t.d < 1 || t.d > days_of(t.m, t.y))
		return -1;
	*offset = t.offset;
	*seconds = day_number(t.y, t.m, t.d) * 86400 + t.secs - t.offset * 60;
	return 0;
}
