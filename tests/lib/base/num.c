#include "base/num.h"
#include "tap.h"

static void
plain(void)
{
	static const struct {
		const char *s;
		uint64_t min, max;
		int r;
		uint64_t u;
	} t[] = {
		{ "0", 0, 10, 0, 0 },
		{ "10", 0, 10, 0, 10 },
		{ "11", 0, 10, -1, 0 },
		{ "4", 5, 10, -1, 0 },
		{ "5", 5, 10, 0, 5 },
		{ "007", 0, 10, 0, 7 },
		{ "", 0, 10, -1, 0 },
		{ "-1", 0, 10, -1, 0 },
		{ "+1", 0, 10, -1, 0 },
		{ " 1", 0, 10, -1, 0 },
		{ "1 ", 0, 10, -1, 0 },
		{ "1a", 0, 10, -1, 0 },
		{ "0x1", 0, 10, -1, 0 },
		{ "\xb2", 0, 10, -1, 0 },
		{ "18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", 0, UINT64_MAX, -1, 0 },
		{ "99999999999999999999", 0, UINT64_MAX, -1, 0 },
		{ "00000000000000000001", 0, UINT64_MAX, 0, 1 },
		{ "000000000000000000001", 0, UINT64_MAX, -1, 0 },
	};
	uint64_t u;
	size_t i;
	int r;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		u = 0;
		r = num_scans(t[i].s, t[i].min, t[i].max, &u);
		ok(r == t[i].r && u == t[i].u, t[i].s);
	}
	is_num(num_scan("12", 1, 0, 10, &u), 0, "only the bytes given");
	is_num(u, 1, "are read");
}

static void
duration(void)
{
	static const struct {
		const char *s;
		uint64_t max;
		int r;
		uint64_t u;
	} t[] = {
		{ "30", 100, 0, 30 },
		{ "30s", 100, 0, 30 },
		{ "5m", 300, 0, 300 },
		{ "5m", 299, -1, 0 },
		{ "2h", 86400, 0, 7200 },
		{ "7d", 1 << 30, 0, 604800 },
		{ "1w", 1 << 30, 0, 604800 },
		{ "0m", 0, 0, 0 },
		{ "1", 0, -1, 0 },
		{ "", 100, -1, 0 },
		{ "m", 100, -1, 0 },
		{ "5 m", 1000, -1, 0 },
		{ "5ms", 1000, -1, 0 },
		{ "5M", 1000, -1, 0 },
		{ "-5m", 1000, -1, 0 },
		{ "1.5h", 100000, -1, 0 },
		{ "18446744073709551615w", UINT64_MAX, -1, 0 },
	};
	uint64_t u;
	size_t i;
	int r;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		u = 0;
		r = num_scan_duration(t[i].s, strlen(t[i].s), t[i].max, &u);
		ok(r == t[i].r && u == t[i].u, t[i].s);
	}
}

static void
hundredths(void)
{
	static const struct {
		const char *s;
		int r;
		uint64_t u;
	} t[] = {
		{ "1.01", 0, 101 },
		{ "1.5", 0, 150 },
		{ "2", 0, 200 },
		{ "10.00", 0, 1000 },
		{ "10.01", -1, 0 },
		{ "1", -1, 0 },
		{ "1.", -1, 0 },
		{ ".5", -1, 0 },
		{ "1.005", -1, 0 },
		{ "1.-1", -1, 0 },
		{ "1.5.5", -1, 0 },
		{ "", -1, 0 },
	};
	uint64_t u;
	size_t i;
	int r;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		u = 0;
		r = num_scan_hundredths(t[i].s, strlen(t[i].s), 101, 1000, &u);
		ok(r == t[i].r && u == t[i].u, t[i].s);
	}
}

static void
moment(void)
{
	static const struct {
		const char *s;
		int r;
		int64_t ms;
	} t[] = {
		{ "1790000000", 0, 1790000000000 },
		{ "1790000000.1", 0, 1790000000100 },
		{ "1790000000.123", 0, 1790000000123 },
		{ "1790000000.123456", 0, 1790000000123 },
		{ "1790000000.000999", 0, 1790000000000 },
		{ "0.001", 0, 1 },
		{ "1790000000.", -1, 0 },
		{ ".5", -1, 0 },
		{ "1.1234567", -1, 0 },
		{ "1.12a", -1, 0 },
		{ "1.1234 6", -1, 0 },
		{ "1.-1", -1, 0 },
		{ "1.2.3", -1, 0 },
		{ "", -1, 0 },
		{ "9223372036854774", 0, 9223372036854774000 },
		{ "9223372036854774.999", 0, 9223372036854774999 },
		{ "9223372036854775", -1, 0 },
	};
	int64_t ms;
	size_t i;
	int r;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		ms = 0;
		r = num_scan_time(t[i].s, strlen(t[i].s), &ms);
		ok(r == t[i].r && ms == t[i].ms, t[i].s);
	}
}

int
main(void)
{
	plain();
	duration();
	hundredths();
	moment();
	return done();
}
