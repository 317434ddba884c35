#ifndef FEEDBACK_FACTLOG_H
#define FEEDBACK_FACTLOG_H

#include "base/buf.h"
#include <stdint.h>

/*
 * Events that are all there is of a message: safe on disk before anybody is
 * told so.
 *
 * A bounce, a complaint or the wish to be unsubscribed leaves nothing in a
 * queue; what is kept of it is its event, and the log is not synced.  So the
 * lines of a batch are appended to a journal first, DIR/facts, with one
 * write and one fdatasync, then logged; who sent them hears of it after that.
 * At the start those lines are logged again, with a label replay:1, of which
 * it is not certain that the log has them on its disk: all since
 * FACTLOG_LOGGED_MS before the last mark.
 *
 * The journal: event lines, and between them `#base N`, at the front of a
 * segment, the position of its first byte in all that was ever written, and
 * `#logged N`, up to where the log surely has everything.  A full segment
 * becomes facts.old, the one before goes.  One program writes to a folder: a
 * lock proves it.
 */
enum {
	FACTLOG_BYTES_MAX = 64 << 20, /* of a segment, two of which are kept */
	FACTLOG_LOGGED_MS = 120000, /* after that the log has a line for good */
	FACTLOG_MARK_MS = 60000,    /* between marks */
	FACTLOG_LINE_MAX = 4096     /* of a line; a longer one is none */
};

/* of factlog.c; bytes_max is FACTLOG_BYTES_MAX, until a test says less */
struct factlog {
	int dir, fd;
	uint64_t base, size;  /* of the segment: its position, its bytes */
	uint64_t logged;      /* the last mark */
	uint64_t before, now; /* positions at the last ticks */
	int64_t before_ms, now_ms;
	uint64_t bytes_max;
	struct buf pending;
};

/*
 * factlog_open - begin, and log again what a crash may have cut
 *
 * dir  is made, with mode 0700, where it is not there
 *
 * 0, or -1 with errno; EWOULDBLOCK: another program writes there.
 */
int factlog_open(struct factlog *, const char *dir, int64_t now_ms);
/* a line with its LF, made with event_end_into(); 0, or -1 with ENOMEM or
 * EMSGSIZE */
int factlog_put(struct factlog *, const char *line, size_t n);
/*
 * factlog_sync - what was put is on disk, and then logged
 *
 * now_ms  as clock_mono_ms() has it
 *
 * 0, or -1 with errno: then nothing of it is there, and nothing was logged.
 */
int factlog_sync(struct factlog *, int64_t now_ms);
/* now and then while nothing comes, so that lines that are long in the log
 * are marked; what goes wrong shows with the next line */
void factlog_tick(struct factlog *, int64_t now_ms);
void factlog_close(struct factlog *);

#endif
