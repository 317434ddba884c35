#include "ship/shipsay.h"
#include "base/clock.h"
#include "base/die.h"
#include "logged.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Two logs, of which one is read up to its last three bytes. */
static char root[] = "/tmp/shipsay.XXXXXX";
static struct logsource one, two;
static struct logsource *all[] = { &one, &two };
static struct logsources logs = { .s = all, .n = 2 };
static struct shipplaces places;

static char *
make(const char *log, const char *text)
{
	static char path[2][100], file[120];
	static int i;
	char *p = path[i++];
	int fd;

	snprintf(p, 100, "%s/%s", root, log);
	mkdir(p, 0700);
	snprintf(file, sizeof file, "%s/current", p);
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text), log);
	close(fd);
	return p;
}

/* behind its time */
static const char *
said(struct shipsay *s, int *r)
{
	const char *text, *at;

	*r = shipsay(s, &places, &logs);
	text = logged();
	at = strstr(text, "\tev:");
	return at == NULL ? text : at;
}

int
main(void)
{
	static char name[] = "log-ship", *argv[] = { name, NULL };
	struct shipsay s = { .dest = "d" };
	char command[100];
	int r;

	if (mkdtemp(root) == NULL)
		return 1;
	prog_init(argv);
	one.path = make("one", "0123456789\n");
	two.path = make("two", "abc\n");
	one.c.at.off = 8;
	one.c.n.filtered = 1;
	one.c.n.dead = 2;
	two.c.n.filtered = 10;
	two.c.n.lost = 30;
	is_num(shipplaces_read(&places, &logs), 0, "the places");
	logged_begin();
	is_str(said(&s, &r),
	    "\tev:shipping\tprog:log-ship\tdest:d\tsent:0\tretries:0\t"
	    "filtered:11\tdead:2\tlost:30\tbehind:7\tlag:0\n",
	    "at first it is said, whatever it is");
	is_num(r, 1, "and that it was");
	is_str(said(&s, &r), "", "nothing is to be sent, as before");
	is_num(r, 0, "so it was not");
	s.sent = 5;
	ok(strstr(said(&s, &r), "\tsent:5\t") != NULL, "some were sent");
	s.sent = 0;
	ok(said(&s, &r)[0] != '\0', "none was sent, once");
	is_str(said(&s, &r), "", "and not again");
	s.first_us = clock_wall_us() - 90 * 1000000LL;
	s.retries = 3;
	s.why = "down";
	ok(strstr(said(&s, &r), "\tlag:90\ttext:down\n") != NULL,
	    "one waits, and why");
	ok(strstr(said(&s, &r), "\tretries:3\t") != NULL,
	    "as long as it is so");
	s.first_us = clock_wall_us() + 90 * 1000000LL;
	ok(strstr(said(&s, &r), "\tlag:0\t") != NULL, "of a time to come");
	shipplaces_free(&places);
	snprintf(command, sizeof command, "rm -r %s", root);
	ok(system(command) == 0, "the logs go");
	return done();
}
