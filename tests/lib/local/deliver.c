#include "local/deliver.h"
#include "tap.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-deliver.XXXXXX", path[64];
static char script[] =
    "while n=$(dd bs=1 count=3 2>/dev/null | tr -d :) && [ -n \"$n\" ]; do"
    "  dd bs=1 count=$((n + 1)) >/dev/null 2>&1; printf \"$ANSWER\";"
    "done";
static char *chain[] = { "sh", "-c", script, NULL };
static struct deliver d;
static char heard[4096];
static int awaited, idles, begun;

/* n, status, esc and text, without names of files */
static void
on_answer(const char *line, size_t len)
{
	static const char *const labels[] = { "n", "status", "esc", "class",
		"dsn", "doubt", "text" };
	char value[1024], *cut;
	size_t i, at = strlen(heard);
	struct ltsv l;

	ltsv_parse(line, len, &l);
	for (i = 0; i < sizeof labels / sizeof *labels; i++) {
		if (ltsv_get(&l, labels[i], value, sizeof value) == -1)
			continue;
		cut = strstr(value, "stored as ");
		if (cut != NULL)
			cut[9] = '\0';
		at += snprintf(heard + at, sizeof heard - at, "%s%s",
		    i > 0 ? " " : "", value);
	}
	snprintf(heard + at, sizeof heard - at, "\n");
	if (--awaited == 0)
		loop_stop();
}

static void
on_begins(char *lines, size_t n)
{
	for (; n > 0; n--)
		begun += *lines++ == '\n';
}

static void
on_hold(int on)
{
	(void)on;
}

static void
on_idle(void)
{
	idles++;
}

static void
job(int n, const char *labels)
{
	char line[1024];

	snprintf(line, sizeof line,
	    "id:i\tn:%d\tfrom:s@x\tto:ann@b\t"
	    "file:%s\toff:3\tsize:7\t%s\n",
	    n, path, labels);
	awaited++;
	if (deliver_job(&d, line, strlen(line)) == -1)
		ok(0, "is a job");
}

static void
is_heard(const char *want)
{
	if (awaited > 0)
		loop_run();
	is_str(heard, want, want);
	heard[0] = '\0';
}

/* messages in new, which are removed */
static int
stored(void)
{
	char new[128];
	struct dirent *e;
	DIR *o;
	int n = 0;

	snprintf(new, sizeof new, "%s/ann/new", dir);
	o = opendir(new);
	while (o != NULL && (e = readdir(o)) != NULL)
		if (e->d_name[0] != '.') {
			n++;
			unlinkat(dirfd(o), e->d_name, 0);
		}
	if (o != NULL)
		closedir(o);
	return n;
}

static void
all_kinds(void)
{
	int i;

	is_num(deliver_job(&d, "x\n", 2), -1, "no job");
	job(0, "user:ann");
	is_heard("0 sent 2.0.0 stored as\n");
	is_num(stored(), 1, "is there");
	job(1, "user:bob");
	is_heard("1 bounced 5.1.1 local no such mailbox\n");
	job(2, "program:exit 100");
	is_heard("2 bounced 5.3.0 local command exit 100\n");
	job(3, "program:exit 99\tuser:ann\tkeep:1");
	is_heard("3 sent 2.0.0 command succeeded\n");
	is_num(stored(), 0, "99 is the last");
	job(4, "program:true\tforward:c@d\tuser:ann\tkeep:1");
	is_heard("4 sent 2.0.0 command succeeded; forwarded as id1; "
		 "stored as\n");
	is_num(stored(), 1, "all three in turn");
	for (i = 0; i < MAILDIR_BATCH_MAX + 1; i++)
		job(5, "user:ann");
	if (awaited > 0)
		loop_run();
	heard[0] = '\0';
	is_num(stored(), MAILDIR_BATCH_MAX + 1, "one above a batch");
	job(7, "program:true\tnotify:SUCCESS");
	is_heard("7 sent 2.0.0 delivered command succeeded\n");
	job(7, "forward:c@d e@f\tnotify:SUCCESS");
	is_heard("7 sent 2.0.0 expanded forwarded as id1\n");
	job(7, "forward:c@d\tnotify:SUCCESS");
	is_heard("7 sent 2.0.0 forwarded as id1\n");
	d.commands.timeout_ms = 200;
	job(6, "program:sleep 20");
	is_heard("6 deferred 4.3.0 local the command took too long\n");
	is_num(begun, MAILDIR_BATCH_MAX + 9,
	    "noted before it was begun, once each");
}

static void
the_end(void)
{
	d.commands.timeout_ms = 20000;
	job(7, "program:sleep 20");
	job(8, "program:true");
	job(9, "user:ann");
	deliver_closing(&d);
	awaited = 0;
	is_heard("8 later stopping\n9 sent 2.0.0 stored as\n");
	is_num(idles, 0, "one still runs");
	deliver_stop(&d);
	is_heard("7 deferred 4.3.2 local 1 stopped while the command ran\n");
	is_num(stored(), 1, "stored");
	is_num(begun, MAILDIR_BATCH_MAX + 11, "what waited was not begun");
}

int
main(void)
{
	int fd;

	/* as prog_init() has it: a command may end before it has read */
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL ||
	    (d.boxes.base = open(dir, O_RDONLY | O_DIRECTORY)) == -1 ||
	    mkdirat(d.boxes.base, "ann", 0700) == -1 ||
	    mkdirat(d.boxes.base, "ann/tmp", 0700) == -1 ||
	    mkdirat(d.boxes.base, "ann/new", 0700) == -1 ||
	    mkdirat(d.boxes.base, "ann/cur", 0700) == -1)
		return 111;
	snprintf(path, sizeof path, "%s/m", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd == -1 || write(fd, "123message", 10) != 10)
		return 111;
	setenv("ANSWER", "4:Kid1,", 1);
	d.next = chain;
	d.commands.max = 1;
	d.commands.timeout_ms = 20000;
	d.commands.base = dir;
	d.answer = on_answer;
	d.begins = on_begins;
	d.hold = on_hold;
	d.idle = on_idle;
	deliver_init(&d);
	all_kinds();
	the_end();
	close(fd);
	unlink(path);
	unlinkat(d.boxes.base, "ann/tmp", AT_REMOVEDIR);
	unlinkat(d.boxes.base, "ann/new", AT_REMOVEDIR);
	unlinkat(d.boxes.base, "ann/cur", AT_REMOVEDIR);
	unlinkat(d.boxes.base, "ann", AT_REMOVEDIR);
	rmdir(dir);
	return done();
}
