#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "chain/link.h"
#include "conf/hostname.h"
#include "send/gather.h"
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
	WAIT_MAX_S = 86400
};

static struct link chain;
static struct sendpool pool;
static int64_t drain_ms; /* go on with this after the end of input */

static const char usage[] =
    "remote-send [-C CONFDIR] [-c CONNECTIONS] [-s SITE-CONNECTIONS] "
    "[-q WAITING] [-r RECIPIENTS] [-m MESSAGES] [-d DEAD[..MAX]] [-e DRAIN] "
    "[-t PHASE=TIMEOUT]";

/* RFC 5321 section 4.5.3.2, but for the first, where waiting helps nobody */
static const struct {
	const char *name;
	unsigned seconds;
} waits[SENDWAITS] = { { "connect", 30 }, { "greeting", 300 }, { "helo", 300 },
	{ "mail", 300 }, { "rcpt", 300 }, { "data", 120 }, { "block", 180 },
	{ "dot", 600 }, { "idle", 2 }, { "quit", 5 }, { "line", 600 } };

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

static void
set_dead(const char *arg)
{
	struct deadhost *dead = &pool.share.dead;
	uint64_t s[2];

	if (opt_spans('d', arg, 0, WAIT_MAX_S, s) == 2)
		dead->max_ms = s[1] * 1000;
	dead->first_ms = s[0] * 1000;
	if (dead->max_ms < dead->first_ms)
		dead->max_ms = dead->first_ms;
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
	wire_pause(&chain.up);
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

	while ((c = getopt(argc, argv, "+:C:c:s:q:r:m:d:e:t:")) != -1)
		switch (c) {
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
		case 'd': set_dead(optarg); break;
		case 'e': drain_ms = span_ms(c, optarg); break;
		case 't': set_timeout(optarg); break;
		default: die_usage(usage);
		}
	if (optind != argc)
		die_usage(usage);
	pool.share.helo = helo_name(confdir);
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
	pool.share.dead.first_ms = DEAD_S * 1000;
	pool.share.dead.max_ms = DEAD_MAX_S * 1000;
	pool.share.dead.probe_ms = PROBE_S * 1000;
	options(argc, argv);
	link_open(&chain, &ops);
	link_record(&chain);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	sendpool_open(&pool, &chain);
	return link_run(&chain);
}
