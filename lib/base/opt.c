#include "base/opt.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include <string.h>

void
opt_bad(int option, const char *text, const char *want)
{
	die(EXIT_PERM, "bad -%c %s: want %s", option, text, want);
}

uint64_t
opt_num(int option, const char *text, uint64_t min, uint64_t max)
{
	uint64_t n;

	if (num_scans(text, min, max, &n) == -1)
		die(EXIT_PERM, "bad -%c %s: want a number, %llu to %llu",
		    option, text, (unsigned long long)min,
		    (unsigned long long)max);
	return n;
}

static void __attribute__((noreturn))
bad_span(int option, const char *text, uint64_t min_s, uint64_t max_s)
{
	die(EXIT_PERM,
	    "bad -%c %s: want a time such as 90s, 15m or 2d, "
	    "%llu to %llu seconds",
	    option, text, (unsigned long long)min_s, (unsigned long long)max_s);
}

int
opt_spans(int option, const char *text, uint64_t min_s, uint64_t max_s,
    uint64_t s[2])
{
	const char *dots = strstr(text, ".."), *p = text;
	int i, n = dots == NULL ? 1 : 2;
	size_t len = dots == NULL ? strlen(text) : (size_t)(dots - text);

	for (i = 0; i < n; i++) {
		if (num_scan_duration(p, len, max_s, &s[i]) == -1 ||
		    s[i] < min_s)
			bad_span(option, text, min_s, max_s);
		if (i + 1 < n) {
			p = dots + 2;
			len = strlen(p);
		}
	}
	return n;
}

uint64_t
opt_span(int option, const char *text, uint64_t min_s, uint64_t max_s)
{
	uint64_t s;

	if (num_scan_duration(text, strlen(text), max_s, &s) == -1 || s < min_s)
		bad_span(option, text, min_s, max_s);
	return s;
}

int64_t
opt_time(int option, const char *text, uint64_t min, uint64_t max)
{
	uint64_t s;

	if (num_scans(text, min, max, &s) == -1)
		opt_bad(option, text, "seconds since 1970");
	return (int64_t)s;
}

mode_t
opt_mode(int option, const char *text)
{
	mode_t m = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '7' && i < 4; i++)
		m = m * 8 + (text[i] - '0');
	if (i == 0 || text[i] != '\0' || m > 0777)
		opt_bad(option, text, "an octal mode, 0 to 777");
	return m;
}
