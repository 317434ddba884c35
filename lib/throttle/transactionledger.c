#include "throttle/transactionledger.h"
#include "chain/link.h"
#include "throttle/limitledger.h"
#include <inttypes.h>
#include <string.h>

/* lines */

static int
begin(struct buf *b, const char *what, struct transactionledger_now now)
{
	return buf_printf(b, "led:%s\tat:%" PRId64 ".%06d\tmono:%" PRId64, what,
	    now.wall_us / 1000000, (int)(now.wall_us % 1000000), now.mono_us);
}

/* the number is last: a line that was cut has none */
static int
end(struct transactionledger *l, int bad)
{
	bad |= buf_puts(&l->lines, "\tseq:");
	bad |= buf_putnum(&l->lines, l->seq);
	bad |= buf_putc(&l->lines, '\n');
	l->seq++;
	return bad == 0 ? 0 : -1;
}

static int
put_ends(struct transactionledger *l)
{
	struct buf *b = &l->lines;
	int bad;

	if (l->end_from == 0)
		return 0;
	bad = buf_puts(b, "\tend:");
	bad |= buf_putnum(b, l->end_from);
	if (l->end_to > l->end_from) {
		bad |= buf_putc(b, '-');
		bad |= buf_putnum(b, l->end_to);
	}
	l->end_from = l->end_to = 0;
	return bad;
}

int
transactionledger_whole(struct transactionledger *l)
{
	int bad;

	if (!l->open)
		return 0;
	l->open = 0;
	bad = put_ends(l);
	return end(l, bad);
}

void
transactionledger_written(struct transactionledger *l)
{
	l->written += buf_len(&l->lines);
	buf_clear(&l->lines);
}

/* the line that goes on is of this moment, and has room */
static int
open_turn(struct transactionledger *l, struct transactionledger_now now)
{
	int bad;

	if (l->open && l->now.mono_us == now.mono_us &&
	    l->now.wall_us == now.wall_us &&
	    buf_len(&l->lines) - l->from < TRANSACTIONLEDGER_LINE)
		return 0;
	bad = transactionledger_whole(l);
	l->from = buf_len(&l->lines);
	l->open = 1;
	l->now = now;
	bad |= begin(&l->lines, "turn", now);
	bad |= buf_puts(&l->lines, "\tg:");
	return bad | buf_putnum(&l->lines, l->grants + 1);
}

/* the rules in force */

/* which table it is, and of which text */
static int
put_rules(struct buf *b, const struct throttle_rules *t)
{
	int bad = buf_printf(b, "\trules:%016" PRIx64, limitledger_rules(t));

	if (t->text != 0)
		bad |= buf_printf(b, "\ttext:%" PRIu64, t->text);
	return bad;
}

int
transactionledger_start(struct transactionledger *l,
    struct transactionledger_now now, const char *boot, int books,
    const struct throttle_rules *rules)
{
	int bad = transactionledger_whole(l);

	ledgernames_forget(&l->names);
	bad |= begin(&l->lines, "start", now);
	bad |= buf_printf(&l->lines, "\tboot:%s\tbooks:%d", boot, books);
	bad |= put_rules(&l->lines, rules);
	return end(l, bad);
}

int
transactionledger_rules(struct transactionledger *l,
    struct transactionledger_now now, const struct throttle_rules *rules)
{
	int bad = transactionledger_whole(l);

	ledgernames_forget(&l->names);
	bad |= begin(&l->lines, "rules", now);
	bad |= put_rules(&l->lines, rules);
	return end(l, bad);
}

/* grants */

/* what rules may speak of, as the job says it; all tags: which of them the
 * rules speak of may change */
