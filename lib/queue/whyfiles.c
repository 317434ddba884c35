#include "queue/whyfiles.h"
#include "base/die.h"
#include "format/ltsv.h"
#include "queue/ctlrequest.h"
#include "queue/name.h"
#include "queue/queuewalk.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct files {
	struct queuewalk walk;
	uint32_t only; /* recipient */
	uint64_t all, waiting, held, owed;
	unsigned shown;
	int all_held; /* by the flag */
	struct buf lines;
};

static const char *
because(const struct files *w, const struct walkrcpt *l)
{
	if (message_owes(l->state))
		return "report";
	if (l->state == MESSAGE_HELD)
		return "held";
	if (w->all_held)
		return "all-held";
	return l->m->hold_until > w->walk.now_s ? "sender" : "stopped";
}

/* values of the head are escaped as LTSV has it */
static int
put_raw(struct buf *b, const char *label, const char *p, size_t n)
{
	struct ltsv_field f = { label, p, strlen(label), n };

	return ltsv_copy(b, &f);
}

static int
put(struct files *w, const struct walkrcpt *l)
{
	const struct message_rcpt *r = l->r;
	int64_t next = l->next > l->m->hold_until ? l->next : l->m->hold_until;
	struct buf *b = &w->lines;
	int k = ltsv_puts(b, "id", l->m->id);

	k |= ltsv_putnum(b, "n", l->n);
	if (l->state == MESSAGE_QUEUED && next > 0)
		k |= ltsv_putnum(b, "next", (uint64_t)next);
	if (r->doubt)
		k |= ltsv_puts(b, "doubt", "1");
	k |= ltsv_puts(b, "because", because(w, l));
	k |= put_raw(b, "to", r->address, r->address_len);
	k |= put_raw(b, "from", l->m->from.value, l->m->from.value_len);
	k |= ltsv_putnum(b, "try", r->tries);
	k |= ltsv_putnum(b, "birth",
	    (uint64_t)(name_time_us(l->m->id) / 1000000));
	if (l->m->hold_until > 0)
		k |= ltsv_putnum(b, "hold-until", (uint64_t)l->m->hold_until);
	if (r->reply_len > 0)
		k |= put_raw(b, "reply", r->reply, r->reply_len);
	k |= ltsv_puts(b, "chain", "none");
	return k | ltsv_end(b);
}

static void
each(void *arg, const struct walkrcpt *l)
{
	struct files *w = arg;

	if (w->only != CTLREQUEST_EACH && w->only != l->n)
		return;
	w->all++;
	if (message_owes(l->state))
		w->owed++;
	else if (l->state == MESSAGE_HELD)
		w->held++;
	else
		w->waiting++;
	if (w->shown++ < WHYFILES_RCPTS)
		needs(put(w, l));
}

static int
put_counts(const struct files *w, struct buf *b)
{
	int k = ltsv_putnum(b, "all", w->all);

	k |= ltsv_putnum(b, "waiting", w->waiting);
	k |= ltsv_putnum(b, "held", w->held);
	k |= ltsv_putnum(b, "owed", w->owed);
	return k | ltsv_end(b);
}

uint64_t
whyfiles(const char *queue, struct selector_list *sel, uint32_t n,
    struct buf *out)
{
	static struct files w;
	char path[4096];
	struct stat st;

	memset(&w, 0, sizeof w);
	w.walk.sel = sel;
	w.walk.each = each;
	w.walk.arg = &w;
	w.only = n;
	snprintf(path, sizeof path, "%s/held", queue);
	w.all_held = stat(path, &st) == 0;
	queuewalk_open(&w.walk, queue);
	queuewalk_run(&w.walk);
	needs(put_counts(&w, out));
	needs(buf_put(out, buf_data(&w.lines), buf_len(&w.lines)));
	buf_free(&w.lines);
	return w.all;
}
