#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "inject/inject.h"
#include "queue/accepted.h"
#include "queue/tellrun.h"
#include <stdio.h>

void
inject_tell(struct inject *j)
{
	tellrun(j->in.commit.root, &j->fifo, &j->ids);
}

/* keys are kept for less than their lifetime when there are more than fit */
static void
tell_pushed_out(struct inject *j)
{
	uint64_t n = idemstore_pushed_out(&j->in.keys);
	int64_t now_ms = clock_mono_ms();

	j->pushed_out += n;
	if (n == 0 ||
	    (j->pushed_ms != 0 && now_ms - j->pushed_ms < INJECT_PUSHED_OUT_MS))
		return;
	warn("%llu keys forgotten before their time: more than %lu (-K)",
	    (unsigned long long)j->pushed_out, (unsigned long)j->in.keys.max);
	j->pushed_ms = now_ms;
	j->pushed_out = 0;
}

static void
say_accepted(const struct inject *j, const struct intake_done *d)
{
	accepted_event(d->repeated ? "repeated" : "accepted", d->id,
	    buf_data(&j->in.env) + d->env_at, d->env_len, d->rcpts, d->size);
}

static int
put_receipt(struct buf *out, const struct intake_done *d)
{
	char known[NAME_LEN + sizeof " repeated"];

	if (d->kind != RECEIPT_OK)
		return receipt_put(out, d->kind, d->text);
	if (!d->repeated)
		return receipt_put(out, d->kind, d->id);
	snprintf(known, sizeof known, "%s repeated", d->id);
	return receipt_put(out, d->kind, known);
}

static void
answer(struct inject *j, const struct intake_done *d)
{
	struct inject_conn *c = d->owner;

	if (d->kind == RECEIPT_OK && !d->probe && !d->repeated &&
	    (buf_put(&j->ids, d->id, NAME_LEN) == -1 ||
		buf_putc(&j->ids, '\n') == -1))
		die(EXIT_TEMP, "out of memory");
	if (c == NULL || c->wire.wfd == -1)
		return;
	if (put_receipt(&c->wire.out, d) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&c->wire);
	if (wire_full(&c->wire))
		wire_pause(&c->wire);
}

/* the order is the promise: sync, log, receipts */
void
inject_commit(struct inject *j)
{
	unsigned i;

	if (j->in.n_done == 0)
		return;
	loop_timer_stop(&j->kick);
	if (intake_commit(&j->in) == -1)
		warn("unable to sync, batch given up: %m");
	for (i = 0; i < j->in.n_done; i++)
		if (j->in.done[i].kind == RECEIPT_OK && !j->in.done[i].probe)
			say_accepted(j, &j->in.done[i]);
	tell_pushed_out(j);
	event_flush();
	for (i = 0; i < j->in.n_done; i++)
		answer(j, &j->in.done[i]);
	intake_clear(&j->in);
}

static void
nothing(void *arg)
{
	(void)arg;
}

void
inject_arrived(struct inject *j)
{
	if (j->in.n_done == 0 || loop_timer_active(&j->kick))
		return;
	j->batch_ms = clock_mono_ms();
	loop_timer_set(&j->kick, 0, nothing, NULL);
}

/* much came just now: there may be more, and it can go with this batch */
static int
more_may_come(struct inject *j)
{
	uint64_t bytes = j->in.bytes + buf_len(&j->in.env);

	if (j->in.n_done > 0 && bytes >= j->gathered + INJECT_GATHER_BYTES &&
	    !intake_full(&j->in) &&
	    clock_mono_ms() - j->batch_ms < INJECT_GATHER_MS) {
		j->gathered = bytes;
		loop_timer_set(&j->kick, 0, nothing, NULL);
		return 1;
	}
	j->gathered = 0;
	return 0;
}

void
inject_before_wait(void *arg)
{
	struct inject *j = arg;

	if (!j->ending && more_may_come(j))
		return;
	do {
		inject_commit(j);
		wire_flush_all();
	} while (j->in.n_done > 0);
	inject_tell(j);
	if (j->settled != NULL)
		j->settled(j);
}

void
inject_start(struct inject *j)
{
	j->fifo = -1;
	event_gather();
	loop_hook_start(&j->hook, inject_before_wait, j);
	/* one before us may have died between its sync and its telling: an
	 * empty line in the FIFO asks queue-run to look */
	if (buf_putc(&j->ids, '\n') == -1)
		die(EXIT_TEMP, "out of memory");
	inject_tell(j);
}
