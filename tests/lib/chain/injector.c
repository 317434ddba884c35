#include "chain/injector.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* the chain: counts bytes of parcels and answers what $ANSWER says */
static char script[] =
    "while n=$(dd bs=1 count=3 2>/dev/null | tr -d :) && [ -n \"$n\" ]; do"
    "  dd bs=1 count=$((n + 1)) 2>/dev/null >>$OUT; printf \"$ANSWER\";"
    "  case $ANSWER in '') exit 0;; esac; "
    "done";
static char *chain[] = { "sh", "-c", script, NULL };
static char *nothing[] = { "/nonexistent/command", NULL };
static char *none[] = { NULL };
static char path[] = "/tmp/rohrpost-inject.XXXXXX", out[64];
static struct injector inject;
static char heard[1024];
static struct loop_timer pause_timer;
static int awaited;

static void
on_done(void *arg, enum receipt_kind kind, const char *text, size_t n)
{
	size_t at = strlen(heard);

	snprintf(heard + at, sizeof heard - at, "%s%c%.*s", (char *)arg, kind,
	    (int)(n < 20 ? n : 20), text);
	if (--awaited == 0)
		loop_stop();
}

/* message: "before", len bytes of the file, "after" */
static void
sending(char *name, int with_file)
{
	struct injector_parcel *p = calloc(1, sizeof *p);

	buf_puts(&p->item.env, "from\nto a@b\n");
	buf_puts(&p->item.text, "before");
	buf_puts(&p->item.after, "after");
	if (with_file)
		p->path = with_file == 1 ? path : "/nonexistent/file";
	p->off = 3;
	p->len = with_file == 2 ? 8 : 7;
	p->done = on_done;
	p->arg = name;
	awaited++;
	injector_send(&inject, p);
}

static void
waiting(void)
{
	if (awaited > 0)
		loop_run();
}

static void
on_pause(void *arg)
{
	(void)arg;
	loop_stop();
}

static void
is_heard(const char *want)
{
	is_str(heard, want, want);
	heard[0] = '\0';
}

int
main(void)
{
	char got[256] = "";
	int tries;
	ssize_t n;
	int fd = mkstemp(path);

	if (fd == -1 || write(fd, "123message", 10) != 10)
		return 111;
	snprintf(out, sizeof out, "%s.out", path);
	setenv("OUT", out, 1);
	setenv("ANSWER", "4:Kid1,", 1);
	injector_init(&inject, chain);
	ok(injector_idle(&inject) && !injector_full(&inject), "idle at first");
	sending("a ", 1);
	sending("b ", 0);
	sending("c ", 3);
	is_heard("c Z4.3.0 unable to read");
	waiting();
	is_heard("a Kid1b Kid1");
	ok(injector_idle(&inject), "idle again");
	fd = open(out, O_RDONLY);
	n = fd == -1 ? -1 : read(fd, got, sizeof got - 1);
	got[n > 0 ? n : 0] = '\0';
	is_str(got,
	    "from\nto a@b\n\nbeforemessageafter,"
	    "from\nto a@b\n\nbeforeafter,",
	    "what came down");
	injector_close(&inject);
	/* one that dies without a receipt */
	setenv("ANSWER", "", 1);
	injector_init(&inject, chain);
	sending("d ", 1);
	waiting();
	is_heard("d Z4.3.0 the queue is n");
	/* and is started again */
	setenv("ANSWER", "4:Kid2,", 1);
	for (tries = 0; tries < 100; tries++) {
		heard[0] = '\0';
		sending("e ", 1);
		waiting();
		if (heard[2] != 'Z')
			break;
		loop_timer_set(&pause_timer, 50, on_pause, NULL);
		loop_run();
	}
	is_heard("e Kid2");
	injector_close(&inject);
	injector_init(&inject, nothing);
	sending("f ", 0);
	is_heard("f Z4.3.0 unable to reac");
	injector_init(&inject, none);
	sending("g ", 0);
	is_heard("g Z4.3.0 unable to reac");
	/* what is owed when it is closed is answered */
	injector_init(&inject, chain);
	sending("h ", 1);
	injector_close(&inject);
	is_heard("h Z4.3.0 the queue is n");
	unlink(path);
	unlink(out);
	return done();
}
