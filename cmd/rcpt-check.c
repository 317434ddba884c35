/* rcpt-check - answers whether recipients are there: by its next link, and by
 * what it remembers of it */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "chain/listen.h"
#include "recv/rcptserver.h"
#include <signal.h>
#include <unistd.h>

static const char usage[] =
    "rcpt-check [-c ENTRIES] [-k FRESH[..KEPT]] [-n TIME] [-t SECONDS] "
    "next ...";

static struct rcptserver server = { .cache = { .fresh_s = RCPTCACHE_FRESH_S,
					.keep_s = RCPTCACHE_KEEP_S,
					.nobody_s = RCPTCACHE_NOBODY_S,
					.known_max = RCPTCACHE_KNOWN_MAX,
					.nobody_max = RCPTCACHE_NOBODY_MAX },
	.wait_ms = RCPTSERVER_WAIT_S * 1000 };

static void
known_for(int option, const char *arg)
{
	uint64_t s[2];
	int n = opt_spans(option, arg, 0, RCPTCACHE_TIME_MAX_S, s);

	server.cache.fresh_s = (int64_t)s[0];
	if (n == 2)
		server.cache.keep_s = (int64_t)s[1];
	if (server.cache.keep_s < server.cache.fresh_s)
		server.cache.keep_s = server.cache.fresh_s;
}

static void
entries(int option, const char *arg)
{
	server.cache.known_max =
	    (size_t)opt_num(option, arg, 1, RCPTCACHE_ENTRIES_MAX);
	server.cache.nobody_max = server.cache.known_max / 4 + 1;
}

static void
option(int c, const char *arg)
{
	switch (c) {
	case 'c': entries(c, arg); break;
	case 'k': known_for(c, arg); break;
	case 'n':
		server.cache.nobody_s =
		    (int64_t)opt_span(c, arg, 0, RCPTCACHE_TIME_MAX_S);
		break;
	case 't':
		server.wait_ms =
		    (int64_t)opt_num(c, arg, 1, RCPTSERVER_WAIT_MAX_S) * 1000;
		break;
	default: die_usage(usage);
	}
}

static void
on_term(void *arg)
{
	(void)arg;
	rcptserver_stop(&server);
	loop_stop();
}

/* somebody has a new mailbox, or has lost his */
static void
on_hup(void *arg)
{
	(void)arg;
	rcptcache_clear(&server.cache);
	info("nothing is remembered any more");
}

int
main(int argc, char **argv)
{
	static struct loop_signal term, intr, hup;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+c:k:n:t:")) != -1)
		option(c, optarg);
	if (optind == argc)
		die_usage(usage);
	if (!listen_is(0))
		die(EXIT_PERM, "descriptor 0 is no listening socket");
	if (fd_nonblock(0) == -1)
		die(EXIT_TEMP, "unable to use descriptor 0: %m");
	fd_limit_raise();
	server.next = argv + optind;
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	loop_signal_start(&hup, SIGHUP, on_hup, NULL);
	rcptserver_open(&server, 0);
	loop_keep(1);
	loop_run();
	return EXIT_OK;
}
