#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/jail.h"
#include "base/num.h"
#include "base/opt.h"
#include "chain/event.h"
#include "chain/link.h"
#include "conf/hostname.h"
#include "send/gather.h"
#include "send/traceorder.h"
#include "tls/anchorfile.h"
#include "tls/keyclient.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* remote-send: jobs to SMTP and LMTP servers; the last link of a chain */

enum {
	CONNS_MAX = 1000000,
	WAITING = 4000, /* transactions that wait; then no more is read */
	RCPTS_MAX = 1000,
	MSGS_MAX = 1000000,
	DEAD_S = 60,
	DEAD_MAX_S = 900,
	PROBE_S = 60,
	PLAIN_S = 600,
	PLAIN_MAX_S = 86400,
	PLAIN_PROBE_S = 300, /* connect, greeting, handshake */
	BADTLS_S = 60,
	BADTLS_MAX_S = 900,
	NO_BDAT_S = 86400,
	RACE_MS = 250,   /* RFC 8305 section 8 */
	WORSE_MS = 5000, /* a SYN that is lost is sent again after 1 and 3 s */
	RACE_MAX_MS = 60000,
	WAIT_MAX_S = 86400
};

static struct link chain;
static struct sendpool pool;
static int64_t drain_ms; /* go on with this after the end of input */
static const char *authorities = "/etc/ssl/certs/ca-certificates.crt";
static struct traceorders orders;
static const char *messages; /* below it; NULL: anywhere */

static const char usage[] =
    "remote-send [-B] [-a AUTHORITIES] [-C CONFDIR] [-c CONNECTIONS] [-s SITE-CONNECTIONS] "
    "[-q WAITING] [-r RECIPIENTS] [-m MESSAGES] [-d DEAD[..MAX]] [-T PLAIN[..MAX]] "
    "[-L LOGINS] [-k SOCKET] [-Q DIR] [-E BESIDE[..WORSE]] [-e DRAIN] [-t PHASE=TIMEOUT] [-X ORDERS]";

/* RFC 5321 section 4.5.3.2, but for the first, where waiting helps nobody */
static const struct {
	const char *name;
	unsigned seconds;
} waits[SENDWAITS] = { { "connect", 30 }, { "greeting", 300 }, { "helo", 300 },
	{ "starttls", 60 }, { "tls", 60 }, { "auth", 60 }, { "mail", 300 },
	{ "rcpt", 300 }, { "data", 120 }, { "block", 180 }, { "dot", 600 },
	{ "idle", 2 }, { "quit", 5 }, { "line", 600 } };

static int64_t
span_ms(int option, const char *text)
{
	return opt_span(option, text, 0, WAIT_MAX_S) * 1000;
}

static void
set_timeout(const char *arg)
{
	const char *eq = strchr(arg, '=');
	unsigned i;

	for (i = 0; eq != NULL && i < SENDWAITS; i++)
		if (strlen(waits[i].name) == (size_t)(eq - arg) &&
		    memcmp(waits[i].name, arg, eq - arg) == 0) {
			pool.share.wait_ms[i] = span_ms('t', eq + 1);
			return;
		}
	opt_bad('t', arg, "PHASE=TIMEOUT with a phase of the manual page");
}

/* how long hosts are remembered */
static void
set_memory(int option, struct deadhost *dead, const char *arg)
{
	uint64_t s[2];

	if (opt_spans(option, arg, 0, WAIT_MAX_S, s) == 2)
		dead->max_ms = s[1] * 1000;
	dead->first_ms = s[0] * 1000;
	if (dead->max_ms < dead->first_ms)
		dead->max_ms = dead->first_ms;
}

/* when the next host is tried beside one that is slow: A, or A..B */
static void
set_race(const char *arg)
{
	const char *dots = strstr(arg, "..");
	size_t n = dots == NULL ? strlen(arg) : (size_t)(dots - arg);
	uint64_t race, worse = WORSE_MS;

	if (num_scan(arg, n, 0, RACE_MAX_MS, &race) == -1 ||
	    (dots != NULL && num_scans(dots + 2, 0, RACE_MAX_MS, &worse) == -1))
		opt_bad('E', arg, "milliseconds or A..B, 0 to 60000");
	if (dots == NULL && worse < race)
		worse = race;
	pool.share.race_ms = (int64_t)race;
	pool.share.worse_ms = race == 0 ? 0 : (int64_t)worse;
}

static void
memories(void)
{
	pool.share.dead.first_ms = DEAD_S * 1000;
	pool.share.dead.max_ms = DEAD_MAX_S * 1000;
	pool.share.dead.probe_ms = PROBE_S * 1000;
	pool.share.plain.first_ms = PLAIN_S * 1000;
	pool.share.plain.max_ms = PLAIN_MAX_S * INT64_C(1000);
	pool.share.plain.probe_ms = PLAIN_PROBE_S * 1000;
	pool.share.bad.first_ms = BADTLS_S * 1000;
	pool.share.bad.max_ms = BADTLS_MAX_S * 1000;
	pool.share.bad.probe_ms = PLAIN_PROBE_S * 1000;
	pool.share.no_bdat.first_ms = NO_BDAT_S * INT64_C(1000);
	pool.share.no_bdat.max_ms = NO_BDAT_S * INT64_C(1000);
	pool.share.no_bdat.probe_ms = PLAIN_PROBE_S * 1000;
}

