/* route - decide where each job goes */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/me.h"
#include "base/num.h"
#include "base/table.h"
#include "net/dest.h"
#include "net/idn.h"
#include "net/link.h"
#include "net/resolve.h"
#include "net/routejob.h"
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ALLOW_MAX = 64,       /* -a */
	OWN_MAX = 1024,       /* addresses of this machine */
	OWN_EVERY_MS = 60000  /* how often they are looked up */
};

static const char usage[] = "route [-np] [-a prefix] [-i order] "
    "[-r addr[@port]] [-t seconds] confdir next ...";

static struct link link_;
static struct where_conf conf;
static struct where where;
static struct dest_conf dests;
static struct hosts_prefix allow[ALLOW_MAX];
static struct hosts_ip own[OWN_MAX];
static enum hosts_inet inet = HOSTS_46;
static char me[ME_MAX + 1];
static const char *confdir;
static int fresh, full, explain;

/* ---- this machine ---- */

/* 0, or -1 when it is of another family */
static int
take_address(const struct sockaddr *sa, struct hosts_ip *ip)
{
	struct sockaddr_in s4;
	struct sockaddr_in6 s6;

	memset(ip, 0, sizeof *ip);
	if (sa != NULL && sa->sa_family == AF_INET) {
		memcpy(&s4, sa, sizeof s4);
		ip->family = 4;
		memcpy(ip->ip, &s4.sin_addr, 4);
		return 0;
	}
	if (sa != NULL && sa->sa_family == AF_INET6) {
		memcpy(&s6, sa, sizeof s6);
		ip->family = 6;
		memcpy(ip->ip, &s6.sin6_addr, 16);
		return 0;
	}
	return -1;
}

/* the addresses of this machine; loopback needs no mention, as no mail goes
 * there anyway */
static void
read_own(void)
{
	static int64_t next;
	struct ifaddrs *list, *a;
	int64_t now = clock_mono_ms();
	unsigned n = 0;

	if (next > now)
		return;
	next = now + OWN_EVERY_MS;
	if (getifaddrs(&list) == -1)
		return;
	for (a = list; a != NULL && n < OWN_MAX; a = a->ifa_next)
		if (take_address(a->ifa_addr, &own[n]) == 0 &&
		    hosts_sane(&own[n], &dests.policy))
			n++;
	dests.policy.n_own = n;
	freeifaddrs(list);
}

/* ---- the tables ---- */

static struct {
	struct table table;
	char path[4096];
} tables[4];
static const char *const names[] = { "routes", "aliases", "pools", "local" };

/* a table that was never there is empty: its file is optional */
static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct table *t = arg;

	return t->open ? table_ref(t, key, n, data, len) : 0;
}

static void
open_tables(void)
{
	struct lookup *const to[] = { &conf.routes, &conf.aliases,
		&conf.pools, &conf.local };
	char text[4096];
	unsigned i;

	for (i = 0; i < 4; i++) {
		struct table *t = &tables[i].table;

		if (snprintf(text, sizeof text, "%s/%s", confdir, names[i]) >=
		    (int)sizeof text - 4)
			die(EXIT_PERM, "name too long: %s", confdir);
		snprintf(tables[i].path, sizeof tables[i].path, "%.4090s.cdb",
		    text);
		to[i]->get = get;
		to[i]->arg = t;
		if (table_open(t, tables[i].path) == 0)
			continue;
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to open %s: %m",
			    tables[i].path);
		if (access(text, F_OK) == 0)
			die(EXIT_TEMP, "%s is not compiled: run conf-build %s",
			    text, confdir);
	}
	if (routes_load(&conf.loaded, &conf.routes) == -1)
		die(EXIT_TEMP, "%s is damaged", tables[0].path);
}

/* once for all jobs that came together */
static void
check_tables(void)
{
	unsigned i;

	if (fresh)
		return;
	fresh = 1;
	read_own();
	for (i = 0; i < 4; i++)
		if (table_check(&tables[i].table) && i == 0 &&
		    routes_load(&conf.loaded, &conf.routes) == -1)
			warn("%s is damaged", tables[0].path);
}

static void
before_wait(void *arg)
{
	(void)arg;
	fresh = 0;
}

