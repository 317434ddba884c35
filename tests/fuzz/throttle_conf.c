#include "throttle/limiter.h"
#include "throttle/throttlefile.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * The text of conf/throttle, line by line: a line is right or has a
 * reason; its canonical form is its own canonical form; and a limiter with
 * these rules serves some jobs without losing one.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct sink {
	int added, wrong;
	struct throttle_rules *rules;
};

static int
add(void *arg, const char *key, size_t kn, const char *data, size_t n)
{
	struct sink *s = arg;
	const char *reason;
	struct throttle_rule *r;
	struct buf b = { 0 };

	(void)kn;
	s->added += key[0] != '@' && key[0] != 't';
	/* their number, where each stands, and their text */
	if (key[0] == 'n' || key[0] == '@' || key[0] == 't')
		return 0;
	r = throttle_parse(NULL, data, n, &reason);
	assert(r != NULL && throttle_print(&b, r) == 0);
	assert(buf_len(&b) == n && memcmp(buf_data(&b), data, n) == 0);
	free(r);
	buf_free(&b);
	/* what becomes a record is taken */
	assert(throttle_add(s->rules, data, n, &reason) == 0);
	return 0;
}

static void
wrong(void *arg, const char *reason)
{
	assert(reason != NULL && reason[0] != '\0');
	((struct sink *)arg)->wrong++;
}

static void
serve(struct limiter *l)
{
	static const char *const site[] = { "a", "mx.a.org", ".", "*", "x+y" };
	struct limiter_item item[40], *i;
	struct throttle_who who = { { NULL }, { 0 } };
	struct limiter_flow *f;
	int64_t now = 1000000, due;
	unsigned n, out = 0, round;

	for (n = 0; n < 40; n++) {
		memset(&item[n], 0, sizeof item[n]);
		who.value[n % THROTTLE_LABELS] = site[n % 5];
		who.len[n % THROTTLE_LABELS] = strlen(site[n % 5]);
		f = limiter_flow(l, &who, now);
		assert(f != NULL);
		item[n].jobs = 1 + n % 7;
		if (item[n].jobs > limiter_jobs_max(f))
			item[n].jobs = limiter_jobs_max(f);
		limiter_offer(l, &item[n], f, now);
	}
	for (round = 0; round < 100000 && out < 40; round++) {
		while ((i = limiter_pop(l)) != NULL) {
			out++;
			limiter_done(l, i,
			    i->verdict == LIMITER_GO ? BACKOFF_GOOD
						     : BACKOFF_NONE,
			    now);
		}
		due = limiter_due(l);
		if (out == 40)
			break;
		assert(due != INT64_MAX);
		if (due > now)
			now = due;
		limiter_run(l, now);
	}
	assert(out == 40 && l->held == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct throttle_rules rules = { .n = 0 };
	struct sink s = { 0, 0, &rules };
	struct conffile_sink sink = { add, wrong, &s };
	struct limiter l;
	uint64_t state[128] = { 0 };
	char *copy = malloc(size + 1), *p = copy, *e, *end = copy + size;
	int before, r;

	memcpy(copy, data, size);
	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			e = end;
		if (e == p)
			continue;
		before = s.wrong + s.added;
		r = conffile_throttle.line(state, p, e - p, 1, &sink);
		assert(s.wrong + s.added == before + 1);
		assert((r == -1) == (s.wrong > 0 && r == -1));
	}
	conffile_throttle.finish(state, &sink);
	memset(&l, 0, sizeof l);
	limiter_open(&l, 5);
	l.turn = zone_period;
	assert(limiter_load(&l, &rules, 0) == 0);
	serve(&l);
	limiter_close(&l);
	free(copy);
	return 0;
}
