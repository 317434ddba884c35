/*
 * http-recv - mail in by HTTP
 *
 * Connections of listening sockets -> api/apiconn (requests) -> api/api (whose they
 * are, what they ask for) -> parcels to the next link; receipts come back and become
 * answers.  In one event loop, or in one of several processes each.
 */
#include "account/accountask.h"
#include "api/api.h"
#include "api/apidoc.h"
#include "api/apitls.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "chain/event.h"
#include "chain/keeper.h"
#include "recv/acceptask.h"
#include "recv/handdown.h"
#include "recv/inboundstart.h"
#include "recv/sockets.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CHAINS_DEFAULT = 1,
	WORKERS_DEFAULT = 1,
	SIZE_DEFAULT = 100 << 20, /* bytes of a message */
	JSON_DEFAULT = 32 << 20,  /* of a request in JSON */
	MEMORY_DEFAULT = 128
	    << 20,               /* bytes of all that are not yet handed on */
	FILES_DEFAULT = 1 << 30, /* the same in files */
	CONNS_DEFAULT = 10000,
	PARCELS_DEFAULT = 5000, /* without receipt */
	COUNT_MAX = 1000000,    /* -c, -p */
	JSON_MOST = 1 << 30,    /* -j */
	PROCESSORS_MAX = 4,     /* -n 0 */
	SPARE_FDS = 64,         /* for tables, chains and files */
	STOP_MS = 1500,         /* for requests that are under way */
	STOPPED_MS = 350        /* and for the next link to end */
};

static const char usage[] =
    "http-recv -C CONFDIR -a SOCKET -l ADDR:PORT ... [-x] [-A SOCKET] [-K SOCKET] [-L DOOR] "
    "[-b BYTES] [-c N] [-d DIR] [-j BYTES] [-k N] [-n N] [-p N] [-q ADDRESS] "
    "[-s BYTES] [-S BYTES] next ...";

static struct inbound in;
static struct accountask accounts;
static struct api api = { .in = &in,
	.accounts = &accounts,
	.size_max = SIZE_DEFAULT,
	.json_max = JSON_DEFAULT };
static struct share_pool *const pool = in.store.share.pool;
static struct sockets sockets;
static struct loop_signal on_term, on_int;
static struct loop_timer stopping;
static const char *conf, *accounts_at, *limits_at, *keys_at, *held_at;
static unsigned n_chains = CHAINS_DEFAULT, n_workers = WORKERS_DEFAULT;

static void
defaults(void)
{
	const char *tmp = getenv("TMPDIR");

	in.limits.parcels_max = PARCELS_DEFAULT;
	pool[SHARE_CONNS].max = CONNS_DEFAULT;
	pool[SHARE_MEMORY].max = MEMORY_DEFAULT;
	pool[SHARE_FILES].max = FILES_DEFAULT;
	in.store.dir = tmp != NULL && *tmp != '\0' ? tmp : "/tmp";
}

static void
number(int c, const char *arg)
{
	switch (c) {
	case 'b':
		pool[SHARE_MEMORY].max = opt_num(c, arg, 1, SIZE_MAX / 4);
		break;
	case 'c': pool[SHARE_CONNS].max = opt_num(c, arg, 1, COUNT_MAX); break;
	case 'j': api.json_max = opt_num(c, arg, 1, JSON_MOST); break;
	case 'k':
		n_chains = (unsigned)opt_num(c, arg, 1, HANDOVER_CHAINS_MAX);
		break;
	case 'n':
		n_workers = (unsigned)opt_num(c, arg, 0, KEEPER_WORKERS_MAX);
		break;
	case 'p':
		in.limits.parcels_max = (unsigned)opt_num(c, arg, 1, COUNT_MAX);
		break;
	case 's': api.size_max = opt_num(c, arg, 1, 1ULL << 40); break;
	case 'S': pool[SHARE_FILES].max = opt_num(c, arg, 1, 1ULL << 50); break;
	default: die_usage(usage);
	}
}

static void
option(int c, const char *arg)
{
	switch (c) {
	case 'a': accounts_at = arg; break;
	case 'A':
		if (strncmp(arg, "unix:", 5) != 0 || arg[5] == '\0')
			opt_bad(c, arg, "unix:PATH");
		api.onward_at = arg + 5;
		break;
	case 'C': conf = arg; break;
	case 'd': in.store.dir = arg; break;
	case 'K': keys_at = arg; break;
	case 'l':
		if (sockets_add(&sockets, arg) == -1)
			die_usage(usage);
		break;
	case 'L': held_at = arg; break;
	case 'q': limits_at = arg; break;
	case 'x': api.server.proxied = 1; break;
	default: number(c, arg);
	}
}

/* the end */

static void
say(const char *event)
{
	event_begin(event);
	event_num("pid", (uint64_t)getpid());
	event_end();
}

static void
on_stopped(void *arg)
{
	(void)arg;
	if (!handdown_ended(&in))
		warn("stopping without waiting for %s any longer",
		    in.next.argv[0]);
	loop_stop();
}

