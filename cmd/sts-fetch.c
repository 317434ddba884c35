/* sts-fetch - find, fetch and keep MTA-STS policies */
#include "base/die.h"
#include "base/fd.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/plain.h"
#include "chain/event.h"
#include "chain/listen.h"
#include "dns/allowopt.h"
#include "dns/dnsopt.h"
#include "sts/stsline.h"
#include "sts/stsrun.h"
#include "sts/stsserve.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "sts-fetch [-a cafile] [-C confdir] [-i prefix] [-n fetches] [-p port] "
    "[-r addr[@port]] [-w seconds] -l socket cachedir "
    "sts-fetch [-a cafile] [-C confdir] [-i prefix] [-p port] "
    "[-r addr[@port]] [-w seconds] -q domain ...";

static struct resolve dns;
static struct hostaddr_prefix allow[ALLOWOPT_MAX];
static struct hostaddr_policy allowed; /* looked at here, used by https-get */
static struct stsrun run = { .dns = &dns,
	.way = { .port = HTTPSURL_PORT, .wait_ms = STSFETCH_WAIT_S * 1000 },
	.fetches = STS_FETCHES,
	.answer = stsserve_answer };
static struct stsserve serve = { .book = &run.book };
static const char *confdir, *listen_at;
static int questions; /* -q */

/* an option that is https-get's, too */
static void
hand_on(int option, const char *text)
{
	static char letters['z' + 1][3];

	snprintf(letters[option], sizeof letters[option], "-%c", option);
	stsfetch_word(&run.way, letters[option]);
	stsfetch_word(&run.way, text);
}

static void
options(int argc, char **argv)
{
	static char most[16];
	int c;

	snprintf(most, sizeof most, "-m%d", STS_POLICY_MAX);
	stsfetch_word(&run.way, "https-get");
	stsfetch_word(&run.way, most);
	while ((c = getopt(argc, argv, "+a:C:i:l:n:p:qr:w:")) != -1)
		switch (c) {
		case 'a': hand_on(c, optarg); break;
		case 'C':
			confdir = optarg;
			hand_on(c, optarg);
			break;
		case 'i':
			allowopt_take(c, optarg, &allowed, allow);
			hand_on(c, optarg);
			break;
		case 'l': listen_at = optarg; break;
		case 'n':
			run.fetches =
			    (unsigned)opt_num(c, optarg, 1, STS_FETCHES_MAX);
			break;
		case 'p':
			run.way.port = (unsigned)opt_num(c, optarg, 1, 65535);
			break;
		case 'q': questions = 1; break;
		case 'r':
			dnsopt_server(c, optarg, &dns);
			hand_on(c, optarg);
			break;
		case 'w':
			run.way.wait_ms = 1000 *
			    (int64_t)opt_num(c, optarg, 1, STSFETCH_WAIT_MAX_S);
			hand_on(c, optarg);
			break;
		default: die_usage(usage);
		}
	if (questions ? listen_at != NULL || argc == optind
		      : listen_at == NULL || argc - optind != 1)
		die_usage(usage);
}

/* for people */

static struct buf said;
static int outcome;

static void
on_record(void *arg, const struct resolve_answer *r)
{
	char *id = arg;
	int failed;
	enum stsrecord what = stsrun_record(r, id, &failed);

	if (failed)
		needs(buf_printf(&said, "record: no answer: %s\n", r->text));
	else if (what == STSRECORD_GOOD)
		needs(buf_printf(&said, "record: id %s\n", id));
	else
		needs(buf_printf(&said, "record: %s\n",
		    what == STSRECORD_MANY      ? "several records"
			: what == STSRECORD_BAD ? "malformed record"
						: "none"));
	if (what != STSRECORD_GOOD && outcome != EXIT_TEMP)
		outcome = failed ? EXIT_TEMP : EXIT_PERM;
	loop_stop();
}

static void
on_fetched(void *arg, char *policy, size_t n, const struct stsbook_why *why)
{
	struct stspolicy p;
	unsigned i;

	(void)arg;
	loop_stop();
	if (policy == NULL) {
		needs(buf_printf(&said, "policy: %s%s%s\n", why->fail,
		    why->fail[0] == '\0' ? "" : ": ", why->text));
		if (strcmp(why->fail, "sts-policy-invalid") != 0)
			outcome = EXIT_TEMP;
		else if (outcome == EXIT_OK)
			outcome = EXIT_PERM;
		return;
	}
	stspolicy_parse(&p, policy, n);
	needs(buf_printf(&said, "policy: %s for %u s", sts_mode_names[p.mode],
	    (unsigned)p.max_age_s));
	for (i = 0; i < p.n_mx; i++)
		needs(buf_printf(&said, " %.*s", (int)p.mx[i].n, p.mx[i].p));
	needs(buf_putc(&said, '\n'));
	free(policy);
}

static void
look(const char *text)
{
	char domain[WORD_DOMAIN_MAX + 1], id[STS_ID_MAX + 1] = "";
	struct resolve_query query = { .done = on_record, .arg = id };
	struct stsfetch fetch = { .done = on_fetched };
	struct dnsq q;

	if (stsline_domain(domain, text, strlen(text)) == -1 ||
	    stsrun_question(&q, domain) == -1)
		die(EXIT_PERM, "%s: not a domain", text);
	needs(buf_printf(&said, "%s\n", domain));
	query.name = q.name;
	query.type = q.type;
	resolve_ask(&dns, &query);
	loop_run();
	if (id[0] != '\0') {
		stsfetch_start(&run.way, &fetch, domain);
		loop_run();
	}
	out_flush_plain(&said);
}

/* the service */

static void
on_term(void *arg)
{
	(void)arg;
	stsserve_stop(&serve);
	loop_stop();
}

static int
open_socket(void)
{
	static char address[128];
	int fd;

	if (strcmp(listen_at, "-") == 0) {
		if (!listen_is(0))
			die(EXIT_PERM, "descriptor 0 is no listening socket");
		if (fd_nonblock(0) == -1)
			die(EXIT_TEMP, "unable to use descriptor 0: %m");
		return 0;
	}
	snprintf(address, sizeof address, "unix:%s", listen_at);
	fd = listen_open(address, 0600);
	if (fd == -1)
		die(EXIT_TEMP, "unable to listen on %s: %m", listen_at);
	listen_at = address;
	return fd;
}

int
main(int argc, char **argv)
{
	static struct loop_signal term;
	int fd;

	prog_init(argv);
	options(argc, argv);
	resolve_setup(&dns, confdir);
	if (questions) {
		for (argv += optind; *argv != NULL; argv++)
			look(*argv);
		return outcome;
	}
	fd = open_socket();
	if (folder_settle(argv[optind]) == -1 ||
	    stscache_open(&run.cache, argv[optind]) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[optind]);
	event_gather();
	stsrun_begin(&run);
	stsserve_open(&serve, fd);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_run();
	event_flush();
	listen_unlink(listen_at, fd);
	return EXIT_OK;
}
