#include "ship/shipwait.h"
#include "base/clock.h"
#include "tap.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

int
main(void)
{
	int p[2];

	if (pipe(p) == -1)
		return 1;
	is_num(shipwait(p[1], POLLOUT, clock_mono_ms() + 10000), 0,
	    "room in a pipe");
	is_num(shipwait(p[0], POLLIN, clock_mono_ms() + 20), -1,
	    "nothing in it");
	is_num(errno, ETIMEDOUT, "until it was time");
	is_num(shipwait(p[0], POLLIN, 0), -1, "a time that has gone by");
	if (write(p[1], "x", 1) != 1)
		return 1;
	is_num(shipwait(p[0], POLLIN, 0), 0, "what is there needs no time");
	close(p[1]);
	is_num(shipwait(p[0], POLLIN, clock_mono_ms() + 10000), 0,
	    "its end, too");
	return done();
}
