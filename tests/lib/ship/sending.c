#include "ship/sending.h"
#include "tap.h"
#include <stdlib.h>

static struct sending s;
static char trace[4000]; /* of each part the events, and what became of them */
static int full;

static int
dead(void *arg, unsigned event, const char *text, size_t n)
{
	(void)arg;
	if (full)
		return -1;
	sprintf(trace + strlen(trace), "{%u %.*s}", event, (int)n, text);
	return 0;
}

static int
answer(const char *receipt)
{
	struct shipreceipt r;

	if (shipreceipt_read(&r, receipt, strlen(receipt), s.n_sent) == -1)
		abort();
	return sending_answer(&s, &r, dead, NULL);
}

/* who refuses the event `bad`, and takes `most` at once */
static const char *
run(unsigned n, unsigned bad, unsigned most, unsigned *parts)
{
	unsigned i, has, count;

	trace[0] = '\0';
	sending_begin(&s, n);
	for (*parts = 0; (count = sending_part(&s)) > 0 && *parts < 1000;
	     (*parts)++) {
		for (has = i = 0; i < count; i++)
			has |= s.sent[i] == bad;
		if (!answer(count > most ? "S large\n"
			    : has        ? "D bad\n"
					 : "K\n"))
			break;
	}
	return trace;
}

int
main(void)
{
	unsigned parts, i, worst = 0, wrong = 0;

	is_str(run(1000, 5000, 1000, &parts), "", "all are taken");
	is_num(parts, 1, "at once");
	is_str(run(1, 0, 10, &parts), "{0 bad}", "one, and it is bad");
	for (i = 0; i < 1000; i++) {
		run(1000, i, 1000, &parts);
		if (parts > worst)
			worst = parts;
		wrong += strtoul(trace + 1, NULL, 10) != i ||
		    strchr(trace + 1, '{') != NULL;
	}
	is_num(wrong, 0, "a bad one is found wherever it is");
	ok(worst <= 40, "with few parts");
	is_str(run(1000, 5000, 10, &parts), "", "parts of ten at most");
	ok(parts < 300, "not one by one");
	is_str(run(3, 5000, 0, &parts), "{0 large}{1 large}{2 large}",
	    "one that is too large is refused for good");

	trace[0] = '\0';
	sending_begin(&s, 5);
	is_num(sending_part(&s), 5, "five");
	is_num(answer("Z3 busy\n"), 0, "later");
	is_num(sending_part(&s), 5, "all of them again");
	is_num(answer("K\nD1 bad\nZ3 busy\nD4 bad\nD4 bad\n"), 0,
	    "some are later");
	is_str(trace, "{1 bad}{4 bad}", "some are dead, once");
	is_num(sending_part(&s), 1, "one is left");
	is_num(s.sent[0], 3, "it is that");
	is_num(answer("K\n"), 1, "taken");
	is_num(sending_part(&s), 0, "none is left");

	full = 1;
	sending_begin(&s, 2);
	sending_part(&s);
	is_num(answer("K\nD0 bad\n"), 0, "what cannot be kept waits");
	is_num(sending_part(&s), 1, "it is sent again");
	is_num(s.sent[0], 0, "it is that");
	is_num(answer("D bad\n"), 0, "so it is alone");
	full = 0;
	is_num(sending_part(&s), 1, "and again");
	is_num(answer("D bad\n"), 1, "until there is room");
	is_num(sending_part(&s), 0, "none is left");
	return done();
}
