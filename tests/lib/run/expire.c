/* recipients whose time is over, and what is known of why */
#include "runqueue.h"
#include "tap.h"

#define NONE "4.4.7 - its time was over before it could be tried"

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@b.example\n";

/* a result for recipient x, of its domain's site */
static void
learn(struct runqueue *q, uint32_t x, const char *fields)
{
	static char line[1024];
	struct result res;
	int n;

	n = snprintf(line, sizeof line, "id:%s\tn:0\t%s\n", q->id, fields);
	if (result_parse(line, n, &res) == -1)
		exit(111);
	expire_learn(&q->r, x, &res);
}

/* a message of which the site says something; what stands then for its first
 * recipient in the file */
static const char *
expired(struct runqueue *q, const char *const *fields)
{
	uint32_t m = runqueue_load(q, env), x = q->r.s.message[m].first;
	struct jobhead *c;

	for (; *fields != NULL; fields++)
		learn(q, x, *fields);
	c = heads_take(&q->r, m);
	expire_rcpt(&q->r, x, c);
	toline_close(&q->r);
	heads_release(&q->r, m, c);
	schedule_forget(&q->r.s, m);
	return runqueue_line(q, q->id, 0);
}

static void
reasons(struct runqueue *q)
{
	static const struct {
		const char *name, *fields[4], *want;
	} cases[] = {
		{ "nothing is known", { NULL }, NONE },
		{ "a site that cannot be reached",
		    { "status:deferred\tclass:connect\tesc:4.4.1\thost:mx\t"
		      "text:refused" },
		    "4.4.1 mx refused" },
		{ "still the same for another message", { NULL },
		    "4.4.1 mx refused" },
		{ "the last word counts",
		    { "status:deferred\tclass:421\tesc:4.3.2\ttext:busy" },
		    "4.3.2 - busy" },
		{ "not what was said of one recipient",
		    { "status:deferred\tclass:rcpt\tesc:4.2.2\ttext:full" },
		    "4.3.2 - busy" },
		{ "nor a failure for good",
		    { "status:bounced\tclass:connect\tesc:5.1.1\ttext:no" },
		    "4.3.2 - busy" },
		{ "nor a failure of no class",
		    { "status:deferred\tesc:4.2.1\ttext:what" },
		    "4.3.2 - busy" },
		{ "who took mail has no such reason any more",
		    { "status:sent\tesc:2.0.0\ttext:ok" }, NONE },
		{ "a line that is closed",
		    { "status:later\tesc:4.4.3\ttext:closed" },
		    "4.4.3 - closed" },
		{ "one that only is long",
		    { "status:sent", "status:later\ttext:long" }, NONE },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(expired(q, cases[i].fields) +
			strlen("X - 00000 "
			       "0000000000 "),
		    cases[i].want, cases[i].name);
}

/* as long as it fits into the file, and longer */
static void
lengths(struct runqueue *q)
{
	char said[MESSAGE_REPLY_LEN + 80], want[MESSAGE_REPLY_LEN + 1];
	const char *fields[2] = { said, NULL };
	int n;

	for (n = MESSAGE_REPLY_LEN; n <= MESSAGE_REPLY_LEN + 1; n++) {
		snprintf(said, sizeof said,
		    "status:deferred\tclass:dns\tesc:4.4.3\ttext:%0*d", n - 8,
		    7);
		snprintf(want, sizeof want, "4.4.3 - %0*d", n - 8, 7);
		is_str(expired(q, fields) + strlen("X - 00000 1790000000 "),
		    want, "a reply of the room there is, or longer");
	}
	ok(runqueue_heard("ev:expired n:0 try:0 esc:4.4.3 text:000"),
	    "it is said");
	/* an escape that does not fit whole */
	snprintf(said, sizeof said,
	    "status:deferred\tclass:dns\tesc:4.4.3\ttext:%0*d\\\\x",
	    MESSAGE_REPLY_LEN - 8 - 1, 7);
	runqueue_said();
	is_num(strlen(expired(q, fields)),
	    strlen("X - 00000 1790000000 ") + MESSAGE_REPLY_LEN - 1,
	    "no half of an escape");
	ok(runqueue_heard("ev:expired n:0 try:0 esc:4.4.3 text:000"),
	    "nor in what is said");
	learn(q, 0, "status:sent");
}

/* what its own file says, where the site has said nothing */
static void
own(struct runqueue *q)
{
	static const char mine[] = "4.2.2 mx.b.example mailbox full";
	static const char *const torn[] = { ".", "\0", "\\" },
				 *const want[] = { mine, NONE, "4.2.2 mx" };
	uint32_t m = runqueue_load(q,
		     "from a@a.example\nto b@b.example\n"
		     "to c@b.example\nto d@b.example\n"),
		 x = q->r.s.message[m].first, i;
	struct jobhead *c = heads_take(&q->r, m);

	for (i = 0; i < 3; i++, x = q->r.s.rcpt[x].later) {
		toline_write(&q->r, x, c->rcpt[i].offset, 0, mine,
		    sizeof mine - 1);
		if (pwrite(q->r.toline.fd, torn[i], 1,
			c->rcpt[i].offset + MESSAGE_TO_REPLY + 8) != 1)
			exit(111);
		toline_close(&q->r);
		expire_rcpt(&q->r, x, c);
		is_str(runqueue_line(q, q->id, i) + 21, want[i], want[i]);
	}
	ok(runqueue_heard("n:2 try:0 esc:4.2.2 host:mx\n"),
	    "and its event is one");
	toline_close(&q->r);
	heads_release(&q->r, m, c);
	is_num(q->r.s.message[m].flags & RUN_OWES, RUN_OWES,
	    "a report is owed");
	is_num(q->r.s.rcpt[q->r.s.message[m].first].watch_s,
	    SCHEDULE_WATCH_NONE, "its time is no longer kept");
	schedule_forget(&q->r.s, m);
	runqueue_said();
}

/* two sites that share a place: none is told what the other has said */
static void
shared(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env), x = q->r.s.message[m].first;
	uint32_t domain = q->r.s.rcpt[x].domain, first, hash = 0;
	struct jobhead *c;
	char site[32];
	unsigned i;

	learn(q, x, "status:deferred\tclass:dns\tesc:4.4.3\ttext:mine");
	first = q->r.s.sites.name[q->r.s.domain_site[domain]].hash;
	for (i = 0; hash % EXPIRE_REASONS != first % EXPIRE_REASONS; i++) {
		snprintf(site, sizeof site, "mx%u.example", i);
		schedule_learn(&q->r.s, domain, site, strlen(site));
		hash = q->r.s.sites.name[q->r.s.domain_site[domain]].hash;
	}
	c = heads_take(&q->r, m);
	expire_rcpt(&q->r, x, c);
	ok(runqueue_heard("esc:4.4.7"), "another site's word is not taken");
	learn(q, x, "status:deferred\tclass:dns\tesc:4.4.3\ttext:other");
	x = q->r.s.rcpt[x].later;
	schedule_learn(&q->r.s, domain, "site.example", 12);
	expire_rcpt(&q->r, x, c);
	ok(runqueue_heard("esc:4.4.7"), "nor when it has taken the place");
	toline_close(&q->r);
	heads_release(&q->r, m, c);
	schedule_forget(&q->r.s, m);
}

