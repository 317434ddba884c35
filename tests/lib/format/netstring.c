#include "format/netstring.h"
#include "tap.h"
#include <stdlib.h>

/* result and content as text: "6 abc", "0", "-1" */
static const char *
show(const char *p, size_t n, size_t max)
{
	static char out[300];
	const char *s;
	size_t len;
	long r = netstring_whole(p, n, max, &s, &len);

	if (r > 0)
		snprintf(out, sizeof out, "%ld %.*s", r, (int)len, s);
	else
		snprintf(out, sizeof out, "%ld", r);
	return out;
}

static void
table(void)
{
	static const struct {
		const char *in;
		size_t max;
		const char *want;
	} t[] = {
		{ "3:abc,", 100, "6 abc" },
		{ "3:abc,rest", 100, "6 abc" },
		{ "0:,", 100, "3 " },
		{ "0:,", 0, "3 " },
		{ "10:0123456789,", 100, "14 0123456789" },
		{ "3:abc,", 3, "6 abc" },
		{ "4:abcd,", 3, "-1" },
		{ "3:abcd", 100, "-1" },
		{ "03:abc,", 100, "-1" },
		{ "00:,", 100, "-1" },
		{ ":abc,", 100, "-1" },
		{ "-1:,", 100, "-1" },
		{ "+1:a,", 100, "-1" },
		{ " 1:a,", 100, "-1" },
		{ "1 :a,", 100, "-1" },
		{ "a", 100, "-1" },
		{ "101", 100, "-1" },
		{ "18446744073709551616:", SIZE_MAX, "-1" },
		{ "99999999999999999999999:", SIZE_MAX, "-1" },
		{ "18446744073709551615:", SIZE_MAX, "0" },
	};
	const char *last;
	size_t i, n, len;
	int early;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		len = strlen(t[i].in);
		is_str(show(t[i].in, len, t[i].max), t[i].want, t[i].in);
		/* byte by byte: more is wanted until the answer is there,
		 * and then it stays */
		last = "0";
		early = 0;
		for (n = 0; n <= len; n++) {
			if (strcmp(last, "0") != 0 &&
			    strcmp(show(t[i].in, n, t[i].max), last) != 0)
				early = 1;
			if (strcmp(show(t[i].in, n, t[i].max), "0") != 0)
				last = t[i].want;
		}
		ok(!early, "byte by byte");
	}
}

int
main(void)
{
	struct buf b = { 0 };
	uint64_t len = 0;

	table();
	is_num(netstring_head("12345:", 6, 12345, &len), 6, "head");
	is_num(len, 12345, "its length");
	is_num(netstring_head("12345", 5, 12345, &len), 0, "no colon yet");
	is_num(netstring_head("12346:", 6, 12345, &len), -1, "above max");
	is_num(netstring_head("18446744073709551615:", 21, UINT64_MAX, &len),
	    NETSTRING_HEAD_MAX, "longest head");
	ok(len == UINT64_MAX, "its length");
	is_num(netstring_head("", 0, 10, &len), 0, "nothing");
	netstring_put(&b, "abc", 3);
	netstring_put(&b, "", 0);
	netstring_put(&b, "0123456789", 10);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "3:abc,0:,10:0123456789,", "written");
	buf_free(&b);
	return done();
}
