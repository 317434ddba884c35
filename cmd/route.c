/* route - decide where each job goes */
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/plain.h"
#include "base/random.h"
#include "chain/link.h"
#include "conf/hostname.h"
#include "dns/allowopt.h"
#include "dns/dnsopt.h"
#include "dns/idn.h"
#include "local/routebox.h"
#include "route/act.h"
#include "route/providertable.h"
#include "dns/ownaddr.h"
#include "route/routebreaker.h"
#include "route/routeexplain.h"
#include "route/routeresult.h"
#include "route/routingtext.h"
#include "route/sourceaside.h"
#include "route/spilling.h"
#include "route/tables.h"
#include "sts/stsask.h"
#include <string.h>
#include <unistd.h>

enum { STS_WAIT_MAX_S = 60 }; /* of -S */

static const char usage[] =
    "route [-np] [-a prefix] [-i order] "
    "[-M maildirs] [-r addr[@port]] [-S unix:path[,seconds]] "
    "[-t seconds] [-x lists] confdir next ...";

static struct link link_;
static struct routing_conf conf;
static struct routetables tables;
static struct providertable providers;
static struct routebox_conf boxes;
static struct routing routing;
static struct resolve dns;
static struct nexthops nexthops = { .dns = &dns };
static struct hostaddr_prefix allow[ALLOWOPT_MAX];
/* of what is explained, what has been found so far; it may be foreign bytes */
static struct routewhy why;
static struct buf *const said = &why.text;
static char me[HOSTNAME_MAX + 1];
static struct spills spills;
static struct sourceaside aside;
static struct breakers breakers;
static struct underway underway;
static struct routeact act = { .up = &link_.up,
	.down = &link_.next[0].wire,
	.me = me,
	.nexthops = &nexthops,
	.inet = HOSTS_46,
	.tls_out = &tables.tls_out,
	.providers = &providers.lookup,
	.conf = &conf,
	.spills = &spills,
	.breakers = &breakers,
	.underway = &underway,
	.why = &why };
static const char *confdir, *maildirs, *lists;
static int fresh, full, explain;

static unsigned
lost(void *arg, const struct pools_source *s)
{
	return sourceaside_lost(arg, s, clock_mono_us());
}

static unsigned
load(void *arg, struct slice pool, struct slice src)
{
	return underway_load(arg, pool, src);
}

/* the tables */

/* once for all jobs that came together */
static void
check_tables(void)
{
	if (fresh)
		return;
	fresh = 1;
	ownaddr_read(&nexthops.policy);
	routetables_check(&tables, &conf);
	providertable_check(&providers);
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
	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	ascii_lower_copy(me, me, strlen(me));
}

/* a job */

static struct routejob job;

static void
check_memory(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
}

/* ms: that it has waited for the DNS */
static void
route_line(const char *p, size_t n, int64_t ms)
{
	struct nexthop *d;

	if (routejob_read(&job, p, n) == -1) {
		warn("not a job: %.*s", n > 200 ? 200 : (int)n, p);
		routing.addr.domain_len = 0;
		if (job.id != NULL)
			routeact_answer(&act, &job, &routing, "deferred",
			    "4.3.5", "local", "route got a job that is none");
		return;
	}
	job.dns_ms = ms;
	job.w.at_s = clock_wall_s();
	routing.said = NULL;
	if (job.explain != NULL) {
		buf_clear(said);
		job.why = &why;
		routing.said = routewhy_step;
		routing.said_arg = &why;
	}
	routing_decide(&routing, &conf, &job.w);
	d = routeact_do(&act, &job, &routing);
	if (d == NULL)
		return;
	nexthop_wait(d, job.line, job.n);
	if (!full && nexthop_full(&nexthops)) {
		full = 1;
		link_hold(&link_);
	}
}

static void
on_waited(void *arg, const char *p, size_t n, int64_t ms, struct nexthop *ready)
{
	(void)arg;
	(void)ready;
	route_line(p, n, ms);
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
		route_line(p, len - 1, 0);
	return len;
}

/* not begun: somebody else may do it at once */
static void
on_given_up(void *arg, const char *p, size_t n)
{
	(void)arg;
	if (routejob_read(&job, p, n) == -1)
		return;
	check_memory(routeresult_later(&link_.up.out, &job,
	    (uint64_t)clock_wall_s()));
	wire_dirty(&link_.up);
}

static void
on_closing(struct link *l)
{
	nexthop_give_up(&nexthops, on_given_up, NULL);
	link_close_down(l);
}

/* results */

/* it is on its way no more */
static void
ended(const struct ltsv *l)
{
	const struct ltsv_field *id = ltsv_find(l, "id"),
				*number = ltsv_find(l, "n");

	if (id != NULL && number != NULL)
		underway_done(&underway,
		    (struct slice){ id->value, id->value_len },
		    (struct slice){ number->value, number->value_len });
}

