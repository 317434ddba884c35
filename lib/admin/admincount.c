#include "admin/admincount.h"
#include "format/ltsv.h"
#include "mail/date.h"
#include "queue/logline.h"
#include <string.h>
#include <time.h>

const char *const admincount_scales[ADMINCOUNT_SCALES] = { "hour", "day",
	"week", "month" };
/* as the answer has them; kinds of event(5), but for the second */
static const char *const names[ADMINCOUNT_KINDS] = { "accepted", "recipients",
	"sent", "deferred", "bounced", "expired", "deleted" };

static const int64_t hour_s = 3600, day_s = 24 * 3600, week_s = 7 * 24 * 3600;
/* 1970 began on a Thursday: the Monday before it */
static const int64_t monday_s = -3 * 24 * 3600;

/* time */

/* the month in which a moment is, counted from year 0 */
static int64_t
month_of(int64_t s)
{
	time_t t = s;
	struct tm tm = { 0 };

	gmtime_r(&t, &tm);
	return (tm.tm_year + INT64_C(1900)) * 12 + tm.tm_mon;
}

static int64_t
month_begins(int64_t month)
{
	struct tm tm = { .tm_mday = 1 };

	tm.tm_year = (int)(month / 12 - 1900);
	tm.tm_mon = (int)(month % 12);
	return timegm(&tm);
}

static int64_t
floor_to(int64_t s, int64_t step, int64_t from)
{
	int64_t rest = (s - from) % step;

	return s - (rest < 0 ? rest + step : rest);
}

/* when the one begins in which s is */
static int64_t
begin_of(enum admincount_scale scale, int64_t s)
{
	switch (scale) {
	case ADMINCOUNT_HOUR: return floor_to(s, hour_s, 0);
	case ADMINCOUNT_DAY: return floor_to(s, day_s, 0);
	case ADMINCOUNT_WEEK: return floor_to(s, week_s, monday_s);
	default: return month_begins(month_of(s));
	}
}

/* when the one begins that is `by` behind that which begins at s */
static int64_t
step(enum admincount_scale scale, int64_t s, int64_t by)
{
	switch (scale) {
	case ADMINCOUNT_HOUR: return s + by * hour_s;
	case ADMINCOUNT_DAY: return s + by * day_s;
	case ADMINCOUNT_WEEK: return s + by * week_s;
	default: return month_begins(month_of(s) + by);
	}
}

static int64_t
index_of(const struct admincount *c, int64_t s)
{
	switch (c->scale) {
	case ADMINCOUNT_HOUR: return (s - c->first_s) / hour_s;
	case ADMINCOUNT_DAY: return (s - c->first_s) / day_s;
	case ADMINCOUNT_WEEK: return (s - c->first_s) / week_s;
	default: return month_of(s) - month_of(c->first_s);
	}
}

/* counting */

void
admincount_init(struct admincount *c, enum admincount_scale scale, unsigned n,
    int64_t now_s, const char *tenant)
{
	memset(c, 0, sizeof *c);
	c->scale = scale;
	c->n = n < ADMINCOUNT_BUCKETS_MAX ? n : ADMINCOUNT_BUCKETS_MAX;
	c->tenant = tenant;
	c->oldest_s = INT64_MAX;
	c->first_s = step(scale, begin_of(scale, now_s), 1 - (int64_t)c->n);
}

static int
kind_of(const struct ltsv *l)
{
	const struct ltsv_field *ev = ltsv_find(l, "ev");
	int k = ev == NULL
	    ? -1
	    : ascii_which(names, ADMINCOUNT_KINDS, ev->value, ev->value_len);

	return k == ADMINCOUNT_RECIPIENTS ? -1 : k;
}

static int
is_his(const struct admincount *c, const struct ltsv *l)
{
	char tenant[256];
	long n;

	if (c->tenant == NULL)
		return 1;
	n = ltsv_get(l, "tenant", tenant, sizeof tenant);
	return n >= 0 && ascii_is(tenant, (size_t)n, c->tenant);
}

void
admincount_line(struct admincount *c, const char *p, size_t n)
{
	struct ltsv l;
	uint64_t rcpts = 1;
	size_t skip;
	int64_t s, i;
	int kind;

	c->lines++;
	if (ltsv_parse(p, n, &l) == -1 || (kind = kind_of(&l)) == -1)
		return;
	s = logline_time(p, n, &skip);
	if (s == -1)
		return;
	s /= 1000000;
	if (s < c->oldest_s)
		c->oldest_s = s;
	i = s < c->first_s ? -1 : index_of(c, s);
	if (i < 0 || i >= c->n || !is_his(c, &l))
		return;
	c->count[i][kind]++;
	if (kind != ADMINCOUNT_ACCEPTED)
		return;
	ltsv_num(&l, "rcpts", 0, UINT32_MAX, &rcpts);
	c->count[i][ADMINCOUNT_RECIPIENTS] += rcpts;
}

/* the answer */

static int
time_as(struct buf *b, const char *name, int64_t s)
{
	char text[DATE_ISO_LEN + 1];

	date_iso(text, s, 0);
	/* UTC is Z: +00:00 says the same */
	return buf_printf(b, "\"%s\":\"%.19sZ\"", name, text);
}

static int
put_counts(struct buf *b, const uint64_t *count)
{
	int i, r = 0;

	for (i = 0; i < ADMINCOUNT_KINDS; i++)
		r |= buf_printf(b, ",\"%s\":%llu", names[i],
		    (unsigned long long)count[i]);
	r |= buf_putc(b, '}');
	return r;
}

static int
put_buckets(const struct admincount *c, struct buf *b,
    uint64_t sum[ADMINCOUNT_KINDS])
{
	unsigned i, k;
	int r = 0;

	for (i = 0; i < c->n; i++) {
		r |= buf_puts(b, i == 0 ? "{" : ",\n{");
		r |= time_as(b, "begin", step(c->scale, c->first_s, i));
		r |= put_counts(b, c->count[i]);
		for (k = 0; k < ADMINCOUNT_KINDS; k++)
			sum[k] += c->count[i][k];
	}
	return r;
}

int
admincount_put(const struct admincount *c, struct buf *b, int whole)
{
	uint64_t sum[ADMINCOUNT_KINDS] = { 0 };
	int r = buf_printf(b, "{\"scale\":\"%s\",\"complete\":%s,",
	    admincount_scales[c->scale],
	    whole && c->oldest_s <= c->first_s ? "true" : "false");

	if (c->oldest_s != INT64_MAX)
		r |= time_as(b, "since", c->oldest_s) == -1 ? -1
							    : buf_putc(b, ',');
	r |= buf_puts(b, "\"counts\":[\n");
	r |= put_buckets(c, b, sum);
	r |= buf_puts(b, "\n],\"total\":{");
	r |= time_as(b, "begin", c->first_s);
	r |= put_counts(b, sum);
	r |= buf_puts(b, "}\n");
	return r == 0 ? 0 : -1;
}
