#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/spawn.h"
#include "chain/event.h"
#include "run/run.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* jobs down */

static void
event_duplicate(struct run *r, const struct run_job *t, unsigned tries)
{
	rcptevent_begin("duplicate", clock_wall_us(),
	    r->s.message[t->message].id, t->n, buf_data(&t->who),
	    buf_len(&t->who));
	event_num("try", tries);
	event_puts("text",
	    "the outcome of the attempt before is unknown: "
	    "this one may deliver a second copy");
	event_end();
}

static void
emit_one(struct run *r, uint32_t x, const struct jobhead *c)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	struct run_job *t = jobs_add(r, x, c);
	struct buf *out = &r->chain.wire.out;

	jobs_put(r, x, c, r->s.message[p->message].id,
	    (p->flags & RUN_DOUBT) != 0, out);
	if (doubtful_job(r, x, c->rcpt[p->n].offset, out) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&r->chain.wire);
	/* it stays in doubt until it was really tried; said once is enough */
	if ((p->flags & (RUN_DOUBT | RUN_WARNED)) == RUN_DOUBT) {
		event_duplicate(r, t, p->tries);
		p->flags |= RUN_WARNED;
	}
}

/* no head: wait for better times; a file that is gone is forgotten */
static void
emit_failed(struct run *r, uint32_t m, const uint32_t *run, unsigned n)
{
	int gone = errno == ENOENT;
	unsigned i;

	warn(gone ? "message %.20s is gone: somebody else has removed it"
		  : "unable to read message %.20s: %m",
	    r->s.message[m].id);
	for (i = 0; i < n; i++) {
		schedule_back(&r->s, run[i]);
		retries_wait(r, run[i], clock_wall_us() / 1000 + RUN_FAULT_MS,
		    0);
	}
	if (!gone || r->s.message[m].n_out > 0)
		return;
	while (r->s.message[m].first != SCHEDULE_NONE)
		schedule_drop(&r->s, r->s.message[m].first);
	cleaning_message(r, m);
}

/* an order keeps it for now */
static void
keep(struct run *r, uint32_t x, const struct order *o)
{
	schedule_back(&r->s, x);
	r->s.order[x] = o->slot;
	retries_wait(r, x, ordermatch_again_ms(o, clock_wall_s()), 0);
}

/* those of a run that no order keeps or returns, in front; how many */
static unsigned
obey(struct run *r, uint32_t *run, unsigned n, const struct jobhead *c)
{
	const struct order *o;
	unsigned i, left = 0;

	for (i = 0; i < n; i++) {
		if (r->orders.heads > 0 &&
		    (o = ordermatch_keeps(r, run[i], c)) != NULL) {
			keep(r, run[i], o);
		} else if ((o = ordermatch_returns(r, run[i], c)) != NULL) {
			schedule_back(&r->s, run[i]);
			ordered_return(r, run[i], c, o);
		} else {
			run[left++] = run[i];
		}
	}
	toline_close(r);
	return left;
}

static void
emit(struct run *r, uint32_t *run, unsigned n)
{
	uint32_t m = r->s.rcpt[run[0]].message;
	int64_t now_s = clock_wall_s();
	const struct order *o;
	struct jobhead *c;
	unsigned i;

	/* all go to one domain: for many orders no head is needed */
	if ((o = ordermatch_keeps(r, run[0], NULL)) != NULL) {
		for (i = 0; i < n; i++)
			keep(r, run[i], o);
		return;
	}
	c = heads_take(r, m);
	if (c == NULL) {
		emit_failed(r, m, run, n);
		return;
	}
	for (i = 0; i < n; i++)
		if (r->s.rcpt[run[i]].n >= c->n_rcpt) {
			errno = EINVAL; /* another file under this name */
			emit_failed(r, m, run, n);
			heads_release(r, m, c);
			return;
		}
	if (r->orders.heads + r->orders.returns > 0)
		n = obey(r, run, n, c);
	for (i = 0; i < n; i++)
		if (c->expire > 0 && now_s >= c->expire) {
			schedule_back(&r->s, run[i]);
			expire_rcpt(r, run[i], c);
		} else if (doubtful_is_over(r, run[i])) {
			schedule_back(&r->s, run[i]);
			expire_because(r, run[i], c, DOUBTFUL_OVER,
			    sizeof DOUBTFUL_OVER - 1);
		} else {
			emit_one(r, run[i], c);
		}
	toline_close(r);
	heads_release(r, m, c);
}

