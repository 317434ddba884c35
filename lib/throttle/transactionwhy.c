#include "throttle/transactionwhy.h"
#include "format/job.h"
#include "throttle/limitwhy.h"

/* where its job is, if it is here or below */
static int
put_place(struct buf *why, const struct transactionwhy *w,
    const struct ltsv_field *asked, const struct limiter_flow *f)
{
	unsigned before;
	int64_t since;
	uint64_t num;
	size_t n;

	if (job_asked(asked, &n, &num) == -1)
		return 0;
	since = transaction_since(w->way, asked->value, n, num);
	if (since != 0)
		return buf_printf(why, "its job went down %lld s ago\n",
		    (long long)(w->now_us - since) / 1000000);
	since = transaction_waits(limiter_waiting(f), asked->value, n, num,
	    &before);
	return since == 0
	    ? 0
	    : buf_printf(why,
		  "its job has waited here for %lld s, behind %u of its kind\n",
		  (long long)(w->now_us - since) / 1000000, before);
}

static int
put_go(struct buf *out, const struct limitwhy *y, int64_t ahead_us)
{
	static const char *const go[] = { [LIMITER_HELD] = "line",
		[LIMITER_GO] = "now",
		[LIMITER_LATER] = "later" };
	int64_t at = y->at_us;

	if (ltsv_puts(out, "go", go[y->verdict]) == -1)
		return -1;
	if (at == INT64_MAX)
		return 0;
	at += ahead_us;
	return buf_printf(out, "\tgo-at:%lld.%03d", (long long)at / 1000000,
	    (int)(at % 1000000 / 1000));
}

int
transactionwhy(const struct transactionwhy *w, const char *p, size_t n,
    const struct ltsv *l, const struct ltsv_field *asked, struct buf *out)
{
	static struct buf why;
	struct limiter_item item = { .jobs = 1 };
	struct closures_who where;
	const struct closure *c;
	struct throttle_who who;
	struct limiter_flow *f;
	struct limitwhy y;
	uint64_t size;
	int r;

	transaction_who(&who, l, &w->limiter->rules.tags);
	f = limiter_flow(w->limiter, &who, w->now_us);
	transaction_where(&who, &where);
	c = closures_keep(w->closed, &where, 0, w->now_us);
	buf_clear(&why);
	r = buf_put(out, p, n - 1);
	if (f != NULL) {
		if (ltsv_num(l, "size", 0, UINT64_MAX, &size) == 0)
			item.bytes = size > UINT32_MAX ? UINT32_MAX : size;
		r |= put_place(&why, w, asked, f);
		r |= c != NULL
		    ? limitwhy_closed(c, w->now_us, &y, &why)
		    : limitwhy(w->limiter, &item, f, w->now_us, &y, &why);
		r |= put_go(out, &y, w->wall_us);
	} else {
		r |= buf_puts(&why, "all keys are in use: it is given back");
	}
	r |= job_why(out, "why-limit", buf_data(&why), buf_len(&why));
	return (r | ltsv_end(out)) == 0 ? 0 : -1;
}
