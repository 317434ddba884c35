/* machines with questions, driven: order, limits, deadline, cancelling */
#include "base/clock.h"
#include "base/die.h"
#include "dns/dnsrun.h"
#include "dnsfake.h"
#include "looprun.h"
#include "tap.h"
#include <stdlib.h>

static const struct dnsfake_record zone[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
	{ "mx.test", DNSFAKE_MX, "a.test", 10, 300 },
	{ "none.test", DNSFAKE_NONE, "", 0, 0 },
	{ "servfail.test", DNSFAKE_SERVFAIL, "", 0, 0 },
	{ "silent.test", DNSFAKE_SILENT, "", 0, 0 },
	{ "9.2.0.192.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.0.0.10.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.0.16.172.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.0.31.172.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.0.64.100.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.0.127.100.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.100.51.198.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.113.0.203.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.1.168.192.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "2.0.0.127.in-addr.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.8.b.d.0.1.0.0.2.ip6.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "1.0.d.f.ip6.arpa", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "x.local", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ NULL, 0, NULL, 0, 0 },
};

/* asks its questions in order, and notes the answers as text */
struct machine {
	struct dnsrun run; /* first */
	const char *const *ask;
	unsigned at, answered, again; /* again: how often all of it */
	int done;
	char text[400];
};

static struct resolve dns;
static unsigned left;

static int
want(void *arg, struct dnsq *q)
{
	struct machine *m = arg;

	if (m->ask[m->at] == NULL) {
		if (m->again == 0)
			return 0;
		m->again--;
		m->at = 0;
	}
	q->type = m->ask[m->at][0] == 'm' ? DNSQ_MX : DNSQ_A;
	snprintf(q->name, sizeof q->name, "%s", m->ask[m->at]);
	return 1;
}

static void
answer(void *arg, const struct dnsa *a)
{
	static const char *const word[] = { "ok", "none", "nxdomain",
		"failed" };
	struct machine *m = arg;
	size_t n = strlen(m->text);

	m->at++;
	m->answered++;
	if (m->answered <= 8)
		snprintf(m->text + n, sizeof m->text - n, "%s%u%s%s ",
		    word[a->status], a->n, a->status == DNSA_FAILED ? ":" : "",
		    a->status == DNSA_FAILED ? a->text : "");
}

static const struct dnsrun_machine ops = { want, answer };

static void
on_done(void *arg)
{
	struct machine *m = arg;

	m->done++;
	if (--left == 0)
		loop_stop();
}

static void
start(struct machine *m, const char *const *ask, unsigned again, int64_t ms)
{
	memset(m, 0, sizeof *m);
	m->ask = ask;
	m->again = again;
	left++;
	dnsrun_start(&m->run, &dns, &ops, m, ms, on_done, m);
}

static void
run(void)
{
	if (left > 0)
		looprun();
}

static const char *const nothing[] = { NULL };
static const char *const all[] = { "a.test", "mx.test", "none.test", "no.test",
	"servfail.test", "9.2.0.192.in-addr.arpa", "1.0.0.10.in-addr.arpa",
	"a..test", NULL };
static const char *const silent[] = { "a.test", "silent.test", "a.test",
	"q1.test", NULL };

static void
answers(void)
{
	static struct machine m, n;

	start(&n, nothing, 0, 5000);
	is_num(n.done, 1, "nothing to ask: done at once");
	start(&m, all, 0, 5000);
	is_num(m.answered, 0, "otherwise not");
	run();
	is_num(m.done, 1, "done once");
	is_str(m.text,
	    "ok1 ok1 none0 nxdomain0 failed0:SERVFAIL ok1 ok1 "
	    "failed0:syntax error ",
	    "every kind of answer, in order");
}

static void
deadline(void)
{
	static struct machine m[3];
	int64_t began = clock_mono_ms();
	unsigned i;

	for (i = 0; i < 3; i++)
		start(&m[i], i == 2 ? all : silent, 0, i == 1 ? 400 : 200);
	run();
	ok(clock_mono_ms() - began >= 400, "not before its time");
	for (i = 0; i < 2; i++)
		is_str(m[i].text,
		    "ok1 failed0:no answer in time "
		    "failed0:no answer in time failed0:no answer in time ",
		    "what comes behind the deadline fails");
	is_num(m[2].answered, 8, "others go on");
}

/* names that libunbound would answer by itself, in private and documentation
 * networks: our name servers may know them */