static void
on_due(void *arg)
{
	chain_refill(arg);
}

static void
set_due(struct run *r, int64_t now)
{
	int64_t due = schedule_due(&r->s);

	if (due == INT64_MAX ||
	    (loop_timer_active(&r->chain.due_timer) &&
		r->chain.due_set_ms == due))
		return;
	r->chain.due_set_ms = due;
	loop_timer_set(&r->chain.due_timer, due - now, on_due, r);
}

static void set_deadline(struct run *);

static void
on_stall(void *arg)
{
	struct run *r = arg;

	r->stalled = 0;
	wire_resume(&r->chain.wire);
	chain_refill(r);
}

/* the journal cannot be written: nothing goes down, and what comes up waits
 * in the pipe */
static void
wait_for_journal(struct run *r)
{
	if (loop_timer_active(&r->chain.stall_timer))
		return;
	wire_pause(&r->chain.wire);
	loop_timer_set(&r->chain.stall_timer, RUN_STALL_MS, on_stall, r);
}

void
chain_refill(struct run *r)
{
	uint32_t run[RUN_RUN_MAX];
	int turns = RUN_TURNS_MAX;
	int64_t now;
	unsigned n;

	if (r->stalled)
		wait_for_journal(r);
	if (r->stopping || r->stalled || r->chain.gone)
		return;
	lifetime_clock(r);
	now = clock_mono_ms();
	schedule_tick(&r->s, now);
	set_due(r, now);
	if (r->held)
		return;
	schedule_look(&r->s, now);
	/* turns of what is suspended lead nowhere, and may be many */
	while (!wire_full(&r->chain.wire) && !r->stalled && turns-- > 0 &&
	    (n = schedule_pick(&r->s, now, run, RUN_RUN_MAX)) > 0)
		emit(r, run, n);
	if (turns < 0)
		rounds_more(r);
	if (r->stalled)
		wait_for_journal(r);
	set_deadline(r);
}

/* results up */

static size_t
chain_record(void *arg, const char *p, size_t n)
{
	struct run *r = arg;
	size_t used = settle_results(r, p, n);

	resulttrim_seen(r, used);
	chain_refill(r);
	return used;
}

static void
on_stop_timeout(void *arg)
{
	struct run *r = arg;

	warn("the delivering chain did not end in time; %u jobs unanswered",
	    r->s.out + r->s.late);
	run_end(r, r->status);
}

static void
chain_ended(void *arg, int err)
{
	struct run *r = arg;
	int code = EXIT_OK;

	r->chain.gone = 1;
	if (err != 0) {
		errno = err;
		warn("unable to read results: %m");
	}
	if (buf_len(&r->chain.wire.in) > 0)
		warn("result cut short by the end of the chain");
	wire_finish(&r->chain.wire);
	wire_flush_all();
	if (r->chain.pid > 0)
		code = spawn_collect(r->chain.pid, RUN_STOP_MS);
	if (code == -1)
		code = EXIT_TEMP; /* it has closed its side and lives on */
	if (r->stopping && r->status == EXIT_OK)
		run_end(r, EXIT_OK);
	warn("the delivering chain has ended, status %d", code);
	run_end(r, EXIT_TEMP);
}

/* its results are read to their end */
static void
chain_write_gone(void *arg, int err)
{
	struct run *r = arg;

	(void)err;
	r->chain.gone = 1;
	if (r->stopping)
		return;
	/* it takes no jobs, so it is about to end; else we do */
	r->stopping = 1;
	r->status = EXIT_TEMP;
	loop_timer_set(&r->chain.stop_timer, RUN_GONE_MS, on_stop_timeout, r);
}

static void
chain_drained(void *arg)
{
	chain_refill(arg);
}

static const struct wire_ops chain_ops = { chain_record, chain_ended,
	chain_write_gone, chain_drained };

/* deadlines */

/*
 * A job past its deadline is waited for all the same: its link may be at it,
 * and a second copy must not start before the outcome of the first is known.
 * It only gives its place in the window to others.  One that is not answered
 * for much longer was lost on the way; a link cannot be asked, and so the
 * chain is ended.
 */
