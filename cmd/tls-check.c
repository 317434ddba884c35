/* tls-check - what does a mail server offer in TLS?  See tls-check(8). */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/ip.h"
#include "base/opt.h"
#include "base/out.h"
#include "conf/hostname.h"
#include "conf/word.h"
#include "dns/dnsopt.h"
#include "dns/dnsq.h"
#include "dns/dnsrun.h"
#include "dns/idn.h"
#include "dns/tlsaset.h"
#include "tls/anchorfile.h"
#include "tlscheck/probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "tls-check [-eiqs] [-a bundle] [-C confdir] [-h helo] [-n name] "
    "[-p port] [-r addr@port] [-t unixtime] [-w seconds] host ...";

enum {
	SMTP_PORT = 25,
	SMTPS_PORT = 465,
	HOSTS_MAX = 10,     /* mail exchangers of a domain */
	ADDRESSES_MAX = 16, /* of a host */
	STEP_S = 10         /* -w */
};

static int is_domain;
static unsigned lost; /* questions to which the DNS did not answer */
static struct dnscheck_lines said;
static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS,
	.conf.validate = RESOLVECONF_AUTO };
static char name[HOSTNAME_MAX + 1];
static const char *named; /* -n, or NULL */
static struct tlsaset tlsa;
static char helo[HOSTNAME_MAX + 1];
static struct probe asked = { .helo = helo };

static const struct dnscheck_report report = { dnscheck_line, &said };

/* DNS: one question, and what is made of its answer */

static void (*use)(const struct resolve_answer *);

static void
on_answer(void *arg, const struct resolve_answer *a)
{
	(void)arg;
	use(a);
	loop_stop();
}

/* name as text; one that can be none has no records */
static void
dns_ask(const char *of, int type, void (*answer)(const struct resolve_answer *))
{
	static const struct resolve_answer none = { .status =
							RESOLVE_NXDOMAIN };
	struct resolve_query query = { .type = type, .done = on_answer };
	struct dnsq q;

	if (dnsq_name(&q, of, strlen(of)) == -1) {
		answer(&none);
		return;
	}
	query.name = q.name;
	use = answer;
	resolve_ask(&dns, &query);
	loop_run();
}

static const char *asked_for;

/* 1: there are records; that nobody answers is told */
static int
has_records(const struct resolve_answer *a, const char *what)
{
	if (a->status == RESOLVE_FAILED) {
		dnscheck_say(&report, DNSCHECK_WARNING, asked_for,
		    "%s: the DNS did not answer: %s", what, a->text);
		lost++;
	}
	return a->status == RESOLVE_OK;
}

/* addresses, in the order of the DNS */
static struct found {
	unsigned char ip[16];
	size_t len;
} address[ADDRESSES_MAX];
static size_t n_addresses;

static void
on_addresses(const struct resolve_answer *a)
{
	unsigned i;

	for (i = 0; has_records(a, "address") && i < a->n; i++) {
		if (n_addresses == ADDRESSES_MAX ||
		    (a->len[i] != 4 && a->len[i] != 16))
			continue;
		address[n_addresses].len = (size_t)a->len[i];
		memcpy(address[n_addresses++].ip, a->data[i], a->len[i]);
	}
}

/* mail exchangers, the best first */
static struct mx {
	unsigned preference;
	char name[DNSQ_NAME_MAX + 1];
} mx[HOSTS_MAX];
static size_t n_mx;
static int takes_none; /* RFC 7505 */

static void
on_mx(const struct resolve_answer *r)
{
	struct dnsa a = { .n = r->n, .data = r->data, .len = r->len };
	struct mx new;
	unsigned i;
	size_t at;
	long n;

	for (i = 0; has_records(r, "MX") && i < r->n; i++) {
		if ((n = dnsa_host(&a, i, DNSQ_MX, new.name)) == 0)
			takes_none = 1;
		if (n <= 0)
			continue;
		new.preference = (unsigned)(r->data[i][0] << 8 | r->data[i][1]);
		for (at = n_mx;
		     at > 0 && mx[at - 1].preference > new.preference; at--)
			;
		if (at == HOSTS_MAX)
			continue;
		if (n_mx < HOSTS_MAX)
			n_mx++;
		memmove(mx + at + 1, mx + at, (n_mx - 1 - at) * sizeof *mx);
		mx[at] = new;
	}
}

static void
on_tlsa(const struct resolve_answer *a)
{
	unsigned i;

	memset(&tlsa, 0, sizeof tlsa);
	asked.said.tlsa = &tlsa;
	asked.said.dns = CHAINSAID_NO_RECORD;
	if (a->status == RESOLVE_FAILED)
		asked.said.dns =
		    a->bogus ? CHAINSAID_BOGUS : CHAINSAID_NO_ANSWER;
	lost += asked.said.dns == CHAINSAID_NO_ANSWER;
	if (a->status != RESOLVE_OK)
		return;
	asked.said.dns = a->secure ? CHAINSAID_SIGNED : CHAINSAID_UNSIGNED;
	for (i = 0; i < a->n; i++)
		tlsaset_add(&tlsa, a->data[i], (size_t)a->len[i]);
	tlsaset_finish(&tlsa);
}

/* hosts */

