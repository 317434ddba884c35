#ifndef BASE_SELDOM_H
#define BASE_SELDOM_H

#include <stdint.h>

/*
 * A warning of what is tried again and again: the first is said, and then one
 * in a while, until it goes well.  All zero at first.
 */
struct seldom {
	int64_t said_ms;
	unsigned said : 1;
};

/* is it to be said?  now_ms: a clock that is not set; every_ms: the while */
int seldom(struct seldom *, int64_t now_ms, int64_t every_ms);
/* it went well: the next is said at once */
static inline void
seldom_good(struct seldom *s)
{
	s->said = 0;
}

#endif
