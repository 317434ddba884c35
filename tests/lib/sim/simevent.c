/* lines of a log: what they say of messages, and which cannot be used */
#include "sim/simevent.h"
#include "tap.h"

#define ID "k3p9b2m4q7r1s5t8v000"
#define AT(s) "ts:2026-11-22T12:00:" s "Z\tev:"

static struct simstore store;
static struct simstat real;
static struct simevent e = { .store = &store, .real = &real };

static const char *
take(const char *line)
{
	const char *why = "";
	int r = simevent_line(&e, line, strlen(line), &why);

	return r == 0 ? "" : r == 1 ? why : "no memory";
}

static void
is_name(uint32_t name, const char *want, const char *what)
{
	char got[300];
	size_t n;
	const char *p = simstore_text(&store, name, &n);

	snprintf(got, sizeof got, "%.*s", (int)n, p);
	is_str(got, want, what);
}

static const char *const nothing[] = { "", "\n", "throttle: warning: x",
	AT("00.1") "throttled\tkey:x", "ts:x\tev:granted",
	"2026-11-22T12:00:00.00000 smtp-recv: info: ts" };
static const struct {
	const char *line, *why;
} bad[] = { { AT("00.1") "sent\tnocolon", "no labels and values" },
	{ AT("00.1") "sent\tid:\\q", "no labels and values" },
	{ "ts:yesterday\tev:sent\tid:" ID "\tn:0",
	    "no time: ts is missing or none" },
	{ AT("00.1") "sent\tn:0", "no message: id is missing or none" },
	{ AT("00.1") "sent\tid:short\tn:0",
	    "no message: id is missing or none" },
	{ AT("00.1") "sent\tid:" ID "\tn:x",
	    "no recipient: n is missing or none" },
	{ AT("00.1") "bounced\tid:" ID,
	    "no recipient: n is missing or none" } };

int
main(void)
{
	const struct simstore_rcpt *x;
	const struct simstore_message *m;
	unsigned i;

	for (i = 0; i < sizeof nothing / sizeof *nothing; i++)
		is_str(take(nothing[i]), "", "is nothing of interest");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_str(take(bad[i].line), bad[i].why, bad[i].line + 20);
	is_num(store.n_rcpt, 0, "nothing was taken");

	is_str(
	    take("2026-11-22T12:00:00.10000 " AT(
		"00.100000") "accepted\tid:" ID
			     "\tfrom:a@x.org\trcpts:2\tsize:123"
			     "\ttenant:acme\tuser:u\tprio:3\ttag:a=b\ttag:c=d\\te\n"),
	    "", "an acceptance, with the time of svlogd");
	is_str(
	    take(AT(
		"01.100000") "deferred\tid:" ID
			     "\tn:1\tto:Joe@Y.org\tdelay:1.000\tms:80\tcode:451"
			     "\tesc:4.7.1\ttext:x\\ty\tsite:mx.y.org\tvia:p"),
	    "", "an attempt");
	is_str(
	    take(AT(
		"05.100000") "bounced\tid:" ID
			     "\tn:1\tto:Joe@Y.org\tdelay:5.000\tms:10\tcode:451"
			     "\treply-rule:replies:1\tsite:mx.y.org\tvia:p"),
	    "", "an end, by a line of replies");
	is_str(take(AT("06.100000") "sent\tid:" ID "\tn:1\tdelay:6.000"), "",
	    "one more end counts no more");
	is_num(store.n_rcpt, 1, "a recipient");
	m = &store.message[0];
	x = &store.rcpt[0];
	is_num(m->birth_us % 60000000, 100000, "accepted then");
	is_num(m->size, 123, "size");
	is_num(m->rcpts, 2, "recipients");
	is_num(m->prio, 3, "priority");
	is_name(m->from, "a@x.org", "sender");
	is_name(m->tenant, "acme", "tenant");
	is_name(m->user, "u", "user");
	is_name(m->tags, "a=b\nc=d\te", "tags");
	is_name(x->domain, "y.org", "domain");
	is_name(x->site, "mx.y.org", "site");
	is_name(store.attempt[x->first].reply,
	    "status:deferred\tcode:451\tesc:4.7.1\ttext:x\\ty", "the reply");
	is_name(store.attempt[x->last].reply, "status:deferred\tcode:451",
	    "as it came");
	is_num(store.attempt[x->last].next, SIMSTORE_NONE, "two attempts");
	is_num(x->end, SIMSTORE_BOUNCED, "the end");

	is_str(take(AT("06.1") "accepted\tid:k3p9b2m4q7r1s5t8v001\tto:b@z"), "",
	    "who was never tried");
	is_str(take(AT("07.1") "expired\tid:k3p9b2m4q7r1s5t8v002\tn:0\tto:c@z"),
	    "", "who expired untried");
	is_str(take(AT("08.1") "deleted\tid:k3p9b2m4q7r1s5t8v003\tn:0\tto:c@z"),
	    "", "who was deleted");
	is_str(take(AT("09.1") "accepted\tid:k3p9b2m4q7r1s5t8v003"
			       "\tdelay:9223372036854774"),
	    "", "a delay that is none");
	is_num(store.message[3].birth_us % 60000000, 8100000,
	    "is not looked at");
	is_num(simevent_close(&e), 0, "the end");
	simstat_close(&real);
	is_num((long long)real.group[0].rcpts, 4, "recipients");
	is_num((long long)real.group[0].tries, 2, "attempts");
	is_num((long long)real.group[0].bounced, 1, "bounced");
	is_num((long long)real.group[0].expired, 1, "expired");
	is_num((long long)real.group[0].deleted, 1, "deleted");
	is_num((long long)real.group[0].queued, 1, "queued");
	is_num(store.n_cut, 1, "its time is kept");
	is_num(store.to_us % 60000000, 9100000, "up to there");
	simstore_free(&store);
	simstat_free(&real);
	return done();
}
