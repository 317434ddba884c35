#include "throttle/closing.h"
#include "throttle/transactiontext.h"
#include <stdio.h>

static void
reopen(struct closing *g, const struct transaction *t, const struct ltsv *l,
    int64_t now_us)
{
	const struct closure *c;

	if (g->react.closed.by_key.n == 0 || t == NULL ||
	    transaction_sign(l) != BACKOFF_GOOD)
		return;
	while ((c = closures_open(&g->react.closed, &t->where,
		    t->item.started_us)) != NULL) {
		transactiontext_closed(c, now_us);
		g->file.dirty = 1;
		if (g->reopened_us == 0)
			g->reopened_us = now_us + CLOSING_REOPEN_US;
	}
}

int
closing_result(struct closing *g, const struct ltsv *l,
    const struct transaction *t, int64_t wall_us, int64_t now_us,
    struct buf *line)
{
	const struct react_case c = { l, t == NULL ? NULL : &t->where,
		t == NULL ? 0 : t->item.started_us };
	struct react_done done;

	buf_clear(line);
	if (react_result(&g->react, &c, t == NULL ? 0 : t->item.message,
		wall_us, now_us, line, &done) == -1)
		return -1;
	g->slow = done.slow;
	if (done.closed != NULL) {
		transactiontext_closed(done.closed, now_us);
		g->file.dirty = 1;
	} else {
		reopen(g, t, l, now_us);
	}
	return done.changed;
}

void
closing_keeps(struct transaction *t, const struct closure *c,
    struct limiter_said *said, int64_t now_us)
{
	*said = (struct limiter_said){ c->said.code, c->said.esc, c->said.host,
		c->said.text };
	t->item.said = said;
	t->item.key = c->key;
	snprintf(t->item.limit, sizeof t->item.limit, "%s", c->limit);
	t->item.closed = 1;
	/* the site's queue may wait as a whole if no pool of it goes on */
	t->item.room = closures_whole_site(c) ? 0 : -1;
	t->item.provider_room = -1;
	t->item.next_us = closures_until(c, now_us);
}

int
closing_reopened(struct closing *g, int64_t now_us)
{
	if (g->reopened_us == 0 || now_us < g->reopened_us)
		return 0;
	g->reopened_us = 0;
	return 1;
}

int64_t
closing_due(const struct closing *g)
{
	int64_t due = closurefile_due(&g->file);

	return g->reopened_us != 0 && g->reopened_us < due ? g->reopened_us
							   : due;
}

void
closing_flush(struct closing *g, int ending)
{
	closurefile_flush(&g->file, &g->react.closed, ending);
}
