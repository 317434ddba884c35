#include "send/jobrelay.h"

void
jobrelay_fill(struct sendsite *s, const struct sendjob *j)
{
	const struct ltsv_field *f = j->f[SENDJOB_SOCKS];
	const char *name;
	size_t n;

	s->relay_kind = RELAYOUT_SOCKS;
	if (f == NULL || f->value_len == 0) {
		f = j->f[SENDJOB_PROXY];
		s->relay_kind = RELAYOUT_PROXY;
	}
	if (f == NULL || f->value_len == 0)
		s->relay_kind = RELAYOUT_NONE;
	else if (dial_scan(f->value, f->value_len, &s->relay, &name, &n) ==
		-1 ||
	    s->relay.kind == DIAL_UNIX)
		s->relay.kind = DIAL_NONE;
}
