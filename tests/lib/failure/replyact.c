/* the actions of a line: each word, what is wrong with it, what goes together */
#include "failure/replyact.h"
#include "tap.h"

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static const struct {
	const char *text;
	struct replyact want;
} good[] = {
	{ "suspend=1h",
	    { .least_s = 3600, .most_s = 3600, .per = REPLYACT_VIA } },
	{ "backoff=5m..1h key=provider+src",
	    { .least_s = 300,
		.most_s = 3600,
		.backoff = 1,
		.provider = 1,
		.per = REPLYACT_SRC,
		.keyed = 1 } },
	{ "key=site backoff=7d",
	    { .least_s = 604800,
		.most_s = 604800,
		.backoff = 1,
		.per = REPLYACT_ALL,
		.keyed = 1 } },
	{ "hold suspend=1s",
	    { .least_s = 1,
		.most_s = 1,
		.per = REPLYACT_VIA,
		.verdict = REPLYACT_HOLD } },
	{ "bounce", { .per = REPLYACT_VIA, .verdict = REPLYACT_BOUNCE } },
	{ "defer retry=10m",
	    { .per = REPLYACT_VIA,
		.verdict = REPLYACT_DEFER,
		.retry_s = 600 } },
	{ "source=other", { .per = REPLYACT_VIA, .other = 1 } },
	{ "defer retry=10m source=other",
	    { .per = REPLYACT_VIA,
		.verdict = REPLYACT_DEFER,
		.retry_s = 600,
		.other = 1 } },
	{ "suspend=1h pool=warm",
	    { .least_s = 3600,
		.most_s = 3600,
		.per = REPLYACT_VIA,
		.pool = { "warm", 4 } } },
	{ "none", { .per = REPLYACT_VIA, .none = 1 } },
};

static const char *const bad[] = { "", "suspend=", "suspend=0", "suspend=8d",
	"suspend=604801", "suspend=1h..2h", "backoff=2h..1h", "backoff=..1h",
	"backoff=1h..", "suspend=1h backoff=1h", "suspend=1h suspend=1h",
	"retry=0", "retry=1h retry=1h", "retry=8d", "hold bounce",
	"defer defer", "hold retry=1m", "bounce retry=1m", "none hold",
	"none key=site", "key=site", "hold key=site",
	"suspend=1h key=", "suspend=1h key=domain", "suspend=1h key=site+",
	"suspend=1h key=+via", "suspend=1h key=site+tenant",
	"suspend=1h key=site+via+src", "suspend=1h key=site key=site", "dance",
	"source=", "source=this", "source=other source=other",
	"source=other pool=a", "pool=a pool=a", "pool=", "pool=a/b",
	"hold source=other", "bounce pool=a", "none source=other",
	"key=site source=other" };

static int
same(const struct replyact *a, const struct replyact *b)
{
	return a->least_s == b->least_s && a->most_s == b->most_s &&
	    a->retry_s == b->retry_s && a->backoff == b->backoff &&
	    a->provider == b->provider && a->per == b->per &&
	    a->verdict == b->verdict && a->none == b->none &&
	    a->keyed == b->keyed && a->other == b->other &&
	    a->pool.n == b->pool.n &&
	    (a->pool.n == 0 || memcmp(a->pool.p, b->pool.p, a->pool.n) == 0);
}

int
main(void)
{
	struct replyact a;
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		is_num(replyact_parse(&a, slice(good[i].text)), 0,
		    good[i].text);
		ok(same(&a, &good[i].want), "and all of it");
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(replyact_parse(&a, slice(bad[i])), -1, bad[i]);
	is_num(replyact_parse(&a, slice("suspend=604800")), 0,
	    "as long as may be");
	is_num(a.most_s, REPLYACT_TIME_MAX_S, "which is a week");
	return done();
}
