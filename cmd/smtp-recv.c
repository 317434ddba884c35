/*
 * smtp-recv - ESMTP server
 *
 * Connections -> recv/inbound (the SMTP machine of smtp/smtpin for each)
 * -> parcels to the next link; receipts come back and become replies.
 * One connection on descriptors 0 and 1, or with -l all those of listening
 * sockets, in one event loop, or in one of several processes each.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "base/random.h"
#include "chain/event.h"
#include "chain/keeper.h"
#include "chain/refused.h"
#include "recv/acceptask.h"
#include "recv/handdown.h"
#include "recv/inboundstart.h"
#include "recv/hookask.h"
#include "recv/login.h"
#include "recv/rcptask.h"
#include "recv/service.h"
#include "recv/sessiontls.h"
#include "recv/sockets.h"
#include "recv/submitin.h"
#include "recv/tcpclient.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CHAINS_DEFAULT = 1,
	WORKERS_DEFAULT = 1,
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
	PROCESSORS_MAX = 4,  /* -n 0: more processes bring little, and cost
			      * each a receiving chain */
	FILES_LEAST = 4,     /* -n 0: as many messages of full size each has
			      * room for: that lets a stranger send one */
	SPARE_FDS = 64 /* for tables, chains and files of large messages */
};

static const char usage[] =
    "smtp-recv -C CONFDIR [-l ADDR:PORT] ... "
    "[-Afiwz] [-K SOCKET] [-L DOOR] [-u SOCKET] [-a N] [-b BYTES] [-c N] [-d DIR] [-e N] [-k N] [-m N] [-n N] "
    "[-o WORD,...] [-p N] [-P ADDRESS] [-q ADDRESS] [-r N] [-s BYTES] [-S BYTES] [-t SECONDS] [-T SECONDS] "
    "[-M MAILDIRS] [-R ADDRESS] [-x LISTS] next ...";

static struct inbound in;
static struct share_pool *const pool = in.store.share.pool;
static struct loop_signal on_term, on_int;
static const char *conf, *maildirs;
static unsigned n_chains = CHAINS_DEFAULT, n_workers = WORKERS_DEFAULT;
static struct sockets sockets;
static int submit_socket = -1;
static int fix, everybody;
static struct submitin submit;
static const char *submit_at, *keys_at, *logins_at, *rcpts_at, *held_at, *lists,
    *limits_at;
static int ask_cert, implicit; /* of TLS */

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
	{ 'k', 1, HANDOVER_CHAINS_MAX, NULL, &n_chains, NULL },
	{ 'n', 0, KEEPER_WORKERS_MAX, NULL, &n_workers, NULL },
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
	case 'A': ask_cert = 1; break;
	case 'C': conf = arg; break;
	case 'd': in.store.dir = arg; break;
	case 'f': fix = 1; break;
	case 'i': implicit = 1; break;
	case 'K': keys_at = arg; break;
	case 'l':
		if (sockets_add(&sockets, arg) == -1)
			die_usage(usage);
		break;
	case 'L': held_at = arg; break;
	case 'M': maildirs = arg; break;
	case 'o':
		if (service_words(arg, &in.words) == -1)
			opt_bad(c, arg,
			    "submission, plain-auth, no-bdat, header-rcpts, "
			    "or lmtp without first and last");
		break;
	case 'P': logins_at = arg; break;
	case 'q': limits_at = arg; break;
	case 'R': rcpts_at = arg; break;
	case 'u': submit_at = arg; break;
	case 'w': everybody = 1; break;
	case 'x': lists = arg; break;
	case 'z': in.refuse_nul = 1; break;
	default: number(c, arg);
	}
}

static int
ends(const char *s, const char *with)
{
	size_t n = s == NULL ? 0 : strlen(s), k = strlen(with);

	return n >= k && strcmp(s + n - k, with) == 0;
}

/* somebody must take Bcc out */
static void
needs_fix(char *const next[])
{
	unsigned i;

	for (i = 0; !fix && next[i] != NULL; i++)
		if (strcmp(basename(next[i]), "mail-fix") == 0)
			return;
	if (!fix)
		die(EXIT_PERM,
		    "-o header-rcpts without -f: Bcc would be told to all");
}

/* RFC 2033: never where others expect SMTP */
static void
not_lmtp(int at_25)
{
	if (at_25)
		die(EXIT_PERM, "LMTP may not be on port 25");
}

static void
be_lmtp(void)
{
	int bad = sockets.n == 0 && ends(getenv("TCPLOCALPORT"), "25") &&
	    strlen(getenv("TCPLOCALPORT")) == 2;
	unsigned i;

	for (i = 0; i < sockets.n; i++)
		bad |= ends(sockets.at[i], ":25");
	not_lmtp(bad);
	snprintf(in.config.banner, sizeof in.config.banner, "%s LMTP",
	    in.config.host);
}

/* there is no TLS without keys */
static void
open_tls(void)
{
	if (keys_at == NULL) {
		if (ask_cert || implicit)
			die(EXIT_PERM, "-A and -i need -K");
		return;
	}
	if (sessiontls_open(&in, keys_at, ask_cert, implicit, sockets.n > 0) ==
	    -1)
		die(EXIT_TEMP, "unable to prepare TLS: %m");
}

