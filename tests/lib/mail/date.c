#include "mail/date.h"
#include "tap.h"
#include <time.h>

static const struct {
	int64_t t;
	int offset;
	const char *want;
} cases[] = {
	{ 0, 0, "Thu, 01 Jan 1970 00:00:00 +0000" },
	{ -1, 0, "Wed, 31 Dec 1969 23:59:59 +0000" },
	{ 951782400, 0, "Tue, 29 Feb 2000 00:00:00 +0000" },
	{ 951868800, 0, "Wed, 01 Mar 2000 00:00:00 +0000" },
	{ 4107542400, 0, "Mon, 01 Mar 2100 00:00:00 +0000" },
	{ 4107542399, 0, "Sun, 28 Feb 2100 23:59:59 +0000" },
	{ 1790000000, 0, "Mon, 21 Sep 2026 14:13:20 +0000" },
	{ 1790000000, 120, "Mon, 21 Sep 2026 16:13:20 +0200" },
	{ 1790000000, -570, "Mon, 21 Sep 2026 04:43:20 -0930" },
	{ 1790000000, 1439, "Tue, 22 Sep 2026 14:12:20 +2359" },
	{ 1790000000, 1440, "Tue, 22 Sep 2026 14:12:20 +2359" },
	{ 1790000000, -5000, "Sun, 20 Sep 2026 14:14:20 -2359" },
	{ 2147483648, 0, "Tue, 19 Jan 2038 03:14:08 +0000" },
	{ 253402300799, 0, "Fri, 31 Dec 9999 23:59:59 +0000" },
	{ 253402300800, 0, "Fri, 31 Dec 9999 23:59:59 +0000" },
	{ 253402300799, 60, "Fri, 31 Dec 9999 23:59:59 +0100" },
	{ -2208988800, 0, "Mon, 01 Jan 1900 00:00:00 +0000" },
	{ -2208988801, 0, "Mon, 01 Jan 1900 00:00:00 +0000" },
	{ INT64_MAX, 0, "Fri, 31 Dec 9999 23:59:59 +0000" },
	{ INT64_MIN, 0, "Mon, 01 Jan 1900 00:00:00 +0000" },
};

int
main(void)
{
	char out[DATE_LEN + 1], want[64];
	struct tm tm;
	int64_t t;
	time_t s;
	size_t i;
	int bad = 0;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(date_format(out, cases[i].t, cases[i].offset), DATE_LEN,
		    "length");
		is_str(out, cases[i].want, cases[i].want);
	}
	/* every day and an odd second of it, against the C library */
	for (t = -2208988800 + 4711; t < 253402300799; t += 86400 * 3 + 7) {
		s = t;
		gmtime_r(&s, &tm);
		strftime(want, sizeof want, "%a, %d %b %Y %H:%M:%S +0000", &tm);
		date_format(out, t, 0);
		bad += strcmp(out, want) != 0;
	}
	is_num(bad, 0, "as the C library has it");
	return done();
}
