/* client-check - is the client of a message from outside one that may be
 * heard?  See client-check(8). */
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "client/clientlink.h"
#include "client/clientpolicy.h"
#include "conf/hostname.h"
#include "dns/dnsopt.h"
#include "mail/address.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "client-check [-a] [-C confdir] [-n me] "
    "[-r address@port] [-w seconds] [-i ip -h helo -f mailfrom | -p | next ...]";

static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static struct clientlink conf = { .run.dns = &dns,
	.deadline_ms = CLIENTRUN_DEADLINE_MS };
static const char *confdir;
static int policy; /* -p */
static char me[HOSTNAME_MAX + 1];

/* the shell */

static void
on_answered(void *arg)
{
	*(int *)arg = 1;
	loop_stop();
}

static int
alone(struct clientcheck_facts *f)
{
	static struct clientrun run;
	struct clientcheck_verdict v;
	char line[CLIENTCHECK_TEXT_MAX + WORD_DOMAIN_MAX + 64];
	int over = 0, n;

	clientrun_start(&run, &conf.run, f, conf.deadline_ms, on_answered,
	    &over);
	if (!over)
		loop_run();
	clientcheck_decide(run.item, run.n, &v);
	n = snprintf(line, sizeof line, "%s\t%s\n", clientcheck_word(&v),
	    v.white                 ? v.zone
		: v.text[0] != '\0' ? v.text
		: run.n == 0        ? "nothing is asked"
				    : "nothing against it");
	out_plain(line, n);
	return EXIT_OK;
}

static void
options(int argc, char **argv, struct clientcheck_facts *f)
{
	int c;

	conf.deadline_ms = CLIENTRUN_DEADLINE_MS;
	while ((c = getopt(argc, argv, "+aC:f:h:i:n:pr:w:")) != -1)
		if (c == 'a')
			conf.all = 1;
		else if (c == 'C')
			confdir = optarg;
		else if (c == 'f')
			f->sender = address_bare(optarg);
		else if (c == 'h')
			f->helo = optarg;
		else if (c == 'p')
			policy = 1;
		else if (c == 'n')
			snprintf(me, sizeof me, "%s", optarg);
		else if (c == 'i' ? clientcheck_ip(f, optarg) == -1
				  : !dnsopt_take(c, optarg, &dns, NULL,
					&conf.deadline_ms))
			die_usage(usage);
	if ((f->ip_len > 0) + policy + (optind < argc) != 1)
		die_usage(usage);
	if (f->sender == NULL)
		f->sender = "";
}

int
main(int argc, char **argv)
{
	struct clientcheck_facts f = { .sender = NULL };

	prog_init(argv);
	options(argc, argv, &f);
	if (me[0] == '\0' && hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read the name of this host: %m");
	clientrun_open(&conf.run, confdir, me);
	resolve_setup(&dns, confdir);
	if (f.ip_len > 0)
		return alone(&f);
	if (policy)
		return clientpolicy_run(&conf.run, conf.deadline_ms);
	return clientlink_run(&conf, argv + optind);
}
