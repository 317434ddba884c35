#include "base/clock.h"
#include "base/die.h"
#include "base/num.h"
#include "run/run.h"
#include <stdio.h>
#include <string.h>

enum { SYNC_LOST_MS = 10000, AGAIN_MS = 60000, AGAIN_SLICE = 4096 };

static void
ask(struct run *r, const char *what, uint32_t segment)
{
	char line[32];

	wire_put(&r->cleaning.helper.wire, line,
	    snprintf(line, sizeof line, "%s %010u\n", what, segment));
}

static void
ask_id(struct run *r, uint32_t m)
{
	wire_put(&r->cleaning.helper.wire, r->s.message[m].id, NAME_LEN);
	wire_put(&r->cleaning.helper.wire, "\n", 1);
}

void
cleaning_message(struct run *r, uint32_t m)
{
	struct schedule_message *x = &r->s.message[m];

	heads_drop(r, m);
	toline_leave(r, m);
	x->flags |= RUN_LEAVING;
	r->cleaning.n_leaving++;
	if (helper_up(&r->cleaning.helper))
		ask_id(r, m);
}

/* segments */

void
cleaning_segments(struct run *r)
{
	uint32_t segment;

	/* before all files are known no pin says anything */
	if (r->first_scan || !helper_up(&r->cleaning.helper))
		return;
	segment = done_oldest_free(&r->done);
	if (segment != 0)
		ask(r, "drop", segment);
	else if (!r->fold.on && fold_wanted(r))
		rounds_more(r);
}

static void
on_sync(void *arg)
{
	struct run *r = arg;
	uint32_t i;

	/* a sync that failed is not answered */
	if (!helper_up(&r->cleaning.helper) || !r->done.dirty ||
	    (r->cleaning.syncing &&
		clock_mono_ms() - r->cleaning.sync_at_ms < SYNC_LOST_MS))
		return;
	r->cleaning.syncing = 1;
	r->cleaning.sync_at_ms = clock_mono_ms();
	r->done.dirty = 0;
	/* and those that have been filled since */
	for (i = 0; i < r->done.n; i++)
		if (r->done.segment[i].number >= r->cleaning.sync_segment)
			ask(r, "sync", r->done.segment[i].number);
	r->cleaning.sync_segment = done_current(&r->done);
}

/* what was not answered because it failed is asked for again */
static void
on_again(void *arg)
{
	struct run *r = arg;
	uint32_t i;

	loop_timer_set(&r->cleaning.again_timer, AGAIN_MS, on_again, r);
	if (!helper_up(&r->cleaning.helper))
		return;
	for (i = 0; i < r->done.n; i++)
		if (r->done.segment[i].leaving)
			ask(r, "drop", r->done.segment[i].number);
	on_sync(r);
	r->cleaning.unremoved_at = 0;
	rounds_more(r);
}

/* a file that could not be removed then: what was asked for before the last
 * time and is still there; 1: more to do */
static int
unremoved_slice(struct run *r)
{
	struct schedule_message *x;
	unsigned i;

	if (!helper_up(&r->cleaning.helper) || r->cleaning.n_leaving == 0)
		return 0;
	for (i = 0;
	     i < AGAIN_SLICE && r->cleaning.unremoved_at < r->s.n_message;
	     i++) {
		x = &r->s.message[r->cleaning.unremoved_at++];
		if (!x->used || !(x->flags & RUN_LEAVING))
			continue;
		if (x->flags & RUN_ASKED)
			ask_id(r, r->cleaning.unremoved_at - 1);
		x->flags |= RUN_ASKED;
	}
	return r->cleaning.unremoved_at < r->s.n_message;
}

void
cleaning_dirty(struct run *r)
{
	if (done_oldest_crowded(&r->done) != 0)
		cleaning_segments(r);
	if (r->sync_ms > 0 && r->done.dirty && !r->cleaning.syncing &&
	    !loop_timer_active(&r->cleaning.sync_timer))
		loop_timer_set(&r->cleaning.sync_timer, r->sync_ms, on_sync, r);
}

int
cleaning_slice(struct run *r)
{
	int more = unremoved_slice(r);

	switch (fold_slice(r)) {
	case FOLD_MORE: return 1;
	case FOLD_DONE:
		cleaning_dirty(r);
		cleaning_segments(r);
		break;
	case FOLD_NOTHING: break;
	}
	return more;
}

/* the helper */

static void
removed(struct run *r, const char *id)
{
	uint32_t m = schedule_find(&r->s, id);
	struct schedule_message *x;

	if (m == SCHEDULE_NONE)
		return;
	x = &r->s.message[m];
	if (!(x->flags & RUN_LEAVING))
		return;
	if (x->segment != 0)
		done_unpin(&r->done, x->segment);
	schedule_forget(&r->s, m);
	r->cleaning.n_leaving--;
}

static void
answered(struct run *r, const char *p, size_t n)
{
	uint64_t u;

	if (name_check(p, n) == 0) {
		removed(r, p);
	} else if (n == 15 && memcmp(p, "sync ", 5) == 0 &&
	    num_scan(p + 5, 10, 1, UINT32_MAX - 1, &u) == 0) {
		if (u == r->cleaning.sync_segment)
			r->cleaning.syncing = 0;
		cleaning_dirty(r);
	} else if (n == 15 && memcmp(p, "drop ", 5) == 0 &&
	    num_scan(p + 5, 10, 1, UINT32_MAX - 1, &u) == 0) {
		done_removed(&r->done, u);
	} else {
		warn("unknown answer of queue-clean ignored");
	}
}

static size_t
clean_record(void *arg, const char *p, size_t n)
{
	struct run *r = arg;
	const char *at = p, *e;

	while ((e = memchr(at, '\n', p + n - at)) != NULL) {
		answered(r, at, e - at);
		at = e + 1;
	}
	cleaning_segments(r);
	return at - p;
}

/* a new one knows of nothing */
static void
clean_started(void *arg)
{
	struct run *r = arg;
	uint32_t m, i;

	for (m = 0; m < r->s.n_message; m++)
		if (r->s.message[m].used && r->s.message[m].flags & RUN_LEAVING)
			ask_id(r, m);
	for (i = 0; i < r->done.n; i++)
		if (r->done.segment[i].leaving)
			ask(r, "drop", r->done.segment[i].number);
	if (r->cleaning.syncing)
		ask(r, "sync", r->cleaning.sync_segment);
	cleaning_segments(r);
	cleaning_dirty(r);
}

static void
clean_ended(void *arg)
{
	(void)arg;
}

static const struct helper_ops clean_ops = { clean_record, clean_started,
	clean_ended, NULL };

void
cleaning_start(struct run *r)
{
	char **argv = r->cleaning.argv;

	argv[0] = (char *)(uintptr_t) "queue-clean";
	argv[1] = (char *)(uintptr_t)r->queue;
	fold_start(r);
	r->cleaning.sync_segment = done_current(&r->done);
	r->cleaning.unremoved_at = UINT32_MAX;
	loop_timer_set(&r->cleaning.again_timer, AGAIN_MS, on_again, r);
	helper_start(&r->cleaning.helper, "queue-clean", argv, &clean_ops, r);
}

void
cleaning_stop(struct run *r)
{
	helper_stop(&r->cleaning.helper);
}
