#include "run/rcptevent.h"
#include "base/clock.h"
#include "chain/event.h"
#include "queue/name.h"
#include <string.h>

void
rcptevent_begin(const char *kind, int64_t at_us, const char *id, unsigned n,
    const char *who, size_t len)
{
	struct ltsv l;
	unsigned i;

	event_begin_at(kind, at_us);
	event_put("id", id, NAME_LEN);
	event_num("n", n);
	if (len > 0 && ltsv_parse(who, len, &l) == 0)
		for (i = 0; i < l.n; i++)
			event_copy(&l.f[i]);
}

void
rcptevent_of(const char *kind, int64_t at_us, const char *id, unsigned n,
    const struct jobhead *c)
{
	static struct buf who;

	buf_clear(&who);
	if (c != NULL && jobhead_who(c, n, &who) == -1)
		buf_clear(&who);
	rcptevent_begin(kind, at_us, id, n, buf_data(&who), buf_len(&who));
}

void
rcptevent_replay(int64_t at_s, const char *id, unsigned n,
    const struct jobhead *c, enum message_state state)
{
	const char *kind = "expired";

	if (message_sent(state))
		kind = "sent";
	else if (state == MESSAGE_DELETED)
		kind = "deleted";
	else if (state == MESSAGE_BOUNCED || state == MESSAGE_BOUNCED_SAID)
		kind = "bounced";
	rcptevent_of(kind, at_s > 0 ? at_s * 1000000 : clock_wall_us(), id, n,
	    c);
	event_num("replay", 1);
}

void
rcptevent_reply(const char *p, size_t n)
{
	static const char *const label[] = { "esc", "host", "text" };
	const char *end = p + n, *e;
	struct ltsv_field f;
	unsigned i;

	for (i = 0; i < 3 && p < end; i++, p = e + (e < end)) {
		e = i == 2 ? NULL : memchr(p, ' ', end - p);
		if (e == NULL)
			e = end;
		f.label = label[i];
		f.label_len = strlen(label[i]);
		f.value = p;
		f.value_len = e - p;
		if (f.value_len != 1 || *p != '-')
			event_copy(&f);
	}
}
