#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "run/controlparts.h"
#include <stdio.h>

/* what it would be, as a job has it */
static void
put_labels(const struct selector_list *l, struct buf *b)
{
	const struct selector_by *by;
	char birth[32];
	int bad = 0, from = 0;

	for (by = l->by; by < l->by + l->n; by++) {
		from |= by->what == SELECTOR_FROM;
		bad |= ltsv_put(b, selector_name(by->what), by->value, by->len);
	}
	if (!from)
		bad |= ltsv_puts(b, "from", "");
	snprintf(birth, sizeof birth, "%lld.000", (long long)clock_wall_s());
	bad |= ltsv_puts(b, "origin", "inside");
	bad |= ltsv_puts(b, "try", "0");
	bad |= ltsv_puts(b, "size", "4096");
	bad |= ltsv_puts(b, "birth", birth);
	if (bad | ltsv_end(b))
		die(EXIT_TEMP, "out of memory");
}

/* the line that stands for it */
static void
say_new(struct control_conn *c, const struct buf *labels, int busy)
{
	static struct buf b;
	int bad;

	buf_clear(&b);
	bad = ltsv_puts(&b, "id", WHY_NEW);
	bad |= ltsv_puts(&b, "n", "0");
	bad |= ltsv_puts(&b, "because", WHY_NEW);
	if (busy)
		bad |= ltsv_puts(&b, "chain", "busy");
	bad |= buf_putc(&b, '\t');
	bad |= buf_put(&b, buf_data(labels), buf_len(labels));
	if (bad != 0)
		die(EXIT_TEMP, "out of memory");
	control_say(c, buf_data(&b), buf_len(&b));
}

int
control_ask(struct control_conn *c)
{
	static struct buf labels;
	int busy;

	if (!c->work.said) {
		c->work.said = 1;
		c->work.matched = 1;
		buf_clear(&labels);
		put_labels(&c->order.sel, &labels);
		busy = why_ask_new(c->r, &labels, control_answered, c) == -1;
		c->work.asking += !busy;
		say_new(c, &labels, busy);
	}
	/* control_answered() has it looked at again */
	if (c->work.asking == 0)
		control_finish(c, NULL);
	return 0;
}
