/* what is known of domains, and what is done to know more: the clock is ours */
#include "sts/stsbook.h"
#include "tap.h"
#include <stdlib.h>

#define ENFORCE \
	"version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 604800\n"
#define OTHER \
	"version: STSv1\nmode: enforce\nmx: mx2.example.net\nmax_age: 604800\n"
#define TESTING \
	"version: STSv1\nmode: testing\nmx: mx.example.net\nmax_age: 604800\n"
#define NOTHING "version: STSv1\nmode: none\nmax_age: 604800\n"
#define SHORT "version: STSv1\nmode: enforce\nmx: a\nmax_age: 1000\n"

static char said[4000]; /* what was done, a word each */
static int full;        /* the disk */
static struct stsbook_domain *asked, *fetched;
static int64_t now = 1790000000;
static struct stsbook book;

static void
say(const char *what, const struct stsbook_domain *d)
{
	size_t n = strlen(said);

	snprintf(said + n, sizeof said - n, "%s%s:%s", n == 0 ? "" : " ", what,
	    d->name);
}

static void
on_answer(void *arg, struct stsbook_asker *a, const struct stsbook_domain *d)
{
	char what[200];

	(void)arg;
	(void)a;
	if (stsbook_holds(d, now))
		snprintf(what, sizeof what, "%s=%s", sts_mode_names[d->mode],
		    d->id);
	else
		snprintf(what, sizeof what, "none(%s%s%s)", d->why.fail,
		    d->why.fail[0] == '\0' ? "" : ",", d->why.text);
	say(what, d);
}

static void
on_ask(void *arg, struct stsbook_domain *d)
{
	(void)arg;
	asked = d;
	say("ask", d);
}

static void
on_fetch(void *arg, struct stsbook_domain *d)
{
	char what[50];

	(void)arg;
	fetched = d;
	snprintf(what, sizeof what, "fetch=%s", d->next_id);
	say(what, d);
}

static int
on_keep(void *arg, const struct stsbook_domain *d, int changed)
{
	(void)arg;
	say(changed ? "keep" : "again", d);
	return full ? -1 : 0;
}

static void
on_drop(void *arg, const struct stsbook_domain *d)
{
	(void)arg;
	say("drop", d);
}

static const struct stsbook_ops ops = { on_answer, on_ask, on_fetch, on_keep,
	on_drop };

/* what was done since the last look */
static void
did(const char *want, const char *name)
{
	is_str(said, want, name);
	said[0] = '\0';
}

static struct stsbook_asker asker[STS_WAITING_MAX + 1];
static unsigned next_asker;

static void
ask(const char *domain)
{
	stsbook_ask(&book, &asker[next_asker++ % 100], domain, now);
}

static void
record(enum stsrecord r, const char *id)
{
	stsbook_record(&book, asked, r, id, 600, 0, now);
}

static void
bring(const char *policy)
{
	stsbook_fetched(&book, fetched, strdup(policy), strlen(policy), NULL,
	    now);
}

static void
fails(void)
{
	static const struct stsbook_why why = { "sts-policy-fetch-error",
		"no answer in time" };

	stsbook_fetched(&book, fetched, NULL, 0, &why, now);
}

static void
begin(void)
{
	stsbook_free(&book);
	memset(&book, 0, sizeof book);
	memset(asker, 0, sizeof asker);
	book.ops = &ops;
	said[0] = '\0';
}

/* a domain with a policy that was looked at now */
static void
know(const char *domain, const char *id, const char *policy)
{
	ask(domain);
	record(STSRECORD_GOOD, id);
	bring(policy);
	said[0] = '\0';
}

