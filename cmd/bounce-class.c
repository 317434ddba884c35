/* bounce-class - what a reply means, and which line says so */
#include "base/die.h"
#include "base/exit.h"
#include "base/lines.h"
#include "base/opt.h"
#include "base/out.h"
#include "failure/explain.h"
#include "failure/failuretable.h"
#include "failure/replytable.h"
#include "failure/words.h"
#include "format/ltsv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "bounce-class [-a] [-C confdir] [-c code] [-E event] [-e code] [-H host] "
    "[-P provider] [-p phase] [-S site] [-V via] [reply ...] | "
    "[-a] -l | [-a] [-C confdir] -v";

enum { BOUNCE_CLASS_LINE_MAX = 65536 };

static struct failuretable table;
static struct replytable replies;
static struct reply_facts facts_reply;
static int actions;        /* what a reply makes us do, too */
static char *site_replies; /* how those lines are called */
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

/* what the line of replies says, for people or as labels */
static void
look_reply(const struct failure *f, int labels)
{
	struct reply r;

	if (!actions)
		return;
	facts_reply.text = facts.text;
	facts_reply.host = facts.host;
	facts_reply.failure = f;
	replytable_look(&replies, &facts_reply, &r);
	needs(labels ? explain_reply_line(&out, &r, site_replies)
		     : explain_reply(&out, &r, site_replies));
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
	look_reply(&f, 0);
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
	look_reply(&f, 1);
	needs(ltsv_end(&out));
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
	struct slice v = actions
	    ? shippedtable_version(sitetable_now(&replies.table))
	    : failuretable_version(&table);

	needs(buf_printf(&out, "%.*s\n", (int)v.n, v.p));
	out_flush(&out);
}

/* somebody has written lines, and they do not hold */
static char *
look_for_table(const char *confdir, const char *name)
{
	char *text, *cdb;

	if (access(confdir, F_OK) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", confdir);
	if (asprintf(&text, "%s/%s", confdir, name) == -1 ||
	    asprintf(&cdb, "%s.cdb", text) == -1)
		die(EXIT_TEMP, "out of memory");
	if (access(text, F_OK) == 0 && access(cdb, F_OK) == -1)
		die(EXIT_TEMP, "%s has no table: conf-build makes it", text);
	free(cdb);
	return text;
}

static void
print_lines(void)
{
	const char *p = actions ? reply_shipped : failure_shipped;
	const char *end = actions ? reply_shipped_end : failure_shipped_end;

	out_bytes(p, (size_t)(end - p));
}

int
main(int argc, char **argv)
{
	const char *confdir = NULL;
	int c, print = 0;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+aC:c:E:e:H:lP:p:S:V:v")) != -1)
		switch (c) {
		case 'a': actions = 1; break;
		case 'C': confdir = optarg; break;
		case 'c':
			facts.code = (unsigned)opt_num(c, optarg, 100, 999);
			break;
		case 'E': facts.event = slice(optarg); break;
		case 'e': facts.esc = slice(optarg); break;
		case 'H': facts.host = slice(optarg); break;
		case 'P': facts_reply.provider = slice(optarg); break;
		case 'p': facts.phase = slice(optarg); break;
		case 'S': facts_reply.site = slice(optarg); break;
		case 'V': facts_reply.via = slice(optarg); break;
		case 'l':
		case 'v': print = c; break;
		default: die_usage(usage);
		}
	if (print != 0 && optind != argc)
		die_usage(usage);
	if (print == 'l') {
		print_lines();
		return EXIT_OK;
	}
	if (confdir != NULL) {
		site = look_for_table(confdir, "classes");
		site_replies = look_for_table(confdir, "replies");
	}
	failuretable_open(&table, confdir);
	if (actions)
		replytable_open(&replies, confdir);
	if (print == 'v')
		print_version();
	else if (optind < argc)
		arguments(argv + optind);
	else
		input();
	return EXIT_OK;
}
