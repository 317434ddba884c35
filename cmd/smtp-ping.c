/* smtp-ping - does an SMTP server take mail?  See smtp-ping(8). */
#include "base/die.h"
#include "base/exit.h"
#include "base/ip.h"
#include "base/num.h"
#include "base/opt.h"
#include "tls/talk.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_MAX = 3600 }; /* -t */

static uint64_t timeout_s = 10;
static int until_ehlo, implicit, starttls, proxy; /* -e, -i, -S, -P */

static size_t
parse_address(const char *s, unsigned char ip[IP_LEN], uint16_t *to)
{
	const char *colon = strrchr(s, ':');
	uint64_t port;
	size_t n;

	if (colon == NULL || num_scans(colon + 1, 1, 65535, &port) == -1)
		return 0;
	if (*s == '[' && colon > s && colon[-1] == ']') {
		s++;
		n = colon - s - 1;
	} else {
		n = colon - s;
	}
	*to = (uint16_t)port;
	return ip_scan(s, n, ip);
}

static struct talk server;

static void
must(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "%s", server.why);
}

/* a reply that is as it should be */
static void
expect(void)
{
	struct reply reply;

	must(talk_expect(&server, 2, &reply));
}

static void
say(const char *line)
{
	must(talk_say(&server, line));
}

/* TLS, with whatever certificate: what is asked is whether it works */
static void
secure(void)
{
	static const struct tls_demand any = { .mode = TLS_ANY };
	static const struct tls_target target = {
		.demand = &any,
		.carry_on = 1,
	};

	must(talk_tls(&server, &target));
}

static void
hello(void)
{
	say("EHLO localhost\r\n");
	expect();
}

static void
dial(const char *address)
{
	unsigned char ip[IP_LEN];
	uint16_t port;
	size_t n = parse_address(address, ip, &port);

	if (n == 0)
		die(EXIT_PERM, "%s: must be ADDR:PORT or [ADDR6]:PORT",
		    address);
	if (talk_dial(&server, ip, n, port, (int64_t)timeout_s * 1000) == 0)
		return;
	errno = server.error;
	die(EXIT_TEMP, "unable to connect to %s: %m", address);
}

static void
mail(void)
{
	say("MAIL FROM:<>\r\n");
	expect();
	say("RCPT TO:<postmaster>\r\n");
	expect();
	say("RSET\r\n");
	expect();
}

int
main(int argc, char **argv)
{
	static const char usage[] = "smtp-ping [-eiPS] [-t SECONDS] ADDR:PORT";
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+eiPSt:")) != -1)
		switch (c) {
		case 'e': until_ehlo = 1; break;
		case 'i': implicit = 1; break;
		case 'P': proxy = 1; break;
		case 'S': starttls = 1; break;
		case 't': timeout_s = opt_num(c, optarg, 1, TIMEOUT_MAX); break;
		default: die_usage(usage);
		}
	if (argc - optind != 1 || (implicit && starttls))
		die_usage(usage);
	dial(argv[optind]);
	/* the header of who speaks for nobody, before all else */
	if (proxy)
		say("PROXY UNKNOWN\r\n");
	if (implicit)
		secure();
	expect();
	hello();
	if (starttls) {
		say("STARTTLS\r\n");
		expect();
		secure();
		hello();
	}
	if (!until_ehlo)
		mail();
	say("QUIT\r\n");
	return EXIT_OK;
}
