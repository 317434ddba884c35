/* warm-ups: what may go on each day */
#include "throttle/throttlewarm.h"
#include "tap.h"

static struct throttle_warm w;

static int
parse(const char *text)
{
	return throttlewarm_parse(&w, (struct slice){ text, strlen(text) });
}

static const char *
text(void)
{
	static struct buf b;

	buf_clear(&b);
	throttlewarm_print(&b, &w);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static void
faults(void)
{
	static const char *const bad[] = { "", "/", "5", "5/", "/2026-12-01",
		"0/2026-12-01", "1000001/2026-12-01", "5,/2026-12-01",
		",5/2026-12-01", "5/2026-12-1", "5/2026-13-01", "5/2026-02-29",
		"5/2026-12-00", "5/20261201xx", "5/today", "5*2/2026-12-01",
		"5*2../2026-12-01", "5*1..9/2026-12-01", "5*1.00..9/2026-12-01",
		"5*0.5..9/2026-12-01", "5*1.001..9/2026-12-01",
		"5*1...9/2026-12-01", "5*10.01..9/2026-12-01",
		"5*2..5/2026-12-01", "5*2..1000001/2026-12-01",
		"*2..9/2026-12-01" };
	unsigned i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(parse(bad[i]), -1, bad[i]);
}

static void
amounts(const char *plan, const char *want)
{
	char got[512];
	int64_t day;
	uint32_t n;
	size_t len = 0;

	is_num(parse(plan), 0, plan);
	for (day = w.first_day - 1; day < w.first_day + 12; day++) {
		n = throttlewarm_amount(&w, day);
		len += snprintf(got + len, sizeof got - len,
		    n == THROTTLEWARM_OVER ? " over" : " %u", n);
	}
	is_str(got + 1, want, "each day");
}

static void
days(unsigned n, int want)
{
	char plan[256];
	size_t len = 0;
	unsigned i;

	for (i = 0; i < n; i++)
		len += snprintf(plan + len, sizeof plan - len, "%s%u",
		    i > 0 ? "," : "", i + 1);
	snprintf(plan + len, sizeof plan - len, "/2026-12-01");
	is_num(parse(plan), want, plan);
}

int
main(void)
{
	amounts("50,100,200/2026-12-01",
	    "0 50 100 200 over over over over over over over over over");
	is_num(w.first_day, 20788, "the day");
	is_str(text(), "50,100,200/2026-12-01", "as text");
	amounts("50*2..1000/2026-12-01",
	    "0 50 100 200 400 800 1000 over over over over over over");
	is_str(text(), "50*2.00..1000/2026-12-01", "with a factor");
	amounts("10,20*1.5..68/2028-02-29",
	    "0 10 20 30 45 67 68 over over over over over over");
	amounts("1*1.01..8/2026-12-01",
	    "0 1 2 3 4 5 6 7 8 over over over over");
	amounts("999999*10..1000000/2026-12-01",
	    "0 999999 1000000 over over over over over over over over over "
	    "over");
	amounts("5*1.2..7/2026-12-01",
	    "0 5 6 7 over over over over over over over over over");
	is_num(parse("3*10..1000000/2026-12-01"), 0, "ten times");
	is_num(parse("1000000/9999-12-31"), 0, "the last of all");
	days(THROTTLE_WARM_DAYS_MAX, 0);
	days(THROTTLE_WARM_DAYS_MAX + 1, -1);
	faults();
	return done();
}
