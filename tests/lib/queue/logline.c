#include "queue/logline.h"
#include "tap.h"
#include <stdio.h>
#include <string.h>

#define A "1j1bbfvqmdjl76geu51f"
#define B "1j1bbfvqmdjl76geu50v"

static const struct {
	const char *name, *line;
	long long us;
	int skip;
} times[] = {
	{ "an event", "ts:2026-01-01T00:00:01.000002Z\tev:sent",
	    1767225601000002, 0 },
	{ "with the logger's time",
	    "2026-01-01T00:00:03.12345 ts:2026-01-01T00:00:01.000002Z\tev:x",
	    1767225601000002, 26 },
	{ "another form", "2026-01-01_00:00:03.12345 ts:x\tev:x",
	    1767225603123450, 26 },
	{ "tai64n",
	    "@400000006955b90d0bebc200 ts:2026-01-01T00:00:01.000002Z\tev:x",
	    1767225601000002, 26 },
	{ "a diagnostic", "2026-01-01T00:00:03.12345 a: warning: ts:2026",
	    1767225603123450, 0 },
	{ "tai64n", "@400000006955b90d0bebc200 a: warning: x", 1767225603200000,
	    0 },
	{ "none", "a: warning: x", -1, 0 },
	{ "an event without time", "ts:\tev:sent", -1, 0 },
	{ "nearly a time", "2026-01-01T00:00:03.12345", -1, 0 },
	{ "no blank", "2026-01-01T00:00:03.12345x", -1, 0 },
	{ "no digit", "2026-01-01T0x:00:03.12345 x", -1, 0 },
	{ "no tai64n", "@400000006955b90d0bebc20x x", -1, 0 },
	{ "before all", "@000000006955b90d0bebc200 x", -1, 0 },
	{ "empty", "", -1, 0 },
};

static const struct {
	const char *name, *line, *a, *b;
} links[] = {
	{ "accepted", "ts:x\tev:accepted\tid:" A "\tsize:1\tof:" B, B, A },
	{ "reported", "ts:x\tev:reported\tid:" A "\tn:0\treport:" B "\tx:y", B,
	    A },
	{ "no id", "ts:x\tev:accepted\tof:" B, NULL, NULL },
	{ "short",
	    "ts:x\tid:" A "\tof:"
	    "1j1bbfvqmdjl76geu50",
	    NULL, NULL },
	{ "long", "ts:x\tid:" A "\tof:" A "0", NULL, NULL },
	{ "another label", "ts:x\tid:" A "\tproof:" B, NULL, NULL },
	{ "nothing", "", NULL, NULL },
};

static const char *
ids(const char *line)
{
	static char out[200];
	const char *p = line, *end = line + strlen(line), *id;

	out[0] = '\0';
	while ((id = logline_id(&p, end)) != NULL) {
		strncat(out, id, NAME_LEN);
		strcat(out, " ");
	}
	return out;
}

int
main(void)
{
	const char *a, *b;
	size_t i, skip;

	for (i = 0; i < sizeof times / sizeof *times; i++) {
		is_num(logline_time(times[i].line, strlen(times[i].line),
			   &skip),
		    times[i].us, times[i].name);
		is_num(skip, times[i].skip, "the logger's part");
	}
	for (i = 0; i < sizeof links / sizeof *links; i++) {
		is_num(logline_link(links[i].line, strlen(links[i].line), &a,
			   &b),
		    links[i].a != NULL, links[i].name);
		if (links[i].a != NULL)
			ok(memcmp(a, links[i].a, NAME_LEN) == 0 &&
				memcmp(b, links[i].b, NAME_LEN) == 0,
			    "ids");
	}
	is_str(ids("ts:x\tid:" A "\ttext:forwarded as " B), A " " B " ",
	    "words that are ids");
	is_str(ids(A), A " ", "alone");
	is_str(ids(A "0 0" A " x" A), "", "longer ones");
	is_str(ids("mess/1f/" A ": " B "."), A " " B " ", "in a diagnostic");
	return done();
}
