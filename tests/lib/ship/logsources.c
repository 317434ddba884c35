#include "ship/logsources.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Several logs as one, while the clock goes on, jumps ahead, and back. */
static char root[] = "/tmp/logsources.XXXXXX";
static struct logsources l;

enum { NINE = 1796029200 /* 2026-11-30T09:00:00Z */, HOUR = 3600 };

/* an event of NINE + s, in a log */
static void
event(const char *log, int s, int n)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", root, log);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/current", root, log);
	f = fopen(path, "a");
	if (f == NULL) {
		ok(0, path);
		return;
	}
	fprintf(f, "ts:2026-11-30T%02d:%02d:%02d.000000Z\tev:e\tn:%d\n",
	    9 + s / HOUR, s / 60 % 60, s % 60, n);
	fclose(f);
}

/* all that comes at once, when it is NINE + s and nothing has been there for a
 * time: "1 2 3" */
static const char *
at_once(int s)
{
	static char out[2000];
	int64_t now_us = (NINE + (int64_t)s) * 1000000, wait;
	struct logsource *src;
	size_t at = 0;

	out[0] = '\0';
	while ((src = logsources_next(&l, 0, now_us, &wait)) != NULL) {
		at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s",
		    at == 0 ? "" : " ", (int)src->line_len - 38,
		    src->line + 38);
		logsource_taken(src);
	}
	return out;
}

static void
fresh(void)
{
	char command[200];

	if (l.n > 0)
		logsources_close(&l);
	snprintf(command, sizeof command, "rm -rf %s/?", root);
	if (system(command) != 0)
		ok(0, command);
}

static void
begin(void)
{
	ok(logsources_open(&l, root, NULL, NULL, 0) == 0, "logs are there");
}

static void
in_order(void)
{
	fresh();
	event("a", 1, 1);
	event("b", 2, 2);
	event("a", 3, 3);
	event("b", 4, 4);
	begin();
	is_str(at_once(10), "1 2 3 4", "in the order of their times");
	event("a", 10, 5);
	logsources_look(&l);
	is_str(at_once(10), "", "what is young waits for the others");
	event("b", 9, 6);
	logsources_look(&l);
	is_str(at_once(10), "6", "of which one was earlier");
	is_str(at_once(11), "5", "and then it goes");
}

static void
back(void)
{
	fresh();
	/* one log has a line of before the jump, and more behind it */
	event("a", HOUR, 1);
	event("a", 1, 2);
	event("a", 2, 3);
	/* the other is so busy that there always is a line */
	event("b", 3, 4);
	event("b", 10, 5);
	begin();
	is_str(at_once(10), "1 2 3 4", "a log does not wait an hour");
	fresh();
	for (int i = 0; i < 50; i++)
		event("a", HOUR + i, i);
	begin();
	is_str(at_once(10),
	    "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 "
	    "25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 "
	    "46 47 48 49",
	    "nor does each line wait for itself");
}

static void
ahead(void)
{
	fresh();
	event("a", 1, 1);
	event("a", HOUR, 2);
	event("b", 2, 3);
	event("b", HOUR + 1, 4);
	begin();
	is_str(at_once(HOUR + 9), "1 3 2 4", "a jump ahead changes no order");
}

int
main(void)
{
	if (mkdtemp(root) == NULL)
		return 1;
	in_order();
	back();
	ahead();
	fresh();
	rmdir(root);
	return done();
}