/* could it not be sent from its source? */
static void
source_told(const struct ltsv *l)
{
	const struct ltsv_field *src = ltsv_find(l, "src");

	if (src != NULL && ltsv_is(ltsv_find(l, "class"), "source"))
		sourceaside_told(&aside,
		    (struct slice){ src->value, src->value_len },
		    clock_mono_us());
}

/* one line of what comes up; 1: something else has gone up in its place */
static int
result(const char *p, size_t n)
{
	static struct ltsv l;
	static struct buf line;
	const struct breaker_site *site;
	int r;

	if (n > 8 && memcmp(p, "again:1", 7) == 0)
		spills_forget(&spills);
	if ((breakers.sites.n == 0 && !underway.on &&
		memmem(p, n, "\tspill-", 7) == NULL &&
		memmem(p, n, "\tclass:source", 13) == NULL) ||
	    ltsv_parse(p, n, &l) == -1)
		return 0;
	source_told(&l);
	ended(&l);
	site = breaker_result(&breakers, &l, clock_mono_us());
	if (site != NULL)
		routebreaker_event(site);
	buf_clear(&line);
	r = spilling_result(&spills, &l, clock_wall_us(), clock_mono_us(),
	    &line);
	check_memory(r);
	if (r == 1)
		link_up(&link_, buf_data(&line), buf_len(&line));
	return r;
}

static size_t
on_answer(struct link *l, unsigned which, const char *p, size_t n)
{
	size_t len, all = 0, from = 0;

	(void)which;
	/* what goes up as it came goes in one piece */
	for (; (len = link_line(p + all, n - all)) > 0; all += len) {
		if (!result(p + all, len))
			continue;
		link_up(l, p + from, all - from);
		from = all + len;
	}
	link_up(l, p + from, all - from);
	return all;
}

static const struct link_ops ops = {
	.request = on_request, .answer = on_answer, .closing = on_closing
};

/* for people */

static struct routeexplain shown = { .routing = &routing,
	.job = &job.w,
	.tls_out = &tables.tls_out,
	.providers = &providers.lookup,
	.why = &why };

static void
on_explained(void *arg, const char *p, size_t n, int64_t ms, struct nexthop *d)
{
	(void)arg;
	(void)ms;
	(void)p;
	(void)n;
	check_memory(routeexplain_hosts(&shown, nexthop_answer(d)));
	loop_stop();
}

/* the domain as the DNS knows it; 0, or -1 */
static int
to_ascii(void)
{
	struct address *a = &routing.addr;
	char domain[WORD_DOMAIN_MAX + 1];
	static struct buf text;

	if (idn_ascii(a->domain, a->domain_len, domain) == -1)
		return -1;
	check_memory(buf_printf(&text, "%.*s@%s", (int)a->user_len,
	    buf_data(&routing.to), domain));
	return address_set(a, buf_data(&text), buf_len(&text));
}

static void
explain_hosts(void)
{
	struct nexthop *d;

	if (routing.what == ROUTING_MX && to_ascii() == -1) {
		check_memory(buf_printf(said, "bounced esc:5.1.2\n"));
		shown.end = ROUTEEXPLAIN_NEVER;
		return;
	}
	d = routing.what == ROUTING_MX
	    ? nexthop_mx(&nexthops, routing.addr.domain,
		  routing.addr.domain_len)
	    : nexthop_hosts(&nexthops, routing.rule.host, routing.rule.n_host,
		  routing.what == ROUTING_LMTP, routing.rule.least);
	check_memory(d == NULL ? -1 : 0);
	if (nexthop_answer(d) != NULL) {
		check_memory(routeexplain_hosts(&shown, nexthop_answer(d)));
		return;
	}
	nexthop_wait(d, "", 0);
	loop_run();
}

/* who is here; the outcome in words behind the decision */
static void
explain_local(struct buf *end)
{
	static struct buf reason;

	switch (routebox_ask(&boxes, said, &conf, &routing, &job.w, &reason)) {
	case ROUTEBOX_GOES: return;
	case ROUTEBOX_NEVER: shown.end = ROUTEEXPLAIN_NEVER; break;
	case ROUTEBOX_LATER: shown.end = ROUTEEXPLAIN_LATER; break;
	}
	check_memory(buf_printf(end, "\n%s %.*s",
	    shown.end == ROUTEEXPLAIN_NEVER ? "bounced" : "deferred",
	    (int)buf_len(&reason), buf_data(&reason)));
}

