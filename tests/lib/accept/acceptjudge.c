/* may it come in: what decides of several limits, accounts, and what a client is
 * told */
#include "accept/acceptjudge.h"
#include "accept/acceptfile.h"
#include "memlookup.h"
#include "tap.h"

#define S INT64_C(1000000)

static struct acceptjudge j;
static int64_t now = 5 * S;
static struct acceptwire_answer a;
static int64_t spent;

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	int64_t n = span == ZONE_DAY ? 86400 : 3600;

	(void)zone;
	*begin_s = at_s - at_s % n;
	*end_s = *begin_s + n;
}

static void
on_spent(void *arg, const struct credit *account)
{
	(void)arg;
	spent = account->balance;
}

static void
load(const char *text)
{
	struct acceptrules rules = { .n = 0 };
	const char *reason = "good";
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_accept, text);

	is_str(buf_data(&t.faults), "", text);
	acceptrules_load(&rules, &l, &reason);
	limiter_clock(&j.limiter, 1000 * 3600 * S, now);
	is_num(acceptjudge_load(&j, &rules, now), 0, "in force");
	memtable_free(&t);
}

static void
begin(const char *text)
{
	memset(&j, 0, sizeof j);
	limiter_open(&j.limiter, 3);
	j.limiter.turn = turn;
	j.spent = on_spent;
	load(text);
}

static struct acceptwire_question
from(const char *user, const char *sender, uint32_t rcpts)
{
	struct acceptwire_question q = { .id = 4, .rcpts = rcpts };

	q.value[ACCEPTWIRE_USER] = (struct slice){ user, strlen(user) };
	q.value[ACCEPTWIRE_FROM] = (struct slice){ sender, strlen(sender) };
	q.value[ACCEPTWIRE_CLIENT] = (struct slice){ "192.0.2.1", 9 };
	return q;
}

/* "", or what is said */
static const char *
ask(struct acceptjudge_message *m, const struct acceptwire_question *q)
{
	static char t[400];

	acceptjudge_ask(&j, m, q, now, &a);
	t[0] = '\0';
	if (a.status == ACCEPTWIRE_REFUSED)
		snprintf(t, sizeof t, "%u %s %s", a.code, a.esc, a.text);
	return t;
}

static const struct {
	const char *rules, *said; /* to one who asks for 3 at once, for 2 and
				   * then for 1 more */
} several[] = {
	{ "user:* rcpt-cap=2/day",
	    "452 4.5.3 too many recipients for this user: rcpt-cap=2/day, "
	    "room again in 8 h 0 min" },
	{ "user:* rcpt-cap=2/hour reject",
	    "550 5.7.1 too many recipients for this user: rcpt-cap=2/hour, "
	    "room again in 60 min" },
	{ "user:* rcpt-cap=2/hour\nclient:* rcpt-cap=2/day",
	    "452 4.5.3 too many recipients for this client: rcpt-cap=2/day, "
	    "room again in 8 h 0 min" },
	{ "user:* rcpt-cap=2/hour reject\nclient:* rcpt-cap=2/day",
	    "550 5.7.1 too many recipients for this user: rcpt-cap=2/hour, "
	    "room again in 60 min" },
	{ "* rcpt-cap=2/hour\nuser:* credits=2",
	    "450 4.7.1 this user has no credits left" },
	{ "* rcpt-cap=2/hour reject\nuser:* credits=2",
	    "550 5.7.1 too many recipients for this server: rcpt-cap=2/hour, "
	    "room again in 60 min" },
	{ "domain:* credits=2 reject",
	    "550 5.7.1 this sender's domain has no credits left" },
	{ "from:*+client:* rcpt-cap=2/hour",
	    "452 4.5.3 too many recipients for this client: "
	    "rcpt-cap=2/hour, room again in 60 min" },
	{ "from:* rcpt-cap=2/hour",
	    "452 4.5.3 too many recipients for this sender: "
	    "rcpt-cap=2/hour, room again in 60 min" },
	{ "user:bob rcpt-cap=2/hour\ntenant:* rcpt-cap=2/hour\n"
	  "domain:.test rcpt-cap=3/hour",
	    "" },
};

