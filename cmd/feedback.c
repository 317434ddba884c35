/* feedback - what comes back by mail, as events */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/wholefile.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include "feedback/feedlink.h"
#include "mail/address.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAYS_DEFAULT = 60, DAYS_MAX = 36500 };

static const char usage[] = "feedback [-C confdir] [-d days] [-f sender] "
			    "[-k keyfile] [-m maildir] [-r rcpt] [-t unixtime] "
			    "| -C confdir -s statedir [-d days] [-k keyfile] "
			    "[-m maildir] next ...";

static struct feedlink chain;
static struct feedsite site = { .days = DAYS_DEFAULT };
static struct table table;
static const char *confdir, *statedir, *maildir, *sender, *rcpt, *keys;

static void
check(void)
{
	table_check(&table);
	if (keys != NULL)
		tokenkeys_check(&site.keys);
}

/* one message alone */

/* LF line ends */
static void
unfold_crlf(struct buf *out, const char *p, size_t n)
{
	size_t i;

	needs(buf_reserve(out, n));
	for (i = 0; i < n; i++)
		if (p[i] != '\r' || i + 1 == n || p[i + 1] != '\n')
			needs(buf_putc(out, p[i]));
}

static void
find_address(struct feedmail *m)
{
	m->address.kind = CONFFEEDBACK_ADDRESS;
	if (rcpt == NULL)
		return;
	m->to = (struct slice){ rcpt, strlen(rcpt) };
	if (confdir == NULL)
		return;
	if (conffeedback_look(&chain.table, rcpt, m->to.n, &m->address) == -1)
		die(EXIT_TEMP, "%s is damaged", table.path);
	if (m->address.kind == CONFFEEDBACK_NONE)
		die(EXIT_PERM, "%s is not ours", rcpt);
}

static int
alone(void)
{
	const char *dir = getenv("TMPDIR");
	struct wholefile w;
	struct feedmail m = { .table = &chain.table };
	struct buf message = { 0 }, lines = { 0 };
	char id[64];

	if (wholefile_open(&w, 0, dir == NULL || *dir == '\0' ? "/tmp" : dir) ==
	    -1)
		die(EXIT_TEMP, "unable to read the message: %m");
	unfold_crlf(&message, w.p, w.n);
	m.p = buf_data(&message) == NULL ? "" : buf_data(&message);
	m.n = buf_len(&message);
	if (sender != NULL)
		m.from = (struct slice){ sender, strlen(sender) };
	find_address(&m);
	if (feedsite_take(&site, &m, &lines, id) == -1)
		die(EXIT_TEMP, "unable to keep what came back: %m");
	out_flush(&lines);
	return EXIT_OK;
}

/* the link */

static int
link_chain(char *const next[])
{
	if (confdir == NULL || statedir == NULL || sender != NULL ||
	    rcpt != NULL)
		die_usage(usage);
	if (factlog_open(&chain.facts, statedir, clock_mono_ms()) == -1) {
		if (errno == EWOULDBLOCK)
			die(EXIT_TEMP, "%s is in use", statedir);
		die(EXIT_TEMP, "unable to open %s: %m", statedir);
	}
	return feedlink(&chain, next);
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+C:d:f:k:m:r:s:t:")) != -1)
		switch (c) {
		case 'C': confdir = optarg; break;
		case 'd':
			site.days = (unsigned)opt_num(c, optarg, 0, DAYS_MAX);
			break;
		case 'f': sender = address_bare(optarg); break;
		case 'k': keys = optarg; break;
		case 'm': maildir = optarg; break;
		case 'r': rcpt = address_bare(optarg); break;
		case 's': statedir = optarg; break;
		case 't': site.now = opt_time(c, optarg, 0, UINT32_MAX); break;
		default: die_usage(usage);
		}
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	if (argv[optind] == NULL && statedir != NULL)
		die_usage(usage);
	if (confdir != NULL)
		tableopen(&table, confdir, "feedback");
	if (keys != NULL)
		tokenkeys_open(&site.keys, keys);
	failuretable_open(&site.classes, confdir);
	if (feedsite_maildir(&site, maildir) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", maildir);
	chain.site = &site;
	chain.table = (struct lookup){ tablelookup_get_open, &table };
	chain.check = check;
	return argv[optind] == NULL ? alone() : link_chain(argv + optind);
}