/* what is decided, in words */
static void
explain_decision(void)
{
	static struct buf b;

	routing.said = routewhy_step;
	routing.said_arg = &why;
	routing_decide(&routing, &conf, &job.w);
	check_memory(routingtext_describe(&b, &routing, ' '));
	if (routing.what == ROUTING_LOCAL)
		explain_local(&b);
	check_memory(buf_printf(said, "%.*s\n", (int)buf_len(&b),
	    buf_data(&b)));
}

/* where it goes, or does not; as an exit status */
static int
explain_end(void)
{
	static const int ends[] = { [ROUTEEXPLAIN_GOES] = EXIT_OK,
		[ROUTEEXPLAIN_LATER] = EXIT_TEMP,
		[ROUTEEXPLAIN_NEVER] = EXIT_PERM };

	if (routing.what == ROUTING_BOUNCED)
		return EXIT_PERM;
	if (routing.what == ROUTING_DEFERRED)
		return EXIT_TEMP;
	if (routing.what == ROUTING_MX || routing.what == ROUTING_HOST ||
	    routing.what == ROUTING_LMTP) {
		if (routeexplain_wants_dns(&routing))
			explain_hosts();
		else
			check_memory(routeexplain_hosts(&shown, NULL));
	}
	return ends[shown.end];
}

/* the exit status: 0 when it goes somewhere */
static int
explain_job(char **argv)
{
	shown.inet = act.inet;
	job.w.at_s = clock_wall_s();
	job.w.to = (struct slice){ argv[0], strlen(argv[0]) };
	for (argv++; *argv != NULL; argv++)
		if (routingtext_word(&job.w, *argv, strlen(*argv)) == -1)
			die(EXIT_PERM, "not known: %s", *argv);
	explain_decision();
	return explain_end();
}

static void
set_inet(const char *s)
{
	static const char *const word[] = { "46", "64", "4", "6" };
	unsigned i;

	for (i = 0; i < 4; i++)
		if (strcmp(s, word[i]) == 0) {
			act.inet = (enum hosts_inet)i;
			return;
		}
	die_usage(usage);
}

/* unix:PATH[,SECONDS]; the path stays where it is */
static void
set_sts(char *s)
{
	char *comma = strrchr(s, ',');
	int64_t wait_ms = STSASK_WAIT_MS;

	if (comma != NULL) {
		*comma = '\0';
		wait_ms =
		    1000 * (int64_t)opt_num('S', comma + 1, 0, STS_WAIT_MAX_S);
	}
	if (stsask_setup(s, wait_ms) == -1)
		opt_bad('S', s, "unix:PATH");
	nexthops.ask_sts = 1;
}

static void
options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "+na:i:pr:t:M:S:x:")) != -1)
		switch (opt) {
		case 'n': explain = 1; break;
		case 'a':
			allowopt_take('a', optarg, &nexthops.policy, allow);
			break;
		case 'i': set_inet(optarg); break;
		case 'M': maildirs = optarg; break;
		case 'S': set_sts(optarg); break;
		case 'p': nexthops.policy.refuse_private = 1; break;
		case 'r': dnsopt_server(opt, optarg, &dns); break;
		case 't':
			dns.deadline_ms = 1000 *
			    (unsigned)opt_num(opt, optarg, 1,
				RESOLVE_DEADLINE_MAX_S);
			break;
		case 'x': lists = optarg; break;
		default: die_usage(usage);
		}
	if (argc - optind < 2)
		die_usage(usage);
}

static void
setup(void)
{
	read_name();
	routetables_open(&tables, &conf, confdir, me);
	providertable_open(&providers, confdir);
	if (lists != NULL)
		act.suppress = need(suppressask_open(lists, confdir));
	if (random_bytes(&underway.seed, sizeof underway.seed) == -1 ||
	    random_bytes(&breakers.seed, sizeof breakers.seed) == -1 ||
	    random_bytes(&spills.seed, sizeof spills.seed) == -1)
		die(EXIT_TEMP, "unable to get random bytes: %m");
	conf.lost = lost;
	conf.lost_arg = &aside;
	conf.load = load;
	conf.load_arg = &underway;
	dns.conf.validate = RESOLVECONF_AUTO;
	resolve_setup(&dns, confdir);
	nexthops.policy.me = me;
	nexthops.policy.local = conf.local;
	ownaddr_read(&nexthops.policy);
	nexthops.ask4 = act.inet != HOSTS_6;
	nexthops.ask6 = act.inet != HOSTS_4;
	nexthops.line = explain ? on_explained : on_waited;
	nexthops.drained = on_drained;
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
		int status;

		routebox_open(&boxes, confdir, maildirs);
		status = explain_job(argv + optind + 1);

		out_flush_plain(said);
		return status;
	}
	link_open(&link_, &ops);
	link_next(&link_, argv + optind + 1);
	loop_hook_start(&hook, before_wait, NULL);
	return link_run(&link_);
}
