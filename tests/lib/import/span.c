/* times and rates as other systems write them */
#include "import/span.h"
#include "tap.h"

static struct slice
of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
spans(void)
{
	static const struct {
		const char *text;
		long long s; /* -1: none */
		const char *ours;
	} t[] = { { "30", 30, "30s" }, { "10m", 600, "10m" },
		{ "4d12h", 388800, "108h" }, { "90 minutes", 5400, "90m" },
		{ "2 hours", 7200, "2h" }, { "1h30m", 5400, "90m" },
		{ "1 hour 30 mins", 5400, "90m" }, { " 1w ", 604800, "7d" },
		{ "1D", 86400, "1d" }, { "0", 0, "0s" },
		{ "3660s", 3660, "61m" }, { "36600d", 3162240000, "36600d" },
		{ "", -1, "" }, { "36600d1s", -1, "" }, { "36601d", -1, "" },
		{ "x", -1, "" }, { "5x", -1, "" }, { "5m3", -1, "" },
		{ "m", -1, "" }, { "-5m", -1, "" },
		{ "99999999999999999999m", -1, "" } };
	char ours[SPAN_TEXT];
	uint64_t s;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		if (!is_num(span_scan(of(t[i].text), &s), t[i].s < 0 ? -1 : 0,
			t[i].text) ||
		    t[i].s < 0)
			continue;
		is_num((long long)s, t[i].s, "seconds");
		span_text(ours, s);
		is_str(ours, t[i].ours, "as ours");
	}
}

static void
rates(void)
{
	static const struct {
		const char *text, *ours; /* NULL: none; "-": not as ours */
	} t[] = { { "100/min", "100/m" }, { "1,000/h", "1000/h" },
		{ "5/s", "5/s" }, { "10 / 10m", "10/10m" },
		{ "1_000_000/day", "1000000/d" },
		{ "2,400,000/day", "100000/h" }, { "1000000000/d", "694444/m" },
		{ "60,000,000/min", "1000000/s" }, { "1000001/s", "-" },
		{ "1/8d", "-" }, { "1/7d", "1/7d" },
		{ "10000/hour", "10000/h" }, { "0/s", NULL },
		{ "1000000001/d", NULL }, { "5", NULL }, { "5/", NULL },
		{ "/s", NULL }, { "5/0s", NULL }, { "x/s", NULL },
		{ "5/x", NULL }, { "111111111111111111111111111/s", NULL } };
	struct span_rate r, a = { 10, 60 }, b = { 599, 3600 };
	char ours[SPAN_TEXT];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		if (!is_num(span_rate(of(t[i].text), &r),
			t[i].ours == NULL ? -1 : 0, t[i].text) ||
		    t[i].ours == NULL)
			continue;
		is_str(span_rate_text(ours, &r) == -1 ? "-" : ours, t[i].ours,
		    "as ours");
	}
	ok(span_rate_less(&b, &a) && !span_rate_less(&a, &b) &&
		!span_rate_less(&a, &a),
	    "which is less");
}

int
main(void)
{
	spans();
	rates();
	return done();
}
