/*
 * local-deliver - the end of the delivering chain for local recipients:
 * Maildirs, commands, forwarding
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "chain/link.h"
#include "local/deliver.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PROGRAMS_DEFAULT = 20, /* commands at once */
	TIMEOUT_DEFAULT_S = 300,
	TIMEOUT_MAX_S = 86400,
	STOP_MS = 1500 /* for what runs when the input ends */
};

static const char usage[] =
    "local-deliver [-c] [-C confdir] [-n commands] [-t seconds] "
    "[-x socket] maildirs [next ...]";

static struct link chain;
static struct loop_timer stop_timer;
static struct softtable users;

static void
answer(const char *line, size_t n)
{
	link_up(&chain, line, n);
}

static void
hold(int on)
{
	if (on)
		link_hold(&chain);
	else
		link_release(&chain);
}

static void
idle(void)
{
	link_close_down(&chain);
}

static void
begins(char *lines, size_t n)
{
	link_note(&chain, lines, n);
}

static struct deliver deliver = {
	.answer = answer, .begins = begins, .hold = hold, .idle = idle
};

static size_t
request(struct link *k, const char *p, size_t n)
{
	size_t used = link_line(p, n);

	(void)k;
	if (used > 0 && deliver_job(&deliver, p, used) == -1)
		warn("request is no job");
	return used;
}

/* commands that still run are ended: their outcome is unknown */
static void
on_stop(void *arg)
{
	(void)arg;
	deliver_stop(&deliver);
	link_close_down(&chain);
}

static void
on_closing(struct link *k)
{
	(void)k;
	loop_timer_set(&stop_timer, STOP_MS, on_stop, NULL);
	deliver_closing(&deliver);
}

/* the reader of the answers is gone */
static void
on_ending(struct link *k, int status)
{
	(void)k;
	(void)status;
	localcommand_abandon(&deliver.commands);
}

static const struct link_ops ops = { .request = request,
	.closing = on_closing,
	.orphaned = on_closing,
	.ending = on_ending };

int
main(int argc, char **argv)
{
	struct localcommands *commands = &deliver.commands;
	int c;

	prog_init(argv);
	commands->max = PROGRAMS_DEFAULT;
	commands->timeout_ms = TIMEOUT_DEFAULT_S * 1000;
	while ((c = getopt(argc, argv, "+cC:n:t:x:")) != -1) {
		switch (c) {
		case 'c': deliver.boxes.create = 1; break;
		case 'C':
			softtable_open(&users, optarg, "users");
			deliver.boxes.known.users = &users;
			break;
		case 'n':
			commands->max = opt_num(c, optarg, 1, LOCALCOMMAND_MAX);
			break;
		case 't':
			commands->timeout_ms = 1000 *
			    (int64_t)opt_num(c, optarg, 1, TIMEOUT_MAX_S);
			break;
		case 'x': commands->server = optarg; break;
		default: die_usage(usage);
		}
	}
	if (optind == argc)
		die_usage(usage);
	commands->base = realpath(argv[optind], NULL);
	deliver.boxes.known.dir = commands->base;
	deliver.boxes.base = commands->base == NULL
	    ? -1
	    : open(commands->base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (deliver.boxes.base == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[optind]);
	deliver.next = argv + optind + 1;
	umask(077);
	fd_limit_raise();
	deliver_init(&deliver);
	link_open(&chain, &ops);
	link_record(&chain);
	return link_run(&chain);
}
