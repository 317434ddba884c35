#include "mail/date.h"
#include <string.h>
#include <strings.h>

struct cursor {
	const char *p, *end;
	int bad; /* a comment without its end */
};

static int
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

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
	while (c->p < c->end && (blank(*c->p) || *c->p == '('))
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

/* a name, or a number as some write it */
static int
month(struct cursor *c, int *out)
{
	const char *w;
	size_t n;

	if (digit(peek(c)))
		return number(c, 1, 2, out) > 0 && *out >= 1 && *out <= 12;
	n = word(c, &w);
	*out = name(w, n, "JanFebMarAprMayJunJulAugSepOctNovDec");
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

static int
clock_time(struct cursor *c, int *secs)
{
	int h, m, s = 0;

	if (!number(c, 1, 2, &h) || !accept(c, ':') || !number(c, 1, 2, &m) ||
	    (accept(c, ':') && !number(c, 1, 2, &s)))
		return 0;
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
		{ "EDT", -4 }, { "EST", -5 }, { "CDT", -5 }, { "CST", -6 },
		{ "MDT", -6 }, { "MST", -7 }, { "PDT", -7 }, { "PST", -8 },
	};
	size_t i;

	for (i = 0; n == 3 && i < sizeof zones / sizeof *zones; i++)
		if (strncasecmp(w, zones[i].name, 3) == 0)
			return zones[i].hours * 60;
	return 0;
}

/* what follows it does not count */
static int
zone(struct cursor *c, int *offset)
{
	char sign = peek(c);
	const char *w;
	size_t n;
	int v;

	*offset = 0;
	if (sign != '+' && sign != '-') {
		n = word(c, &w);
		*offset = named_zone(w, n);
		return 1;
	}
	c->p++;
	if (c->p == c->end || !digit(*c->p) || !number(c, 4, 4, &v) ||
	    v % 100 > 59)
		return 0;
	*offset = v / 100 * 60 + v % 100;
	if (sign == '-')
		*offset = -*offset;
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

/* VIOLATIONS.md: DATE-LENIENT */
int
date_parse(const char *p, size_t n, int64_t *seconds, int *offset)
{
	struct cursor c = { p, p + n, 0 };
	int y, m, d, secs;
	const char *w;
	size_t len;

	if (letter(peek(&c))) {
		len = word(&c, &w);
		if (name(w, len, "MonTueWedThuFriSatSun") == 0)
			return -1;
		if (!accept(&c, ','))
			accept(&c, '.');
	}
	if (!number(&c, 1, 2, &d) || !month(&c, &m) || !year(&c, &y) ||
	    !clock_time(&c, &secs) || !zone(&c, offset))
		return -1;
	peek(&c);
	if (c.bad || d < 1 || d > days_of(m, y))
		return -1;
	*seconds = day_number(y, m, d) * 86400 + secs - *offset * 60;
	return 0;
}
