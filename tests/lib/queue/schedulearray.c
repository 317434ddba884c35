#include "queue/scheduleparts.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>

int
main(void)
{
	uint32_t *a = NULL, cap = 0, i, bad = 0, moves = 0, before;

	for (i = 0; i < 100000; i++) {
		before = cap;
		bad += schedule_grow(&a, i, &cap, sizeof *a) == -1;
		moves += cap != before;
		a[i] = i;
	}
	for (i = 0; i < 100000; i++)
		bad += a[i] != i;
	is_num(bad, 0, "100,000 elements, what was there stays");
	ok(cap >= 100000 && cap < 160000, "with room for half as many more");
	ok(moves < 25, "in few steps");
	before = cap;
	is_num(schedule_grow(&a, 0, &cap, sizeof *a), 0, "there is room");
	is_num(cap, before, "nothing happens");
	is_num(schedule_grow(&a, 0x80000000, &cap, sizeof *a), -1, "too many");
	ok(errno == ENOMEM && cap == before, "nothing happens, either");
	free(a);
	return done();
}
