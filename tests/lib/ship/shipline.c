#include "ship/shipline.h"
#include "tap.h"

static const struct {
	const char *line, *label;
	int found;
	const char *value;
} t[] = {
	{ "a:1\tb:2\tc:3", "a", 1, "1" },
	{ "a:1\tb:2\tc:3", "b", 1, "2" },
	{ "a:1\tb:2\tc:3", "c", 1, "3" },
	{ "a:1\tb:2\tc:", "c", 1, "" },
	{ "a:1\ta:2", "a", 1, "1" },
	{ "aa:1\ta:2", "a", 1, "2" },
	{ "a:b:1\tb:2", "b", 1, "2" },
	{ "a:1", "aa", 0, "" },
	{ "a", "a", 0, "" },
	{ "", "a", 0, "" },
	{ "a:1\t", "b", 0, "" },
};

static const struct {
	const char *line;
	int64_t us;
} times[] = {
	{ "ts:1970-01-01T00:00:01.5Z", 1500000 },
	{ "eid:x\tts:2026-11-22T01:02:03.456789Z\tev:x", 1795309323456789 },
	{ "ts:2026-11-22T01:02:03Z", 1795309323000000 },
	{ "ts:yesterday", -1 },
	{ "ts:", -1 },
	{ "ev:x", -1 },
};

int
main(void)
{
	struct slice v;
	char text[64];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		is_num(shipline_find(t[i].line, strlen(t[i].line), t[i].label,
			   &v),
		    t[i].found, t[i].line);
		snprintf(text, sizeof text, "%.*s", (int)v.n, v.p);
		is_str(text, t[i].value, t[i].label);
	}
	for (i = 0; i < sizeof times / sizeof times[0]; i++)
		is_num(shipline_us(times[i].line, strlen(times[i].line)),
		    times[i].us, times[i].line);
	return done();
}
