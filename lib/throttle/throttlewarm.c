#include "throttle/throttlewarm.h"
#include "base/num.h"
#include <inttypes.h>
#include <time.h>

enum { DAY_LEN = 86400, DATE_LEN = 10 };

static int
number(const char *p, size_t n, uint64_t min, uint64_t max, uint32_t *out)
{
	uint64_t u;

	if (num_scan(p, n, min, max, &u) == -1)
		return -1;
	*out = (uint32_t)u;
	return 0;
}

/* YYYY-MM-DD, one that there is */
static int
parse_date(struct slice v, int64_t *day)
{
	uint32_t y, m, d;
	struct tm tm, back;
	time_t t;

	if (v.n != DATE_LEN || v.p[4] != '-' || v.p[7] != '-' ||
	    number(v.p, 4, 1970, 9999, &y) == -1 ||
	    number(v.p + 5, 2, 1, 12, &m) == -1 ||
	    number(v.p + 8, 2, 1, 31, &d) == -1)
		return -1;
	memset(&tm, 0, sizeof tm);
	tm.tm_year = (int)y - 1900;
	tm.tm_mon = (int)m - 1;
	tm.tm_mday = (int)d;
	t = timegm(&tm);
	if (gmtime_r(&t, &back) == NULL || back.tm_mday != (int)d)
		return -1;
	*day = t / DAY_LEN;
	return 0;
}

/* FACTOR..END */
static int
parse_growth(struct throttle_warm *w, struct slice v)
{
	const char *dots = v.n == 0 ? NULL : memmem(v.p, v.n, "..", 2);
	struct slice factor = { v.p, 0 };
	uint64_t percent;

	if (dots == NULL)
		return -1;
	factor.n = (size_t)(dots - v.p);
	if (num_scan_hundredths(factor.p, factor.n, 101,
		THROTTLE_WARM_PERCENT_MAX, &percent) == -1)
		return -1;
	w->percent = (uint32_t)percent;
	return number(dots + 2, v.n - factor.n - 2, w->amount[w->n - 1] + 1,
	    THROTTLE_WARM_AMOUNT_MAX, &w->end);
}

int
throttlewarm_parse(struct throttle_warm *w, struct slice v)
{
	const char *slash = v.n == 0 ? NULL : memchr(v.p, '/', v.n), *star;
	struct slice list = { v.p, 0 }, date, growth = { NULL, 0 }, piece;

	memset(w, 0, sizeof *w);
	if (slash == NULL)
		return -1;
	list.n = (size_t)(slash - v.p);
	date = (struct slice){ slash + 1, v.n - list.n - 1 };
	star = list.n == 0 ? NULL : memchr(list.p, '*', list.n);
	if (star != NULL) {
		growth.p = star + 1;
		growth.n = (size_t)(slash - growth.p);
		list.n = (size_t)(star - list.p);
	}
	while (word_piece(&list, ',', &piece)) {
		if (w->n == THROTTLE_WARM_DAYS_MAX ||
		    number(piece.p, piece.n, 1, THROTTLE_WARM_AMOUNT_MAX,
			&w->amount[w->n]) == -1)
			return -1;
		w->n++;
	}
	if (star != NULL && parse_growth(w, growth) == -1)
		return -1;
	return parse_date(date, &w->first_day);
}

int
throttlewarm_print(struct buf *b, const struct throttle_warm *w)
{
	time_t t = w->first_day * DAY_LEN;
	char date[DATE_LEN + 1];
	struct tm tm;
	unsigned i;
	int bad = 0;

	for (i = 0; i < w->n; i++)
		bad |=
		    buf_printf(b, "%s%" PRIu32, i > 0 ? "," : "", w->amount[i]);
	if (w->percent > 0)
		bad |= buf_printf(b, "*%u.%02u..%" PRIu32, w->percent / 100,
		    w->percent % 100, w->end);
	gmtime_r(&t, &tm);
	strftime(date, sizeof date, "%Y-%m-%d", &tm);
	return bad | buf_printf(b, "/%s", date);
}

uint32_t
throttlewarm_amount(const struct throttle_warm *w, int64_t day)
{
	int64_t i = day - w->first_day, k;
	uint64_t v, more;

	if (i < 0)
		return 0;
	if (i < w->n)
		return w->amount[i];
	if (w->percent == 0)
		return THROTTLEWARM_OVER;
	v = w->amount[w->n - 1];
	for (k = w->n - 1; k < i; k++) {
		if (v >= w->end)
			return THROTTLEWARM_OVER;
		/* it grows each day, however little there is */
		more = v * w->percent / 100;
		v = more > v ? more : v + 1;
		if (v > w->end)
			v = w->end;
	}
	return (uint32_t)v;
}
