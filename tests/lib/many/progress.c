#include "many/progress.h"
#include "tap.h"

static const struct {
	struct progress p;
	const char *bar, *end;
} cases[] = {
	{ { 0, 0, 0, 0, 1000, 0 },
	    "[>                             ]   0%  0 sent, 0/s",
	    "0 sent, 0 repeated, 0 rejected in 0.0 s" },
	{ { 410, 5, 5, 500, 1000, 10000 },
	    "[===============>              ]  50%  410 sent, 42/s, 0:10 left",
	    "410 sent, 5 repeated, 5 rejected in 10.0 s" },
	{ { 1, 0, 0, 1000, 1000000, 1000 },
	    "[>                             ]   0%  1 sent, 1/s, 16:39 left",
	    "1 sent, 0 repeated, 0 rejected in 1.0 s" },
	{ { 10, 0, 0, 1000, 1000, 12399 },
	    "[==============================] 100%  10 sent, 0/s",
	    "10 sent, 0 repeated, 0 rejected in 12.3 s" },
	{ { 0, 0, 0, 0, 0, 5 },
	    "[==============================] 100%  0 sent, 0/s",
	    "0 sent, 0 repeated, 0 rejected in 0.0 s" },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		progress_bar(&b, &cases[i].p);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].bar, "bar");
		buf_clear(&b);
		progress_end(&b, &cases[i].p);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].end, "end");
	}
	buf_free(&b);
	return done();
}
