/* jobs gathered into transactions, and those on their way */
#include "throttle/transaction.h"
#include "tap.h"
#include <stdlib.h>

#define S INT64_C(1000000)

static struct limiter limiter;
static struct transaction_way way;
static struct transaction_group group;
static struct ltsv l;
static struct throttle_tags tags;

static const struct ltsv *
parse(const char *line)
{
	ltsv_parse(line, strlen(line), &l);
	return &l;
}

/* "0" as long as they join, "1" where another begins */
static const char *
joins(const char *const *lines, int n, unsigned max)
{
	static char out[16];
	int i;

	group.n = 0;
	for (i = 0; i < n; i++) {
		out[i] = '0' +
		    !transaction_join(&group, strlen(lines[i]), parse(lines[i]),
			i);
		if (out[i] == '1')
			transaction_gather(&group, lines[i], strlen(lines[i]),
			    &l, i, max);
	}
	out[n] = '\0';
	return out;
}

static void
gathering(void)
{
	static const char *const lines[] = { "id:a\tsite:s\tvia:v",
		"site:s\tid:a\tvia:v", "id:b\tsite:s\tvia:v",
		"id:b\tsite:t\tvia:v", "id:b\tsite:t",
		"id:b\tsite:t\tvia:", "id:b\tsite:t\tvia:w" };
	static const char *const one[] = { "id:a", "id:a", "id:a", "id:a" };
	static const char *const domains[] = { "id:a\tsite:s\tdomain:d",
		"id:a\tsite:s\tdomain:d", "id:a\tsite:s\tdomain:e",
		"id:a\tsite:s", "id:a\tsite:s\tdomain:d\ttenant:t" };
	static const char *const tagged[] = { "id:a\ttag:list=x",
		"id:a\ttag:b=c\ttag:LIST=x\ttag:list=y", "id:a\ttag:list=y",
		"id:a\ttag:lis=y", "id:a\ttag:list", "id:a\ttag:list=z" };
	static char same[THROTTLE_GROUP_MAX + 1][8];
	const char *all[THROTTLE_GROUP_MAX + 1];
	const struct throttle_rules rules = { .n = 0 };
	struct throttle_who who;
	struct transaction *t;
	int i;

	group.tags = &tags;
	group.labels = throttle_labels_used(&rules);
	is_str(joins(lines, 7, 9), "1011101", "same message, site and via");
	is_str(joins(domains, 5, 9), "10000", "no rule speaks of a domain");
	group.labels |= 1 << THROTTLE_DOMAIN;
	is_str(joins(domains, 5, 9), "10111", "one does: the same domain, too");
	throttlekey_slot(&tags, (struct slice){ "list", 4 });
	group.labels = 1 << THROTTLE_TAG;
	is_str(joins(tagged, 6, 9), "101101", "a tag: the same value");
	group.labels = 0;
	is_str(joins(one, 4, 2), "1010", "so many at most");
	is_str(joins(one, 4, 1), "1111", "each for itself");
	for (i = 0; i <= THROTTLE_GROUP_MAX; i++)
		all[i] = memcpy(same[i], "id:ab\n", 7);
	group.n = 0;
	transaction_gather(&group, all[0], 6, parse(all[0]), 0,
	    THROTTLE_GROUP_MAX);
	for (i = 1; i < THROTTLE_GROUP_MAX; i++)
		if (!transaction_join(&group, 6, parse(all[i]), i))
			break;
	is_num(i, THROTTLE_GROUP_MAX, "as many as there may be");
	is_num(transaction_join(&group, 6, parse(all[i]), i), 0, "and no more");
	t = transaction_make(&group);
	ok(t != NULL && t->n_jobs == THROTTLE_GROUP_MAX &&
		t->item.jobs == THROTTLE_GROUP_MAX && t->len == 6 * t->n_jobs &&
		t->id_len == 2 && memcmp(t->id, "ab", 2) == 0 &&
		t->job[t->n_jobs - 1].n == t->n_jobs - 1,
	    "the transaction");
	is_num(t->item.bytes, 0, "of unknown size");
	transaction_free(t);
	transaction_gather(&group, "", 0, parse("id:a\tsize:4294967295"), 0, 1);
	is_num(group.bytes, UINT32_MAX, "of a known one");
	transaction_gather(&group, "", 0, parse("id:a\tsize:4294967296"), 0, 1);
	is_num(group.bytes, UINT32_MAX, "which is cut");
	transaction_who(&who, parse("id:a\tsite:mx\tvia:v"), &tags);
	ok(who.len[THROTTLE_SITE] == 2 && who.len[THROTTLE_VIA] == 1 &&
		who.value[THROTTLE_DOMAIN] == NULL,
	    "what it says to the rules");
}

