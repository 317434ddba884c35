#include "ship/heads.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/restart.h"
#include "ship/shipfile.h"
#include "ship/shiptable.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct head {
	struct head *next;
	char name[SHIPFILE_NAME_MAX + 1];
	char *line;
	size_t len;
	struct child child;
	struct restart restart;
	int64_t started_ms;
	unsigned wanted : 1, anew : 1, there : 1;
};

static struct head *heads;
static struct shiptable table;
static const char *conf, *state, *root;
static struct loop_timer look_timer, stop_timer;
static struct loop_signal on_term, on_int;
static int stopping;

static void start(void *);

static void
drop(struct head *h)
{
	struct head **p;

	restart_stop(&h->restart);
	for (p = &heads; *p != h; p = &(*p)->next)
		;
	*p = h->next;
	free(h->line);
	free(h);
	if (stopping && heads == NULL)
		loop_stop();
}

static void
on_ended(void *arg, int wait_status)
{
	struct head *h = arg;
	int status = spawn_status(wait_status);

	if (!h->wanted || stopping) {
		drop(h);
		return;
	}
	if (h->anew) {
		h->anew = 0;
		restart_good(&h->restart);
		start(h);
		return;
	}
	if (clock_mono_ms() - h->started_ms > HEADS_BACKOFF_MAX_MS)
		restart_good(&h->restart);
	restart_failed(&h->restart);
	warn("%s has ended, status %d; starting it again", h->name, status);
	restart_wait(&h->restart, start, h);
}

static void
start(void *arg)
{
	struct head *h = arg;
	char *argv[] = { (char *)(uintptr_t) "log-ship",
		(char *)(uintptr_t) "-C", (char *)(uintptr_t)conf,
		(char *)(uintptr_t) "-S", (char *)(uintptr_t)state,
		(char *)(uintptr_t) "-d", h->name, (char *)(uintptr_t)root,
		NULL };
	struct spawn s = {
		.argv = argv, .fd = { 0, 1, 2 }, .beside = 1, .parting = SIGTERM
	};

	h->started_ms = clock_mono_ms();
	if (child_start(&h->child, &s, on_ended, h) == 0)
		return;
	warn("unable to start log-ship for %s: %m", h->name);
	restart_failed(&h->restart);
	restart_wait(&h->restart, start, h);
}

/* it may have been told a moment ago, and ends in its own time */
static void
tell_end(struct head *h)
{
	if (h->child.pid != 0)
		kill(h->child.pid, SIGTERM);
}

static void
take(void *arg, const char *name, size_t name_len, const char *line, size_t n)
{
	struct head *h;

	(void)arg;
	if (!shipfile_name(name, name_len))
		return;
	for (h = heads; h != NULL; h = h->next)
		if (strlen(h->name) == name_len &&
		    memcmp(h->name, name, name_len) == 0)
			break;
	if (h != NULL && h->wanted && h->len == n &&
	    memcmp(h->line, line, n) == 0)
		return;
	if (h == NULL) {
		h = need(calloc(1, sizeof *h));
		memcpy(h->name, name, name_len);
		h->restart.first_ms = HEADS_BACKOFF_MIN_MS;
		h->restart.max_ms = HEADS_BACKOFF_MAX_MS;
		h->next = heads;
		heads = h;
	}
	free(h->line);
	h->line = need(malloc(n + 1));
	memcpy(h->line, line, n);
	h->len = n;
	h->wanted = 1;
	if (h->child.pid != 0) {
		h->anew = 1;
		tell_end(h);
	} else {
		restart_stop(&h->restart);
		start(h);
	}
}

/* those that the table has no more */
static void
still(void *arg, const char *name, size_t name_len, const char *line, size_t n)
{
	struct head *h;

	(void)arg;
	(void)line;
	(void)n;
	for (h = heads; h != NULL; h = h->next)
		if (strlen(h->name) == name_len &&
		    memcmp(h->name, name, name_len) == 0)
			h->there = 1;
}

static void
put_in_force(void)
{
	struct head *h, *next;

	shiptable_each(&table, still, NULL);
	for (h = heads; h != NULL; h = next) {
		next = h->next;
		if (h->there) {
			h->there = 0;
			continue;
		}
		h->wanted = 0;
		if (h->child.pid != 0)
			tell_end(h);
		else
			drop(h);
	}
	shiptable_each(&table, take, NULL);
}

static void
look(void *arg)
{
	struct shiptable new;

	(void)arg;
	if (!stopping)
		loop_timer_set(&look_timer, HEADS_LOOK_MS, look, NULL);
	if (stopping || !shiptable_changed(&table, conf))
		return;
	if (shiptable_read(&new, conf) == 1) {
		shiptable_free(&table);
		table = new;
		put_in_force();
	} else {
		table.st = new.st; /* said once; what there was stays */
	}
}

static void
on_late(void *arg)
{
	struct head *h;

	(void)arg;
	for (h = heads; h != NULL; h = h->next)
		child_kill(&h->child);
	loop_stop();
}

static void
stop(void *arg)
{
	struct head *h, *next;

	(void)arg;
	stopping = 1;
	loop_timer_set(&stop_timer, HEADS_STOP_MS, on_late, NULL);
	for (h = heads; h != NULL; h = next) {
		next = h->next;
		if (h->child.pid != 0)
			tell_end(h);
		else
			drop(h);
	}
	if (heads == NULL)
		loop_stop();
}

int
heads_run(const char *confdir, const char *statedir, const char *logroot)
{
	conf = confdir;
	state = statedir;
	root = logroot;
	loop_signal_start(&on_term, SIGTERM, stop, NULL);
	loop_signal_start(&on_int, SIGINT, stop, NULL);
	if (shiptable_read(&table, conf) == -1)
		return EXIT_TEMP;
	put_in_force();
	loop_timer_set(&look_timer, HEADS_LOOK_MS, look, NULL);
	loop_run();
	return EXIT_OK;
}