static void
read_name(void)
{
	char *p;

	if (me_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	for (p = me; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 32;
}

/* ---- a job ---- */

static struct routejob job;

static void
check_memory(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
}

static void
answer(const char *status, const char *esc, const char *class,
    const char *text)
{
	struct slice domain = { where.addr.domain, where.addr.domain_len };

	check_memory(routejob_answer(&link_.up.out, &job, status, esc, class,
	    domain, text));
	wire_dirty(&link_.up);
}

static void
answer_hosts(const struct hosts *h)
{
	answer(h->temporary ? "deferred" : "bounced", h->esc, h->class,
	    h->text);
}

/* what routejob_local() or routejob_remote() said */
static void
handed_down(int r)
{
	check_memory(r);
	if (r == ROUTEJOB_TOO_LONG)
		answer("deferred", "4.3.5", "local",
		    "the job is too long with what route adds");
	else
		wire_dirty(&link_.next[0].wire);
}

static void
send_remote(struct slice site, const struct buf *mx)
{
	struct slice list = { buf_data(mx), buf_len(mx) };

	handed_down(routejob_remote(&link_.next[0].wire.out, &job, &where, me,
	    site, list));
}

/* the families that the source can use; a source of one address sends
 * from no other */
static enum hosts_inet
families(void)
{
	int have4 = where.source.ip.n > 0, have6 = where.source.ip6.n > 0;

	if (have4 == have6)
		return inet;
	return have4 ? HOSTS_4 : HOSTS_6;
}

static void
send_to_hosts(const struct hosts *h)
{
	static struct buf list;
	int n;

	buf_clear(&list);
	n = hosts_order(&list, h, families(), text_mix(where.hash + 2));
	check_memory(n);
	if (n == 0) {
		answer("deferred", "4.4.4", "dns", "the source has no address "
		    "of the family that the hosts have");
		return;
	}
	send_remote((struct slice){ h->site, strlen(h->site) }, &list);
}

/* hosts that need no DNS: 1, or 0 when one has a name */
static int
send_literals(void)
{
	static struct buf mx, site;
	int r = routejob_literals(&where, &site, &mx);

	check_memory(r);
	if (r == 1)
		send_remote((struct slice){ buf_data(&site), buf_len(&site) },
		    &mx);
	return r;
}

/* user@[192.0.2.1], user@[IPv6:2001:db8::1] */
static void
send_to_literal(void)
{
	const char *p = where.addr.domain + 1;
	size_t n = where.addr.domain_len;
	struct hosts_draft *d;
	struct hosts_host *h;
	struct hosts_ip ip;
	struct hosts a;

	n = n < 2 || p[n - 2] != ']' ? 0 : n - 2;
	if (n > 5 && memcmp(p, "ipv6:", 5) == 0) {
		p += 5;
		n -= 5;
	}
	if (n == 0 || hosts_ip_scan(p, n, &ip) == -1) {
		answer("bounced", "5.1.2", "policy", "bad address literal");
		return;
	}
	d = calloc(1, sizeof *d);
	check_memory(d == NULL ? -1 : 0);
	snprintf(d->domain, sizeof d->domain, "%.*s",
	    (int)where.addr.domain_len, where.addr.domain);
	h = hosts_add(d, p, n, 0, 25);
	hosts_add_ip(h, ip.ip, ip.family == 4 ? 4 : 16);
	check_memory(hosts_finish(d, &dests.policy, &a));
	if (a.n > 0)
		send_to_hosts(&a);
	else
		answer_hosts(&a);
	hosts_free(&a);
	free(d);
}

/*
 * A domain as DNS knows it, in place of one in UTF-8.  Where the user is
 * ASCII the whole address becomes so: no next host needs SMTPUTF8 for it.
 * 0, or -1 when answered.
 */
static int
to_ascii(void)
{
	char domain[TEXT_DOMAIN_MAX + 1];
	struct buf a = { 0 };
	size_t user = where.addr.user_len;
	int r;

	if (!idn_needed(where.addr.domain, where.addr.domain_len))
		return 0;
	if (idn_ascii(where.addr.domain, where.addr.domain_len, domain) ==
	    -1) {
		answer("bounced", "5.1.2", "policy",
		    "not an internationalized domain name");
		return -1;
	}
	check_memory(buf_put(&a, buf_data(&where.to), user));
	check_memory(buf_putc(&a, '@'));
	check_memory(buf_puts(&a, domain));
	r = address_set(&where.addr, buf_data(&a), buf_len(&a));
	if (r == 0 && !idn_needed(buf_data(&a), user)) {
		buf_clear(&where.to);
		check_memory(buf_put(&where.to, buf_data(&a), buf_len(&a)));
		where.renamed = 1;
	}
	buf_free(&a);
	if (r == -1)
		answer("bounced", "5.1.3", "policy", "address too long");
	return r;
}

static void
send_by_dns(void)
{
	const struct hosts *h;
	struct dest *d;

	if (where.what == WHERE_MX)
		d = dest_mx(where.addr.domain, where.addr.domain_len);
	else
		d = dest_hosts(where.rule.host, where.rule.n_host,
		    where.what == WHERE_LMTP);
	check_memory(d == NULL ? -1 : 0);
	h = dest_answer(d);
	if (h == NULL) {
		dest_wait(d, job.line, job.n);
		if (!full && dest_full()) {
			full = 1;
			link_hold(&link_);
		}
	} else if (h->n > 0) {
		send_to_hosts(h);
	} else {
		answer_hosts(h);
	}
}

static void
act(void)
{
	switch (where.what) {
	case WHERE_MX:
		if (where.addr.domain[0] == '[')
			send_to_literal();
		else if (to_ascii() == 0)
			send_by_dns();
		break;
	case WHERE_HOST:
	case WHERE_LMTP:
		if (!send_literals())
			send_by_dns();
		break;
	case WHERE_LOCAL:
		handed_down(routejob_local(&link_.next[0].wire.out, &job,
		    &where));
		break;
	case WHERE_DISCARD:
		answer("sent", where.esc, where.class, where.text);
		break;
	case WHERE_BOUNCED:
		answer("bounced", where.esc, where.class, where.text);
		break;
	case WHERE_DEFERRED:
		answer("deferred", where.esc, where.class, where.text);
		break;
	}
}

static void
route_line(const char *p, size_t n)
{
	if (routejob_read(&job, p, n) == -1) {
		warn("not a job: %.*s", n > 200 ? 200 : (int)n, p);
		where.addr.domain_len = 0;
		if (job.id != NULL)
			answer("deferred", "4.3.5", "local",
			    "route got a job that is none");
		return;
	}
	where_decide(&where, &conf, &job.w);
	act();
}

static void
on_waited(void *arg, const char *p, size_t n, struct dest *ready)
{
	(void)arg;
	(void)ready;
	route_line(p, n);
}

static void
on_drained(void *arg)
{
	(void)arg;
	if (!full)
		return;
	full = 0;
	link_release(&link_);
}

static size_t
on_request(struct link *l, const char *p, size_t n)
{
	size_t len = link_line(p, n);

	(void)l;
	if (len == 0)
		return 0;
	check_tables();
	if (len > 1)
		route_line(p, len - 1);
	return len;
}

/* not begun: somebody else may do it at once */
static void
on_given_up(void *arg, const char *p, size_t n)
{
	(void)arg;
	if (routejob_read(&job, p, n) == -1)
		return;
	check_memory(routejob_later(&link_.up.out, &job,
	    (uint64_t)clock_wall_s()));
	wire_dirty(&link_.up);
}

static void
on_closing(struct link *l)
{
	dest_give_up(on_given_up, NULL);
	link_close_down(l);
}

static const struct link_ops ops = { on_request, NULL, on_closing, NULL };

/* ---- for people ---- */

static void
on_said(void *arg, const char *file, unsigned line, const char *text)
{
	(void)arg;
	if (line == 0)
		printf("%s: %s\n", file, text);
	else
		printf("%s:%u: %s\n", file, line, text);
}

static void
print_hosts(const struct hosts *h)
{
	static struct buf list;
	size_t i;

	if (h->n == 0) {
		printf("%s esc:%s class:%s text:%s\n", h->temporary ?
		    "deferred" : "bounced", h->esc, h->class, h->text);
		return;
	}
	check_memory(hosts_order(&list, h, families(),
	    text_mix(where.hash + 2)));
	for (i = 0; i < buf_len(&list); i++)
		if (buf_data(&list)[i] == ' ')
			buf_data(&list)[i] = '\n';
	printf("site:%s\n%.*s\n", h->site, (int)buf_len(&list),
	    buf_data(&list));
}

static void
on_explained(void *arg, const char *p, size_t n, struct dest *d)
{
	(void)arg;
	(void)p;
	(void)n;
	print_hosts(dest_answer(d));
	loop_stop();
}

static int
explain_job(char **argv)
{
	static struct buf b;
	char domain[TEXT_DOMAIN_MAX + 1];
	struct dest *d;
	unsigned i;

	job.w.to = (struct slice){ argv[0], strlen(argv[0]) };
	for (argv++; *argv != NULL; argv++)
		if (where_job_word(&job.w, *argv, strlen(*argv)) == -1)
			die(EXIT_PERM, "not known: %s", *argv);
	where.said = on_said;
	where_decide(&where, &conf, &job.w);
	check_memory(where_describe(&b, &where, ' '));
	printf("%.*s\n", (int)buf_len(&b), buf_data(&b));
	if (where.what != WHERE_MX && where.what != WHERE_HOST &&
	    where.what != WHERE_LMTP)
		return 0;
	for (i = 0; i < where.rule.n_host; i++)
		if (where.rule.host[i].port != 0 &&
		    !where.rule.host[i].literal)
			break;
	if (where.what == WHERE_MX ? where.addr.domain[0] == '[' :
	    i == where.rule.n_host)
		return 0;
	if (where.what == WHERE_MX && idn_ascii(where.addr.domain,
	    where.addr.domain_len, domain) == -1) {
		printf("bounced esc:5.1.2\n");
		return 0;
	}
	d = where.what == WHERE_MX ? dest_mx(domain, strlen(domain)) : dest_hosts(where.rule.host,
	    where.rule.n_host, where.what == WHERE_LMTP);
	check_memory(d == NULL ? -1 : 0);
	if (dest_answer(d) != NULL) {
		print_hosts(dest_answer(d));
		return 0;
	}
	dest_wait(d, "", 0);
	loop_run();
	return 0;
}

/* ---- */

static void
add_allow(const char *s)
{
	if (dests.policy.n_allow == ALLOW_MAX)
		die(EXIT_PERM, "more than %d times -a", ALLOW_MAX);
	if (hosts_prefix_scan(s, &allow[dests.policy.n_allow]) == -1)
		die(EXIT_PERM, "-a %s: not an address or prefix", s);
	dests.policy.n_allow++;
}

static void
set_inet(const char *s)
{
	static const char *const word[] = { "46", "64", "4", "6" };
	unsigned i;

	for (i = 0; i < 4; i++)
		if (strcmp(s, word[i]) == 0) {
			inet = (enum hosts_inet)i;
			return;
		}
	die_usage(usage);
}

static void
options(int argc, char **argv)
{
	uint64_t u;
	int opt;

	while ((opt = getopt(argc, argv, "+na:i:pr:t:")) != -1)
		switch (opt) {
		case 'n':
			explain = 1;
			break;
		case 'a':
			add_allow(optarg);
			break;
		case 'i':
			set_inet(optarg);
			break;
		case 'p':
			dests.policy.refuse_private = 1;
			break;
		case 'r':
			if (resolve_server(optarg) == -1)
				die(EXIT_PERM, "-r %s: want ADDR or "
				    "ADDR@PORT, and not too many", optarg);
			break;
		case 't':
			if (num_scans(optarg, 1, RESOLVE_DEADLINE_MAX_S,
				&u) == -1)
				die(EXIT_PERM, "-t %s: want seconds, 1 to %d",
				    optarg, RESOLVE_DEADLINE_MAX_S);
			resolve_deadline((unsigned)u * 1000);
			break;
		default:
			die_usage(usage);
		}
	if (argc - optind < 2)
		die_usage(usage);
}

static void
setup(void)
{
	open_tables();
	read_name();
	resolve_setup(confdir);
	dests.policy.allow = allow;
	dests.policy.own = own;
	dests.policy.me = me;
	dests.policy.local = conf.local;
	read_own();
	dests.ask4 = inet != HOSTS_6;
	dests.ask6 = inet != HOSTS_4;
	dests.line = explain ? on_explained : on_waited;
	dests.drained = on_drained;
	dest_setup(&dests);
}

int
main(int argc, char **argv)
{
	static struct loop_hook hook;

	prog_init(argv);
	options(argc, argv);
	confdir = argv[optind];
	setup();
	if (explain) {
		explain_job(argv + optind + 1);
		if (fflush(stdout) != 0)
			die(EXIT_TEMP, "unable to write: %m");
		return EXIT_OK;
	}
	link_open(&link_, &ops);
	link_next(&link_, argv + optind + 1);
	loop_hook_start(&hook, before_wait, NULL);
	return link_run(&link_);
}
