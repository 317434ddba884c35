#include "throttle/transactionledger.h"
#include "chain/link.h"
#include "throttle/limitledger.h"
#include <inttypes.h>
#include <string.h>

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
	bad |= buf_printf(&l->lines, "\tseq:%" PRIu64 "\n", l->seq);
	l->seq++;
	return bad == 0 ? 0 : -1;
}

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
	int bad = begin(&l->lines, "start", now);

	bad |= buf_printf(&l->lines, "\tboot:%s\tbooks:%d", boot, books);
	bad |= put_rules(&l->lines, rules);
	return end(l, bad);
}

int
transactionledger_rules(struct transactionledger *l,
    struct transactionledger_now now, const struct throttle_rules *rules)
{
	int bad = begin(&l->lines, "rules", now);

	bad |= put_rules(&l->lines, rules);
	return end(l, bad);
}

/* the numbers of its jobs: "0-2,7" */
static int
put_jobs(struct buf *b, const struct transaction *t)
{
	int bad = buf_puts(b, "\tn:");
	unsigned i, to;

	for (i = 0; i < t->n_jobs; i = to) {
		for (to = i + 1;
		     to < t->n_jobs && t->job[to].n == t->job[to - 1].n + 1;)
			to++;
		bad |=
		    buf_printf(b, "%s%" PRIu64, i == 0 ? "" : ",", t->job[i].n);
		if (to > i + 1)
			bad |= buf_printf(b, "-%" PRIu64, t->job[to - 1].n);
	}
	return bad;
}

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

int
transactionledger_grant(struct transactionledger *l,
    struct transactionledger_now now, struct transaction *t)
{
	struct buf *b = &l->lines;
	int bad = begin(b, "grant", now);

	t->grant = ++l->grants;
	bad |= buf_printf(b, "\tg:%" PRIu64 "\tid:", t->grant);
	bad |= buf_put(b, t->id, t->id_len);
	bad |= put_jobs(b, t);
	bad |= buf_printf(b, "\trcpts:%u\tbytes:%" PRIu32, t->n_jobs,
	    t->item.bytes);
	bad |= put_labels(b, t);
	bad |= limitledger_took(b, &t->item, now.mono_us);
	return end(l, bad);
}

int
transactionledger_end(struct transactionledger *l,
    struct transactionledger_now now, const struct transaction *t)
{
	int bad = begin(&l->lines, "end", now);

	bad |= buf_printf(&l->lines, "\tg:%" PRIu64, t->grant);
	return end(l, bad);
}
