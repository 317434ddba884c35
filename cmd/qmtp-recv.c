/*
 * qmtp-recv - QMTP and QMQP server
 *
 * Connections -> recv/inbound, whose sessions speak QMTP (recv/qmtpsession) in
 * place of SMTP -> parcels to the next link; receipts come back and become
 * answers.  One connection on descriptors 0 and 1, or with -l all those of
 * listening sockets, in one event loop.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "chain/event.h"
#include "chain/refused.h"
#include "recv/acceptask.h"
#include "recv/handdown.h"
#include "recv/inboundstart.h"
#include "recv/qmtpsession.h"
#include "recv/rcptask.h"
#include "recv/service.h"
#include "recv/sockets.h"
#include "recv/tcpclient.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SIZE_DEFAULT = 50 << 20,      /* bytes of a message */
	MEMORY_DEFAULT = 64 << 20,    /* of all that are not yet handed on */
	FILES_DEFAULT = 1 << 30,      /* the same in files */
	RCPTS_DEFAULT = 10000,        /* of a message of one who may relay */
	RCPTS_STRANGER_DEFAULT = 100, /* of others */
	CONNS_DEFAULT = 10000,
	ADDRESS_DEFAULT = 100,  /* connections of one that may not relay */
	PARCELS_DEFAULT = 5000, /* without receipt */
	IDLE_DEFAULT_S = 300,   /* between two messages */
	DATA_DEFAULT_S = 600,   /* for the next bytes of one */
	WAIT_MAX_S = 86400,
	COUNT_MAX = 1000000, /* -c, -p, -r */
	SPARE_FDS = 64       /* for tables, chains and files of messages */
};

static const char usage[] =
    "qmtp-recv -C CONFDIR [-l ADDR:PORT] ... [-fq] [-L DOOR] [-a N] [-b BYTES] "
    "[-c N] [-d DIR] [-k N] [-M MAILDIRS] [-p N] [-Q ADDRESS] [-r N] [-R ADDRESS] "
    "[-s BYTES] [-S BYTES] [-t SECONDS] [-T SECONDS] [-x LISTS] next ...";

static struct inbound in;
static struct share_pool *const pool = in.store.share.pool;
static struct loop_signal on_term, on_int;
static struct sockets sockets;
static const char *conf, *maildirs, *held_at, *limits_at, *rcpts_at, *lists;
static unsigned n_chains = 1;
static int fix, qmqp;

static void
defaults(void)
{
	const char *tmp = getenv("TMPDIR");

	in.config.size_max = SIZE_DEFAULT;
	in.config.rcpt_max = RCPTS_DEFAULT;
	in.limits.address_max = ADDRESS_DEFAULT;
	in.limits.relay_max = INBOUND_SHARE;
	in.limits.rcpt_max = RCPTS_STRANGER_DEFAULT;
	in.limits.parcels_max = PARCELS_DEFAULT;
	in.limits.command_s = IDLE_DEFAULT_S;
	in.limits.data_s = DATA_DEFAULT_S;
	pool[SHARE_CONNS].max = CONNS_DEFAULT;
	pool[SHARE_MEMORY].max = MEMORY_DEFAULT;
	pool[SHARE_FILES].max = FILES_DEFAULT;
	in.store.dir = tmp != NULL && *tmp != '\0' ? tmp : "/tmp";
}

/* options with a number, and where it goes */
static const struct {
	char letter;
	uint64_t min, max;
	uint64_t *wide;
	unsigned *to, *and_to;
} numbers[] = {
	{ 'a', 1, UINT32_MAX - 1, NULL, &in.limits.address_max,
	    &in.limits.relay_max },
	{ 'b', 1, SIZE_MAX / 4, &in.store.share.pool[SHARE_MEMORY].max, NULL,
	    NULL },
	{ 'c', 1, COUNT_MAX, &in.store.share.pool[SHARE_CONNS].max, NULL,
	    NULL },
	{ 'k', 1, HANDOVER_CHAINS_MAX, NULL, &n_chains, NULL },
	{ 'p', 1, COUNT_MAX, NULL, &in.limits.parcels_max, NULL },
	{ 'r', 1, COUNT_MAX, NULL, &in.config.rcpt_max, &in.limits.rcpt_max },
	{ 's', 1, 1ULL << 40, &in.config.size_max, NULL, NULL },
	{ 'S', 1, 1ULL << 50, &in.store.share.pool[SHARE_FILES].max, NULL,
	    NULL },
	{ 't', 1, WAIT_MAX_S, NULL, &in.limits.command_s, NULL },
	{ 'T', 1, WAIT_MAX_S, NULL, &in.limits.data_s, NULL },
};

