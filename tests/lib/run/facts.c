/* what is known of a recipient, for selectors */
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from a@a.example\ntenant acme\ntag spring\n"
			  "tag x\nto b@b.example\nto c@c.example\n";

static void
wheres(void)
{
	static const struct {
		enum schedule_where where;
		const char *want;
	} cases[] = {
		{ SCHEDULE_FREE, "-" },
		{ SCHEDULE_IDLE, "-" },
		{ SCHEDULE_TIMER, "waiting" },
		{ SCHEDULE_LANE, "ready" },
		{ SCHEDULE_AGAIN, "ready" },
		{ SCHEDULE_OUT, "out" },
		{ SCHEDULE_LATE, "out" },
	};
	struct schedule_rcpt p = { .n = 0 };
	const char *got;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		p.where = cases[i].where;
		got = facts_where(&p);
		is_str(got == NULL ? "-" : got, cases[i].want, "where it is");
	}
}

static void
sites(struct runqueue *q)
{
	static const struct {
		const char *name, *want;
	} cases[] = {
		{ "mx.example", "mx.example" },
		{ "domain:x", "-" },
		{ "domain:", "-" },
		{ "domain", "domain" },
		{ "x\\ty", "x\\ty" },
	};
	uint32_t x = runqueue_load_first(q, env);
	const struct schedule_rcpt *p = &q->r.s.rcpt[x];
	char text[64];
	const char *s;
	size_t i, n;

	ok(facts_site(&q->r, p, &n) == NULL, "not known yet");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		schedule_learn(&q->r.s, p->domain, cases[i].name,
		    strlen(cases[i].name));
		s = facts_site(&q->r, p, &n);
		snprintf(text, sizeof text, "%.*s", s == NULL ? 1 : (int)n,
		    s == NULL ? "-" : s);
		is_str(text, cases[i].want, cases[i].name);
	}
	schedule_forget(&q->r.s, p->message);
}

/* what stands in the head, and what the index has */
static void
known(struct runqueue *q)
{
	uint32_t x = runqueue_load_first(q, env), m = q->r.s.rcpt[x].message;
	struct jobhead *k = heads_take(&q->r, m);
	struct selector_facts f = { .known = 0 };
	static struct ltsv l;
	char text[200];

	facts_head(k, &l, &f);
	is_num(f.known, FACTS_IN_HEAD, "of the head");
	facts_to(k, 1, &f);
	snprintf(text, sizeof text, "%.*s %.*s %.*s %u %.*s", (int)f.from.n,
	    f.from.p, (int)f.tenant.n, f.tenant.p, (int)f.to.n, f.to.p, f.n_tag,
	    (int)f.tag[1].n, f.tag[1].p);
	is_str(text, "a@a.example acme c@c.example 2 x", "its labels");
	ok(f.user.p == NULL && f.uuid.p == NULL, "none that it has not");
	facts_index(&q->r, &q->r.s.rcpt[x], &f);
	snprintf(text, sizeof text, "%.*s %s %u", (int)f.domain.n, f.domain.p,
	    f.where, f.tries);
	is_str(text, "b.example ready 0", "of the index");
	ok(f.known & 1u << SELECTOR_AGE && !(f.known & 1u << SELECTOR_REPLY),
	    "no reply is known");
	ok(facts_text("").p == NULL, "an empty text is none");
	is_num(facts_text("ab").n, 2, "one that is not");
	heads_release(&q->r, m, k);
	schedule_forget(&q->r.s, m);
}

int
main(int argc, char **argv)
{
	static struct runqueue q;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	wheres();
	sites(&q);
	known(&q);
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
