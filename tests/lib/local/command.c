#include "local/command.h"
#include "tap.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/rohrpost-localcommand.XXXXXX";
static struct localcommands c;
static char heard[4096];
static unsigned counts[LOCALCOMMAND_KILLED + 1], awaited, changes, begun;

static void
on_done(struct localjob *j, enum localcommand_end end, const char *esc)
{
	size_t at = strlen(heard);

	counts[end]++;
	if (at < 2000)
		snprintf(heard + at, sizeof heard - at, "%s %d %s %.*s\n",
		    j->to, end, end <= LOCALCOMMAND_TIMEOUT ? esc : "-",
		    (int)buf_len(&j->text),
		    buf_len(&j->text) > 0 ? buf_data(&j->text) : "");
	localjob_free(j);
}

static void
on_changed(void *arg)
{
	changes += arg == &c;
	if (--awaited == 0)
		loop_stop();
}

static void
on_begins(struct localjob *j)
{
	begun += j->command != NULL;
}

static void
command(const char *to, const char *text)
{
	struct localjob_fault f;
	char line[512];
	struct localjob *j;

	snprintf(line, sizeof line,
	    "id:i\tn:0\tfrom:s@x\tto:%s\tfile:%s\toff:3\tsize:7\n", to, path);
	j = localjob_new(line, strlen(line), &f);
	buf_puts(&j->before, "X: y\n");
	j->command = strdup(text);
	localcommand_run(&c, j);
}

static void
is_heard(const char *want, const char *name)
{
	is_str(heard, want, name);
	heard[0] = '\0';
}

static void
one(const char *text, const char *want)
{
	awaited = 1;
	command("a@b", text);
	if (c.n_running > 0)
		loop_run();
	is_heard(want, text);
}

int
main(void)
{
	int fd = mkstemp(path), i;

	/* as in a program: who writes to a command that has gone goes on */
	signal(SIGPIPE, SIG_IGN);
	if (fd == -1 || write(fd, "123message", 10) != 10)
		return 111;
	c.max = 2;
	c.timeout_ms = 5000;
	c.base = "/tmp";
	c.done = on_done;
	c.begins = on_begins;
	c.changed = on_changed;
	c.arg = &c;
	one("cat", "a@b 0 2.0.0 command: X: y\nmessage\n");
	one("exit 0", "a@b 0 2.0.0 command succeeded\n");
	one("exit 99", "a@b 1 2.0.0 command succeeded\n");
	one("printf 'a\\001b \\n\\n'; exit 1",
	    "a@b 2 4.3.0 command exit 1: a?b\n");
	one("kill -TERM $$", "a@b 2 4.3.0 command signal 15\n");
	one("exit 100", "a@b 3 5.3.0 command exit 100\n");
	one("echo \"$SENDER $RECIPIENT $LOCAL $HOST $USER $ID $HOME\"; pwd",
	    "a@b 0 2.0.0 command: s@x a@b a b a i /tmp\n/tmp\n");
	c.timeout_ms = 200;
	one("sleep 20", "a@b 4 4.3.0 \n");
	c.timeout_ms = 20000;
	is_num(changes, 8, "each was an end");
	is_num(begun, 8, "and a beginning, told before it");
	/* two at once: the third waits for the first that ends */
	awaited = 3;
	command("1@b", "read x; exit 0");
	command("2@b", "sleep 20");
	command("3@b", "exit 100");
	is_num(c.n_running, 2, "two run");
	is_num(c.n_waiting, 1, "one waits");
	awaited = 2;
	loop_run();
	is_heard("1@b 0 2.0.0 command succeeded\n"
		 "3@b 3 5.3.0 command exit 100\n",
	    "and has its turn");
	localcommand_kill(&c);
	is_heard("2@b 8 - \n", "killed");
	is_num(c.n_running, 0, "none runs");
	/* how many may wait */
	c.max = 0;
	for (i = 0; i < LOCALCOMMAND_WAITING_MAX; i++)
		command("w@b", "true");
	is_num(c.n_waiting, LOCALCOMMAND_WAITING_MAX, "waiting at the limit");
	is_heard("", "nobody is turned away");
	command("w@b", "true");
	is_heard("w@b 6 - \n", "one above");
	localcommand_drop(&c);
	is_num(counts[LOCALCOMMAND_DROPPED], LOCALCOMMAND_WAITING_MAX,
	    "all dropped");
	is_num(c.n_waiting, 0, "none waits");
	heard[0] = '\0';
	c.max = 1;
	unlink(path);
	command("a@b", "true");
	is_heard("a@b 5 - \n", "no file");
	close(fd);
	return done();
}
