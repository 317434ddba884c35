#include "queue/auditparts.h"

/* an end in the log that may not have been in the journal yet */
struct recent {
	struct audit_message *message;
	uint32_t n;
	int64_t at_s;
};

int
audit_remember(struct audit *a, struct audit_message *m, unsigned n)
{
	struct recent r = { m, n, a->now_s }, *first;

	while (buf_len(&a->recent) > 0) {
		first = (struct recent *)(void *)buf_data(&a->recent);
		if (a->now_s - first->at_s <= AUDIT_UNSYNCED_S)
			break;
		buf_consume(&a->recent, sizeof r);
	}
	return a->now_s == 0 ? 0 : buf_put(&a->recent, &r, sizeof r);
}

void
audit_sudden_stop(struct audit *a)
{
	struct recent *r = (struct recent *)(void *)buf_data(&a->recent);
	size_t n = buf_len(&a->recent) / sizeof *r;

	for (; n > 0; n--, r++)
		if (a->last_s - r->at_s <= AUDIT_UNSYNCED_S)
			audit_fates(r->message)[r->n].more |= FATE_LATE;
}

/* between these times a message may be in the queue whose acceptance was
 * not written any more */
struct gap {
	int64_t from_s, to_s;
};

int
audit_restarted(struct audit *a, int64_t before_s)
{
	struct gap g = { before_s - AUDIT_UNWRITTEN_S, a->now_s };

	a->cut_lines += a->suspects;
	a->suspects = 0;
	return before_s == 0 || a->now_s == 0 ? 0
					      : buf_put(&a->gaps, &g, sizeof g);
}

int
audit_unwritten(const struct audit *a, const char *id)
{
	const struct gap *g = (const void *)buf_data(&a->gaps);
	size_t n = buf_len(&a->gaps) / sizeof *g;
	int64_t s = name_time_us(id) / 1000000;

	if (a->accepted_from_s == 0 || s < a->accepted_from_s)
		return 0;
	if (a->queue == AUDIT_QUEUE_DEAD && s >= a->end_s - AUDIT_UNWRITTEN_S)
		return 1;
	for (; n > 0; n--, g++)
		if (s >= g->from_s && s <= g->to_s)
			return 1;
	return 0;
}

int
audit_went_on(struct audit *a)
{
	a->breaks += a->breaks < 255;
	return buf_put(&a->went_on, &a->now_s, sizeof a->now_s);
}

unsigned
audit_breaks_at(const struct audit *a, const char *id)
{
	const int64_t *s = (const void *)buf_data(&a->went_on);
	size_t i, n = buf_len(&a->went_on) / sizeof *s;
	int64_t born_s = name_time_us(id) / 1000000;
	unsigned had = 0;

	for (i = 0; i < n; i++)
		had += s[i] < born_s && had < 255;
	return had;
}
