/* questions to a name server of the test: every kind of answer, and none */
#include "base/clock.h"
#include "base/die.h"
#include "base/loop.h"
#include "conf/conftext.h"
#include "dns/resolve.h"
#include "dnsfake.h"
#include "looprun.h"
#include "tap.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct dnsfake_record zone[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
	{ "two.test", DNSFAKE_A, "192.0.2.8", 0, 77 },
	{ "two.test", DNSFAKE_A, "192.0.2.9", 0, 77 },
	{ "mx.test", DNSFAKE_MX, "a.test", 10, 300 },
	{ "none.test", DNSFAKE_NONE, "", 0, 0 },
	{ "servfail.test", DNSFAKE_SERVFAIL, "", 0, 0 },
	{ "silent.test", DNSFAKE_SILENT, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};

static struct resolve dns, other;
static unsigned left, answered;
static struct answer {
	struct resolve_query q; /* first */
	char name[32];
	enum resolve_status status;
	unsigned n, ttl, times;
	unsigned char data[16];
	int len;
	char text[128];
} answer[2 * RESOLVE_FLIGHT_MAX];

static void
on_done(void *arg, const struct resolve_answer *r)
{
	struct answer *a = arg;

	a->times++;
	a->status = r->status;
	a->n = r->n;
	a->ttl = r->ttl;
	if (r->n > 0 && r->len[0] <= 16) {
		a->len = r->len[0];
		memcpy(a->data, r->data[0], r->len[0]);
	}
	if (r->status == RESOLVE_FAILED)
		snprintf(a->text, sizeof a->text, "%s", r->text);
	answered++;
	if (--left == 0)
		loop_stop();
}

static void
ask_of(struct resolve *d, struct answer *a, const char *name, int type)
{
	memset(a, 0, sizeof *a);
	snprintf(a->name, sizeof a->name, "%s", name);
	a->q.name = a->name;
	a->q.type = type;
	a->q.done = on_done;
	a->q.arg = a;
	left++;
	resolve_ask(d, &a->q);
}

static void
ask(struct answer *a, const char *name, int type)
{
	ask_of(&dns, a, name, type);
}

static void
servers(const char *server)
{
	static const char *const bad[] = {
		"",
		"name",
		"127.0.0.1@",
		"127.0.0.1@0",
		"127.0.0.1@65536",
		"127.0.0.1:53",
		"127.0.0.300",
		"@53",
		"2001:db8:1111:2222:3333:4444:5555:6666@0000000000000000000000053",
	};
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(resolve_server(&dns, bad[i]), -1, bad[i]);
	for (i = 0; i < CONFTEXT_SERVERS_MAX; i++)
		is_num(resolve_server(&dns, server), 0, "a server");
	is_num(resolve_server(&dns, server), -1, "one too many");
}

static const struct {
	const char *name;
	int type;
	enum resolve_status status;
	unsigned n;
	const char *text;
} cases[] = {
	{ "a.test", RESOLVE_A, RESOLVE_OK, 1, "" },
	{ "A.Test", RESOLVE_A, RESOLVE_OK, 1, "" },
	{ "a.test.", RESOLVE_A, RESOLVE_OK, 1, "" },
	{ "two.test", RESOLVE_A, RESOLVE_OK, 2, "" },
	{ "mx.test", RESOLVE_MX, RESOLVE_OK, 1, "" },
	{ "a.test", RESOLVE_MX, RESOLVE_NONE, 0, "" },
	{ "a.test", RESOLVE_AAAA, RESOLVE_NONE, 0, "" },
	{ "none.test", RESOLVE_A, RESOLVE_NONE, 0, "" },
	{ "no.test", RESOLVE_A, RESOLVE_NXDOMAIN, 0, "" },
	{ "no.test", RESOLVE_MX, RESOLVE_NXDOMAIN, 0, "" },
	{ "servfail.test", RESOLVE_A, RESOLVE_FAILED, 0, "SERVFAIL" },
	{ "a..test", RESOLVE_A, RESOLVE_FAILED, 0, "syntax error" },
};

