#include "ship/shipdead.h"
#include "base/fd.h"
#include "logged.h"
#include "ship/deadfile.h"
#include "ship/eventline.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/shipdead.XXXXXX";
static struct shipdead d = { .dir = dir };

/* the file without the times, and it goes */
static const char *
kept(void)
{
	static char out[20000];
	char path[100], *text, *p;
	size_t n;

	snprintf(path, sizeof path, "%s/dead", dir);
	if (fd_slurp(path, sizeof out - 1, &text, &n) == -1)
		return "(none)";
	unlink(path);
	/* dead-at:2026-11-30T09:00:00.000000Z */
	p = text;
	out[0] = '\0';
	if (n > 36 && strncmp(p, "dead-at:2", 9) == 0 && p[34] == 'Z')
		strcpy(out, p + 36);
	free(text);
	return out;
}

static void
lines(void)
{
	static const char broken[] = "ts:1\tev";
	static char big[EVENTLINE_MAX + 2];
	const char *text;

	is_num(shipdead_line(&d, "smtp", broken, sizeof broken - 1), 0,
	    "a damaged line is kept");
	text = kept();
	ok(strncmp(text, "dead-text:damaged\teid:", 22) == 0, "with why");
	ok(strstr(text, "\tsrc:smtp\tv:1\tev:damaged\ttext:ts:1\\tev\n") !=
		NULL,
	    "and what there is of it");
	memset(big, 'x', sizeof big);
	is_num(shipdead_line(&d, "smtp", big, EVENTLINE_MAX), 0,
	    "of the longest that may be");
	ok(strncmp(kept(), "dead-text:damaged\t", 18) == 0, "it is damaged");
	is_num(shipdead_line(&d, "smtp", big, EVENTLINE_MAX + 1), 0,
	    "of a longer one");
	ok(strncmp(kept(), "dead-text:too long\t", 19) == 0, "it is that");
}

static void
events(void)
{
	static const char event[] = "eid:1\tsrc:smtp\tev:x\n";

	is_num(shipdead_event(&d, event, sizeof event - 1, "no\tgood", 7), 0,
	    "an event is kept");
	is_str(kept(), "dead-text:no\\tgood\teid:1\tsrc:smtp\tev:x\n",
	    "with why, as it was sent");
}

static void
fails(void)
{
	char path[100];

	snprintf(path, sizeof path, "%s/none", dir);
	logged_begin();
	d.dir = path;
	is_num(shipdead_line(&d, "smtp", "x", 1), -1, "it cannot be kept");
	ok(strstr(logged(), "/none/dead: No such file") != NULL,
	    "that is said");
	is_num(shipdead_event(&d, "x\n", 2, "", 0), -1, "again");
	is_str(logged(), "", "once");
	d.dir = dir;
	is_num(shipdead_line(&d, "smtp", "x", 1), 0, "now it can");
	kept();
	d.dir = path;
	is_num(shipdead_line(&d, "smtp", "x", 1), -1, "and cannot");
	ok(logged()[0] != '\0', "which is news");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	lines();
	events();
	fails();
	shipdead_free(&d);
	is_num(rmdir(dir), 0, "nothing else is left");
	return done();
}