static void
first(void)
{
	begin();
	ask("a.example");
	did("ask:a.example", "who asks first waits for the record");
	ask("a.example");
	did("", "and so does the second");
	record(STSRECORD_GOOD, "1");
	did("fetch=1:a.example", "there is one: it is fetched");
	ask("a.example");
	did("", "one more waits");
	bring(ENFORCE);
	did("keep:a.example enforce=1:a.example enforce=1:a.example "
	    "enforce=1:a.example",
	    "all are answered, behind its file");
	ask("a.example");
	did("enforce=1:a.example", "and now at once");
	now += 599;
	ask("a.example");
	did("enforce=1:a.example", "within its TTL nothing is asked");
	now += 1;
	ask("a.example");
	did("enforce=1:a.example ask:a.example",
	    "behind it the record is looked at, and nobody waits");
	ask("a.example");
	did("enforce=1:a.example", "once");
	record(STSRECORD_GOOD, "1");
	did("", "the same id");
}

static void
absence(void)
{
	begin();
	ask("a.example");
	record(STSRECORD_NONE, "");
	did("ask:a.example none():a.example", "no record");
	now += 599;
	ask("a.example");
	did("none():a.example", "is remembered");
	now += 1;
	ask("a.example");
	did("ask:a.example", "for its TTL");
	record(STSRECORD_MANY, "");
	did("none(sts-policy-invalid,several records):a.example", "several");
	now += 600;
	ask("a.example");
	record(STSRECORD_BAD, "");
	did("ask:a.example none(sts-policy-invalid,malformed record):a.example",
	    "a malformed one");
	now += 600;
	ask("a.example");
	stsbook_record(&book, asked, STSRECORD_NONE, "", 9999, 1, now);
	did("ask:a.example none(no answer of the DNS):a.example", "no answer");
	now += 60;
	ask("a.example");
	did("ask:a.example", "is remembered for a minute");
	record(STSRECORD_GOOD, "1");
	fails();
	did("fetch=1:a.example "
	    "none(sts-policy-fetch-error,no answer in time):a.example",
	    "a fetch that fails");
	now += 299;
	ask("a.example");
	did("none(sts-policy-fetch-error,no answer in time):a.example",
	    "is remembered");
	now += 1;
	ask("a.example");
	did("ask:a.example", "for five minutes");
	/* what no parser takes is no policy */
	record(STSRECORD_GOOD, "1");
	said[0] = '\0';
	stsbook_fetched(&book, fetched, strdup("x"), 1,
	    &(struct stsbook_why){ "sts-policy-invalid", "bad" }, now);
	did("none(sts-policy-invalid,bad):a.example", "a bad one");
}

/* RFC 8461 section 5.1: what is known holds */
static void
revoked(void)
{
	begin();
	know("a.example", "1", ENFORCE);
	now += 600;
	ask("a.example");
	record(STSRECORD_NONE, "");
	did("enforce=1:a.example ask:a.example", "the record is gone");
	now += 600;
	ask("a.example");
	record(STSRECORD_MANY, "");
	did("enforce=1:a.example ask:a.example", "there are several");
	now += 600;
	ask("a.example");
	stsbook_record(&book, asked, STSRECORD_NONE, "", 0, 1, now);
	did("enforce=1:a.example ask:a.example", "the DNS is silent");
	now += 600;
	ask("a.example");
	record(STSRECORD_GOOD, "2");
	did("enforce=1:a.example ask:a.example fetch=2:a.example",
	    "another id");
	ask("a.example");
	did("enforce=1:a.example", "the old one holds meanwhile");
	fails();
	ask("a.example");
	did("enforce=1:a.example", "and when the fetch has failed");
	now += 299;
	ask("a.example");
	did("enforce=1:a.example", "which is not tried again at once");
	now += 1;
	ask("a.example");
	record(STSRECORD_GOOD, "2");
	bring(OTHER);
	did("enforce=1:a.example ask:a.example fetch=2:a.example "
	    "keep:a.example",
	    "five minutes later it is");
	ask("a.example");
	did("enforce=2:a.example", "and the new one holds");
	now += 600;
	ask("a.example");
	record(STSRECORD_GOOD, "3");
	said[0] = '\0';
	bring(NOTHING);
	did("keep:a.example", "mode none");
	ask("a.example");
	did("none=3:a.example", "is how a domain leaves");
}

