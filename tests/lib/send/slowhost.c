/* connections that nobody waits for: what is learnt of their hosts */
#include "send/slowhost.h"
#include "base/clock.h"
#include "looprun.h"
#include "tap.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct slowhosts all;
static struct deadhost dead = {
	.first_ms = 60000, .max_ms = 60000, .probe_ms = 1
};
static struct sendsite site;
static int stuck; /* never to be written to */

/* a port of this machine, where somebody listens or not */
static uint16_t
port(int listens)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (struct sockaddr *)&a, sizeof a);
	getsockname(fd, (struct sockaddr *)&a, &len);
	if (listens)
		listen(fd, 5);
	return ntohs(a.sin_port);
}

/* the host of a list with that port; its word stays */
static void
host(struct sendhost *h, uint16_t p)
{
	char list[40];
	struct deadhost none = { 0 };

	memset(h, 0, sizeof *h);
	snprintf(list, sizeof list, "h/%u/127.0.0.1", p);
	sendhost_next(h, list, &site, &none, 0);
}

static int
is_empty(const void *arg)
{
	(void)arg;
	return all.n == 0;
}

/* what is remembered of it: "" for nothing */
static const char *
known(const struct sendhost *h)
{
	unsigned char key[SENDHOST_KEY];
	const char *why;
	int64_t until;

	sendhost_key(h, &site, key);
	why = deadhost_look(&dead, key, sizeof key, clock_mono_ms(), &until);
	return why == NULL ? "" : why;
}

int
main(void)
{
	struct sendhost up, down, slow;
	char junk[4096] = { 0 };
	int p[2], fd, i;

	if (pipe2(p, O_NONBLOCK) == -1)
		return 111;
	stuck = p[1];
	while (write(stuck, junk, sizeof junk) > 0)
		;
	host(&up, port(1));
	host(&down, port(0));
	host(&slow, 1);
	sendhost_dial(&up, &site, &fd);
	slowhost_keep(&all, fd, &up, &site, &dead, 10000);
	sendhost_dial(&down, &site, &fd);
	slowhost_keep(&all, fd, &down, &site, &dead, 10000);
	slowhost_keep(&all, dup(stuck), &slow, &site, &dead, 1);
	is_num(all.n, 3, "three are under way");
	ok(looprun_until(NULL, is_empty, NULL), "all come to an end");
	is_str(known(&up), "", "one stands");
	is_str(known(&down), "Connection refused", "one does not");
	is_str(known(&slow), "timeout (connect)", "one took too long");
	for (i = 0; i < SLOWHOST_MAX; i++)
		slowhost_keep(&all, dup(stuck), &slow, &site, &dead, 100000);
	is_num(all.n, SLOWHOST_MAX, "as many as there may be");
	slowhost_keep(&all, dup(stuck), &slow, &site, &dead, 100000);
	is_num(all.n, SLOWHOST_MAX, "one more: the oldest is gone");
	slowhost_free(&all);
	is_num(all.n, 0, "none is left");
	fd = dup(stuck);
	close(fd);
	ok(fd < 30, "nor a descriptor");
	deadhost_free(&dead);
	return done();
}
