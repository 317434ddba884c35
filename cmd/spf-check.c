/* spf-check - may this client send mail for this sender?  See spf-check(8). */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/ip.h"
#include "base/out.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "mail/address.h"
#include "spf/spf.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "spf-check [-n me] [-r address@port] [-t unixtime] [-w seconds] "
    "-i ip [-f mailfrom] [-h helo]";

static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static struct spf spf;
static struct spf_who who;

static void
set_ip(const char *s)
{
	who.ip_len = (unsigned char)ip_scans(s, who.ip);
	if (who.ip_len == 0)
		die(EXIT_PERM, "%s is not an IP address", s);
}

DNSRUN_MACHINE(machine, spf);

static void
options(int argc, char **argv, int64_t *wait_ms)
{
	int64_t now = clock_wall_s();
	int c;

	while ((c = getopt(argc, argv, "+f:h:i:n:r:t:w:")) != -1)
		if (c == 'f')
			who.sender = address_bare(optarg);
		else if (c == 'h')
			who.helo = optarg;
		else if (c == 'i')
			set_ip(optarg);
		else if (c == 'n')
			who.me = optarg;
		else if (!dnsopt_take(c, optarg, &dns, &now, wait_ms))
			die_usage(usage);
	who.now = now;
	if (optind != argc || who.ip_len == 0 ||
	    (who.sender == NULL && who.helo == NULL))
		die_usage(usage);
	if (who.sender == NULL)
		who.sender = "";
}

int
main(int argc, char **argv)
{
	int64_t wait_ms = DNSRUN_DEADLINE_MS;
	char line[SPF_TEXT_MAX + 64];
	int n;

	prog_init(argv);
	options(argc, argv, &wait_ms);
	spf_init(&spf, &who);
	dnsrun_now(&dns, &machine, &spf, wait_ms);
	n = snprintf(line, sizeof line, "%s\t%s\n", spf_word(spf.result),
	    spf.text);
	out_plain(line, n);
	return EXIT_OK;
}
