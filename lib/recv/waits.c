#include "recv/waits.h"
#include "base/clock.h"

int64_t
waits_now_s(void)
{
	return clock_mono_ms() / 1000;
}

struct waiter *
waits_first(const struct waits *t, unsigned kind)
{
	return LIST_OF(t->line[kind].first, struct waiter, line);
}

struct waiter *
waits_next(const struct waiter *w)
{
	return LIST_OF(w->line.next, struct waiter, line);
}

static void
on_sweep(void *arg)
{
	struct waits *t = arg;
	int64_t now = waits_now_s(), first = INT64_MAX;
	struct waiter *w;
	unsigned i;

	for (i = 0; i < WAITS_KINDS; i++) {
		while ((w = waits_first(t, i)) != NULL && w->until_s <= now)
			t->expired(w);
		if (w != NULL && w->until_s < first)
			first = w->until_s;
	}
	t->sweep_at_s = first;
	if (first != INT64_MAX)
		loop_timer_set(&t->sweep, (first - now) * 1000, on_sweep, t);
}

void
waits_end(struct waits *t, struct waiter *w)
{
	if (!w->waits)
		return;
	list_remove(&t->line[w->kind], &w->line);
	w->waits = 0;
}

void
waits_set(struct waits *t, struct waiter *w, unsigned kind)
{
	uint32_t most = t->most_s[kind] + 1;
	uint32_t until = (uint32_t)waits_now_s() + most;

	if (waits_is(w, kind) && w->until_s == until)
		return;
	waits_end(t, w);
	w->kind = (unsigned char)kind;
	w->waits = 1;
	w->until_s = until;
	list_append(&t->line[kind], &w->line);
	if (!loop_timer_active(&t->sweep) || until < t->sweep_at_s) {
		t->sweep_at_s = until;
		loop_timer_set(&t->sweep, (int64_t)most * 1000, on_sweep, t);
	}
}

int64_t
waits_since_s(const struct waits *t, const struct waiter *w, int64_t now_s)
{
	return now_s + 1 + t->most_s[w->kind] - w->until_s;
}
