/* the beginning of a journal, and from where on it tells what a table has not */
#include "suppress/suppresshead.h"
#include "tap.h"
#include <stdio.h>
#include <string.h>

#define OLD "0123456789abcdef"
#define NEW "fedcba9876543210"

static const struct {
	const char *said;
	uint64_t size, want;
} tries[] = {
	{ "", 9999, SUPPRESSHEAD_MAX },
	{ NEW " 200", 9999, 200 },
	{ NEW " 9999", 9999, 9999 },
	{ NEW " 10000", 9999, SUPPRESSHEAD_MAX },
	{ NEW " 36", 9999, SUPPRESSHEAD_MAX },
	{ NEW " x", 9999, SUPPRESSHEAD_MAX },
	{ NEW, 9999, SUPPRESSHEAD_MAX },
	{ OLD " 5000", 9999, 777 },
	{ OLD " 4999", 9999, SUPPRESSHEAD_MAX },
	{ OLD " 5001", 9999, SUPPRESSHEAD_MAX },
	{ "00000000000000ff 5000", 9999, SUPPRESSHEAD_MAX },
};

int
main(void)
{
	struct suppresshead h = {
		.id = NEW, .from = OLD, .at = 5000, .end = 777
	};
	struct suppresshead back;
	char t[SUPPRESSHEAD_MAX + 1];
	size_t i;

	is_num(suppresshead_write(t, &h), SUPPRESSHEAD_MAX, "written");
	is_num(suppresshead_read(&back, t, SUPPRESSHEAD_MAX), 0, "read");
	is_str(back.id, NEW, "its id");
	is_str(back.from, OLD, "that of the one before");
	is_num(back.at, 5000, "up to where");
	is_num(back.end, 777, "and where that is here");
	for (i = 0; i < sizeof tries / sizeof *tries; i++)
		is_num(suppresshead_start(&back, tries[i].said,
			   strlen(tries[i].said), tries[i].size),
		    tries[i].want, tries[i].said);
	for (i = 0; i < SUPPRESSHEAD_MAX; i++) {
		int r = suppresshead_read(&back, t, i);

		if (r != (i < SUPPRESSLINE_HEAD ? -1 : 0) ||
		    back.from[0] != '\0')
			break;
	}
	is_num(i, SUPPRESSHEAD_MAX, "a shorter one is not the other's");
	is_num(suppresshead_start(&back, OLD " 5000", 21, 9999),
	    SUPPRESSLINE_HEAD, "and begins behind its first line");
	t[SUPPRESSHEAD_MAX - 2] = 'x';
	suppresshead_read(&back, t, SUPPRESSHEAD_MAX);
	is_str(back.from, "", "nor is one with another number");
	return done();
}