static void
ends(void)
{
	begin();
	know("a.example", "1", ENFORCE);
	now += 604799;
	ask("a.example");
	did("enforce=1:a.example again:a.example ask:a.example",
	    "a second before its end; that it was used is kept");
	record(STSRECORD_NONE, "");
	now += 1;
	ask("a.example");
	did("ask:a.example", "its end: who asks waits");
	begin();
	know("a.example", "1", ENFORCE);
	now += 604800;
	ask("a.example");
	did("ask:a.example", "its end: the record is asked for");
	record(STSRECORD_NONE, "");
	did("drop:a.example none():a.example", "there is none any more");
}

static void
ahead(void)
{
	begin();
	know("a.example", "1", ENFORCE);
	know("unused.example", "1", SHORT);
	now += 604800 - 86400;
	stsbook_tick(&book, now);
	did("", "a day before its end nothing yet");
	now += 1;
	stsbook_tick(&book, now);
	did("ask:a.example", "then it is looked at");
	stsbook_tick(&book, now);
	did("", "once");
	record(STSRECORD_GOOD, "1");
	did("fetch=1:a.example", "and fetched though it is the same");
	bring(ENFORCE);
	did("again:a.example", "the file has its new end");
	now += 86400;
	ask("a.example");
	did("enforce=1:a.example again:a.example ask:a.example", "it holds");
	record(STSRECORD_GOOD, "1");
	begin();
	know("short.example", "1", SHORT);
	now += 500;
	stsbook_tick(&book, now);
	did("", "half of a short time");
	now += 101;
	stsbook_tick(&book, now);
	did("ask:short.example", "is enough");
	record(STSRECORD_GOOD, "1");
	bring(SHORT);
	said[0] = '\0';
	now += 900;
	stsbook_tick(&book, now);
	did("", "one that was not used since is not fetched again");
}

/* the first question of each minute comes before the tick */
static void
ahead_busy(void)
{
	unsigned asks = 0;

	begin();
	know("a.example", "1", ENFORCE);
	now += 604800 - 86400;
	do {
		now += 60;
		said[0] = '\0';
		asked = fetched = NULL;
		ask("a.example");
		stsbook_tick(&book, now);
		if (asked != NULL)
			record(STSRECORD_GOOD, "1");
	} while (fetched == NULL && ++asks < 86400 / 60 - 1);
	is_num(asks < 20, 1, "one that is much used is fetched ahead, too");
	if (fetched == NULL)
		return;
	said[0] = '\0';
	fails();
	now += 299;
	ask("a.example");
	did("enforce=1:a.example", "which has failed: it holds");
	now += 1;
	ask("a.example");
	record(STSRECORD_GOOD, "1");
	bring(ENFORCE);
	did("enforce=1:a.example ask:a.example fetch=1:a.example "
	    "again:a.example",
	    "and five minutes later it is tried again");
	now += 600;
	ask("a.example");
	record(STSRECORD_GOOD, "1");
	did("enforce=1:a.example ask:a.example", "but then no more");
}

/* a policy that was fetched while the clock was wrong by years */
static void
clock_right(void)
{
	const int64_t wrong_s = 10LL * STS_AGE_MAX_S;

	begin();
	now += wrong_s;
	know("a.example", "1", ENFORCE);
	now -= wrong_s;
	ask("a.example");
	did("enforce=1:a.example ask:a.example", "the clock is right again");
	record(STSRECORD_GOOD, "1");
	did("fetch=1:a.example", "it is fetched though it is the same");
	fails();
	did("", "which has failed: it holds");
	now += STS_AGAIN_S;
	stsbook_tick(&book, now);
	did("ask:a.example", "and is looked at again");
	record(STSRECORD_GOOD, "1");
	bring(ENFORCE);
	did("fetch=1:a.example again:a.example", "its end is right, too");
	now += 604800;
	ask("a.example");
	did("ask:a.example", "which has come");
}

