/* how long a session may wait, and live without a message */
#include "recv/sessiontime.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/socket.h>

static struct inbound in;
static struct session s = { .in = &in };

static void
waiting(void)
{
	in.waits.most_s[INBOUND_COMMAND] = 20;
	in.waits.most_s[INBOUND_DATA] = 5;
	sessiontime_wait(&s, INBOUND_COMMAND);
	ok(waits_first(&in.waits, INBOUND_COMMAND) == &s.waiter,
	    "it waits for a command");
	sessiontime_wait(&s, INBOUND_DATA);
	ok(waits_first(&in.waits, INBOUND_COMMAND) == NULL, "no more");
	ok(waits_first(&in.waits, INBOUND_DATA) == &s.waiter,
	    "but for a message");
	waits_end(&in.waits, &s.waiter);
}

static void
living(void)
{
	enum { LIFE = 10 * INBOUND_LIFE };

	in.limits.command_s = 10;
	sessiontime_alive(&s);
	is_num(sessiontime_too_old(&s), 0, "its life begins");
	s.since -= LIFE - 1; /* a second may pass */
	is_num(sessiontime_too_old(&s), 0, "at its end");
	s.since -= 2;
	is_num(sessiontime_too_old(&s), 1, "and behind");
	sessiontime_alive(&s);
	is_num(sessiontime_too_old(&s), 0, "a message was taken: anew");
}

static void
pausing(void)
{
	static struct session other = { .in = &in };
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		abort();
	stream_open(&s.stream, fd[0], fd[0]);
	stream_open(&other.stream, fd[1], fd[1]);

	sessiontime_pause(&s, 1000);
	ok(pauses_has(&s.pause) && !pauses_has(&other.pause), "a pause");
	sessiontime_pause(&other, 50);
	sessiontime_pause(&s, 50);
	is_num(in.pauses.n, 2, "who has one keeps it");
	pauses_remove(&in.pauses, &s.pause);
	pauses_remove(&in.pauses, &other.pause);
	is_num(in.pauses.n, 0, "none is left");
	stream_close(&s.stream);
	stream_close(&other.stream);
}

int
main(void)
{
	waiting();
	living();
	pausing();
	return done();
}
