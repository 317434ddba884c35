/* unsub-http - the end of List-Unsubscribe over HTTP: requests -> events, on disk
 * before they are answered */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/jail.h"
#include "base/opt.h"
#include "chain/event.h"
#include "chain/listen.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include "feedback/unsubsite.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	UNSUB_DAYS_DEFAULT = 400, /* a link is good for so long */
	UNSUB_DAYS_MAX = 36500,
	UNSUB_RATE_DEFAULT = 1200, /* requests of an address in a minute */
	UNSUB_RATE_MAX = 600000,
	UNSUB_TICK_MS = 30000
};

static const char usage[] =
    "unsub-http -k KEYFILE -l ADDRESS [-x] [-C CONFDIR] [-d DAYS] [-r RATE] "
    "[-s STREAM] [-t TENANT] DIR";

static struct httpd server;
static struct unsubsite site = { .days = UNSUB_DAYS_DEFAULT };
static struct table table;
static struct loop_timer tick;
static const char *confdir, *keyfile, *at;
static unsigned rate = UNSUB_RATE_DEFAULT;

static void
on_request(void *arg, struct httpd_request *r)
{
	(void)arg;
	tokenkeys_check(&site.keys);
	if (confdir != NULL)
		table_check(&table);
	unsubsite_take(&site, r);
}

static void
commit(void *arg)
{
	(void)arg;
	unsubsite_commit(&site);
}

static void
on_tick(void *arg)
{
	(void)arg;
	factlog_tick(&site.facts, clock_mono_ms());
	loop_timer_set(&tick, UNSUB_TICK_MS, on_tick, NULL);
}

static void
on_term(void *arg)
{
	(void)arg;
	commit(NULL);
	httpd_close(&server);
	loop_stop();
}

static void
option(int c, const char *arg)
{
	switch (c) {
	case 'C': confdir = arg; break;
	case 'd':
		site.days = (unsigned)opt_num(c, arg, 0, UNSUB_DAYS_MAX);
		break;
	case 'k': keyfile = arg; break;
	case 'l': at = arg; break;
	case 'r': rate = (unsigned)opt_num(c, arg, 0, UNSUB_RATE_MAX); break;
	case 's': site.stream = arg; break;
	case 't': site.tenant = arg; break;
	case 'x': server.proxied = 1; break;
	default: die_usage(usage);
	}
}

static int
open_socket(void)
{
	int fd = 0;

	if (strcmp(at, "-") != 0)
		fd = listen_open(at, 0600);
	else if (!listen_is(0))
		die(EXIT_PERM, "descriptor 0 is no listening socket");
	if (fd == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", at);
	if (fd_nonblock(fd) == -1)
		die(EXIT_TEMP, "unable to use descriptor 0: %m");
	return fd;
}

/* keys and tables, which are renamed when they change, and facts */
static void
confine(const char *dir)
{
	char folder[JAIL_PATH];
	const char *const read[] = { jail_folder(keyfile, folder), confdir,
		NULL };
	const char *const write[] = { dir, NULL };
	const struct jail j = { JAIL_UNSUB_HTTP, read, write, read[0], NULL };

	jail_enter(&j);
}

static void
begin(const char *dir)
{
	int fd = open_socket();

	if (rate > 0)
		unsubsite_rate(&site, rate);
	tokenkeys_open(&site.keys, keyfile);
	if (confdir != NULL) {
		tableopen(&table, confdir, "feedback");
		site.table = (struct lookup){ tablelookup_get_open, &table };
	}
	if (factlog_open(&site.facts, dir, clock_mono_ms()) == -1)
		die(EXIT_TEMP, "unable to keep facts in %s: %m", dir);
	server.request = on_request;
	server.before = commit;
	if (httpd_open(&server, fd) == -1)
		die(EXIT_TEMP, "unable to serve %s: %m", at);
	on_tick(NULL);
	confine(dir);
	event_begin("started");
	event_num("pid", (uint64_t)getpid());
	event_end();
}

int
main(int argc, char **argv)
{
	static struct loop_signal term, intr;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+C:d:k:l:r:s:t:x")) != -1)
		option(c, optarg);
	if (keyfile == NULL || at == NULL || optind != argc - 1)
		die_usage(usage);
	fd_limit_raise();
	event_gather();
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	begin(argv[optind]);
	loop_keep(1);
	loop_run();
	event_begin("stopped");
	event_num("pid", (uint64_t)getpid());
	event_end();
	event_flush();
	return EXIT_OK;
}