static void
check_address(const char *host, const unsigned char *ip, size_t len)
{
	char where[CHAINSAID_WHERE_MAX], text[IP_TEXT];

	ip_text(ip, len, text);
	snprintf(where, sizeof where, "%s%s%s", host == NULL ? "" : host,
	    host == NULL ? "" : " ", text);
	asked.said.where = where;
	asked.said.host = host == NULL ? text : host;
	asked.name = host;
	asked.ip = ip;
	asked.ip_len = len;
	probe(&asked);
	needs(said.failed);
	out_flush_plain(&said.text);
}

static void
ask_tlsa(const char *host)
{
	char at[DNSQ_NAME_MAX + sizeof "_65535._tcp."];

	snprintf(at, sizeof at, "_%u._tcp.%s", asked.said.port, host);
	dns_ask(at, RESOLVE_TLSA, on_tlsa);
	asked.said.where = asked.said.host = host;
	chainsaid_dns(&asked.said);
}

static void
check_host(const char *host)
{
	unsigned char ip[IP_LEN];
	size_t n = ip_scans(host, ip), i;
	unsigned before = lost;

	asked.said.dns = CHAINSAID_NOT_ASKED;
	if (n > 0) {
		check_address(named, ip, n);
		return;
	}
	asked_for = host;
	n_addresses = 0;
	dns_ask(host, RESOLVE_AAAA, on_addresses);
	dns_ask(host, RESOLVE_A, on_addresses);
	if (n_addresses == 0 && lost == before)
		dnscheck_say(&report, DNSCHECK_BAD, host,
		    "the DNS has no address for it");
	if (n_addresses > 0)
		ask_tlsa(host);
	for (i = 0; i < n_addresses; i++)
		check_address(host, address[i].ip, address[i].len);
}

static void
check_domain(const char *domain)
{
	unsigned before = lost;
	size_t i;

	asked_for = domain;
	n_mx = 0;
	takes_none = 0;
	dns_ask(domain, RESOLVE_MX, on_mx);
	for (i = 0; i < n_mx; i++)
		check_host(mx[i].name);
	if (n_mx == 0 && takes_none)
		dnscheck_say(&report, DNSCHECK_WARNING, domain,
		    "it takes no mail: its MX is \".\" (RFC 7505)");
	else if (n_mx == 0 && lost == before)
		check_host(domain);
}

static void
check(const char *host)
{
	char plain[DNSQ_NAME_MAX + 1];

	if (idn_plain(host, strlen(host), plain) == 0)
		host = plain;
	if (is_domain)
		check_domain(host);
	else
		check_host(host);
	needs(said.failed);
	out_flush_plain(&said.text);
}

static void
port_and_time(int implicit, uint64_t port, int64_t now_s, int64_t step_ms)
{
	asked.implicit = implicit != 0;
	asked.said.port = port > 0 ? (uint16_t)port
	    : implicit             ? SMTPS_PORT
				   : SMTP_PORT;
	asked.said.now_s = now_s;
	asked.said.report = &report;
	asked.step_ms = step_ms;
}

/* what can be known beforehand */
static void
set_up(const char *confdir, const char *bundle, int64_t now_s)
{
	struct anchorfile *file = need(anchorfile_new(bundle));

	if (helo[0] == '\0' && hostname_read(confdir, helo) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	resolve_setup(&dns, confdir);
	asked.said.anchors =
	    anchorfile_current(file, clock_mono_ms(), now_s * 1000000);
}

static void
take_name(int option, const char *text, char to[HOSTNAME_MAX + 1])
{
	if (snprintf(to, HOSTNAME_MAX + 1, "%s", text) > HOSTNAME_MAX ||
	    *text == '\0' || strpbrk(text, " \r\n\t") != NULL)
		opt_bad(option, text, "the name of a host");
}

/* what people know of other tools would be looked up as a name */
static void
no_ports(char **hosts)
{
	unsigned char ip[IP_LEN];

	for (; *hosts != NULL; hosts++)
		if (strchr(*hosts, ':') != NULL && ip_scans(*hosts, ip) == 0)
			die(EXIT_PERM, "%s: the port stands behind -p", *hosts);
}

int
main(int argc, char **argv)
{
	const char *confdir = NULL,
		   *bundle = "/etc/ssl/certs/ca-certificates.crt";
	int64_t now_s, step_ms = STEP_S * 1000;
	uint64_t port = 0;
	int c, implicit = 0;

	prog_init(argv);
	now_s = clock_wall_s();
	while ((c = getopt(argc, argv, "+a:C:eh:in:p:qr:st:w:")) != -1)
		switch (c) {
		case 'a': bundle = optarg; break;
		case 'C': confdir = optarg; break;
		case 'e': asked.each = 1; break;
		case 'h': take_name(c, optarg, helo); break;
		case 'i': implicit = 1; break;
		case 'n':
			take_name(c, optarg, name);
			named = name;
			break;
		case 'p': port = opt_num(c, optarg, 1, UINT16_MAX); break;
		case 'q': said.quiet = 1; break;
		case 's': is_domain = 1; break;
		default:
			if (!dnsopt_take(c, optarg, &dns, &now_s, &step_ms))
				die_usage(usage);
		}
	if (optind == argc)
		die_usage(usage);
	no_ports(argv + optind);
	port_and_time(implicit, port, now_s, step_ms);
	set_up(confdir, bundle, now_s);
	for (argv += optind; *argv != NULL; argv++)
		check(*argv);
	return lost > 0 ? EXIT_TEMP : EXIT_OK;
}
