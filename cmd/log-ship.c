/* log-ship - events of the logs to other systems, at least once and in order */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include "queue/logline.h"
#include "ship/deadfile.h"
#include "ship/destination.h"
#include "ship/heads.h"
#include "ship/shipshow.h"
#include "ship/shiptable.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "log-ship [-cDnv] [-C CONFDIR] [-d NAME] [-f FILTER] [-N NAME] "
    "[-r FROM TO] -S STATE LOGROOT [LINK...]";

static const char *conf, *state, *name, *filter;
static int mode, verbose;
static struct shipping ship;
static char dir[PATH_MAX];
static int64_t from_us, to_us = INT64_MAX;

/* a moment: seconds since 1970, or as events have it */
static int64_t
moment(const char *text)
{
	char line[80];
	size_t skip;
	uint64_t s;
	int64_t us;

	if (num_scans(text, 0, INT64_MAX / 1000000, &s) == 0)
		return (int64_t)s * 1000000;
	snprintf(line, sizeof line, "ts:%s", text);
	us = logline_time(line, strlen(line), &skip);
	if (us == -1)
		die(EXIT_PERM, "not a time: %s", text);
	return us;
}

/* the folder of a destination's state */
static void
enter_state(int make)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(dir, sizeof dir, "%s/%s", state, name) >=
	    (int)sizeof dir - 8)
		die(EXIT_PERM, "the name is too long");
	ship.name = name;
	ship.dir = dir;
	if (!make)
		return;
	if ((mkdir(state, 0750) == -1 && errno != EEXIST) ||
	    (mkdir(dir, 0750) == -1 && errno != EEXIST))
		die(EXIT_TEMP, "unable to make %s: %m", dir);
	snprintf(path, sizeof path, "%s/%s/lock", state, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", path);
	/* one that has just ended, or what it was about to run, may hold it */
	if (fd_lock(fd, SHIPPING_LOCK_MS) == -1)
		die(EXIT_TEMP, "another log-ship is at work for %s", name);
}

static void
on_term(void *arg)
{
	(void)arg;
	shipping_stop(&ship);
}

static int
work(int from_now)
{
	static struct loop_signal term, intr;

	if (mode == 'D') {
		ship.fill.letters_fd = deadfile_take(dir);
		if (ship.fill.letters_fd == -1 && errno == ENOENT)
			return EXIT_OK;
		if (ship.fill.letters_fd == -1)
			die(EXIT_TEMP, "unable to open %s/dead: %m", dir);
	}
	ship.letters = mode == 'D';
	ship.fill.replay = mode == 'r';
	ship.fill.from_us = from_us;
	ship.fill.to_us = to_us;
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	shipping_start(&ship, from_now);
	loop_run();
	shipping_finish(&ship);
	if ((mode == 'D' || mode == 'r') && !ship.done)
		return EXIT_TEMP;
	if (mode == 'D' && deadfile_done(dir) == -1)
		die(EXIT_TEMP, "unable to remove %s/dead.sending: %m", dir);
	return EXIT_OK;
}

/* what was asked for, of one destination */
static int
act(int from_now)
{
	enter_state(mode == 0);
	switch (mode) {
	case 'c': return shipshow_waiting(&ship, verbose);
	case 'n': return shipshow_next(&ship);
	default: return work(from_now);
	}
}

/* a destination by the table */
struct pick {
	const char *name;
	struct shipfile_line line;
	char first[SHIPFILE_NAME_MAX + 1];
	unsigned n;
	int bad;
};

static void
set_up(struct pick *p)
{
	const char *root = ship.root;

	shipping_init(&ship);
	ship.root = root;
	if (destination_set(&ship, &p->line, conf) == -1)
		die(EXIT_PERM, "%s cannot be used as it stands in %s/ship",
		    p->first, conf);
}

static void
on_line(void *arg, const char *key, size_t key_len, const char *line, size_t n)
{
	struct pick *p = arg;

	if (key_len > SHIPFILE_NAME_MAX ||
	    (p->name != NULL &&
		(strlen(p->name) != key_len ||
		    memcmp(p->name, key, key_len) != 0)))
		return;
	memcpy(p->first, key, key_len);
	p->first[key_len] = '\0';
	if (shipfile_read(&p->line, line, n) == -1)
		die(EXIT_PERM, "%s: %s", p->first, p->line.keys.why);
	p->n++;
	if (mode != 'c')
		return;
	name = p->first;
	set_up(p);
	p->bad |= act(0);
}

static int
by_table(void)
{
	static struct pick p;
	struct shiptable t;
	int r = shiptable_read(&t, conf);

	if (r == -1)
		return EXIT_TEMP;
	p.name = name;
	shiptable_each(&t, on_line, &p);
	shiptable_free(&t);
	if (p.n == 0 && (name != NULL || mode != 'c'))
		die(EXIT_PERM, "no such destination in %s/ship", conf);
	if (mode == 'c')
		return p.bad;
	if (p.n > 1)
		die(EXIT_PERM, "-d NAME: which destination?");
	name = p.first;
	set_up(&p);
	return act(shipkeys_num(&p.line.keys, "from") == 1);
}

/* a destination whose link is the rest of the command line */
static int
by_command(char **argv)
{
	static char none[] = "link", place[] = "true";
	static struct shipfile_line l;

	if (shipkeys_parse(&l.keys, none, place, NULL, 0) == -1 ||
	    destination_set(&ship, &l, NULL) == -1)
		return EXIT_TEMP;
	ship.send.link.argv = argv;
	if (filter != NULL && destination_filter(&ship.fill.how, filter) == -1)
		return EXIT_PERM;
	return act(0);
}

/* one thing at a time */
static void
take_mode(int c)
{
	if (mode != 0)
		die_usage(usage);
	mode = c;
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+cC:Dd:f:N:nr:S:v")) != -1)
		switch (c) {
		case 'C': conf = optarg; break;
		case 'S': state = optarg; break;
		case 'd':
		case 'N': name = optarg; break;
		case 'f': filter = optarg; break;
		case 'v': verbose = 1; break;
		case 'r':
			if (optind == argc)
				die_usage(usage);
			from_us = moment(optarg);
			to_us = moment(argv[optind++]);
			take_mode(c);
			break;
		case 'c':
		case 'D':
		case 'n': take_mode(c); break;
		default: die_usage(usage);
		}
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	argv += optind;
	if (state == NULL || *argv == NULL ||
	    (name != NULL && !shipfile_name(name, strlen(name))))
		die_usage(usage);
	shipping_init(&ship);
	ship.root = *argv++;
	if (conf == NULL &&
	    (name == NULL || (*argv == NULL && mode != 'c' && mode != 'n')))
		die_usage(usage);
	if (conf == NULL)
		return by_command(argv);
	if (*argv != NULL || filter != NULL)
		die_usage(usage);
	if (name == NULL && mode == 0)
		return heads_run(conf, state, ship.root);
	return by_table();
}