/* nobody is told: an end at once, or not yet, where the journal cannot say it */
static void
silent(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env), x = q->r.s.message[m].first,
		 held = q->r.s.rcpt[x].later;
	struct jobhead *c = heads_take(&q->r, m);

	q->r.can_report = 0;
	q->r.s.rcpt[held].state = MESSAGE_HELD;
	schedule_idle(&q->r.s, held);
	runqueue_journal_broken(q, 1);
	expire_rcpt(&q->r, x, c);
	expire_rcpt(&q->r, held, c);
	is_num(q->r.stalled, 1, "the journal cannot be written");
	is_num(q->r.s.rcpt[x].state, MESSAGE_QUEUED, "it is not over then");
	is_num(q->r.s.rcpt[x].where, SCHEDULE_TIMER, "and waits");
	is_num(q->r.s.rcpt[x].watch_s - clock_wall_s(), 30,
	    "for half a minute");
	is_num(q->r.s.rcpt[held].where, SCHEDULE_IDLE, "or is held on");
	ok(strstr(runqueue_said(), "ev:expired") == NULL, "nothing has ended");
	runqueue_journal_broken(q, 0);
	expire_rcpt(&q->r, x, c);
	is_str(runqueue_journal(q), "0x ", "the journal says it");
	is_num(q->r.s.message[m].n_live, 1, "it is gone");
	expire_rcpt(&q->r, held, c);
	is_str(runqueue_journal(q), "0x 1x ", "and the other one");
	ok(q->r.s.message[m].flags & RUN_LEAVING, "its message leaves");
	ok(!(q->r.s.message[m].flags & RUN_OWES), "and owes nothing");
	is_str(runqueue_line(q, q->id, 0), "Q - 00000 0000000000",
	    "its file need not know");
	heads_release(&q->r, m, c);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;
	static const char *const nothing[] = { NULL };

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	expire_start(&q.r);
	expire_start(&other.r);
	runqueue_load(&q, env);
	schedule_learn(&q.r.s, q.r.s.rcpt[0].domain, "site.example", 12);
	reasons(&q);
	lengths(&q);
	own(&q);
	shared(&q);
	is_str(expired(&other, nothing), "X - 00000 1790000000 " NONE,
	    "another queue has heard nothing of it");
	runqueue_said();
	silent(&q);
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