static void
open_logins(void)
{
	if (ask_cert)
		access_open_certs(&in.access, conf);
	if (ask_cert || logins_at != NULL)
		access_open_senders(&in.access, conf);
	if (logins_at == NULL) {
		if (in.words & SERVICE_SUBMISSION && !ask_cert)
			die(EXIT_PERM,
			    "-o submission without -P: nobody could log in");
		return;
	}
	if (login_open(&in, logins_at) == -1)
		opt_bad('P', logins_at, "unix:PATH");
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

static void
open_sockets(void)
{
	mode_t mode = everybody ? 0666 : 0600;

	sockets_open(&sockets, held_at, mode);
	if (in.words & SERVICE_LMTP)
		not_lmtp(sockets_have_port(&sockets, 25));
	if (submit_at != NULL)
		submit_socket = sockets_local(submit_at, mode);
}

static void
say(const char *event)
{
	event_begin(event);
	event_num("pid", getpid());
	event_end();
}

static void
on_up(void)
{
	say("started");
}

static void
on_died(unsigned worker)
{
	crowd_clear(in.crowd, worker);
}

/* who connects from now on waits for nobody of us */
static void
on_stopping(void)
{
	sockets_close(&sockets);
	if (submit_socket != -1)
		close(submit_socket);
}

static void
on_ended(void)
{
	say("stopped");
}

/* one for each processor, within reason */
static unsigned
workers_for_all(void)
{
	uint64_t room =
	    pool[SHARE_FILES].max / FILES_LEAST / in.config.size_max;
	unsigned n = keeper_processors();

	if (n > PROCESSORS_MAX)
		n = PROCESSORS_MAX;
	return room >= n ? n : room > 1 ? (unsigned)room : 1;
}

/* a part of all there may be: the n-th, rounded up */
static uint64_t
part(uint64_t all)
{
	return all / n_workers + (all % n_workers > 0);
}

/* What is opened up to here they have together, and what is counted in their
 * memory each has a part of.  Nothing may have used the event loop yet. */
static void
fork_workers(void)
{
	static const struct keeper_calls calls = { on_up, on_died, on_stopping,
		on_ended };
	unsigned char key[8];
	int i;

	if (n_workers == 1) {
		make_room();
		return;
	}
	for (i = 0; i < SHARE_KINDS; i++)
		pool[i].max = part(pool[i].max);
	in.limits.parcels_max = (unsigned)part(in.limits.parcels_max);
	make_room();
	if (random_bytes(key, sizeof key) == -1 ||
	    (in.crowd = crowd_new(n_workers, key)) == NULL ||
	    (i = keeper_run(n_workers, &calls)) == -1)
		die(EXIT_TEMP, "unable to prepare processes: %m");
	crowd_row(in.crowd, (unsigned)i);
}

static void
serve(char *const next[])
{
	unsigned i;

	for (i = 0; i < sockets.n; i++)
		if (inbound_listen(&in, sockets.fd[i]) == -1)
			die(EXIT_TEMP, "unable to listen at %s: %m",
			    sockets.at[i]);
	if (submit_socket != -1)
		submitin_listen(&submit, &in, submit_socket);
	/* who serves a socket may come up after us */
	if (handover_start(&in.next) == -1) {
		if (strncmp(next[0], "unix:", 5) != 0)
			die(EXIT_TEMP, "unable to run %s: %m", next[0]);
		warn("unable to reach %s: %m", next[0]);
	}
	keeper_ready();
	inboundstart_confine(&in, conf, lists, maildirs);
	if (n_workers == 1)
		say("started");
	loop_run();
	refused_end(&in.refused);
	if (n_workers == 1)
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
	/* not if it went away before it was greeted */
	if (in.n_sessions > 0)
		loop_run();
	refused_end(&in.refused);
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	defaults();
	while (
	    (c = getopt(argc, argv,
		 "+AC:K:L:a:b:c:d:e:fik:l:m:n:o:p:P:q:r:R:s:S:t:T:M:u:wx:z")) !=
	    -1)
		option(c, optarg);
	argv += optind;
	if (conf == NULL || argv[0] == NULL ||
	    ((submit_at != NULL || held_at != NULL || n_workers != 1) &&
		sockets.n == 0))
		die_usage(usage);
	if (n_workers == 0)
		n_workers = workers_for_all();
	inboundstart_name(&in, conf);
	if (in.words & SERVICE_LMTP)
		be_lmtp();
	if (in.words & SERVICE_HEADER_RCPTS)
		needs_fix(argv);
	open_tls();
	if (sockets.n > 0) {
		open_sockets();
		fork_workers();
	}
	event_gather();
	inboundstart_chains(&in, argv, n_chains, fix ? conf : NULL);
	hookask_open(&in, conf);
	access_open(&in.access, conf, in.config.host, maildirs,
	    sockets.n > 0 || getenv("PROXY") != NULL ||
		getenv("XCLIENT") != NULL);
	if (lists != NULL)
		in.access.suppress = need(suppressask_open(lists, conf));
	sessiontls_watch(&in);
	open_logins();
	if (rcpts_at != NULL && rcptask_open(&in, rcpts_at) == -1)
		opt_bad('R', rcpts_at, "unix:PATH");
	if (limits_at != NULL && acceptask_open(&in, limits_at) == -1)
		opt_bad('q', limits_at, "unix:PATH, with ,unsure=take or not");
	loop_signal_start(&on_term, SIGTERM, stop, NULL);
	loop_signal_start(&on_int, SIGINT, stop, NULL);
	if (sockets.n > 0)
		serve(argv);
	else
		serve_one();
	if (in.limits_asked != NULL)
		acceptclient_close(in.limits_asked);
	event_flush();
	return EXIT_OK;
}
