/*
 * smtp-recv - ESMTP server
 *
 * Connections -> recv/inbound (the SMTP machine of smtp/smtpin for each)
 * -> parcels to the next link; receipts come back and become replies.
 * One connection on descriptors 0 and 1, or with -l all those of listening
 * sockets, in one event loop.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/ip.h"
#include "base/num.h"
#include "base/opt.h"
#include "chain/event.h"
#include "chain/listen.h"
#include "chain/refused.h"
#include "conf/hostname.h"
#include "recv/inbound.h"
#include "recv/submitin.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CHAINS_DEFAULT = 1,
	SIZE_DEFAULT = 50 << 20,   /* bytes of a message */
	MEMORY_DEFAULT = 64 << 20, /* bytes of all that are not yet handed on */
	FILES_DEFAULT = 1 << 30,   /* the same in files */
	RCPTS_DEFAULT = 10000,     /* of a message of one who may relay */
	RCPTS_STRANGER_DEFAULT = 100, /* of others, RFC 5321 4.5.3.1.8 */
	ERRORS_DEFAULT = 20,          /* of a client since its last message */
	CONNS_DEFAULT = 10000,
	ADDRESS_DEFAULT = 100,   /* connections of one that may not relay */
	PARCELS_DEFAULT = 5000,  /* without receipt */
	COMMAND_DEFAULT_S = 300, /* RFC 5321 section 4.5.3.2.7 */
	DATA_DEFAULT_S = 600,
	WAIT_MAX_S = 86400,
	COUNT_MAX = 1000000, /* -c, -p, -r */
	SPARE_FDS = 64 /* for tables, chains and files of large messages */
};

static const char usage[] =
    "smtp-recv -C CONFDIR [-l ADDR:PORT] ... "
    "[-fwz] [-u SOCKET] [-a N] [-b BYTES] [-c N] [-d DIR] [-e N] [-m N] [-n N] "
    "[-p N] [-r N] [-s BYTES] [-S BYTES] [-t SECONDS] [-T SECONDS] "
    "[-M MAILDIRS] next ...";

static struct inbound in;
static struct share_pool *const pool = in.store.share.pool;
static struct loop_signal on_term, on_int;
static const char *conf, *maildirs, *listen_at[ACCEPTOR_MAX];
static unsigned n_listen, n_chains = CHAINS_DEFAULT;
static int fix, everybody;
static struct submitin submit;
static const char *submit_at;

static void
defaults(void)
{
	const char *tmp = getenv("TMPDIR");

	in.config.size_max = SIZE_DEFAULT;
	in.config.rcpt_max = RCPTS_DEFAULT;
	in.config.errors_max = ERRORS_DEFAULT;
	in.limits.address_max = ADDRESS_DEFAULT;
	in.limits.relay_max = INBOUND_SHARE;
	in.limits.rcpt_max = RCPTS_STRANGER_DEFAULT;
	in.limits.parcels_max = PARCELS_DEFAULT;
	in.limits.command_s = COMMAND_DEFAULT_S;
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
	{ 'e', 1, UINT32_MAX, NULL, &in.config.errors_max, NULL },
	{ 'm', 0, UINT32_MAX, NULL, &in.config.mail_max, NULL },
	{ 'n', 1, HANDOVER_CHAINS_MAX, NULL, &n_chains, NULL },
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
		if (n_listen == ACCEPTOR_MAX)
			die_usage(usage);
		listen_at[n_listen++] = arg;
		break;
	case 'M': maildirs = arg; break;
	case 'u': submit_at = arg; break;
	case 'w': everybody = 1; break;
	case 'z': in.refuse_nul = 1; break;
	default: number(c, arg);
	}
}

static void
read_me(void)
{
	char me[HOSTNAME_MAX + 1];

	if (hostname_read(conf, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", conf);
	if (smtpin_config_init(&in.config, me) == -1)
		die(EXIT_TEMP, "%s/me: not a host name: %s", conf, me);
}

static void
stop(void *arg)
{
	(void)arg;
	/* its name stays: who calls meanwhile is to wait for us */
	submitin_stop(&submit);
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

/* the socket for programs of this machine */
static void
listen_submit(void)
{
	struct buf address = { 0 };
	int fd;

	needs(buf_printf(&address, "unix:%s", submit_at));
	needs(buf_putc(&address, '\0'));
	fd = listen_open(buf_data(&address), everybody ? 0666 : 0600);
	buf_free(&address);
	if (fd == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", submit_at);
	submitin_listen(&submit, &in, fd);
}

static void
serve(char *const next[])
{
	unsigned i;
	int fd;

	make_room();
	for (i = 0; i < n_listen; i++) {
		fd = strcmp(listen_at[i], "-") == 0
		    ? 0
		    : listen_open(listen_at[i], 0600);
		if (fd == -1 || fd_nonblock(fd) == -1 ||
		    inbound_listen(&in, fd) == -1)
			die(EXIT_TEMP, "unable to listen at %s: %m",
			    listen_at[i]);
	}
	if (submit_at != NULL)
		listen_submit();
	/* who serves a socket may come up after us */
	if (handover_start(&in.next) == -1) {
		if (strncmp(next[0], "unix:", 5) != 0)
			die(EXIT_TEMP, "unable to run %s: %m", next[0]);
		warn("unable to reach %s: %m", next[0]);
	}
	event_begin("started");
	event_num("pid", getpid());
	event_end();
	loop_run();
	refused_end();
	event_begin("stopped");
	event_num("pid", getpid());
	event_end();
}

/* as tcpserver says, else as the socket says */
static void
serve_one(void)
{
	struct inbound_client c = { getenv("TCPREMOTEIP"),
		getenv("TCPREMOTEHOST"), getenv("RELAYCLIENT"), 0 };
	const char *port = getenv("TCPLOCALPORT");
	unsigned char ip[IP_LEN];
	char text[IP_TEXT];
	size_t n;
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	uint64_t u;

	if (port != NULL && num_scans(port, 1, 65535, &u) == 0)
		c.port = u;
	if (c.name != NULL && *c.name == '\0')
		c.name = NULL;
	if (c.ip == NULL && getpeername(0, (struct sockaddr *)&ss, &len) == 0) {
		n = ip_of_sockaddr((struct sockaddr *)&ss, ip);
		if (n > 0)
			c.ip = ip_text(ip, n, text);
	}
	fd_nonblock(0);
	fd_nonblock(1);
	if (inbound_single(&in, 0, 1, &c) == -1)
		die(EXIT_TEMP, "out of memory");
	/* not if it went away before it was greeted */
	if (in.n_sessions > 0)
		loop_run();
	refused_end();
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	defaults();
	while ((c = getopt(argc, argv,
		    "+C:a:b:c:d:e:fl:m:n:p:r:s:S:t:T:M:u:wz")) != -1)
		option(c, optarg);
	argv += optind;
	if (conf == NULL || argv[0] == NULL ||
	    (submit_at != NULL && n_listen == 0))
		die_usage(usage);
	read_me();
	event_gather();
	access_open(&in.access, conf, in.config.host, maildirs, n_listen > 0);
	handover_init(&in.next, argv, n_chains);
	if (fix)
		inbound_fix(&in, conf);
	loop_signal_start(&on_term, SIGTERM, stop, NULL);
	loop_signal_start(&on_int, SIGINT, stop, NULL);
	if (n_listen > 0)
		serve(argv);
	else
		serve_one();
	event_flush();
	return EXIT_OK;
}
