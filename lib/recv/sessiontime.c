#include "recv/sessiontime.h"

void
sessiontime_wait(struct session *s, enum inbound_wait kind)
{
	waits_set(&s->in->waits, &s->waiter, kind);
}

void
sessiontime_alive(struct session *s)
{
	s->since = (uint32_t)waits_now_s();
}

int
sessiontime_too_old(const struct session *s)
{
	return waits_now_s() - s->since >
	    (int64_t)INBOUND_LIFE * s->in->limits.command_s;
}

void
sessiontime_pause(struct session *s, unsigned ms)
{
	if (pauses_add(&s->in->pauses, &s->pause, ms))
		stream_want(&s->stream, 0);
}
