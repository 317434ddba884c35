/* bounce-class - what a reply means, and which line says so */
#include "base/die.h"
#include "base/exit.h"
#include "base/lines.h"
#include "base/opt.h"
#include "base/out.h"
#include "failure/explain.h"
#include "failure/failuretable.h"
#include "failure/words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "bounce-class [-C confdir] [-c code] [-E event] [-e code] [-H host] "
    "[-p phase] [reply ...] | -l | [-C confdir] -v";

enum { BOUNCE_CLASS_LINE_MAX = 65536 };

static struct failuretable table;
static struct failure_facts facts;
static char *site; /* how the lines of confdir are called */
static struct buf out;

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static void
look(const char *p, size_t n, struct failure *f)
{
	facts.text = (struct slice){ p, n };
	failuretable_look(&table, &facts, f);
}

/* the arguments are one reply */
static void
arguments(char *const *word)
{
	struct failure f;
	struct buf reply = { 0 };

	for (; *word != NULL; word++)
		if (buf_puts(&reply, *word) == -1 ||
		    buf_putc(&reply, ' ') == -1)
			die(EXIT_TEMP, "out of memory");
	look(buf_data(&reply), buf_len(&reply), &f);
	needs(explain_people(&out, &f, site));
	out_flush_plain(&out);
}

static void
take(void *arg, const char *line, size_t n)
{
	struct failure f;

	(void)arg;
	if (line == NULL)
		die(EXIT_PERM, "a line has more than %d bytes",
		    BOUNCE_CLASS_LINE_MAX);
	look(line, n, &f);
	needs(explain_line(&out, &f, site));
	out_flush(&out);
}

static void
input(void)
{
	size_t left;

	if (lines_left(0, BOUNCE_CLASS_LINE_MAX, take, NULL, &left) == -1)
		die(EXIT_TEMP, "unable to read: %m");
	if (left > 0)
		die(EXIT_PERM, "the last line has no end");
}

static void
print_version(void)
{
	struct slice v = failuretable_version(&table);

	needs(buf_printf(&out, "%.*s\n", (int)v.n, v.p));
	out_flush(&out);
}

/* somebody has written lines, and they do not hold */
static void
look_for_table(const char *confdir)
{
	char *cdb;

	if (asprintf(&site, "%s/classes", confdir) == -1 ||
	    asprintf(&cdb, "%s.cdb", site) == -1)
		die(EXIT_TEMP, "out of memory");
	if (access(site, F_OK) == 0 && access(cdb, F_OK) == -1)
		die(EXIT_TEMP, "%s has no table: conf-build makes it", site);
	free(cdb);
}

int
main(int argc, char **argv)
{
	const char *confdir = NULL;
	int c, print = 0;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+C:c:E:e:H:lp:v")) != -1)
		switch (c) {
		case 'C': confdir = optarg; break;
		case 'c':
			facts.code = (unsigned)opt_num(c, optarg, 100, 999);
			break;
		case 'E': facts.event = slice(optarg); break;
		case 'e': facts.esc = slice(optarg); break;
		case 'H': facts.host = slice(optarg); break;
		case 'p': facts.phase = slice(optarg); break;
		case 'l':
		case 'v': print = c; break;
		default: die_usage(usage);
		}
	if (print != 0 && optind != argc)
		die_usage(usage);
	if (print == 'l') {
		out_bytes(failure_shipped,
		    (size_t)(failure_shipped_end - failure_shipped));
		return EXIT_OK;
	}
	if (confdir != NULL)
		look_for_table(confdir);
	failuretable_open(&table, confdir);
	if (print == 'v')
		print_version();
	else if (optind < argc)
		arguments(argv + optind);
	else
		input();
	return EXIT_OK;
}
