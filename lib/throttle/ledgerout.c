#include "throttle/ledgerout.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"

static void
lost(struct ledgerout *l)
{
	int64_t now = clock_mono_ms();

	if (l->said_ms != 0 && now - l->said_ms < LEDGEROUT_SAY_MS)
		return;
	l->said_ms = now;
	warn("unable to write the ledger: %m; lines are missing");
}

void
ledgerout_all(struct ledgerout *l)
{
	struct buf *b = &l->lines.lines;

	if (buf_len(b) == 0)
		return;
	if (transactionledger_whole(&l->lines) == -1 ||
	    fd_write_all(l->fd, buf_data(b), buf_len(b)) == -1)
		lost(l);
	transactionledger_written(&l->lines);
	l->grants = l->lines.grants;
}

void
ledgerout_flush(struct ledgerout *l, int64_t now_us)
{
	size_t n = buf_len(&l->lines.lines);
	int late = l->due_us != 0 && now_us >= l->due_us;

	if (late)
		l->due_us = 0;
	if (n == 0)
		return;
	if (late || l->grants != l->lines.grants || n >= LEDGEROUT_WAIT_BYTES)
		ledgerout_all(l);
	/* it stays when a grant comes before: a timer is not set each time */
	else if (l->due_us == 0)
		l->due_us = now_us + LEDGEROUT_WAIT_US;
}

int64_t
ledgerout_due(const struct ledgerout *l)
{
	return l->due_us == 0 ? INT64_MAX : l->due_us;
}
