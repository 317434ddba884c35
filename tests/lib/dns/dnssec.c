/* answers that are checked: good ones, forged ones, and name servers that hand
 * on no signatures */
#include "base/clock.h"
#include "base/die.h"
#include "base/loop.h"
#include "dns/resolve.h"
#include "dnssigned.h"
#include "looprun.h"
#include "tap.h"

static const struct dnsfake_record stripped[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
	{ NULL, 0, NULL, 0, 0 },
};
static const struct dnsfake_record mute[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
	{ "test", DNSFAKE_SILENT, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};

static const struct dnsfake_record unknowing[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
	{ "test", DNSFAKE_REFUSED, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};
static const struct dnsfake_record failing[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.7", 0, 300 },
	{ "test", DNSFAKE_SERVFAIL, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};
static const struct dnsfake_record down[] = {
	{ "a.test", DNSFAKE_SERVFAIL, "", 0, 0 },
	{ "test", DNSFAKE_REFUSED, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};

static char anchor[] = "/dev/shm/dnssec.XXXXXX";
static unsigned left;
static struct answer {
	struct resolve_query q; /* first */
	enum resolve_status status;
	unsigned secure, bogus;
	char canon[64], text[64];
} answer[16];

static void
on_done(void *arg, const struct resolve_answer *r)
{
	struct answer *a = arg;

	a->status = r->status;
	a->secure = r->secure;
	a->bogus = r->bogus;
	snprintf(a->canon, sizeof a->canon, "%s",
	    r->canon == NULL ? "" : r->canon);
	snprintf(a->text, sizeof a->text, "%s",
	    r->status == RESOLVE_FAILED ? r->text : "");
	if (--left == 0)
		loop_stop();
}

static void
ask(struct resolve *d, struct answer *a, const char *name, int type)
{
	memset(a, 0, sizeof *a);
	a->q.name = name;
	a->q.type = type;
	a->q.done = on_done;
	a->q.arg = a;
	left++;
	resolve_ask(d, &a->q);
}

/* one that asks this server, and trusts the keys of the file */
static void
begin(struct resolve *d, const char *server, enum resolveconf_validate v)
{
	d->conf.validate = v;
	d->conf.anchor[d->conf.n_anchor++] = anchor;
	is_num(resolve_server(d, server), 0, "a server");
}

static const struct {
	const char *name;
	int type;
	enum resolve_status status;
	unsigned secure, bogus;
	const char *canon;
} cases[] = {
	{ "a.test", RESOLVE_A, RESOLVE_OK, 1, 0, "" },
	{ "A.TEST.", RESOLVE_A, RESOLVE_OK, 1, 0, "" },
	{ "_25._tcp.a.test", RESOLVE_TLSA, RESOLVE_OK, 1, 0, "" },
	{ "a.test", RESOLVE_MX, RESOLVE_NONE, 1, 0, "" },
	{ "_25._tcp.bad.test", RESOLVE_TLSA, RESOLVE_NXDOMAIN, 1, 0, "" },
	{ "no.test", RESOLVE_A, RESOLVE_NXDOMAIN, 1, 0, "" },
	{ "alias.test", RESOLVE_A, RESOLVE_OK, 1, 0, "a.test" },
	{ "alias.test", RESOLVE_CNAME, RESOLVE_OK, 1, 0, "" },
	{ "bad.test", RESOLVE_A, RESOLVE_FAILED, 0, 1, "" },
	{ "x.plain.test", RESOLVE_A, RESOLVE_OK, 0, 0, "" },
	{ "far.test", RESOLVE_A, RESOLVE_OK, 0, 0, "x.plain.test" },
	{ "far.test", RESOLVE_CNAME, RESOLVE_OK, 1, 0, "" },
};

static void
checked(const char *server, enum resolveconf_validate v)
{
	static struct resolve dns[3];
	struct resolve *d = &dns[v];
	size_t i;

	begin(d, server, v);
	is_num(resolve_validates(d), -1, "not known yet");
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		ask(d, &answer[i], cases[i].name, cases[i].type);
	looprun();
	is_num(resolve_validates(d), v != RESOLVECONF_NO, "known");
	for (i = 0; v != RESOLVECONF_NO && i < sizeof cases / sizeof *cases;
	     i++) {
		is_num(answer[i].status, cases[i].status, cases[i].name);
		is_num(answer[i].secure, cases[i].secure, "secure");
		is_num(answer[i].bogus, cases[i].bogus, "bogus");
		is_str(answer[i].canon, cases[i].canon, "canon");
	}
	is_str(answer[8].text,
	    v == RESOLVECONF_NO ? "" : "DNSSEC validation failed", "why");
	is_num(answer[0].secure, v != RESOLVECONF_NO, "nobody asked for it");
}

/* a forwarder without signatures: with auto mail goes on */
static void
without(void)
{
	static struct resolve by_itself, always;
	char server[32];
	pid_t pid = dnsfake_start(stripped, server);

	begin(&by_itself, server, RESOLVECONF_AUTO);
	begin(&always, server, RESOLVECONF_YES);
	ask(&by_itself, &answer[0], "a.test", RESOLVE_A);
	ask(&by_itself, &answer[1], "q1.test", RESOLVE_A);
	ask(&by_itself, &answer[2], "q2.test", RESOLVE_A);
	resolve_cancel(&answer[2].q);
	left--;
	ask(&always, &answer[3], "a.test", RESOLVE_A);
	looprun();
	is_num(answer[0].status, RESOLVE_OK, "auto");
	is_num(answer[0].secure, 0, "nobody vouches for it");
	is_num(answer[1].status, RESOLVE_OK, "the next");
	is_num(resolve_validates(&by_itself), 0, "nothing is checked");
	is_num(answer[3].status, RESOLVE_FAILED, "yes");
	is_num(answer[3].bogus, 1, "forged, for all we know");
	kill(pid, SIGTERM);
}

/* no answer for the keys: an outage, and no reason to believe all */
static void
silent(void)
{
	static struct resolve dns;
	char server[32];
	pid_t pid = dnsfake_start(mute, server);
	int64_t began = clock_mono_ms();

	begin(&dns, server, RESOLVECONF_AUTO);
	dns.probe_ms = 300;
	dns.deadline_ms = 300;
	ask(&dns, &answer[0], "a.test", RESOLVE_A);
	looprun();
	ok(clock_mono_ms() - began >= 600, "not before its time");
	is_num(answer[0].status, RESOLVE_FAILED, "no key, no answer");
	is_num(resolve_validates(&dns), 1, "answers are checked");
	kill(pid, SIGTERM);
}

/* a server that has no keys to tell, and answers all else: mail goes on with
 * auto.  One that answers nothing has an outage */
static void
withheld(const struct dnsfake_record *zone, enum resolveconf_validate v,
    int validates)
{
	static struct resolve dns[4], *d = dns;
	char server[32];
	pid_t pid = dnsfake_start(zone, server);

	begin(d, server, v);
	d->deadline_ms = 3000;
	ask(d, &answer[0], "a.test", RESOLVE_A);
	looprun();
	is_num(resolve_validates(d), validates, "are answers checked?");
	is_num(answer[0].status, validates ? RESOLVE_FAILED : RESOLVE_OK,
	    "an answer");
	is_num(answer[0].secure, 0, "nobody vouches for it");
	ok(validates || d->probe_timer.expired != NULL, "asked again");
	d++;
	kill(pid, SIGTERM);
}

/* a file that has no keys is no reason to stop all mail */
static void
garbage(const char *server)
{
	static struct resolve dns;
	FILE *f = fopen(anchor, "w");

	fputs("test. IN DNSKEY garbage\n", f);
	fclose(f);
	begin(&dns, server, RESOLVECONF_AUTO);
	ask(&dns, &answer[0], "a.test", RESOLVE_A);
	looprun();
	is_num(answer[0].status, RESOLVE_OK, "an answer");
	is_num(resolve_validates(&dns), 0, "that nobody checks");
}

/* a file that is there by now is found, without another start */
static void
found(struct resolve *d)
{
	int64_t end_ms = clock_mono_ms() + 20000;
	FILE *f = fopen(anchor, "w");

	fputs(dnssigned_anchor, f);
	fclose(f);
	ok(loop_timer_active(&d->probe_timer), "it will be looked for again");
	if (loop_timer_active(&d->probe_timer))
		loop_timer_set(&d->probe_timer, 0, d->probe_timer.expired, d);
	do {
		ask(d, &answer[0], "a.test", RESOLVE_A);
		looprun();
	} while (resolve_validates(d) == 0 && clock_mono_ms() < end_ms &&
	    loop_timer_active(&d->probe_timer));
	is_num(resolve_validates(d), 1, "it is there: answers are checked");
	ask(d, &answer[0], "a.test", RESOLVE_A);
	looprun();
	is_num(answer[0].secure, 1, "and good");
	unlink(anchor);
}

/* nor is one that is not there, but for who wants no answer that is not checked */
static void
missing(const char *server)
{
	static struct resolve loose, strict;

	unlink(anchor);
	begin(&loose, server, RESOLVECONF_AUTO);
	begin(&strict, server, RESOLVECONF_YES);
	ask(&loose, &answer[0], "a.test", RESOLVE_A);
	ask(&strict, &answer[1], "a.test", RESOLVE_A);
	looprun();
	is_num(answer[0].status, RESOLVE_OK, "auto: an answer");
	is_num(resolve_validates(&loose), 0, "that nobody checks");
	is_num(answer[1].status, RESOLVE_FAILED, "yes: none");
	ok(resolve_validates(&strict) != 0, "that nobody checks");
	ask(&strict, &answer[1], "a.test", RESOLVE_A);
	looprun();
	is_num(answer[1].status, RESOLVE_FAILED, "nor later");
	found(&loose);
}

int
main(void)
{
	static char *args[] = { "dnssec", NULL };
	char server[32];
	int fd = mkstemp(anchor);
	pid_t pid;

	prog_init(args);
	ok(write(fd, dnssigned_anchor, strlen(dnssigned_anchor)) > 0, "keys");
	close(fd);
	pid = dnsfake_serve(dnssigned_answer, NULL, server);
	checked(server, RESOLVECONF_AUTO);
	checked(server, RESOLVECONF_YES);
	checked(server, RESOLVECONF_NO);
	without();
	silent();
	withheld(unknowing, RESOLVECONF_AUTO, 0);
	withheld(failing, RESOLVECONF_AUTO, 0);
	withheld(unknowing, RESOLVECONF_YES, 1);
	withheld(down, RESOLVECONF_AUTO, 1);
	garbage(server);
	missing(server);
	kill(pid, SIGTERM);
	return done();
}
