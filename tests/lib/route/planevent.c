/* what is said of a domain whose hosts may all not be tried */
#include "base/die.h"
#include "route/planevent.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/dev/shm/planevent.XXXXXX";
static struct tlsplan_host host[2] = {
	{ { "mx.d.example", 12 }, HOSTS_DANE_FAILED, 0 },
	{ { "m2.d.example", 12 }, HOSTS_DANE_NONE, 0 },
};
static struct protect how;

/* what is in the log since the last time, without its time */
static const char *
said(void)
{
	static char t[1000];
	static off_t at;
	ssize_t n = pread(2, t, sizeof t - 1, at);
	char *p;

	t[n > 0 ? n : 0] = '\0';
	at += n > 0 ? n : 0;
	p = strstr(t, "ev:");
	return p == NULL ? "" : p;
}

static void
plan(enum tlsout_word word, int requiretls, enum sts_mode sts, unsigned n)
{
	static struct tlsout_line line;

	line = (struct tlsout_line){ .word = word, .line = 1 };
	how.in = (struct tlsplan_in){ .line = &line,
		.nexthop = { "d.example", 9 },
		.host = host,
		.n = n,
		.sts = sts,
		.sts_id = { sts == STS_NONE ? "" : "i1",
		    sts == STS_NONE ? 0 : 2 },
		.requiretls = requiretls != 0 };
	tlsplan_decide(&how.plan, &how.in);
}

static const char *
of(const char *domain)
{
	planevent(&how, (struct slice){ domain, strlen(domain) });
	return said();
}

int
main(void)
{
	static char *args[] = { "planevent", NULL };
	int fd;

	prog_init(args);
	fd = mkstemp(path);
	unlink(path);
	fflush(stderr);
	dup2(fd, 2);
	plan(TLSOUT_AUTO, 0, STS_NONE, 1);
	is_str(of("d.example"),
	    "ev:tls\tprog:planevent\tdomain:d.example\thost:mx.d.example"
	    "\tresult:dnssec-invalid\ttls-policy:dane"
	    "\ttls-from:tls-out:1,no-policy"
	    "\ttls-text:TLSA of mx.d.example: no answer, or one that is "
	    "forged\n",
	    "records that cannot be had");
	is_str(of("d.example"), "", "once a minute");
	ok(strstr(of("e.example"), "\tdomain:e.example\t") != NULL,
	    "another domain");
	host[0].dane = HOSTS_DANE_NONE;
	plan(TLSOUT_STS, 0, STS_ENFORCE, 1);
	is_str(of("f.example"),
	    "ev:tls\tprog:planevent\tdomain:f.example\thost:mx.d.example"
	    "\tresult:validation-failure\ttls-policy:sts"
	    "\ttls-from:tls-out:1,sts-enforce\tsts:enforce\tsts-id:i1"
	    "\ttls-text:mx.d.example is not in the MTA-STS policy of "
	    "d.example\n",
	    "a policy that lists none");
	plan(TLSOUT_AUTO, 1, STS_NONE, 1);
	is_str(of("g.example"), "", "what a message wants is not its fault");
	plan(TLSOUT_DANE_ONLY, 0, STS_NONE, 1);
	is_str(of("g.example"), "", "nor is what the site wants");
	host[0].dane = HOSTS_DANE_FAILED;
	plan(TLSOUT_DANE_ONLY, 0, STS_NONE, 2);
	is_str(of("g.example"), "", "of one of two hosts");
	plan(TLSOUT_AUTO, 0, STS_ENFORCE, 2);
	is_str(of("h.example"),
	    "ev:tls\tprog:planevent\tdomain:h.example\thost:m2.d.example"
	    "\tresult:validation-failure\ttls-policy:sts"
	    "\ttls-from:tls-out:1,sts-enforce\tsts:enforce\tsts-id:i1"
	    "\ttls-text:m2.d.example is not in the MTA-STS policy of "
	    "d.example\n",
	    "the host that it is about");
	return done();
}