static int
overdue(struct run *r, int64_t now)
{
	struct run_job *t;
	unsigned n = 0;

	while ((t = jobs_oldest(r, 0)) != NULL && jobs_late_room(r)) {
		if (now - t->down_ms < r->deadline_ms)
			break;
		jobs_late(r, t);
		n++;
	}
	if (n > 0)
		warn("%u jobs were not answered in %lld s; waiting on, with "
		     "%u in all",
		    n, (long long)r->deadline_ms / 1000, r->s.late);
	return n > 0;
}

static void
on_deadline(void *arg)
{
	struct run *r = arg;
	const struct run_job *late = jobs_oldest(r, 1);
	int64_t now = clock_mono_ms();

	if (r->stopping)
		return;
	if (late != NULL && now - late->down_ms >= r->lost_ms) {
		warn("a job was not answered in %lld s and counts as lost; "
		     "ending the delivering chain",
		    (long long)r->lost_ms / 1000);
		r->status = EXIT_TEMP;
		cleaning_stop(r);
		bounces_stop(r);
		chain_stop(r);
		return;
	}
	if (overdue(r, now))
		chain_refill(r);
	set_deadline(r);
}

static int64_t
next_deadline(const struct run *r)
{
	const struct run_job *t = jobs_oldest(r, 0), *late = jobs_oldest(r, 1);
	int64_t at = INT64_MAX;

	if (t != NULL && jobs_late_room(r))
		at = t->down_ms + r->deadline_ms;
	if (late != NULL && late->down_ms + r->lost_ms < at)
		at = late->down_ms + r->lost_ms;
	return at;
}

static void
set_deadline(struct run *r)
{
	int64_t at;

	if (r->stopping || loop_timer_active(&r->chain.deadline_timer))
		return;
	at = next_deadline(r);
	/* its job may be answered before; then this looks at the next */
	if (at != INT64_MAX)
		loop_timer_set(&r->chain.deadline_timer, at - clock_mono_ms(),
		    on_deadline, r);
}

/* start, stop */

void
chain_stop(struct run *r)
{
	if (r->stopping)
		return;
	r->stopping = 1;
	wire_finish(&r->chain.wire);
	loop_timer_set(&r->chain.stop_timer, RUN_STOP_MS, on_stop_timeout, r);
}

void
chain_start(struct run *r, char *const argv[])
{
	int to, from;

	jobs_start(r);
	r->chain.next_name =
	    strrchr(argv[0], '/') == NULL ? argv[0] : strrchr(argv[0], '/') + 1;
	final_start(r);
	settle_start(r);
	resultfile_hand(r, 1);
	r->chain.pid = spawn_next(argv, &to, &from);
	if (r->chain.pid == -1)
		die(EXIT_TEMP, "unable to run %s: %m", argv[0]);
	resultfile_hand(r, 0);
	wire_open(&r->chain.wire, from, to, &chain_ops, r);
	if (r->chain.pid == 0)
		wire_pass(&r->chain.wire, r->resultfile.fd);
}

/* what became of the jobs that are still down nobody can tell */
static void
doubt_the_rest(struct run *r)
{
	struct run_job *t;
	uint32_t i;

	for (i = 0; i < r->jobs.n; i++) {
		t = &r->jobs.job[i];
		if (t->rcpt == SCHEDULE_NONE || t->answered ||
		    r->s.rcpt[t->rcpt].flags & RUN_DOUBT)
			continue;
		r->s.rcpt[t->rcpt].flags |= RUN_DOUBT;
		if (toline_mark(r, t->rcpt, t->offset) == -1)
			doubts_rcpt(r, t->rcpt, r->s.rcpt[t->rcpt].tries);
	}
	toline_close(r);
}

void
run_end(struct run *r, int status)
{
	doubt_the_rest(r);
	lifetime_alive(r);
	event_begin("stopped");
	event_num("unanswered", r->s.out + r->s.late);
	event_num("status", status);
	event_end();
	if (r->done.dirty &&
	    done_sync(&r->done, r->cleaning.sync_segment) == -1)
		warn("unable to sync the journal: %m");
	wire_flush_all();
	event_flush();
	doubts_retry(r);
	if (!r->settle.unwritten && !doubts_left(r) &&
	    r->s.out + r->s.late == 0)
		resultfile_remove(r);
	/* all is said that there was to say, or the next one says it */
	if (r->crashed && (r->first_scan || r->oldjournal.n_unsaid > 0))
		_exit(status);
	if (ftruncate(r->lock_fd, 0) == -1)
		warn("unable to write %s/lock: %m", r->queue);
	_exit(status);
}
