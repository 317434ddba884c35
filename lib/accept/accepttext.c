#include "accept/accepttext.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define S INT64_C(1000000)

enum { SPAN_LEN = 40 };

/* is the new one what counts? */
static int
counts(const struct accepttext *t, const struct acceptrule *rule, int64_t at_us)
{
	if (t->rule == NULL || rule->action > t->rule->action)
		return 1;
	return rule->action == t->rule->action && at_us > t->at_us;
}

void
accepttext_limit(struct accepttext *t, const struct acceptrule *rule,
    const struct limitin_refusal *r)
{
	if (!counts(t, rule, r->at_us))
		return;
	t->rule = rule;
	t->credits = 0;
	t->what = r->what;
	t->at_us = r->at_us;
	snprintf(t->limit, sizeof t->limit, "%s", r->limit);
}

void
accepttext_credits(struct accepttext *t, const struct acceptrule *rule)
{
	/* nobody knows when he pays: later than any limit */
	if (!counts(t, rule, INT64_MAX))
		return;
	t->rule = rule;
	t->credits = 1;
	t->at_us = INT64_MAX;
}

/* of whom a key speaks: the first of these that it has, as far as he may know */
static const char *
whose(const struct acceptrule *r)
{
	static const char *const names[][2] = { { "user:", "this user" },
		{ "client:", "this client" }, { "from:", "this sender" },
		{ "domain:", "this sender's domain" },
		{ "tenant:", "this account" } };
	size_t i, n;
	const char *p, *end = r->key + r->key_len;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		for (p = r->key; p < end; p++) {
			n = strlen(names[i][0]);
			if ((size_t)(end - p) > n &&
			    memcmp(p, names[i][0], n) == 0)
				return names[i][1];
			p = memchr(p, '+', (size_t)(end - p));
			if (p == NULL)
				break;
		}
	return "this server";
}

/* "in 3 h 20 min" */
static void
span(char t[SPAN_LEN], int64_t us)
{
	int64_t s = (us + S - 1) / S, min = (s + 59) / 60;

	if (s < 120)
		snprintf(t, SPAN_LEN, "in %" PRId64 " s", s);
	else if (min < 120)
		snprintf(t, SPAN_LEN, "in %" PRId64 " min", min);
	else
		snprintf(t, SPAN_LEN, "in %" PRId64 " h %" PRId64 " min",
		    min / 60, min % 60);
}

static void
put_text(const struct accepttext *t, struct acceptwire_answer *a)
{
	static const char *const units[BUCKET_UNITS] = { "messages",
		"recipients", "bytes", "" };
	const char *who = whose(t->rule);
	char when[SPAN_LEN];

	if (t->credits) {
		snprintf(a->text, sizeof a->text, "%s has no credits left",
		    who);
		return;
	}
	if (t->at_us == INT64_MAX) {
		snprintf(a->text, sizeof a->text,
		    "more %s at once than %s may ever have: %s", units[t->what],
		    who, t->limit);
		return;
	}
	span(when, t->at_us - t->now_us);
	snprintf(a->text, sizeof a->text,
	    "too many %s for %s: %s, room again %s", units[t->what], who,
	    t->limit, when);
}

/* RFC 5321 section 4.2.2, RFC 3463: 452 4.5.3 asks for the other recipients in a
 * transaction of their own */
void
accepttext_answer(const struct accepttext *t, struct acceptwire_answer *a)
{
	int never = t->at_us == INT64_MAX && !t->credits;

	a->status = ACCEPTWIRE_REFUSED;
	if (never || t->rule->action == ACCEPT_REJECT) {
		a->code = 550;
		snprintf(a->esc, sizeof a->esc, "%s",
		    never ? "5.5.3" : "5.7.1");
	} else if (t->what == BUCKET_RCPTS && t->more && !t->credits) {
		a->code = 452;
		snprintf(a->esc, sizeof a->esc, "4.5.3");
	} else {
		a->code = 450;
		snprintf(a->esc, sizeof a->esc, "4.7.1");
	}
	put_text(t, a);
}

void
accepttext_full(struct acceptwire_answer *a)
{
	a->status = ACCEPTWIRE_REFUSED;
	a->code = 451;
	snprintf(a->esc, sizeof a->esc, "4.3.0");
	snprintf(a->text, sizeof a->text,
	    "it cannot be counted now, try again later");
}
