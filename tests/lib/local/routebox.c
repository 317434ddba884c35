/* who has a mailbox, of those that a local decision names */
#include "conf/conffeedback.h"
#include "conf/local.h"
#include "local/routebox.h"
#include "route/aliasfile.h"
#include "memlookup.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-routebox.XXXXXX";
static struct memtable aliases, local, feedback;
static struct routing_conf conf;
static struct routebox_conf one, other, *at = &one;

static const struct {
	const char *to, *said, *why;
	enum routebox want;
} cases[] = {
	{ "ann@here.test", "mailbox: ann: has a mailbox\n", "",
	    ROUTEBOX_GOES },
	{ "ann+x@here.test", "mailbox: ann: has a mailbox\n", "",
	    ROUTEBOX_GOES },
	{ "joe@here.test", "mailbox: joe: no such mailbox\n",
	    "esc:5.1.1 class:local text:no such mailbox", ROUTEBOX_NEVER },
	{ "both@here.test", "mailbox: ann: has a mailbox\n"
	    "mailbox: joe: no such mailbox\n", "", ROUTEBOX_GOES },
	{ "none@here.test", "mailbox: joe: no such mailbox\n"
	    "mailbox: jim: no such mailbox\n",
	    "esc:5.1.1 class:local text:no such mailbox", ROUTEBOX_NEVER },
	{ "away@here.test", "mailbox: joe: no such mailbox\n", "",
	    ROUTEBOX_GOES },
	{ "run@here.test", "", "", ROUTEBOX_GOES },
	{ "fbl@here.test", "", "", ROUTEBOX_GOES },
	{ "self@here.test", "mailbox: self: no such mailbox\n", "",
	    ROUTEBOX_GOES },
}, odd[] = {
	{ "ann@here.test", "mailbox: ann: cannot be looked up now\n",
	    "esc:4.3.0 class:local text:unable to look for the mailbox: "
	    "No such file or directory", ROUTEBOX_LATER },
}, off[] = {
	{ "ann@here.test", "mailbox: ann: not looked at: say where the "
	    "Maildirs are, -M\n", "", ROUTEBOX_GOES },
	{ "none@here.test", "mailbox: joe: not looked at: say where the "
	    "Maildirs are, -M\nmailbox: jim: not looked at: say where the "
	    "Maildirs are, -M\n", "", ROUTEBOX_GOES },
}, list[] = {
	{ "ann@here.test", "mailbox: ann: no such mailbox\n",
	    "esc:5.1.1 class:local text:no such mailbox", ROUTEBOX_NEVER },
};

static void
ask(const char *to, const char *said, const char *why, enum routebox want)
{
	static struct buf lines, reason;
	static struct routing w;
	struct routing_job j = { .to = { to, strlen(to) } };

	buf_clear(&lines);
	buf_clear(&reason);
	routing_decide(&w, &conf, &j);
	ok(w.what == ROUTING_LOCAL, to);
	is_num(routebox_ask(at, &lines, &conf, &w, &j, &reason), want, to);
	buf_putc(&lines, '\0');
	buf_putc(&reason, '\0');
	is_str(buf_data(&lines), said, "what is said of it");
	is_str(buf_data(&reason), why, "why");
}

#define ALL(t) \
	for (i = 0; i < sizeof(t) / sizeof *(t); i++) \
	ask((t)[i].to, (t)[i].said, (t)[i].why, (t)[i].want)

static const char *
in(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

int
main(void)
{
	char confdir[128];
	size_t i;

	if (mkdtemp(dir) == NULL || mkdir(in("conf"), 0700) == -1)
		return 111;
	snprintf(confdir, sizeof confdir, "%s", in("conf"));
	conf.local = memtable_make(&local, &conffile_local, "here.test\n");
	conf.aliases = memtable_make(&aliases, &conffile_aliases,
	    "both: ann, joe\nnone: joe, jim\naway: joe, x@far.test\n"
	    "run: |true\nself: self, y@far.test\n");
	conf.routes = conf.pools = conf.aliases;
	conf.feedback = memtable_make(&feedback, &conffile_feedback,
	    "address fbl@here.test\n");
	routebox_open(at, confdir, NULL);
	ALL(off);
	if (mkdir(in("mail"), 0700) == -1 || mkdir(in("mail/ann"), 0700) == -1)
		return 111;
	routebox_open(at, confdir, NULL);
	ALL(cases);
	/* another one looks elsewhere meanwhile */
	at = &other;
	routebox_open(at, confdir, "-");
	ALL(list);
	at = &one;
	ALL(cases);
	routebox_open(at, confdir, in("nowhere"));
	ALL(odd);
	rmdir(in("mail/ann"));
	rmdir(in("mail"));
	rmdir(in("conf"));
	rmdir(dir);
	memtable_free(&aliases);
	memtable_free(&local);
	memtable_free(&feedback);
	return done();
}
