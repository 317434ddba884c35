#include "ship/shipwait.h"
#include "base/clock.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>

int
shipwait(int fd, int events, int64_t until_ms)
{
	struct pollfd p = { .fd = fd, .events = (short)events };
	int64_t left;
	int r;

	do {
		left = until_ms - clock_mono_ms();
		if (left < 0)
			left = 0;
		r = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
	} while (r == -1 && errno == EINTR);
	if (r == 0)
		errno = ETIMEDOUT;
	return r == 1 ? 0 : -1;
}
