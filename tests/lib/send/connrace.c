/* the next host beside one that does not answer; nothing is sent */
#include "send/connrace.h"
#include "conntest.h"
#include "looprun.h"
#include "tap.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sendsite site;
static struct sendtxn t;
static char list[100];
static int stuck, won;

/* a port of this machine, where somebody listens or not */
static unsigned
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

static void
on_won(struct sendconn *c)
{
	(void)c;
	won = 1;
	loop_stop();
}

/* to the first of the list, which does not answer */
static void
begin(void)
{
	memset(&conn, 0, sizeof conn);
	conn.share = &share;
	conn.site = &site;
	conn.lead = &t;
	t.mx = list;
	won = 0;
	sendhost_next(&conn.host, list, &site, &share.dead, 0);
	conn.fd = dup(stuck);
	connrace_start(&conn, on_won);
}

static void
end(void)
{
	connrace_end(&conn);
	sendhost_free(&conn.host);
	close(conn.fd);
}

static int
has_failed(const void *arg)
{
	(void)arg;
	return share.dead.e != NULL;
}

static void
test_won(void)
{
	unsigned down = port(0), up = port(1);
	char want[100];

	snprintf(list, sizeof list,
	    "a/1/127.0.0.1 b/%u/127.0.0.1 c/%u/127.0.0.1 d/2/127.0.0.1", down,
	    up);
	begin();
	is_num(share.n_races, 1, "one is under way");
	is_num(connrace_take(&conn), 0, "there is no other yet");
	looprun();
	is_num(won, 1, "one refuses, the next stands");
	is_num(gone, 0, "the connection is not touched");
	close(conn.fd);
	conn.fd = dup(stuck);
	connrace_overtake(&conn);
	snprintf(want, sizeof want,
	    "c/%u/127.0.0.1 a/1/127.0.0.1 b/%u/127.0.0.1 d/2/127.0.0.1", up,
	    down);
	is_str(list, want, "it goes up before the slow one");
	is_num(share.slow.n, 1, "which is watched");
	close(conn.fd);
	is_num(connrace_take(&conn), 1, "it has its turn");
	is_str(conn.host.name, "c", "by name");
	is_str(list + conn.host.at, strchr(want, ' ') + 1,
	    "the slow one is next");
	ok(conn.race == NULL && share.n_races == 0, "it is over");
	end();
	slowhost_free(&share.slow);
	deadhost_free(&share.dead);
}

static void
test_none(void)
{
	snprintf(list, sizeof list, "a/1/127.0.0.1");
	begin();
	ok(conn.race == NULL, "there is no other host");
	end();
	snprintf(list, sizeof list, "a/1/127.0.0.1 b/%u/127.0.0.1", port(0));
	begin();
	ok(looprun_until(NULL, has_failed, NULL), "the only other one refuses");
	is_num(connrace_take(&conn), 0, "there is none to take");
	is_str(conn.host.name, "a", "the first goes on");
	end();
	share.n_races = CONNRACE_MAX;
	begin();
	ok(conn.race == NULL, "many have one already");
	end();
	share.n_races = 0;
	share.race_ms = 0;
	begin();
	ok(conn.race == NULL, "it is not wanted");
	end();
}

static int
has_won(const void *arg)
{
	(void)arg;
	return won;
}

/* a host of a worse tier has to wait for longer */
static void
test_worse(void)
{
	unsigned char tiers[] = { 0, 0, 1 };
	unsigned up = port(1);

	snprintf(list, sizeof list,
	    "a/1/127.0.0.1 b/%u/127.0.0.1 c/%u/127.0.0.1", port(0), up);
	t.tiers = tiers;
	share.race_ms = 1;
	share.worse_ms = 300;
	begin();
	ok(looprun_until(NULL, has_failed, NULL), "one as good is tried first");
	is_num(won, 0, "the worse one is not, yet");
	ok(looprun_until(NULL, has_won, NULL), "it is in time");
	end();
	deadhost_free(&share.dead);
	share.worse_ms = 0;
	begin();
	ok(looprun_until(NULL, has_failed, NULL), "one as good refuses");
	is_num(won, 0, "the worse one is never tried");
	end();
	snprintf(list, sizeof list, "a/1/127.0.0.1 c/%u/127.0.0.1", up);
	tiers[1] = 1;
	begin();
	ok(conn.race == NULL, "nor where it is the only other one");
	end();
	deadhost_free(&share.dead);
	t.tiers = NULL;
}

int
main(void)
{
	char junk[4096] = { 0 };
	int p[2];

	(void)told_text;
	if (pipe2(p, O_NONBLOCK) == -1)
		return 111;
	stuck = p[1];
	while (write(stuck, junk, sizeof junk) > 0)
		;
	share.ops = &ops;
	share.race_ms = 1;
	share.wait_ms[SENDWAIT_CONNECT] = 30000;
	share.dead.first_ms = share.dead.max_ms = 60000;
	test_won();
	test_worse();
	test_none();
	return done();
}