static int
put_labels(struct buf *b, const struct transaction *t)
{
	static struct ltsv l;
	const struct ltsv_field *f;
	int i, bad = 0;

	if (ltsv_parse(t->lines, link_line(t->lines, t->len), &l) == -1)
		return 0;
	for (i = 0; i < THROTTLE_TAG; i++)
		if ((f = ltsv_find(&l, throttle_labels[i])) != NULL)
			bad |= ltsv_copy(b, f);
	for (f = l.f; f < l.f + l.n; f++)
		if (f->label_len == 3 && memcmp(f->label, "tag", 3) == 0)
			bad |= ltsv_copy(b, f);
	return bad;
}

/* "led:who" of a number: its labels as they stand in the name, and limits */
static int
put_who(struct transactionledger *l, int number, size_t labels,
    const struct transaction *t, int64_t now_us)
{
	int bad = transactionledger_whole(l);

	bad |= buf_puts(&l->lines, "led:who\tw:");
	bad |= buf_putnum(&l->lines, (uint64_t)number);
	bad |= labels == 0 ? 0 : buf_putc(&l->lines, '\t');
	bad |= buf_put(&l->lines, buf_data(&l->name), labels);
	bad |= limitledger_took(&l->lines, &t->item, now_us);
	return end(l, bad);
}

/* what it says of itself has a number; -1 with ENOMEM */
static int
who(struct transactionledger *l, const struct transaction *t, int64_t now_us)
{
	int bad, tell = 0, number;
	size_t labels;

	buf_clear(&l->name);
	bad = put_labels(&l->name, t);
	labels = buf_len(&l->name);
	bad |= buf_putc(&l->name, '\0'); /* in no label */
	bad |= limitledger_mark(&l->name, &t->item, now_us);
	if (bad != 0)
		return -1;
	number = ledgernames_number(&l->names, buf_data(&l->name),
	    buf_len(&l->name), l->written + buf_len(&l->lines), &tell);
	if (number == -1 ||
	    (tell && put_who(l, number, labels, t, now_us) == -1))
		return -1;
	return number;
}

/* the numbers of its jobs: "0-2,7" */
static int
put_jobs(struct buf *b, const struct transaction *t)
{
	unsigned i, to;
	int bad = 0;

	for (i = 0; i < t->n_jobs; i = to) {
		for (to = i + 1;
		     to < t->n_jobs && t->job[to].n == t->job[to - 1].n + 1;)
			to++;
		bad |= i == 0 ? 0 : buf_putc(b, ',');
		bad |= buf_putnum(b, t->job[i].n);
		if (to == i + 1)
			continue;
		bad |= buf_putc(b, '-');
		bad |= buf_putnum(b, t->job[to - 1].n);
	}
	return bad;
}

int
transactionledger_grant(struct transactionledger *l,
    struct transactionledger_now now, struct transaction *t)
{
	struct buf *b = &l->lines;
	int number = who(l, t, now.mono_us), bad;

	if (number == -1 || open_turn(l, now) != 0)
		return -1;
	t->grant = ++l->grants;
	bad = put_ends(l);
	bad |= buf_puts(b, "\tgo:");
	bad |= buf_putnum(b, (uint64_t)number);
	bad |= buf_putc(b, ' ');
	bad |= buf_putnum(b, t->item.bytes);
	bad |= buf_putc(b, ' ');
	bad |= buf_putnum(b, t->n_jobs);
	bad |= buf_putc(b, ' ');
	bad |= put_jobs(b, t);
	bad |= buf_putc(b, ' ');
	return bad | buf_put(b, t->id, t->id_len);
}

int
transactionledger_end(struct transactionledger *l,
    struct transactionledger_now now, const struct transaction *t)
{
	if (open_turn(l, now) != 0)
		return -1;
	if (l->end_from > 0 && t->grant == l->end_to + 1) {
		l->end_to++;
		return 0;
	}
	if (put_ends(l) != 0)
		return -1;
	l->end_from = l->end_to = t->grant;
	return 0;
}

void
transactionledger_free(struct transactionledger *l)
{
	ledgernames_forget(&l->names);
	buf_free(&l->name);
	buf_free(&l->lines);
}
