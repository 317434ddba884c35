/* sites of jobs, and the transactions that wait for them: send/sites */
#include "send/sites.h"
#include "tap.h"
#include <stdlib.h>

static struct sendjob job;

/* a job for a site; more labels may follow */
static struct sendjob *
for_site(const char *site, const char *more)
{
	static char line[SENDJOB_KEY_MAX + 200];
	int n = snprintf(line, sizeof line,
	    "id:m\tn:0\tfrom:a@b\tto:c@d\tsize:1\tfile:/f\t"
	    "mx:h/25/127.0.0.1\tsite:%s%s\n",
	    site, more);

	if (sendjob_parse(line, n, &job) != NULL)
		exit(111);
	return &job;
}

static struct sendtxn *
txn(struct sendslot *s)
{
	struct sendtxn *t = sendtxn_new(&job);

	t->slot = s;
	return t;
}

static void
finding(void)
{
	static const struct {
		const char *site, *more;
		int same;
	} c[] = {
		{ "s", "", 1 },
		{ "s", "\ttenant:x", 1 },
		{ "t", "", 0 },
		{ "s", "\tvia:p", 0 },
		{ "s", "\tproto:lmtp", 0 },
		{ "s", "\ttls:may", 0 },
		{ "s", "\tbind:192.0.2.1", 0 },
		{ "s", "\tbind6:2001:db8::1", 0 },
		{ "s", "\thelo:me.example", 0 },
	};
	/* each ends with a byte */
	const size_t labels = SENDJOB_LABELS - SENDJOB_SITE;
	static char big[SENDJOB_KEY_MAX];
	struct sendsites all = { 0 };
	struct sendslot *s = sendsites_find(&all, for_site("s", "")), *other;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		other = sendsites_find(&all, for_site(c[i].site, c[i].more));
		ok((other == s) == c[i].same, c[i].more);
		if (other != s)
			sendsites_forget(&all, other);
		ok(sendsites_find(&all, for_site("s", "")) == s,
		    "the first is still there");
	}
	is_str(s->site.name, "s", "its name");
	sendsites_forget(&all, s);
	ok(all.by_key.n == 0 && all.all.first == NULL, "none is left");
	memset(big, 'x', sizeof big - labels);
	s = sendsites_find(&all, for_site(big, ""));
	ok(s != NULL, "the longest key");
	sendsites_forget(&all, s);
	big[sizeof big - labels] = 'x';
	ok(sendsites_find(&all, for_site(big, "")) == NULL, "one longer");
	hash_free(&all.by_key);
}

/* more than the table begins with */
static void
many(void)
{
	static struct sendslot *s[1000];
	struct sendsites all = { 0 };
	size_t i, good = 0;
	char name[10];

	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "s%zu", i);
		s[i] = sendsites_find(&all, for_site(name, ""));
	}
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "s%zu", i);
		good += sendsites_find(&all, for_site(name, "")) == s[i];
	}
	is_num(good, 1000, "a thousand sites");
	for (i = 0; i < 1000; i++)
		sendsites_forget(&all, s[i]);
	is_num(all.by_key.n, 0, "and none");
	hash_free(&all.by_key);
}

static void
lines(void)
{
	struct sendsites all = { 0 };
	struct sendslot *s = sendsites_find(&all, for_site("s", ""));
	struct sendslot *u = sendsites_find(&all, for_site("u", ""));
	struct sendtxn *t[4];
	size_t i;

	ok(sendsites_first(s) == NULL, "nobody waits");
	for (i = 0; i < 4; i++)
		t[i] = txn(i < 3 ? s : u);
	for (i = 0; i < 4; i++)
		sendsites_add(&all, t[i]);
	is_num(all.n_wait, 4, "four wait");
	is_num(s->n_wait, 3, "three of them here");
	ok(sendsites_first(s) == t[0] && sendsites_first(u) == t[3],
	    "the first in each line");
	sendsites_remove(&all, t[1]);
	sendsites_remove(&all, t[0]);
	ok(sendsites_first(s) == t[2], "two have left");
	sendsites_back(&all, t[0]);
	ok(sendsites_first(s) == t[0], "one is back, before all others");
	is_num(s->n_wait, 2, "two wait");
	sendsites_remove(&all, t[0]);
	sendsites_remove(&all, t[2]);
	sendsites_remove(&all, t[3]);
	ok(all.n_wait == 0 && s->n_wait == 0 && sendsites_first(s) == NULL,
	    "all have left");
	for (i = 0; i < 4; i++)
		sendtxn_free(t[i]);
	sendsites_forget(&all, s);
	sendsites_forget(&all, u);
	hash_free(&all.by_key);
}

int
main(void)
{
	finding();
	many();
	lines();
	return done();
}
