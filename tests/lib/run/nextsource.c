/* from where recipients were tried and are to be tried next, by number */
#include "run/nextsource.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

static struct nextsource s;

static uint16_t
number(const char *fields)
{
	static char line[1000];
	static struct ltsv l;

	ltsv_parse(line,
	    (size_t)snprintf(line, sizeof line, "id:1%s\n", fields), &l);
	return nextsource_number(&s, &l);
}

static void
puts_label(uint16_t n, const char *want)
{
	struct buf b = { 0 };

	buf_puts(&b, "id:1\n");
	is_num(nextsource_put(&s, n, &b), 0, "put");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, want);
	buf_free(&b);
}

int
main(void)
{
	char text[400];
	unsigned i;

	is_num(number(""), 0, "nothing is asked for");
	is_num(number("\tavoid-src:"), 0, "nor with an empty name");
	is_num(number("\tavoid-src:192.0.2.1"), 1, "a source");
	is_num(number("\tuse-pool:192.0.2.1"), 2, "a pool of that name");
	is_num(number("\tavoid-src:192.0.2.1"), 1, "again the first");
	is_num(number("\tavoid-src:x\tuse-pool:192.0.2.1"), 2,
	    "the pool is more");
	is_num(number("\tfrom-src:o1"), 3, "where it went from");
	is_num(number("\tavoid-src:o1\tfrom-src:o1"), 4, "and is not to again");
	puts_label(0, "id:1\n");
	puts_label(1, "id:1\tavoid-src:192.0.2.1\n");
	puts_label(2, "id:1\tuse-pool:192.0.2.1\n");
	puts_label(3, "id:1\tlast-src:o1\n");
	puts_label(4, "id:1\tlast-src:o1\tavoid-src:o1\n");
	puts_label(5, "id:1\n");
	snprintf(text, sizeof text, "\tavoid-src:%0*d", NEXTSOURCE_NAME_MAX, 0);
	is_num(number(text), 5, "as long as may be");
	snprintf(text, sizeof text, "\tavoid-src:%0*d", NEXTSOURCE_NAME_MAX + 1,
	    0);
	is_num(number(text), 0, "and one byte more");
	for (i = 5; i < NEXTSOURCE_MAX; i++) {
		snprintf(text, sizeof text, "\tuse-pool:p%u", i);
		number(text);
	}
	is_num(number(text), NEXTSOURCE_MAX, "as many as may be");
	is_num(number("\tuse-pool:more"), 0, "and one more");
	is_num(number("\tavoid-src:192.0.2.1"), 1, "those that are known stay");
	for (i = 0; i < s.n; i++)
		free(s.labels[i]);
	free(s.labels);
	return done();
}
