#include "throttle/throttle.h"
#include <inttypes.h>
#include <stdio.h>

int
throttle_cap_text(const struct throttle_cap *c, char out[THROTTLE_CAP_TEXT])
{
	return snprintf(out, THROTTLE_CAP_TEXT, "%s=%u/%s%s%s",
	    c->warm                       ? "warm"
		: c->what == BUCKET_RCPTS ? "rcpt-cap"
					  : "cap",
	    c->n, c->span == ZONE_DAY ? "day" : "hour",
	    c->zone[0] == '\0' ? "" : "@", c->zone);
}

int
throttle_rate_text(const struct throttle_rate *r, char out[THROTTLE_RATE_TEXT])
{
	char least[16] = "";

	if (r->least > 0)
		snprintf(least, sizeof least, "%u..", r->least);
	return snprintf(out, THROTTLE_RATE_TEXT, "%s=%s%" PRIu64 "/%s",
	    throttle_rates[r->what], least, r->n, r->unit);
}

int
throttle_conn_text(const struct throttle_rule *r, char out[THROTTLE_RATE_TEXT])
{
	if (r->conn == THROTTLE_CONN_NONE)
		return snprintf(out, THROTTLE_RATE_TEXT, "conn=none");
	if (r->conn_least > 0)
		return snprintf(out, THROTTLE_RATE_TEXT, "conn=%u..%u",
		    r->conn_least, r->conn);
	return snprintf(out, THROTTLE_RATE_TEXT, "conn=%u", r->conn);
}

static int
put_warm(struct buf *b, const struct throttle_rule *r,
    const struct throttle_cap *c)
{
	int bad = buf_puts(b, " warm=");

	bad |= throttlewarm_print(b, &r->warm);
	if (c->zone[0] != '\0')
		bad |= buf_printf(b, "@%s", c->zone);
	return bad;
}

int
throttle_print(struct buf *b, const struct throttle_rule *r)
{
	const struct throttle_rate *rate;
	char cap[THROTTLE_CAP_TEXT], text[THROTTLE_RATE_TEXT];
	unsigned i;
	int bad = buf_put(b, r->key, r->key_len);

	throttle_conn_text(r, text);
	if (r->conn > 0)
		bad |= buf_printf(b, " %s", text);
	for (i = 0; i < r->n_rates; i++) {
		rate = &r->rate[i];
		throttle_rate_text(rate, text);
		bad |= buf_printf(b, " %s burst=%u", text, rate->limit.burst);
	}
	for (i = 0; i < r->n_caps; i++) {
		if (r->cap[i].warm) {
			bad |= put_warm(b, r, &r->cap[i]);
			continue;
		}
		throttle_cap_text(&r->cap[i], cap);
		bad |= buf_printf(b, " %s", cap);
	}
	if (r->msgs_per_conn > 0)
		bad |= buf_printf(b, " msgs-per-conn=%u", r->msgs_per_conn);
	if (r->no_backoff)
		bad |= buf_puts(b, " backoff=none");
	if (r->backoff.least_s > 0)
		bad |= buf_printf(b, " backoff=%u..%u", r->backoff.least_s,
		    r->backoff.most_s);
	if (r->shared)
		bad |= buf_puts(b, " shared");
	return bad == 0 ? 0 : -1;
}
