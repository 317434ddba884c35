#include "base/seldom.h"

int
seldom(struct seldom *s, int64_t now_ms, int64_t every_ms)
{
	if (s->said && now_ms - s->said_ms < every_ms)
		return 0;
	s->said = 1;
	s->said_ms = now_ms;
	return 1;
}