/* a transaction of jobs 0 to n-1 goes down */
static void
go(const char *id, unsigned n, int64_t now)
{
	struct throttle_who who;
	struct transaction *t;
	unsigned i;

	parse(id);
	group.tags = &tags;
	transaction_who(&group.who, &l, &tags);
	transaction_gather(&group, id, strlen(id), &l, 0, 100);
	for (i = 1; i < n; i++)
		transaction_join(&group, strlen(id), &l, i);
	t = transaction_make(&group);
	transaction_who(&who, &l, &tags);
	limiter_offer(&limiter, &t->item, limiter_flow(&limiter, &who, now),
	    now);
	ok(limiter_pop(&limiter) == &t->item && t->item.verdict == LIMITER_GO,
	    "it may go");
	is_num(transaction_sent(&way, t, now), 0, "and goes");
}

static size_t
after(const char *result, int64_t now)
{
	transaction_learn(&way, parse(result), now);
	return way.jobs.n;
}

static void
results(void)
{
	limiter_open(&limiter, 17);
	transaction_way_open(&way, &limiter);
	go("id:a\tsite:s", 3, 0);
	is_num(way.jobs.n, 3, "three jobs on their way");
	is_num(after("id:b\tn:0\tstatus:sent", 1), 3, "another message");
	is_num(after("id:a\tn:3\tstatus:sent", 1), 3, "no such job");
	is_num(after("id:a\tstatus:sent", 1), 3, "no number");
	is_num(after("n:0\tstatus:sent", 1), 3, "no id");
	is_num(after("id:a\tn:1\tstatus:sent\tcode:x", 1), 2, "a result");
	is_num(after("id:a\tn:1\tstatus:sent", 1), 2, "only once");
	is_num(after("id:a\tn:0\tstatus:bounced\tcode:550\tesc:5.1.1"
		     "\tclass:rcpt",
		   1),
	    1, "a second one");
	ok(way.line.next != &way.line, "the transaction goes on");
	is_num(after("id:a\tn:2", 1), 0, "the last one");
	ok(way.line.next == &way.line, "and it is over");

	go("id:a\tsite:s", 2, S);
	go("id:a\tsite:s", 1, 2 * S);
	is_num(way.jobs.n, 2, "asked again: the old job is void");
	is_num(after("id:a\tn:1\tstatus:sent", 3 * S), 1, "its neighbour");
	is_num(after("id:a\tn:0\tstatus:sent", 3 * S), 0, "and the new one");
	ok(way.line.next == &way.line, "both are over");
}

static void
old_ones(void)
{
	go("id:a\tsite:s", 3, 10 * S);
	go("id:b\tsite:s", 1, 11 * S);
	after("id:a\tn:1\tstatus:sent", 12 * S);
	transaction_forget_old(&way, (10 + THROTTLE_DEADLINE_S) * S - 1);
	is_num(way.jobs.n, 3, "up to the deadline they are waited for");
	transaction_forget_old(&way, (10 + THROTTLE_DEADLINE_S) * S);
	is_num(way.jobs.n, 1, "then forgotten");
	is_num(after("id:a\tn:0\tstatus:sent", 8000 * S), 1, "a late result");
	transaction_forget_old(&way, (11 + THROTTLE_DEADLINE_S) * S);
	is_num(way.jobs.n, 0, "all of them");
	ok(way.line.next == &way.line, "nothing is left");
	limiter_close(&limiter);
	hash_free(&way.jobs);
}

int
main(void)
{
	gathering();
	results();
	old_ones();
	return done();
}
