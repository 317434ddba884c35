/* what runs, and what it answers, is in tests/cmd/sendmail.t */
#include "sendmail/otherprog.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct otherprog o;
static struct sendmail_options opt;
static struct handin service;

/* the words of its command line, with blanks */
static const char *
words(char mode, const char *retry)
{
	static char text[4 * OTHERPROG_PATH];
	char **w;

	memset(&o, 0, sizeof o);
	opt.mode = mode;
	opt.retry = retry;
	if (otherprog_find(&o, &opt, &service) == -1)
		return "no";
	text[0] = '\0';
	for (w = o.argv; *w != NULL; w++)
		snprintf(text + strlen(text), sizeof text - strlen(text),
		    "%s%s", w == o.argv ? "" : " ", *w);
	return text;
}

int
main(void)
{
	static char wide[OTHERPROG_PATH];

	opt.dir = "/d";
	is_str(words('p', ""), "queue-list /d/queue", "-bp");
	is_str(words('i', ""), "conf-build /d/conf", "-bi");
	is_str(words('q', ""), "queue-ctl /d/queue retry all", "-q");
	is_str(words('q', "30m"), "queue-ctl /d/queue retry all", "-q30m");
	is_str(words('q', "Ik3x"), "queue-ctl /d/queue retry id:k3x", "-qI");
	is_str(words('q', "Rb"), "queue-ctl /d/queue retry domain:b", "-qR");
	is_str(words('q', "Ra@b"), "queue-ctl /d/queue retry to:a@b",
	    "-qR with an address");
	is_str(words('q', "Sa@b"), "queue-ctl /d/queue retry from:a@b", "-qS");

	service.chain = "unix:s";
	is_str(words('s', ""), "smtp-recv -C /d/conf unix:s",
	    "-bs, a socket of the caller's own");
	service.chain = "a b";
	is_str(words('s', ""), "smtp-recv -C /d/conf /bin/sh -c exec a b",
	    "a command of his");
	service.chain = NULL;
	words('s', "");
	is_str(o.argv[3], o.self, "else this program");
	ok(o.self[0] == '/' && o.argv[OTHERPROG_WORDS - 1] == NULL,
	    "by its whole name");
	is_str(o.argv[6], "-bk", "as the last link");
	ok(getenv("RELAYCLIENT") != NULL, "who may relay");

	memset(wide, 'x', sizeof wide - 1);
	opt.dir = wide;
	errno = 0;
	is_str(words('p', ""), "no", "a folder with a name that is too long");
	is_num(errno, ENAMETOOLONG, "which is said");
	is_str(o.argv[0], "queue-list", "and of what");
	opt.dir = "/d";
	words('p', "");
	is_num(otherprog_run(&o, &opt), -1, "none stands beside this test");
	return done();
}
