/* TLSA records of hosts by a name server with signatures: where they are asked
 * for, below which name, and what is made of them */
#include "base/die.h"
#include "base/loop.h"
#include "route/nexthop.h"
#include "route/tlsaquery.h"
#include "dnssigned.h"
#include "looprun.h"
#include "nolookup.h"
#include "tap.h"

#define RECORD \
	"3.1.1.000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static char anchor[] = "/dev/shm/tlsaquery.XXXXXX";

static void
on_line(void *arg, const char *p, size_t n, int64_t ms, struct nexthop *d)
{
	(void)arg;
	(void)ms;
	(void)p;
	(void)n;
	(void)d;
	loop_stop();
}

static void
on_done(struct tlsaquery *t)
{
	(void)t;
	loop_stop();
}

/* whole destinations.  The name server knows no MX where nothing is signed:
 * there a rule names the host */
static const struct {
	const char *domain;
	unsigned rule, n, mx_secure;
	enum hosts_dane dane;
	const char *tlsa; /* or the status code */
} cases[] = {
	{ "a.test", 0, 1, 1, HOSTS_DANE_TLSA, "a.test==" RECORD },
	{ "alias.test", 0, 1, 1, HOSTS_DANE_TLSA, "alias.test=a.test=" RECORD },
	{ "bad.test", 0, 0, 0, HOSTS_DANE_NONE, "4.4.3" },
	{ "x.plain.test", 1, 1, 1, HOSTS_DANE_NONE, "" },
	{ "far.test", 1, 1, 1, HOSTS_DANE_NONE, "" },
	{ "no.test", 0, 0, 0, HOSTS_DANE_NONE, "5.1.2" },
};

static void
destinations(struct resolve *dns, unsigned checked)
{
	struct nexthops table = { .dns = dns,
		.policy = { .me = "me.example", .local = { nolookup, NULL } },
		.ask4 = 1,
		.line = on_line };
	unsigned char keep[HOSTS_MAX] = { 1 };
	const struct hosts *h;
	struct routes_host rule;
	struct nexthop *d;
	struct buf b = { 0 };
	struct slice s;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		s = (struct slice){ cases[i].domain, strlen(cases[i].domain) };
		routes_host(s, 25, &rule);
		d = cases[i].rule ? nexthop_hosts(&table, &rule, 1, 0, 0)
				  : nexthop_mx(&table, s.p, s.n);
		nexthop_wait(d, "x", 1);
		looprun();
		h = nexthop_answer(d);
		buf_clear(&b);
		if (h->n == 0)
			buf_puts(&b, h->esc);
		else
			hosts_tlsa(&b, h, keep);
		buf_putc(&b, '\0');
		if (!checked) {
			is_num(h->n == 0 ? 0 : h->item[0].dane, HOSTS_DANE_NONE,
			    cases[i].domain);
			is_num(h->n > 0 && h->mx_secure, cases[i].rule && h->n,
			    "nobody vouches for it");
			is_num(h->n == 0 || h->unsure, 1, "nor can");
			continue;
		}
		is_num(h->n, cases[i].n, cases[i].domain);
		is_str(buf_data(&b), cases[i].tlsa, "records");
		if (h->n == 0)
			continue;
		is_num(h->item[0].dane, cases[i].dane, "what is known");
		is_num(h->mx_secure, cases[i].mx_secure, "is vouched for");
		is_num(h->unsure, 0, "for sure");
	}
	buf_free(&b);
}

/* one host, whatever was known of its addresses */
static void
host(struct resolve *dns, const char *name, const char *canon, int secure,
    enum hosts_dane want)
{
	struct hosts_host h = { .port = 25, .n = 1 };
	struct tlsaquery *t = calloc(1, sizeof *t);

	strcpy(h.name, name);
	hosts_vouch(&h, secure, canon);
	t->done = on_done;
	t->ttl = 3600;
	is_num(tlsaquery_wanted(dns, &h), 1, name);
	tlsaquery_ask(t, dns, &h);
	looprun();
	is_num(h.dane, want, canon == NULL ? "no alias" : canon);
	ok(t->ttl <= 300, "not for longer than the records");
	tlsaquery_free(t);
}

static unsigned done_at_once;

static void
on_early(struct tlsaquery *t)
{
	(void)t;
	done_at_once++;
}

/* below it no name has room */
static void
too_long(struct resolve *dns)
{
	struct hosts_host h = { .port = 25, .n = 1, .secure = 1 };
	struct tlsaquery *t = calloc(1, sizeof *t);
	unsigned i;

	for (i = 0; i < TLSAQUERY_NAME_MAX - 8; i++)
		h.name[i] = i % 60 == 59 ? '.' : 'x';
	t->done = on_early;
	tlsaquery_ask(t, dns, &h);
	is_num(done_at_once, 1, "is known at once");
	is_num(h.dane, HOSTS_DANE_NONE, "it has none");
	h.name[TLSAQUERY_NAME_MAX - 9] = '\0';
	tlsaquery_ask(t, dns, &h);
	is_num(done_at_once, 1, "one byte less is asked for");
	resolve_cancel(&t->q);
	tlsaquery_free(t);
}

static void
wanted(struct resolve *dns)
{
	struct hosts_host h = { .port = 25, .n = 1 };

	is_num(tlsaquery_wanted(dns, &h), 0, "nobody vouches for it");
	h.secure = 1;
	is_num(tlsaquery_wanted(dns, &h), 1, "somebody does");
	h.n = 0;
	is_num(tlsaquery_wanted(dns, &h), 0, "it has no address");
	h.n = 1;
	hosts_vouch(&h, 1, NULL);
	is_num(h.secure, 1, "all answers are vouched for");
	hosts_vouch(&h, 0, "a b");
	hosts_vouch(&h, 1, NULL);
	is_num(h.secure, 0, "one is not");
	is_str(h.canon, "", "no name");
	hosts_vouch(&h, 1, "C.example");
	is_str(h.canon, "c.example", "an alias");
}

/* a name server that hands on no signatures */
static void
stripped(void)
{
	static const struct dnsfake_record zone[] = {
		{ "a.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
		{ "bad.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
		{ NULL, 0, NULL, 0, 0 },
	};
	static struct resolve dns;
	char server[32];
	pid_t pid = dnsfake_start(zone, server);

	dns.conf.validate = RESOLVECONF_AUTO;
	dns.conf.anchor[dns.conf.n_anchor++] = anchor;
	resolve_server(&dns, server);
	destinations(&dns, 0);
	kill(pid, SIGTERM);
}

int
main(void)
{
	static char *args[] = { "tlsaquery", NULL };
	static struct resolve dns;
	char server[32];
	int fd = mkstemp(anchor);
	pid_t pid;

	prog_init(args);
	ok(write(fd, dnssigned_anchor, strlen(dnssigned_anchor)) > 0, "keys");
	close(fd);
	pid = dnsfake_serve(dnssigned_answer, NULL, server);
	dns.conf.validate = RESOLVECONF_AUTO;
	dns.conf.anchor[dns.conf.n_anchor++] = anchor;
	resolve_server(&dns, server);
	destinations(&dns, 1);
	host(&dns, "a.test", NULL, 1, HOSTS_DANE_TLSA);
	host(&dns, "far.test", "a.test", 1, HOSTS_DANE_TLSA);
	host(&dns, "a.test", "far.test", 1, HOSTS_DANE_TLSA);
	host(&dns, "far.test", "x.plain.test", 0, HOSTS_DANE_NONE);
	wanted(&dns);
	too_long(&dns);
	kill(pid, SIGTERM);
	stripped();
	unlink(anchor);
	return done();
}
