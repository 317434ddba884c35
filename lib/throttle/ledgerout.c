#include "throttle/ledgerout.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"

void
ledgerout_flush(struct ledgerout *l)
{
	struct buf *b = &l->lines.lines;
	int64_t now = clock_mono_ms();

	if (buf_len(b) == 0)
		return;
	if (fd_write_all(l->fd, buf_data(b), buf_len(b)) == -1 &&
	    (l->said_ms == 0 || now - l->said_ms >= LEDGEROUT_SAY_MS)) {
		l->said_ms = now;
		warn("unable to write the ledger: %m; lines are missing");
	}
	buf_clear(b);
}