static void
files(void)
{
	struct stsbook_domain d = { .name = "kept.example",
		.id = "7",
		.mode = STS_ENFORCE,
		.max_age_s = 604800 };

	begin();
	full = 1;
	ask("a.example");
	record(STSRECORD_GOOD, "1");
	bring(ENFORCE);
	did("ask:a.example fetch=1:a.example keep:a.example "
	    "enforce=1:a.example",
	    "no room on the disk: it holds");
	stsbook_tick(&book, now);
	did("again:a.example", "and is tried again");
	full = 0;
	stsbook_tick(&book, now);
	stsbook_tick(&book, now);
	did("again:a.example", "until it is there");
	d.fetched_s = d.used_s = now - 1000;
	d.expires_s = now + 1000;
	d.policy = strdup(ENFORCE);
	d.policy_len = strlen(ENFORCE);
	is_num(stsbook_load(&book, &d), 0, "one from a file");
	is_num(stsbook_load(&book, &d), -1, "but once");
	ask("kept.example");
	did("enforce=7:kept.example ask:kept.example",
	    "it holds at once, and is looked at");
	record(STSRECORD_GOOD, "7");
	did("fetch=7:kept.example", "and fetched: it ends soon");
	now += 86400;
	ask("a.example");
	did("enforce=1:a.example again:a.example ask:a.example",
	    "that it is used is kept once a day");
	now -= 1000000;
	ask("a.example");
	did("enforce=1:a.example", "a clock that is set back");
}

static void
room(void)
{
	begin();
	book.cache_max = 3;
	book.absent_max = 2;
	know("old.example", "1", ENFORCE);
	know("test.example", "1", TESTING);
	know("new.example", "1", ENFORCE);
	ask("four.example");
	record(STSRECORD_GOOD, "1");
	bring(ENFORCE);
	did("ask:four.example fetch=1:four.example keep:four.example "
	    "enforce=1:four.example drop:test.example",
	    "what enforces nothing goes first");
	ask("old.example");
	said[0] = '\0';
	know("five.example", "1", ENFORCE);
	ask("old.example");
	did("enforce=1:old.example", "what was used stays");
	ask("new.example");
	did("ask:new.example", "what was not used for longest has gone");
	record(STSRECORD_NONE, "");
	is_num((long long)book.n[STSBOOK_HAVE], 3, "three are kept");
	ask("b.example");
	record(STSRECORD_NONE, "");
	ask("c.example");
	record(STSRECORD_NONE, "");
	is_num((long long)book.n[STSBOOK_ABSENT], 2, "and two that have none");
}

static void
waiting(void)
{
	static struct stsbook_asker last;
	unsigned i;

	begin();
	for (i = 0; i < STS_WAITING_MAX; i++)
		stsbook_ask(&book, &asker[i], "a.example", now);
	did("ask:a.example", "as many as may wait");
	stsbook_ask(&book, &last, "b.example", now);
	did("none(too many questions):", "one more");
	stsbook_forget(&book, &asker[7]);
	stsbook_forget(&book, &asker[7]);
	stsbook_ask(&book, &last, "b.example", now);
	did("ask:b.example", "one less");
	for (i = 0; i < STS_WAITING_MAX; i++)
		stsbook_forget(&book, &asker[i]);
	stsbook_forget(&book, &last);
	record(STSRECORD_NONE, "");
	did("", "nobody waits any more");
	is_num((long long)book.n_waiting, 0, "none");
}

int
main(void)
{
	is_num(stsbook_ttl(0), STS_CHECK_MIN_S, "the shortest TTL");
	is_num(stsbook_ttl(59), STS_CHECK_MIN_S, "a short one");
	is_num(stsbook_ttl(61), 61, "one between");
	is_num(stsbook_ttl(3601), STS_CHECK_MAX_S, "a long one");
	first();
	absence();
	revoked();
	ends();
	ahead();
	ahead_busy();
	clock_right();
	files();
	room();
	waiting();
	stsbook_free(&book);
	return done();
}
