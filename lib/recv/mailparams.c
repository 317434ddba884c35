#include "recv/mailparams.h"
#include <stdio.h>

SMTPIN_SAY(r_full, 452, "4.3.1", "no room for this now, try again later");
SMTPIN_SAY(r_hold, 501, "5.5.4",
    "a message may be held for 1 to 2592000 seconds");
SMTPIN_SAY(r_late, 501, "5.5.4",
    "a message cannot be held until after it is to be delivered");
SMTPIN_SAY(r_lowered, 250, "2.3.6", "sender ok, priority is now 0");

_Static_assert(EXTENSION_HOLD_MAX_S == 2592000, "as r_hold has it");

static int
number(struct incoming *l, const char *key, long long n)
{
	char t[24];

	return incoming_line(l, key, t,
	    (size_t)snprintf(t, sizeof t, "%lld", n));
}

/* RFC 6710 lets a server lower what he is not trusted with */
static const struct smtpin_reply *
priority(struct incoming *l, struct slice asked, int ours)
{
	int p = extension_priority(asked), granted = p > 0 && !ours ? 0 : p;

	if (number(l, "mt-priority", granted) == -1 ||
	    number(l, "prio", extension_prio_of(granted)) == -1)
		return &r_full;
	l->priority = (signed char)granted;
	return granted == p ? NULL : &r_lowered;
}

/* at_s receives until when */
static const struct smtpin_reply *
hold(struct incoming *l, const struct smtpin_event *ev, int64_t now_s,
    int64_t *at_s)
{
	if (extension_hold(ev->param[EXTENSION_P_HOLDFOR],
		ev->param[EXTENSION_P_HOLDUNTIL], now_s, at_s) == -1)
		return &r_hold;
	return number(l, "hold-until", *at_s) == -1 ? &r_full : NULL;
}

/* RFC 2852 section 4: the time counts from now; what is to come back then has
 * its end there */
static const struct smtpin_reply *
deliver_by(struct incoming *l, struct slice asked, int64_t now_s,
    int64_t held_until_s)
{
	struct extension_by by;
	char t[32];
	int n;

	if (extension_by(asked, &by) == -1)
		return NULL;
	if (held_until_s >= now_s + by.s)
		return &r_late;
	n = snprintf(t, sizeof t, "%lld %c%s", (long long)(now_s + by.s),
	    by.mode, by.trace ? "T" : "");
	if (incoming_line(l, "deliver-by", t, (size_t)n) == -1 ||
	    (by.mode == EXTENSION_BY_RETURN &&
		number(l, "expire", now_s + by.s) == -1))
		return &r_full;
	return NULL;
}

/* what one flag says */
static const struct smtpin_reply *
flags(struct incoming *l, const struct slice *v)
{
	if (v[EXTENSION_P_SMTPUTF8].p != NULL && number(l, "smtputf8", 1) == -1)
		return &r_full;
	if (v[EXTENSION_P_REQUIRETLS].p != NULL &&
	    number(l, "requiretls", 1) == -1)
		return &r_full;
	return NULL;
}

const struct smtpin_reply *
mailparams_put(struct incoming *l, const struct smtpin_event *ev, int ours,
    int64_t now_s)
{
	const struct slice *v = ev->param;
	const struct smtpin_reply *r = flags(l, v);
	int64_t held_until_s = 0;

	if (r == NULL &&
	    (v[EXTENSION_P_HOLDFOR].p != NULL ||
		v[EXTENSION_P_HOLDUNTIL].p != NULL))
		r = hold(l, ev, now_s, &held_until_s);
	if (r == NULL && v[EXTENSION_P_BY].p != NULL)
		r = deliver_by(l, v[EXTENSION_P_BY], now_s, held_until_s);
	if (r == NULL && v[EXTENSION_P_MTPRIORITY].p != NULL)
		r = priority(l, v[EXTENSION_P_MTPRIORITY], ours);
	return r;
}