static void
kinds(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		ask(&answer[i], cases[i].name, cases[i].type);
	is_num(answered, 0, "no answer while asking");
	looprun();
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(answer[i].status, cases[i].status, cases[i].name);
		is_num(answer[i].n, cases[i].n, "records");
		is_num(answer[i].times, 1, "once");
		if (cases[i].status == RESOLVE_FAILED)
			is_str(answer[i].text, cases[i].text, "why");
	}
	ok(answer[0].len == 4 && memcmp(answer[0].data, "\300\0\2\7", 4) == 0,
	    "an address as on the wire");
	ok(answer[4].len == 10 &&
		memcmp(answer[4].data, "\0\12\1a\4test\0", 10) == 0,
	    "an MX as on the wire");
	ok(answer[3].ttl > 60 && answer[3].ttl <= 77, "time to live");
}

/* more questions than may be under way: all are answered */
static void
many(void)
{
	unsigned i, bad = 0;
	char name[32];

	answered = 0;
	for (i = 0; i < 2 * RESOLVE_FLIGHT_MAX; i++) {
		snprintf(name, sizeof name, "q%u.test", i);
		ask(&answer[i], name, RESOLVE_A);
	}
	looprun();
	for (i = 0; i < 2 * RESOLVE_FLIGHT_MAX; i++)
		bad += answer[i].times != 1 || answer[i].status != RESOLVE_OK;
	is_num(bad, 0, "twice as many as at a time");
}

static void
silent(void)
{
	int64_t began = clock_mono_ms();

	dns.deadline_ms = 300;
	ask(&answer[0], "silent.test", RESOLVE_A);
	ask(&answer[1], "a.test", RESOLVE_A);
	looprun();
	is_num(answer[0].status, RESOLVE_FAILED, "no answer");
	is_str(answer[0].text, "no answer in time", "why");
	ok(clock_mono_ms() - began >= 300, "not before its time");
	is_num(answer[1].status, RESOLVE_OK, "others go on");
}

/* each has its own servers, questions and deadline */
static void
two(void)
{
	int64_t began = clock_mono_ms();

	/* nobody is there */
	is_num(resolve_server(&other, "127.0.0.1@1"), 0, "another server");
	other.deadline_ms = 600;
	ask_of(&other, &answer[0], "a.test", RESOLVE_A);
	ask_of(&other, &answer[1], "two.test", RESOLVE_A);
	ask(&answer[2], "two.test", RESOLVE_A);
	ask(&answer[3], "silent.test", RESOLVE_A);
	resolve_cancel(&answer[1].q);
	left--;
	looprun();
	is_num(answer[0].status, RESOLVE_FAILED, "nothing of the one's cache");
	is_num(answer[1].times, 0, "cancelled where it was asked");
	is_num(answer[2].status, RESOLVE_OK, "the one answers");
	is_num(answer[2].n, 2, "as before");
	is_str(answer[3].text, "no answer in time", "by its own deadline");
	ok(clock_mono_ms() - began >= 300, "not before its time");
	is_num(dns.n_flight + other.n_flight, 0, "nothing is under way");
}

/* what is opened reads the system's servers, if it has any: to ask those of the
 * root in their place, for want of a descriptor, would find other names */
static void
starved(void)
{
	static const struct resolveconf system;
	static struct unboundctx c;
	struct rlimit all, few;
	int first = open("/dev/null", O_RDONLY), opened = 0, more = -1, i;

	close(first);
	getrlimit(RLIMIT_NOFILE, &all);
	few = all;
	for (i = 0; i < 64 && !opened; i++) {
		few.rlim_cur = first + i;
		setrlimit(RLIMIT_NOFILE, &few);
		opened = unboundctx_open(&c, &system, 0, NULL, NULL) == 0;
		if (opened)
			more = open("/dev/null", O_RDONLY);
		setrlimit(RLIMIT_NOFILE, &all);
	}
	ok(opened, "with enough descriptors it opens");
	ok(more != -1, "and not before a file could be read");
	close(more);
	unboundctx_close(&c);
}

int
main(void)
{
	static char *args[] = { "resolve", NULL };
	char server[32];
	pid_t pid;

	prog_init(args);
	/* the loop's own come first */
	looprun_ms(0);
	starved();
	pid = dnsfake_start(zone, server);
	servers(server);
	kinds();
	many();
	silent();
	two();
	kill(pid, SIGTERM);
	return done();
}