static void
number(int c, const char *arg)
{
	size_t i = 0;
	uint64_t u;

	while (numbers[i].letter != c)
		if (++i == sizeof numbers / sizeof *numbers)
			die_usage(usage);
	u = opt_num(c, arg, numbers[i].min, numbers[i].max);
	if (numbers[i].wide != NULL)
		*numbers[i].wide = u;
	if (numbers[i].to != NULL)
		*numbers[i].to = (unsigned)u;
	if (numbers[i].and_to != NULL)
		*numbers[i].and_to = (unsigned)u;
}

static void
option(int c, const char *arg)
{
	switch (c) {
	case 'C': conf = arg; break;
	case 'd': in.store.dir = arg; break;
	case 'f': fix = 1; break;
	case 'l':
		if (sockets_add(&sockets, arg) == -1)
			die_usage(usage);
		break;
	case 'L': held_at = arg; break;
	case 'M': maildirs = arg; break;
	case 'q': qmqp = 1; break;
	case 'Q': limits_at = arg; break;
	case 'R': rcpts_at = arg; break;
	case 'x': lists = arg; break;
	default: number(c, arg);
	}
}

static void
stop(void *arg)
{
	(void)arg;
	inbound_stop(&in);
}

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
say(const char *event)
{
	event_begin(event);
	event_num("pid", getpid());
	event_end();
}

static void
serve(char *const next[])
{
	unsigned i;

	for (i = 0; i < sockets.n; i++)
		if (inbound_listen(&in, sockets.fd[i]) == -1)
			die(EXIT_TEMP, "unable to listen at %s: %m",
			    sockets.at[i]);
	/* who serves a socket may come up after us */
	if (handover_start(&in.next) == -1)
		warn("unable to reach %s: %m", next[0]);
	inboundstart_confine(&in, conf, lists, maildirs);
	say("started");
	loop_run();
	say("stopped");
}

static void
serve_one(void)
{
	struct inbound_client c;
	char ip[IP_TEXT];

	tcpclient_read(&c, 0, ip);
	fd_nonblock(0);
	fd_nonblock(1);
	inboundstart_confine(&in, conf, lists, maildirs);
	if (inbound_single(&in, 0, 1, &c) == -1)
		die(EXIT_TEMP, "out of memory");
	if (in.n_sessions > 0)
		loop_run();
}

static void
open_others(void)
{
	access_open(&in.access, conf, in.config.host, maildirs,
	    sockets.n > 0 || getenv("PROXY") != NULL);
	if (lists != NULL)
		in.access.suppress = need(suppressask_open(lists, conf));
	if (rcpts_at != NULL && rcptask_open(&in, rcpts_at) == -1)
		opt_bad('R', rcpts_at, "unix:PATH");
	if (limits_at != NULL && acceptask_open(&in, limits_at) == -1)
		opt_bad('Q', limits_at, "unix:PATH, with ,unsure=take or not");
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	defaults();
	while ((c = getopt(argc, argv,
		    "+C:L:M:Q:R:S:T:a:b:c:d:fk:l:p:qr:s:t:x:")) != -1)
		option(c, optarg);
	argv += optind;
	if (conf == NULL || argv[0] == NULL ||
	    (held_at != NULL && sockets.n == 0))
		die_usage(usage);
	inboundstart_name(&in, conf);
	qmtpsession_serve(&in, qmqp);
	if (sockets.n > 0) {
		sockets_open(&sockets, held_at, 0600);
		make_room();
	}
	event_gather();
	inboundstart_chains(&in, argv, n_chains, fix ? conf : NULL);
	open_others();
	loop_signal_start(&on_term, SIGTERM, stop, NULL);
	loop_signal_start(&on_int, SIGINT, stop, NULL);
	if (sockets.n > 0)
		serve(argv);
	else
		serve_one();
	refused_end(&in.refused);
	if (in.limits_asked != NULL)
		acceptclient_close(in.limits_asked);
	event_flush();
	return EXIT_OK;
}