/* the name to say in EHLO when a job brings none */
static const char *
helo_name(const char *confdir)
{
	static char me[HOSTNAME_MAX + 1];

	if (hostname_read(confdir, me) == 0)
		return me;
	if (confdir != NULL)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	warn("unable to use the system's host name: %m");
	return "localhost";
}

static size_t
on_request(struct link *l, const char *p, size_t n)
{
	(void)l;
	return sendgather_take(&pool, p, n);
}

static void
on_closing(struct link *l)
{
	(void)l;
	sendpool_close(&pool, drain_ms);
}

static void
on_term(void *arg)
{
	(void)arg;
	link_hold(&chain);
	sendpool_close(&pool, 0);
}

static void
on_orphaned(struct link *l)
{
	(void)l;
	sendpool_close(&pool, 0);
}

static const struct link_ops ops = {
	.request = on_request, .closing = on_closing, .orphaned = on_orphaned
};

static void
options(int argc, char **argv)
{
	const char *confdir = NULL;
	struct sendpool_limits *l = &pool.limit;
	int c;

	while ((c = getopt(argc, argv,
		    "+:a:BC:c:s:q:r:m:d:E:T:L:k:Q:e:t:X:")) != -1)
		switch (c) {
		case 'a': authorities = optarg; break;
		case 'B': pool.share.bdat = 1; break;
		case 'C': confdir = optarg; break;
		case 'c': l->conns = opt_num(c, optarg, 1, CONNS_MAX); break;
		case 's':
			l->site_conns = opt_num(c, optarg, 1, CONNS_MAX);
			break;
		case 'q': l->waiting = opt_num(c, optarg, 1, CONNS_MAX); break;
		case 'r': l->rcpts = opt_num(c, optarg, 1, RCPTS_MAX); break;
		case 'm':
			pool.share.msgs = opt_num(c, optarg, 1, MSGS_MAX);
			break;
		case 'd': set_memory(c, &pool.share.dead, optarg); break;
		case 'T': set_memory(c, &pool.share.plain, optarg); break;
		case 'L': pool.share.logins = optarg; break;
		case 'k': pool.share.key = need(keyclient_new(optarg)); break;
		case 'Q': messages = optarg; break;
		case 'E': set_race(optarg); break;
		case 'e': drain_ms = span_ms(c, optarg); break;
		case 't': set_timeout(optarg); break;
		case 'X':
			orders.file = optarg;
			pool.share.orders = &orders;
			break;
		default: die_usage(usage);
		}
	if (optind != argc)
		die_usage(usage);
	pool.share.helo = helo_name(confdir);
	pool.share.anchors = anchorfile_new(authorities);
	if (pool.share.anchors == NULL)
		die(EXIT_TEMP, "out of memory");
}

/* messages, authorities, logins and orders, which but for the first are renamed
 * when they change */
static void
confine(void)
{
	char anchors[JAIL_PATH], logins[JAIL_PATH], traces[JAIL_PATH];
	const char *read[] = { "/", NULL, NULL, NULL, NULL };
	size_t n = 2;
	struct jail j = { JAIL_REMOTE_SEND, read, NULL, NULL, NULL };

	if (messages != NULL) {
		read[0] = messages;
		read[1] = j.linked = jail_folder(authorities, anchors);
		if (pool.share.logins != NULL)
			read[n++] = jail_folder(pool.share.logins, logins);
		if (orders.file != NULL)
			read[n] = jail_folder(orders.file, traces);
	}
	jail_enter(&j);
}

/* Certificates of ours: no job is read before they are known, or it would be
 * deferred for want of them; but not for ever. */

static struct loop_timer knock;
static int64_t until_ms;

static void
know_certificates(void *arg)
{
	(void)arg;
	if (keyclient_ready(pool.share.key) || clock_mono_ms() >= until_ms)
		link_release(&chain);
	else
		loop_timer_set(&knock, KEYCLIENT_RETRY_MIN_MS,
		    know_certificates, NULL);
}

static void
ask_certificates(void)
{
	if (pool.share.key == NULL)
		return;
	until_ms = clock_mono_ms() + KEYCLIENT_OPEN_MS;
	link_hold(&chain);
	keyclient_watch(pool.share.key, NULL, NULL);
	know_certificates(NULL);
}

int
main(int argc, char **argv)
{
	static struct loop_signal term;
	unsigned i;

	prog_init(argv);
	for (i = 0; i < SENDWAITS; i++)
		pool.share.wait_ms[i] = waits[i].seconds * 1000;
	pool.limit.waiting = WAITING;
	pool.limit.rcpts = SENDJOB_RCPTS;
	pool.share.msgs = MSGS_MAX;
	pool.share.race_ms = RACE_MS;
	pool.share.worse_ms = WORSE_MS;
	memories();
	options(argc, argv);
	event_gather();
	link_open(&chain, &ops);
	link_record(&chain);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	sendpool_open(&pool, &chain);
	ask_certificates();
	confine();
	return link_run(&chain);
}
