#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "queue/journal.h"

enum { FINAL_SAY_MS = 10000 }; /* said again so often */

static void
on_round(void *arg)
{
	struct run *r = arg;

	r->final.new_round = 1;
}

void
final_start(struct run *r)
{
	loop_hook_start(&r->final.round, on_round, r);
}

/* the first lines of a round of the loop tell that what stands before them
 * has been logged, done.h */
void
final_begin(struct run *r)
{
	buf_clear(&r->final.lines);
	if (r->final.new_round && r->oldjournal.n_unsaid == 0 &&
	    buf_putc(&r->final.lines, '\n') == -1)
		die(EXIT_TEMP, "out of memory");
	r->final.n = 0;
}

int
final_put(struct run *r, const char *id, unsigned n, enum message_state state,
    int64_t at_s)
{
	r->final.n++;
	return journal_put(&r->final.lines, id, n, state, at_s);
}

int
final_append(struct run *r)
{
	struct buf *b = &r->final.lines;

	if (r->final.n == 0)
		return 0;
	if (done_append(&r->done, buf_data(b), buf_len(b)) == -1)
		return -1;
	r->final.new_round = 0;
	return 0;
}

void
final_pin(struct run *r, uint32_t m, uint32_t segment)
{
	if (r->s.message[m].segment != 0)
		return;
	r->s.message[m].segment = segment;
	done_pin(&r->done, segment);
}

/* lines of one message, when no batch is under way */
int
final_journal(struct run *r, uint32_t m, unsigned n, enum message_state state,
    int64_t at_s)
{
	final_begin(r);
	if (final_put(r, r->s.message[m].id, n, state, at_s) == -1 ||
	    final_append(r) == -1)
		return -1;
	final_pin(r, m, done_current(&r->done));
	cleaning_dirty(r);
	return 0;
}

void
final_drop(struct run *r, uint32_t x)
{
	uint32_t m = r->s.rcpt[x].message;

	schedule_drop(&r->s, x);
	if (r->s.message[m].n_live == 0)
		cleaning_message(r, m);
}

void
final_stall(struct run *r)
{
	int64_t now = clock_mono_ms();

	if (r->final.said_ms == 0 || now - r->final.said_ms >= FINAL_SAY_MS) {
		warn("unable to write the journal: %m; no deliveries until "
		     "it can be written");
		r->final.said_ms = now;
	}
	r->stalled = 1;
}
