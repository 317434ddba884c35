/* jobs in the chain: found, in their lines, and places used again */
#include "run/run.h"
#include "tap.h"
#include <stdlib.h>

enum { WINDOW = 5, MANY = 2 * WINDOW };

static struct run r = { .window = WINDOW };
static struct jobhead *head;

static void
add_message(void)
{
	char id[NAME_LEN + 1];
	uint32_t m, i;

	name_make(id, 1790000000000000, 1, 0);
	m = schedule_message(&r.s, id, "t", 1, 5, 0);
	for (i = 0; i < MANY; i++)
		schedule_rcpt(&r.s, m, i, "b.example", 9);
	head = calloc(1, sizeof *head + 1);
	head->rcpt = calloc(MANY, sizeof *head->rcpt);
	head->n_rcpt = MANY;
	head->birth_ms = 7;
	for (i = 0; i < MANY; i++)
		head->rcpt[i].offset = 100 + i;
}

/* their numbers, from the oldest on */
static const char *
line(int late)
{
	static char t[64];
	const struct run_job *j = jobs_oldest(&r, late);
	char *o = t;

	for (; j != NULL;
	     j = j->newer == SCHEDULE_NONE ? NULL : &r.jobs.job[j->newer])
		*o++ = '0' + (char)j->n;
	*o = '\0';
	return t;
}

static void
fill(unsigned n)
{
	while (n-- > 0)
		if (jobs_claim(&r, MANY - 1 - n, head) == -1)
			return;
}

int
main(void)
{
	uint32_t x;

	if (schedule_init(&r.s, WINDOW) == -1)
		return 111;
	jobs_start(&r);
	add_message();
	ok(jobs_find(&r, 0, 0) == NULL, "nothing is down");
	ok(jobs_oldest(&r, 0) == NULL, "nor the oldest");
	fill(MANY);
	is_str(line(0), "01234", "a window full, and not one more");
	ok(jobs_find(&r, 0, 5) == NULL, "who has no place is not found");
	is_num(jobs_find(&r, 0, 3)->offset, 103, "who has one is");
	is_num(jobs_find(&r, 0, 3)->birth_ms, 7, "with what its head says");
	ok(jobs_find(&r, 1, 3) == NULL, "of this message alone");

	jobs_late(&r, jobs_oldest(&r, 0));
	jobs_late(&r, jobs_oldest(&r, 0));
	is_str(line(0), "234", "those past their deadline");
	is_str(line(1), "01", "stand in a line of their own");
	is_num(jobs_find(&r, 0, 0)->late, 1, "found all the same");
	for (x = 5; x < 7; x++)
		is_num(jobs_claim(&r, x, head), 0, "others have their places");
	is_num(jobs_claim(&r, 7, head), -1, "and no more than these");

	x = jobs_find(&r, 0, 4)->rcpt;
	jobs_remove(&r, jobs_find(&r, 0, 4));
	schedule_back(&r.s, x);
	ok(jobs_find(&r, 0, 4) == NULL, "answered: not down any more");
	is_str(line(0), "2356", "from the middle of its line");
	is_num(jobs_claim(&r, 7, head), 0, "its place is used again");
	while (jobs_oldest(&r, 0) != NULL && jobs_late_room(&r))
		jobs_late(&r, jobs_oldest(&r, 0));
	is_num(r.s.late, WINDOW, "as many may be past their deadline");
	is_str(line(0), "67", "and the others wait in the window");
	schedule_free(&r.s);
	return done();
}
