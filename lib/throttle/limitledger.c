#include "throttle/limitledger.h"
#include "format/ltsv.h"
#include "throttle/limitkeys.h"
#include <inttypes.h>

static int
put_rates(struct buf *b, const struct limiter_key *k)
{
	const struct throttle_rate *r = k->rule->rate;
	const struct throttle_rate *end = r + limitkey_rates(k);
	char text[THROTTLE_RATE_TEXT];
	int bad = 0;

	for (; r < end; r++) {
		throttle_rate_text(r, text);
		bad |= buf_printf(b, "%s,burst=%u,", text, r->limit.burst);
	}
	return bad;
}

static int
put_caps(struct buf *b, const struct limiter_key *k)
{
	char text[THROTTLE_CAP_TEXT];
	unsigned i;
	int bad = 0;

	for (i = 0; i < limitkey_caps(k); i++) {
		if (k->rule->cap[i].n == THROTTLEWARM_OVER)
			continue;
		throttle_cap_text(&k->rule->cap[i], text);
		bad |= buf_printf(b, "%s,", text);
	}
	return bad;
}

static int
put_backoff(struct buf *b, const struct limiter_key *k, int64_t now_us)
{
	if (!limitkey_learns(k))
		return 0;
	if (k->backoff.limit == 0)
		return buf_puts(b, "backoff,");
	return buf_printf(b, "backoff=%u,",
	    backoff_allows(&k->backoff, now_us));
}

static int
put_key(struct buf *b, const struct limiter_key *k, int64_t now_us)
{
	char conn[THROTTLE_RATE_TEXT];
	size_t from = buf_len(b), at;
	int bad = buf_puts(b, "\ttook:");

	at = buf_len(b);
	throttle_conn_text(k->rule, conn);
	if (limitkey_conn(k) > 0)
		bad |= buf_printf(b, "%s,", conn);
	bad |= put_rates(b, k);
	bad |= put_caps(b, k);
	bad |= put_backoff(b, k, now_us);
	if (bad == 0 && buf_len(b) == at) {
		/* it counts nothing */
		b->end -= at - from;
		return 0;
	}
	if (bad == 0)
		buf_data(b)[buf_len(b) - 1] = ' ';
	return bad | ltsv_escape(b, k->name, strlen(k->name));
}

int
limitledger_took(struct buf *b, const struct limiter_item *i, int64_t now_us)
{
	unsigned n;
	int bad = 0;

	for (n = 0; n < i->set->n; n++)
		bad |= put_key(b, i->set->key[n], now_us);
	return bad == 0 ? 0 : -1;
}

/* 0: it does not learn; 1: it has no limit from that */
static uint64_t
learned(const struct limiter_key *k, int64_t now_us)
{
	if (!limitkey_learns(k))
		return 0;
	return k->backoff.limit == 0
	    ? 1
	    : UINT64_C(2) + backoff_allows(&k->backoff, now_us);
}

static int
mark_key(struct buf *b, const struct limiter_key *k, int64_t now_us)
{
	/* all bytes of it */
	const struct {
		const struct limiter_key *key;
		uint64_t learned, back;
	} mark = { k, learned(k, now_us), k->back };
	int bad = buf_put(b, &mark, sizeof mark);
	unsigned i;

	/* a warm-up is another cap each day */
	for (i = 0; i < limitkey_caps(k); i++)
		bad |= buf_put(b, &k->rule->cap[i].n, sizeof k->rule->cap[i].n);
	return bad;
}

int
limitledger_mark(struct buf *b, const struct limiter_item *i, int64_t now_us)
{
	unsigned n;
	int bad = 0;

	for (n = 0; n < i->set->n; n++)
		bad |= mark_key(b, i->set->key[n], now_us);
	return bad == 0 ? 0 : -1;
}

uint64_t
limitledger_rules(const struct throttle_rules *t)
{
	const struct throttle_rule *r;
	struct buf line = { 0 };
	uint64_t sum = t->n;

	for (r = t->list; r != NULL; r = r->next) {
		buf_clear(&line);
		/* without memory it is another table, which judges less */
		if (throttle_print(&line, r) == 0)
			sum += hash_bytes(0, buf_data(&line), buf_len(&line));
	}
	buf_free(&line);
	return sum;
}