static void
private_zones(void)
{
	static struct machine m[sizeof zone / sizeof *zone];
	static const char *ask[sizeof zone / sizeof *zone][2];
	unsigned i;

	for (i = 5; zone[i].name != NULL; i++) {
		ask[i][0] = zone[i].name;
		start(&m[i], ask[i], 0, 5000);
	}
	run();
	for (i = 5; zone[i].name != NULL; i++)
		is_str(m[i].text, "ok1 ", zone[i].name);
}

/* each question its own deadline, and the machine goes on behind it */
static void
question_deadline(void)
{
	static struct machine m;

	dns.deadline_ms = 200;
	start(&m, silent, 0, 15000);
	run();
	is_str(m.text, "ok1 failed0:no answer in time ok1 ok1 ",
	    "one question without answer");
	dns.deadline_ms = 10000;
}

static void
limit(void)
{
	static const char *const bad[] = { "a..test", NULL };
	static struct machine m;

	/* those that fail at once are quick, and count */
	start(&m, bad, DNSRUN_ASKED_MAX + 2, 60000);
	run();
	is_num(m.run.asked > DNSRUN_ASKED_MAX, 1, "too many questions");
	is_num(m.answered, DNSRUN_ASKED_MAX + 3, "all are answered");
}

static void
cancel(void)
{
	static struct machine m[4];

	/* one that asks, one that waits for no answer, and one that stays */
	start(&m[0], silent, 0, 300);
	start(&m[1], all, 0, 300);
	start(&m[2], all, 0, 5000);
	dnsrun_cancel(&m[0].run);
	dnsrun_cancel(&m[1].run);
	dnsrun_cancel(&m[1].run);
	left -= 2;
	run();
	is_num(m[0].done + m[1].done, 0, "cancelled: done() does not come");
	is_num(m[0].answered + m[1].answered, 0, "nor an answer");
	is_num(m[2].done, 1, "the other one is not touched");
	is_num(m[2].answered, 8, "and has all its answers");
}

/* resolve_cancel(): while it waits for its turn, too */
static struct query {
	struct resolve_query q; /* first */
	char name[32];
	unsigned times;
} query[2 * RESOLVE_FLIGHT_MAX];

static void
on_query(void *arg, const struct resolve_answer *a)
{
	struct query *q = arg;

	(void)a;
	q->times++;
	if (--left == 0)
		loop_stop();
}

static void
cancel_waiting(void)
{
	unsigned i, bad = 0, n = 2 * RESOLVE_FLIGHT_MAX;

	for (i = 0; i < n; i++) {
		snprintf(query[i].name, sizeof query[i].name, "q%u.test",
		    1000 + i);
		query[i].q.name = query[i].name;
		query[i].q.type = RESOLVE_A;
		query[i].q.done = on_query;
		query[i].q.arg = &query[i];
		resolve_ask(&dns, &query[i].q);
	}
	left = n;
	/* every third: of those that are asked and of those that wait, the
	 * first and the last, too */
	for (i = 0; i < n; i += 3, left--)
		resolve_cancel(&query[i].q);
	resolve_cancel(&query[n - 1].q);
	left--;
	run();
	for (i = 0; i < n; i++)
		bad += query[i].times != (i % 3 != 0 && i != n - 1);
	is_num(bad, 0, "those that are cancelled, and no others");
	/* what was cancelled may be asked again; all are cancelled */
	for (i = 0; i < 10; i++)
		resolve_ask(&dns, &query[i].q);
	for (i = 0; i < 10; i++)
		resolve_cancel(&query[i].q);
	left = 1;
	resolve_ask(&dns, &query[3].q);
	run();
	is_num(query[3].times, 1, "asked again, once");
}

static void
now(void)
{
	static struct machine m;
	unsigned i;

	/* again and again: the loop is as it was */
	for (i = 0; i < 3; i++) {
		memset(&m, 0, sizeof m);
		m.ask = i == 1 ? nothing : all;
		dnsrun_now(&dns, &ops, &m, 5000);
		is_num(m.answered, i == 1 ? 0 : 8,
		    "all asked before it returns");
	}
	memset(&m, 0, sizeof m);
	m.ask = silent;
	dnsrun_now(&dns, &ops, &m, 100);
	is_num(m.answered, 4, "within its deadline");
}

int
main(void)
{
	static char *args[] = { "lookup", NULL };
	char server[32];
	pid_t pid;

	prog_init(args);
	pid = dnsfake_start(zone, server);
	is_num(resolve_server(&dns, server), 0, "server");
	answers();
	private_zones();
	deadline();
	question_deadline();
	limit();
	cancel();
	cancel_waiting();
	now();
	kill(pid, SIGTERM);
	return done();
}
