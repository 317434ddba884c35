#include "failure/replyact.h"
#include "base/ascii.h"
#include "base/num.h"
#include "failure/condition.h"

void
replyact_begin(struct replyact *a)
{
	memset(a, 0, sizeof *a);
	a->per = REPLYACT_VIA;
}

static int
duration(struct slice v, uint32_t *out)
{
	uint64_t s;

	if (num_scan_duration(v.p, v.n, REPLYACT_TIME_MAX_S, &s) == -1 ||
	    s == 0)
		return -1;
	*out = (uint32_t)s;
	return 0;
}

static int
range(struct slice v, struct replyact *a)
{
	const char *dots = memmem(v.p, v.n, "..", 2);
	struct slice least = { v.p, dots == NULL ? v.n : (size_t)(dots - v.p) };
	struct slice most = v;

	if (dots != NULL)
		most =
		    (struct slice){ dots + 2, (size_t)(v.p + v.n - dots) - 2 };
	return duration(least, &a->least_s) == -1 ||
		duration(most, &a->most_s) == -1 || a->most_s < a->least_s
	    ? -1
	    : 0;
}

static int
key(struct slice v, struct replyact *a)
{
	struct slice what, per = { NULL, 0 };
	size_t all = v.n;

	word_piece(&v, '+', &what);
	if (v.p != NULL && !word_piece(&v, '+', &per))
		return -1;
	a->keyed = 1;
	a->provider = word_is(what, "provider");
	a->per = per.n == 0       ? REPLYACT_ALL
	    : word_is(per, "via") ? REPLYACT_VIA
				  : REPLYACT_SRC;
	return v.p == NULL && (per.n > 0 || what.n == all) &&
		(a->provider || word_is(what, "site")) &&
		(a->per != REPLYACT_SRC || word_is(per, "src"))
	    ? 0
	    : -1;
}

static int
closes(struct replyact *a, struct slice v, const char **reason)
{
	if (a->least_s != 0)
		*reason = "suspend= and backoff= stand once, and not together";
	else if (a->backoff ? range(v, a) : duration(v, &a->least_s))
		*reason = a->backoff
		    ? "backoff= is TIME or TIME..TIME, 1s to 7d"
		    : "suspend= is a time, 1s to 7d";
	else
		return 1;
	return -1;
}

static int
verdict(struct replyact *a, enum replyact_verdict v, const char **reason)
{
	if (a->verdict == REPLYACT_AS_IS) {
		a->verdict = v;
		return 1;
	}
	*reason = "hold, bounce and defer exclude each other";
	return -1;
}

/* from where the next attempt goes */
static int
source(struct replyact *a, struct slice pool, const char **reason)
{
	if (a->other || a->pool.n > 0)
		*reason = "source= and pool= stand once, and not together";
	else if (pool.p == NULL)
		return a->other = 1;
	else if (word_name(pool.p, pool.n)) {
		a->pool = pool;
		return 1;
	} else
		*reason = "pool= is not a name of a pool";
	return -1;
}

int
replyact_word(struct replyact *a, struct slice w, const char **reason)
{
	*reason = NULL;
	if (word_is(w, "hold"))
		return verdict(a, REPLYACT_HOLD, reason);
	if (word_is(w, "bounce"))
		return verdict(a, REPLYACT_BOUNCE, reason);
	if (word_is(w, "defer"))
		return verdict(a, REPLYACT_DEFER, reason);
	if (word_is(w, "none"))
		return a->none = 1;
	if (word_is(w, "source=other"))
		return source(a, (struct slice){ NULL, 0 }, reason);
	if (condition_starts(&w, "pool", '='))
		return source(a, w, reason);
	if (condition_starts(&w, "suspend", '='))
		return closes(a, w, reason);
	if (condition_starts(&w, "backoff", '=')) {
		a->backoff = 1;
		return closes(a, w, reason);
	}
	if (condition_starts(&w, "retry", '=')) {
		if (a->retry_s == 0 && duration(w, &a->retry_s) == 0)
			return 1;
		*reason = "retry= is one time, 1s to 7d";
		return -1;
	}
	if (condition_starts(&w, "key", '=')) {
		if (!a->keyed && key(w, a) == 0)
			return 1;
		*reason = "key= is site or provider, with +via or +src or "
			  "neither, once";
		return -1;
	}
	return 0;
}

const char *
replyact_check(const struct replyact *a)
{
	int moves = a->other || a->pool.n > 0;
	int acts = a->least_s != 0 || a->retry_s != 0 || moves ||
	    a->verdict != REPLYACT_AS_IS;

	if (!acts && !a->none)
		return "no action: suspend= backoff= hold bounce defer retry= "
		       "source= pool= or none";
	if (a->none && (acts || a->keyed))
		return "none stands by itself";
	if (a->keyed && a->least_s == 0)
		return "key= wants suspend= or backoff=";
	if ((a->retry_s != 0 || moves) && a->verdict != REPLYACT_AS_IS &&
	    a->verdict != REPLYACT_DEFER)
		return "retry=, source= and pool= do not go with hold or "
		       "bounce";
	return NULL;
}

int
replyact_parse(struct replyact *a, struct slice text)
{
	const char *p = text.p, *end = text.p + text.n, *reason;
	struct slice w;

	replyact_begin(a);
	while (condition_next(&p, end, &w))
		if (replyact_word(a, w, &reason) != 1)
			return -1;
	if (replyact_check(a) != NULL)
		return -1;
	if (a->most_s == 0)
		a->most_s = a->least_s;
	return 0;
}
