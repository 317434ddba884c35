#include "run/helper.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/spawn.h"

static void try_start(void *);

static void
again(struct helper *h)
{
	restart_failed(&h->restart);
	restart_wait(&h->restart, try_start, h);
}

static size_t
on_record(void *arg, const char *p, size_t n)
{
	struct helper *h = arg;

	return h->ops->record(h->arg, p, n);
}

static void
on_ended(void *arg, int err)
{
	struct helper *h = arg;
	int code;

	(void)err;
	if (!h->up)
		return;
	h->up = 0;
	wire_close(&h->wire);
	/* it may have closed its side and work on unheard: there must not be
	 * two of it */
	code = spawn_end(h->pid, HELPER_WAIT_MS);
	if (h->stopped)
		return;
	warn("%s has ended, status %d; starting it again", h->name, code);
	if (clock_mono_ms() - h->started_ms >= HELPER_GOOD_MS)
		restart_good(&h->restart);
	h->ops->ended(h->arg);
	again(h);
}

static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err; /* its end comes as EOF */
}

static void
on_drained(void *arg)
{
	struct helper *h = arg;

	if (h->ops->drained != NULL)
		h->ops->drained(h->arg);
}

static const struct wire_ops ops = { on_record, on_ended, on_gone, on_drained };

static void
try_start(void *arg)
{
	struct helper *h = arg;
	int to, from;

	if (h->stopped)
		return;
	h->pid = spawn_piped(h->argv, &to, &from);
	if (h->pid == -1) {
		warn("unable to run %s: %m", h->name);
		again(h);
		return;
	}
	h->up = 1;
	h->started_ms = clock_mono_ms();
	wire_open(&h->wire, from, to, &ops, h);
	h->ops->started(h->arg);
}

void
helper_start(struct helper *h, const char *name, char *const argv[],
    const struct helper_ops *o, void *arg)
{
	h->name = name;
	h->argv = argv;
	h->ops = o;
	h->arg = arg;
	h->restart.first_ms = HELPER_PAUSE_MS;
	h->restart.max_ms = HELPER_PAUSE_MAX_MS;
	try_start(h);
}

void
helper_stop(struct helper *h)
{
	h->stopped = 1;
	restart_stop(&h->restart);
	if (h->up)
		wire_finish(&h->wire);
}
