/* the picture */
#include "sim/simplot.h"
#include "tap.h"

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

int
main(void)
{
	struct simstat s = { .n = 0 };
	struct buf out = { 0 };
	const char *name[] = { "a<&>", "b", "c", "d", "e", "f" };
	uint32_t g;
	int i, k, bad = 0;

	for (i = 0; i < 6; i++) {
		g = simstat_group(&s, name[i], strlen(name[i]));
		for (k = 0; k < 10 - i; k++) {
			SIMSTAT_COUNT(&s, g, rcpts);
			bad |= simstat_start(&s, g, k * INT64_C(1000000));
			bad |= simstat_sent(&s, g, k * INT64_C(1000000), k);
		}
	}
	s.to_us = 10000000;
	simstat_close(&s);
	bad |= simplot_svg(&out, &s, "site");
	bad |= buf_putc(&out, '\0');
	is_num(bad, 0, "there is memory");
	ok(strncmp(buf_data(&out), "<svg ", 5) == 0, "SVG");
	is_num(count(buf_data(&out), "<polyline"), 2 * SIMPLOT_GROUPS,
	    "two lines for each of the largest");
	is_num(count(buf_data(&out), "<text"), count(buf_data(&out), "</text>"),
	    "what begins ends");
	is_num(count(buf_data(&out), ">site a&#60;&#38;&#62;</text>"), 1,
	    "a name harms nobody");
	is_num(count(buf_data(&out), ">11 s</text>"), 2, "seconds at its foot");
	is_num(count(buf_data(&out), ">site f<"), 0, "the sixth is not there");
	buf_free(&out);
	simstat_free(&s);
	return done();
}
