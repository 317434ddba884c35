#include "mail/date.h"
#include "tap.h"
#include <stdlib.h>
#include <time.h>

static const struct {
	const char *in;
	int64_t seconds; /* NONE: no date */
	int offset;
} cases[] = {
#define NONE INT64_MIN
	/* RFC 5322 appendix A.1, A.5, A.6.2, A.6.3 */
	{ "Fri, 21 Nov 1997 09:55:06 -0600", 880127706, -360 },
	{ "Tue, 1 Jul 2003 10:52:37 +0200", 1057049557, 120 },
	{ "Thu, 13 Feb 1969 23:32:54 -0330", -27723426, -210 },
	{ "Thu,\n      13\n        Feb\n          1969\n      23:32\n"
	  "               -0330 (Newfoundland Time)",
	    -27723480, -210 },
	{ "21 Nov 97 09:55:06 GMT", 880106106, 0 },
	{ "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880127706, -360 },
	/* sections 3.3 and 4.3 */
	{ "1 Jan 1970 00:00 +0000", 0, 0 },
	{ "1 Jan 70 0:0:0 UT", 0, 0 },
	{ "01 Jan 1970 00:00:01 Z", 1, 0 },
	{ "1 Jan 49 00:00 GMT", 2493072000, 0 },
	{ "1 Jan 50 00:00 GMT", -631152000, 0 },
	{ "1 Jan 103 00:00 GMT", 1041379200, 0 },
	{ "1 Jan 1970 00:00 EST", 18000, -300 },
	{ "1 Jan 1970 00:00 edt", 14400, -240 },
	{ "1 Jan 1970 00:00 CST", 21600, -360 },
	{ "1 Jan 1970 00:00 CDT", 18000, -300 },
	{ "1 Jan 1970 00:00 MST", 25200, -420 },
	{ "1 Jan 1970 00:00 MDT", 21600, -360 },
	{ "1 Jan 1970 00:00 PST", 28800, -480 },
	{ "1 Jan 1970 00:00 PDT", 25200, -420 },
	{ "1 Jan 1970 00:00 A", 0, 0 },
	{ "1 Jan 1970 00:00 m", 0, 0 },
	{ "1 Jan 1970 00:00 CEST", 0, 0 },
	{ "1 Jan 1970 00:00 -0000", 0, 0 },
	{ "1 Jan 1970 00:00 +9959", -359940 - 0, 5999 },
	{ "31 Dec 1998 23:59:60 +0000", 915148800, 0 },
	{ "29 Feb 2000 00:00 GMT", 951782400, 0 },
	{ "29 Feb 2024 12:00 GMT", 1709208000, 0 },
	{ "31 Dec 9999 23:59:59 GMT", 253402300799, 0 },
	{ "1 Jan 1900 00:00 GMT", -2208988800, 0 },
	{ "19 Jan 2038 03:14:08 GMT", 2147483648, 0 },
	{ "(a (b) \\) c) Thu (d) , (e) 1 (f) Jan (g) 1970 (h) 00 (i) : (j) "
	  "00 (k) : (l) 00 (m) +0000 (n)",
	    0, 0 },
	/* taken too */
	{ "1 Jan 1970 00:00", 0, 0 },
	{ "1 Jan 1970 00:00:00", 0, 0 },
	{ "Thu 1 Jan 1970 00:00 GMT", 0, 0 },
	{ "Thu. 1 Jan 1970 00:00 GMT", 0, 0 },
	{ "Thursday, 1 January 1970 00:00 GMT", 0, 0 },
	{ "Mon, 1 Jan 1970 00:00 GMT", 0, 0 },
	{ "1 JAN 1970 00:00 gmt", 0, 0 },
	{ "1 1 1970 00:00 GMT", 0, 0 },
	{ "1 Jan 1970 00:00 +0000 and more", 0, 0 },
	{ "1 Jan 1970 00:00 EST5EDT", 18000, -300 },
	/* in other orders: asctime(3), date(1), and what programs write */
	{ "Thu Jan  1 00:00:01 1970", 1, 0 },
	{ "Thu Jan 1 00:00 1970 +0100", -3600, 60 },
	{ "Thu Jan  1 00:00:00 EST 1970", 18000, -300 },
	{ "Thu Jan 01 00:00:00 +0000 1970", 0, 0 },
	{ "Thu Jan  1 00:00:00 CET 1970", 0, 0 },
	{ "Thu, Jan 01 1970 00:00:00 -0700", 25200, -420 },
	{ "January 1, 1970, 1:02 PM", 46920, 0 },
	{ "Jan. 1 1970 00:00 GMT", 0, 0 },
	{ "1970-01-01T00:00:00Z", 0, 0 },
	{ "1970-01-01 00:00:00.123 +01:00", -3600, 60 },
	{ "1970/1/1 00:00", 0, 0 },
	{ "1-Jan-1970 00:00:00 +0000", 0, 0 },
	{ "1. Jan. 1970, 00:00", 0, 0 },
	/* names with a dot, and in German */
	{ "Do., 1 Jan. 1970 00:00:00 +0100 (MEZ)", -3600, 60 },
	{ "Mi., 7 Okt. 1970 00:00 GMT", 24105600, 0 },
	{ "1 Mai 1970 00:00 GMT", 10368000, 0 },
	{ "Do, 1 Jan 1970 00:00:00 +0100", -3600, 60 },
	{ "so 1 Mrz 1970 00:00 GMT", 5097600, 0 },
	{ "02.01.1970 00:00", 86400, 0 },
	{ "2.1.1970, 00:00:01", 86401, 0 },
	/* zones */
	{ "1970-01-01 00:00:00+01", -3600, 60 },
	{ "1 Jan 1970 00:00 -03", 10800, -180 },
	{ "1 Jan 1970 00:00 +01:00", -3600, 60 },
	{ "1 Jan 1970 00:00 -3:30", 12600, -210 },
	{ "1 Jan 1970 00:00 GMT+0100", -3600, 60 },
	{ "1 Jan 1970 00:00 UTC-01:00", 3600, -60 },
	{ "1 Jan 1970 00:00 gmt+2", -7200, 120 },
	{ "1 Jan 1970 00:00 GMT +0100", 0, 0 },
	/* twelve hours */
	{ "1 Jan 1970 12:00:00 AM GMT", 0, 0 },
	{ "1 Jan 1970 12:30 pm +0000", 45000, 0 },
	{ "1 Jan 1970 13:00 PM", 46800, 0 },
	/* none */
	{ "", NONE, 0 },
	{ " ", NONE, 0 },
	{ "never", NONE, 0 },
	{ "Foo, 1 Jan 1970 00:00 GMT", NONE, 0 },
	{ "0 Jan 1970 00:00 GMT", NONE, 0 },
	{ "32 Jan 1970 00:00 GMT", NONE, 0 },
	{ "31 Apr 1970 00:00 GMT", NONE, 0 },
	{ "29 Feb 1900 00:00 GMT", NONE, 0 },
	{ "29 Feb 2023 00:00 GMT", NONE, 0 },
	{ "001 Jan 1970 00:00 GMT", NONE, 0 },
	{ "1 Foo 1970 00:00 GMT", NONE, 0 },
	{ "1 Ja 1970 00:00 GMT", NONE, 0 },
	{ "1 0 1970 00:00 GMT", NONE, 0 },
	{ "1 13 1970 00:00 GMT", NONE, 0 },
	{ "1 Jan 7 00:00 GMT", NONE, 0 },
	{ "1 Jan 1899 00:00 GMT", NONE, 0 },
	{ "1 Jan 19700 00:00 GMT", NONE, 0 },
	{ "1 Jan 1970", NONE, 0 },
	{ "1 Jan 1970 00", NONE, 0 },
	{ "1 Jan 1970 00:", NONE, 0 },
	{ "1 Jan 1970 00:00: GMT", NONE, 0 },
	{ "1 Jan 1970 24:00 GMT", NONE, 0 },
	{ "1 Jan 1970 00:60 GMT", NONE, 0 },
	{ "1 Jan 1970 00:00:61 GMT", NONE, 0 },
	{ "1 Jan 1970 000:00 GMT", NONE, 0 },
	{ "1 Jan 1970 00:00 +000", NONE, 0 },
	{ "1 Jan 1970 00:00 +00000", NONE, 0 },
	{ "1 Jan 1970 00:00 +0060", NONE, 0 },
	{ "1 Jan 1970 00:00 + 0000", NONE, 0 },
	{ "1 Jan 1970 00:00 +", NONE, 0 },
	{ "1 Jan 1970 -1:00 GMT", NONE, 0 },
	{ "1 Jan 1970 00:00 GMT (", NONE, 0 },
	{ "1 Jan 1970 (a 00:00 GMT", NONE, 0 },
	{ "1970-01-01", NONE, 0 },
	{ "1970-13-01T00:00:00Z", NONE, 0 },
	{ "1970-01-32T00:00:00Z", NONE, 0 },
	{ "1899-01-01T00:00:00Z", NONE, 0 },
	{ "1/2/1970 00:00", NONE, 0 },
	{ "1 Jan 1970 00:00 +1:0", NONE, 0 },
	{ "1 Jan 1970 00:00 +01:60", NONE, 0 },
	{ "1 Jan 1970 00:00 +1", NONE, 0 },
	{ "1 Jan 1970 00:00 +010", NONE, 0 },
	{ "Mx, 1 Jan 1970 00:00 GMT", NONE, 0 },
	{ "M, 1 Jan 1970 00:00 GMT", NONE, 0 },
	{ "1 13.1970 00:00", NONE, 0 },
	{ "1/1.1970 00:00", NONE, 0 },
	{ "Jan 1 00:00:00", NONE, 0 },
	{ "Thu Jan 32 00:00:00 1970", NONE, 0 },
	{ "Foo Jan 1 00:00:00 1970", NONE, 0 },
	{ "4 8 15 16 23 42", NONE, 0 },
};

static void
comments(unsigned depth, int good)
{
	char in[200], *p = in;
	int64_t t;
	unsigned i;
	int o;

	for (i = 0; i < depth; i++)
		*p++ = '(';
	for (i = 0; i < depth; i++)
		*p++ = ')';
	p += sprintf(p, "1 Jan 1970 00:00 GMT");
	is_num(date_parse(in, p - in, &t, &o), good ? 0 : -1, "comments");
}

int
main(void)
{
	char text[DATE_LEN + 1], iso[DATE_ISO_LEN + 1], want[64], *copy;
	int64_t t, got;
	int o, bad = 0, wrong = 0;
	struct tm tm;
	time_t s;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (n = 0; n <= strlen(cases[i].in); n++) {
			copy = malloc(n + 1);
			memcpy(copy, cases[i].in, n);
			t = NONE;
			if (date_parse(copy, n, &t, &o) == -1)
				t = NONE;
			free(copy);
		}
		is_num(t, cases[i].seconds, cases[i].in);
		if (t != NONE)
			is_num(o, cases[i].offset, "its offset");
	}
	comments(DATE_COMMENTS_MAX, 1);
	comments(DATE_COMMENTS_MAX + 1, 0);
	/* what is written is read, all days and all zones */
	for (t = -2208988800 + 86400; t < 253402300799 - 86400;
	     t += 86400 * 5 + 11) {
		o = t % 1440;
		date_format(text, t, o);
		bad += date_parse(text, DATE_LEN, &got, &o) == -1 || got != t ||
		    o != t % 1440;
		s = t;
		gmtime_r(&s, &tm);
		strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%S+00:00", &tm);
		date_iso(iso, t, 0);
		wrong += strcmp(iso, want) != 0;
	}
	is_num(bad, 0, "there and back");
	is_num(wrong, 0, "RFC 3339");
	date_iso(iso, 0, -210);
	is_str(iso, "1969-12-31T20:30:00-03:30", "an offset");
	return done();
}
