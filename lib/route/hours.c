#include "route/hours.h"
#include "base/ascii.h"
#include "base/num.h"
#include <string.h>

enum { DAYS = 7, DAY_MINUTES = 1440, ALL_DAYS = (1 << DAYS) - 1 };

/* Monday is 0; -1: no day */
static int
day_of(struct slice v)
{
	static const char names[] = "montuewedthufrisatsun";
	int i;

	for (i = 0; i < DAYS; i++)
		if (ascii_same(names + 3 * i, 3, v.p, v.n))
			return i;
	return -1;
}

/* HH:MM, up to 24:00; 0, or -1 */
static int
time_of(struct slice v, uint16_t *out)
{
	uint64_t h, m;

	if (v.n != 5 || v.p[2] != ':' || num_scan(v.p, 2, 0, 24, &h) == -1 ||
	    num_scan(v.p + 3, 2, 0, 59, &m) == -1 || (h == 24 && m > 0))
		return -1;
	*out = (uint16_t)(60 * h + m);
	return 0;
}

static const char *
read_time(struct hours_part *p, struct slice from, struct slice to)
{
	struct hours_time *t = &p->time[p->n_time];

	if (p->n_time == HOURS_TIMES_MAX)
		return "too many times of the day between two semicolons";
	if (time_of(from, &t->from) == -1 || time_of(to, &t->to) == -1 ||
	    t->from == DAY_MINUTES)
		return "want HH:MM-HH:MM, up to 24:00";
	if (t->from == t->to)
		return "a time that ends as it begins: leave it out for the "
		       "whole day";
	p->n_time++;
	return NULL;
}

/* DAY, DAY-DAY or HH:MM-HH:MM */
static const char *
read_item(struct hours_part *p, struct slice v)
{
	struct slice first = v, rest = v;
	int from, to;

	word_piece(&rest, '-', &first);
	if (first.n > 0 && first.p[0] >= '0' && first.p[0] <= '9')
		return read_time(p, first,
		    rest.p == NULL ? (struct slice){ "", 0 } : rest);
	from = day_of(first);
	to = rest.p == NULL ? from : day_of(rest);
	if (from == -1 || to == -1)
		return "want days, Mon Tue Wed Thu Fri Sat Sun, and times, "
		       "HH:MM-HH:MM";
	for (;; from = (from + 1) % DAYS) {
		p->days |= 1u << from;
		if (from == to)
			return NULL;
	}
}

static const char *
read_part(struct hours_part *p, struct slice v)
{
	struct slice one;
	const char *fault;

	memset(p, 0, sizeof *p);
	while (word_piece(&v, ',', &one)) {
		fault = read_item(p, one);
		if (fault != NULL)
			return fault;
	}
	if (p->days == 0)
		p->days = ALL_DAYS;
	if (p->n_time == 0)
		p->time[p->n_time++] = (struct hours_time){ 0, DAY_MINUTES };
	return NULL;
}

const char *
hours_read(struct hours *h, struct slice v)
{
	const char *at = v.n == 0 ? NULL : memchr(v.p, '@', v.n), *fault;
	struct slice one;
	size_t n;

	h->n_part = 0;
	h->zone[0] = '\0';
	if (at != NULL) {
		n = (size_t)(v.p + v.n - at - 1);
		if (n == 0 || n > ZONE_NAME_MAX)
			return "want the name of a zone behind the @";
		memcpy(h->zone, at + 1, n);
		h->zone[n] = '\0';
		v.n = (size_t)(at - v.p);
	}
	while (word_piece(&v, ';', &one)) {
		if (h->n_part == HOURS_PARTS_MAX)
			return "too many parts with semicolons between";
		fault = read_part(&h->part[h->n_part++], one);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

static int
part_has(const struct hours_part *p, unsigned weekday, unsigned minute)
{
	unsigned today = p->days >> weekday & 1;
	unsigned yesterday = p->days >> (weekday + DAYS - 1) % DAYS & 1;
	unsigned i;

	for (i = 0; i < p->n_time; i++) {
		const struct hours_time *t = &p->time[i];
		int over = t->to < t->from;

		if (today && minute >= t->from && (over || minute < t->to))
			return 1;
		if (yesterday && over && minute < t->to)
			return 1;
	}
	return 0;
}

int
hours_have(const struct hours *h, unsigned weekday, unsigned minute)
{
	unsigned i;

	for (i = 0; i < h->n_part; i++)
		if (part_has(&h->part[i], weekday, minute))
			return 1;
	return 0;
}

void
hours_all(struct hours *h)
{
	h->zone[0] = '\0';
	h->n_part = 1;
	h->part[0].days = ALL_DAYS;
	h->part[0].n_time = 1;
	h->part[0].time[0] = (struct hours_time){ 0, DAY_MINUTES };
}

/* at this minute of each day; of another zone only the whole week is sure */
static int
cover_at(const struct hours *a, const struct hours *b, unsigned minute)
{
	int same = strcmp(a->zone, b->zone) == 0;
	unsigned d;

	for (d = 0; d < DAYS; d++)
		if ((!same || hours_have(b, d, minute)) &&
		    !hours_have(a, d, minute))
			return 0;
	return 1;
}

/* at all that one of them begins or ends with; between these nothing changes */
static int
cover_ends(const struct hours *a, const struct hours *b, const struct hours *of)
{
	const struct hours_time *t;
	unsigned i, k;

	for (i = 0; i < of->n_part; i++)
		for (k = 0; k < of->part[i].n_time; k++) {
			t = &of->part[i].time[k];
			if (!cover_at(a, b, t->from) ||
			    !cover_at(a, b, t->to % DAY_MINUTES))
				return 0;
		}
	return 1;
}

int
hours_cover(const struct hours *a, const struct hours *b)
{
	return cover_at(a, b, 0) && cover_ends(a, b, a) && cover_ends(a, b, b);
}