static void
tightest(void)
{
	struct acceptwire_question q = from("ann", "ann@x.test", 2);
	size_t i;

	for (i = 0; i < sizeof several / sizeof *several; i++) {
		struct acceptjudge_message m = { .rcpts = 0 };

		begin(several[i].rules);
		q.rcpts = 2;
		is_str(ask(&m, &q), "", "two");
		q.rcpts = 1;
		is_str(ask(&m, &q), several[i].said, several[i].rules);
		acceptjudge_drop(&j, &m);
		q.rcpts = 2;
		is_str(ask(&m, &q), "", "what was dropped is there again");
		acceptjudge_drop(&j, &m);
		acceptjudge_close(&j);
	}
}

static void
once(void)
{
	struct acceptjudge_message m = { .rcpts = 0 }, n = m;
	struct acceptwire_question q = from("ann", "", 1);

	begin("user:* rate=2/h");
	is_str(ask(&m, &q), "", "a message");
	is_str(ask(&m, &q), "", "costs one, however many get it");
	is_num(acceptjudge_done(&j, &m, &q, now), 0, "it was accepted");
	is_str(ask(&n, &q), "", "a second");
	is_str(ask(&m, &q),
	    "450 4.7.1 too many messages for this user: rate=2/h, room again "
	    "in 30 min",
	    "no third, though one of them is not accepted yet");
	acceptjudge_drop(&j, &m);
	is_num(acceptjudge_done(&j, &n, &q, now), 0, "now it is");
	is_num(acceptjudge_done(&j, &m, &q, now), 0,
	    "one that was never asked for");
	is_str(ask(&m, &q),
	    "450 4.7.1 too many messages for this user: rate=2/h, room again "
	    "in 60 min",
	    "counts, too");
	acceptjudge_drop(&j, &m);
	acceptjudge_close(&j);
}

static void
accounts(void)
{
	static const struct slice ann = { "user:ann", 8 };
	struct acceptjudge_message m = { .rcpts = 0 };
	struct acceptwire_question q = from("ann", "ann@x.test", 3);
	const struct credit *account;

	begin("user:* credits=5\nuser:ann credits=4");
	is_str(ask(&m, &q), "", "three of four");
	q.rcpts = 1;
	is_num(acceptjudge_done(&j, &m, &q, now), 0, "one is accepted");
	is_num(spent, 3, "and paid for, once");
	q.rcpts = 4;
	is_str(ask(&m, &q), "450 4.7.1 this user has no credits left",
	    "four more are not paid for");
	ok(acceptjudge_add(&j, ann, 1, &account) == NULL &&
		account->balance == 4,
	    "until they are");
	is_str(ask(&m, &q), "", "then they come");
	acceptjudge_drop(&j, &m);
	ok(acceptjudge_add(&j, ann, ACCEPT_CREDITS_MAX, &account) != NULL,
	    "more than an account may have");
	ok(acceptjudge_add(&j, ann, -9, &account) == NULL &&
		account->balance == -5,
	    "taken away");
	ok(acceptjudge_add(&j, (struct slice){ "from:x", 6 }, 1, &account) !=
		NULL,
	    "of a key without");
	load("user:* rate=1/s");
	is_str(ask(&m, &q), "", "a rule without accounts asks for none");
	acceptjudge_drop(&j, &m);
	acceptjudge_close(&j);
}

static void
clients(void)
{
	static const char *const t[][2] = { { "192.0.2.1", "192.0.2.1" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
		{ "::1", "::/64" }, { "", "" }, { "unix", "unix" } };
	char out[ACCEPTJUDGE_CLIENT];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		acceptjudge_client((struct slice){ t[i][0], strlen(t[i][0]) },
		    out);
		is_str(out, t[i][1], t[i][0]);
	}
}

int
main(void)
{
	tightest();
	once();
	accounts();
	clients();
	return done();
}