static void
stop_if_done(void *arg)
{
	(void)arg;
	if (!api.server.stopping || api.server.n > 0 ||
	    in.next.n + in.fixed.n > 0)
		return;
	handdown_close(&in);
	if (handdown_ended(&in))
		loop_stop();
}

/* who still waits for a receipt hears nothing: he comes again, with his key */
static void
on_late(void *arg)
{
	(void)arg;
	apiconn_close_all(&api.server);
	handdown_close(&in);
	loop_timer_set(&stopping, STOPPED_MS, on_stopped, NULL);
}

static void
stop(void *arg)
{
	(void)arg;
	if (api.server.stopping)
		return;
	apiconn_stop(&api.server);
	loop_timer_set(&stopping, STOP_MS, on_late, NULL);
	stop_if_done(NULL);
}

/* workers */

/* descriptors for all connections, or fewer connections */
static void
make_room(void)
{
	size_t fds = fd_limit_raise(), spare = SPARE_FDS + 2 * n_chains;

	if (fds / 10 > spare)
		spare = fds / 10;
	if (fds < pool[SHARE_CONNS].max + spare) {
		pool[SHARE_CONNS].max = fds > 2 * spare ? fds - spare : spare;
		warn("only %u connections at once: the limit of descriptors "
		     "is %zu",
		    (unsigned)pool[SHARE_CONNS].max, fds);
	}
}

static void
on_up(void)
{
	say("started");
}

static void
on_stopping(void)
{
	sockets_close(&sockets);
}

static void
on_ended(void)
{
	say("stopped");
}

/* a part of all there may be: the n-th, rounded up */
static uint64_t
part(uint64_t all)
{
	return all / n_workers + (all % n_workers > 0);
}

/* what is counted in their memory each has a part of */
static void
fork_workers(void)
{
	static const struct keeper_calls calls = { on_up, NULL, on_stopping,
		on_ended };
	int i;

	if (n_workers == 0)
		n_workers = keeper_processors() < PROCESSORS_MAX
		    ? keeper_processors()
		    : PROCESSORS_MAX;
	for (i = 0; i < SHARE_KINDS; i++)
		pool[i].max = part(pool[i].max);
	in.limits.parcels_max = (unsigned)part(in.limits.parcels_max);
	make_room();
	if (n_workers > 1 && keeper_run(n_workers, &calls) == -1)
		die(EXIT_TEMP, "unable to prepare processes: %m");
}

static void
ask_others(void)
{
	if (accountask_open(&accounts, accounts_at) == -1)
		opt_bad('a', accounts_at, "unix:PATH");
	if (limits_at != NULL && acceptask_open(&in, limits_at) == -1)
		opt_bad('q', limits_at, "unix:PATH, with ,unsure=take or not");
}

static void
serve(char *const next[])
{
	unsigned i;

	api.openapi = apidoc();
	api_open(&api);
	api.server.left = stop_if_done;
	for (i = 0; i < sockets.n; i++)
		if (apiconn_listen(&api.server, sockets.fd[i]) == -1)
			die(EXIT_TEMP, "unable to listen at %s: %m",
			    sockets.at[i]);
	/* who serves a socket may come up after us */
	if (handover_start(&in.next) == -1) {
		if (strncmp(next[0], "unix:", 5) != 0)
			die(EXIT_TEMP, "unable to run %s: %m", next[0]);
		warn("unable to reach %s: %m", next[0]);
	}
	keeper_ready();
	inboundstart_confine(&in, conf, NULL, NULL);
	if (n_workers == 1)
		say("started");
	loop_keep(1);
	loop_run();
	refused_end(&in.refused);
	if (n_workers == 1)
		say("stopped");
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	defaults();
	while ((c = getopt(argc, argv, "+a:A:b:c:C:d:j:k:K:l:L:n:p:q:s:S:x")) !=
	    -1)
		option(c, optarg);
	argv += optind;
	if (conf == NULL || accounts_at == NULL || sockets.n == 0 ||
	    argv[0] == NULL)
		die_usage(usage);
	inboundstart_name(&in, conf);
	if (keys_at != NULL && apitls_open(&api.server, keys_at) == -1)
		die(EXIT_TEMP, "unable to prepare TLS: %m");
	sockets_open(&sockets, held_at, 0600);
	fork_workers();
	event_gather();
	/* all who send here are our own people */
	inboundstart_chains(&in, argv, n_chains, conf);
	in.next.changed = in.fixed.changed = stop_if_done;
	access_open(&in.access, conf, in.config.host, NULL, 0);
	apitls_watch(&api.server);
	ask_others();
	loop_signal_start(&on_term, SIGTERM, stop, NULL);
	loop_signal_start(&on_int, SIGINT, stop, NULL);
	serve(argv);
	if (in.limits_asked != NULL)
		acceptclient_close(in.limits_asked);
	event_flush();
	return EXIT_OK;
}
