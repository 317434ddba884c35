#include "queue/doubtword.h"
#include "tap.h"

int
main(void)
{
	static const struct {
		const char *words;
		unsigned good, wait_s, same, once, never;
	} c[] = { { "again", 1, 0, 0, 0, 0 }, { "same-host", 1, 0, 1, 0, 0 },
		{ "once", 1, 0, 0, 1, 0 }, { "never", 1, 0, 0, 0, 1 },
		{ "1s", 1, 1, 0, 0, 0 }, { "2h,once", 1, 7200, 0, 1, 0 },
		{ "once,same-host,10m", 1, 600, 1, 1, 0 },
		{ "1000s", 1, 1000, 0, 0, 0 }, { "1001s", 0, 0, 0, 0, 0 },
		{ "0s", 0, 0, 0, 0, 0 }, { "never,once", 0, 0, 0, 0, 0 },
		{ "1s,never", 0, 0, 0, 0, 0 }, { "again,once", 0, 0, 0, 0, 0 },
		{ "", 0, 0, 0, 0, 0 }, { "once,", 0, 0, 0, 0, 0 },
		{ ",once", 0, 0, 0, 0, 0 }, { "twice", 0, 0, 0, 0, 0 },
		{ "-1s", 0, 0, 0, 0, 0 }, { "Once", 0, 0, 0, 0, 0 } };
	struct doubtword d;
	const char *bad;
	uint32_t max_s;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		max_s = strlen(c[i].words) == 5 ? 1000 : 86400;
		bad = doubtword_scan((struct slice){ c[i].words,
					 strlen(c[i].words) },
		    max_s, &d);
		is_num(bad == NULL, c[i].good, c[i].words);
		if (!c[i].good)
			continue;
		is_num(d.wait_s, c[i].wait_s, "the wait");
		ok(d.same == c[i].same && d.once == c[i].once &&
			d.never == c[i].never,
		    "its words");
	}
	return done();
}
