/* recipients asked for by several clients: what goes to the next link, what is
 * remembered of it, and how much there may be of each */
#include "recv/rcptserver.h"
#include "base/die.h"
#include "base/fd.h"
#include "chain/dial.h"
#include "chain/listen.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char dir[] = "/tmp/rcptserver.XXXXXX", door[60], next_at[60];
static char next_address[70], door_address[70];
static char *next[] = { next_address, NULL };
static struct rcptserver server;
static int listening, chain = -1;
static struct loop_timer late;

static void
on_late(void *arg)
{
	(void)arg;
	loop_stop();
}

static void
turn(int ms)
{
	loop_timer_set(&late, ms, on_late, NULL);
	loop_run();
}

/* what comes on a descriptor until it has so many lines, or 5 seconds are over */
static const char *
lines(int fd, unsigned n)
{
	static char t[1 << 20];
	size_t have = 0;
	unsigned i, seen = 0;
	ssize_t r;

	for (i = 0; i < 5000 && seen < n; i++) {
		turn(1);
		while ((r = recv(fd, t + have, sizeof t - 1 - have,
			    MSG_DONTWAIT)) > 0)
			for (; r > 0; r--)
				seen += t[have++] == '\n';
	}
	t[have] = '\0';
	return t;
}

static int
client(void)
{
	int fd = dial_path(door);

	turn(1);
	return fd;
}

static void
asks(int fd, unsigned id, const char *to)
{
	char t[700];
	int n = snprintf(t, sizeof t,
	    "id:%u\tn:0\tfrom:\tto:%s\task:next\tverify:1\n", id, to);

	fd_write_all(fd, t, n);
}

/* the next link is asked; the ids of so many questions, in order */
static void
chain_asked(unsigned n, const char *about, unsigned id[])
{
	const char *p;
	unsigned i;
	int k;

	for (k = 0; chain == -1 && k < 5000; k++) {
		turn(1);
		chain = accept4(listening, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
	}
	p = lines(chain, n);
	ok(about == NULL || strstr(p, about) != NULL,
	    about == NULL ? "asked" : about);
	for (i = 0; i < n; i++) {
		p = strstr(p, "id:");
		id[i] = p == NULL ? 0 : (unsigned)atoi(p += 3);
		if (p == NULL)
			break;
	}
}

static void
chain_says(unsigned id, const char *result)
{
	char t[200];
	int n = snprintf(t, sizeof t, "id:%u\tn:0\t%s\n", id, result);

	fd_write_all(chain, t, n);
}

#define SENT(id) "id:" id "\tn:0\tstatus:sent\n"
#define NOBODY(id) "id:" id "\tn:0\tstatus:bounced\tesc:5.1.1\n"
#define UNSURE(id) "id:" id "\tn:0\tstatus:deferred\n"

static void
remembers(void)
{
	int a = client(), b = client();
	unsigned id[2];

	asks(a, 7, "joe@x.test");
	chain_asked(1, "to:joe@x.test\task:next\tverify:1\n", id);
	asks(b, 1, "joe@X.test");
	asks(a, 8, "joe@x.test");
	turn(20);
	chain_says(id[0], "status:sent");
	is_str(lines(a, 2), SENT("7") SENT("8"), "one question for all");
	is_str(lines(b, 1), SENT("1"), "of others, too");
	asks(b, 2, "joe@x.test");
	is_str(lines(b, 1), SENT("2"), "and it is remembered");
	asks(a, 9, "eve@x.test");
	chain_asked(1, "to:eve@x.test\t", id);
	chain_says(id[0], "status:bounced\tclass:rcpt\tesc:5.1.1");
	is_str(lines(a, 1), NOBODY("9"), "nobody is there");
	asks(b, 3, "eve@x.test");
	is_str(lines(b, 1), NOBODY("3"), "which is remembered, too");
	asks(a, 10, "bob@x.test");
	chain_asked(1, "to:bob@x.test\t", id);
	chain_says(id[0], "status:deferred");
	is_str(lines(a, 1), UNSURE("10"), "not known");
	asks(a, 11, "bob@x.test");
	chain_asked(1, "to:bob@x.test\t", id);
	chain_says(id[0], "status:sent");
	is_str(lines(a, 1), SENT("11"), "is asked again");
	/* known, but not asked for long */
	server.cache.fresh_s = 0;
	asks(a, 12, "bob@x.test");
	chain_asked(1, "to:bob@x.test\t", id);
	chain_says(id[0], "status:later");
	is_str(lines(a, 1), SENT("12"), "who was known is, where it is not");
	asks(a, 13, "bob@x.test");
	chain_asked(1, "to:bob@x.test\t", id);
	chain_says(id[0], "status:bounced\tesc:5.1.1");
	is_str(lines(a, 1), NOBODY("13"), "until he is known to be gone");
	server.cache.fresh_s = RCPTCACHE_FRESH_S;
	/* who asks and leaves */
	asks(a, 14, "tim@x.test");
	chain_asked(1, "to:tim@x.test\t", id);
	close(a);
	turn(20);
	chain_says(id[0], "status:sent");
	asks(b, 4, "tim@x.test");
	is_str(lines(b, 1), SENT("4"), "is asked for all the same");
	fd_write_all(b, "what?\n", 6);
	turn(20);
	is_num(recv(b, &id, 1, 0), 0, "who speaks otherwise is left");
	close(b);
}

/* who ends his questions hears the answers */
static void
half(void)
{
	int a = client();
	unsigned id[1], more;

	asks(a, 1, "joe@x.test");
	asks(a, 2, "new@x.test");
	shutdown(a, SHUT_WR);
	chain_asked(1, "to:new@x.test", id);
	chain_says(id[0], "status:sent");
	is_str(lines(a, 2), SENT("1") SENT("2"), "both");
	turn(20);
	is_num(recv(a, &more, 1, MSG_DONTWAIT), 0, "and then it ends");
	close(a);
}

/* the next link ends */
static void
ends(void)
{
	int a = client();
	unsigned id[2];

	asks(a, 1, "pat@y.test");
	chain_asked(1, "to:pat@y.test\t", id);
	close(chain);
	chain = -1;
	is_str(lines(a, 1), UNSURE("1"), "what it was asked is not known");
	asks(a, 2, "pat@y.test");
	chain_asked(1, "to:pat@y.test\t", id);
	chain_says(id[0], "status:sent");
	is_str(lines(a, 1), SENT("2"), "the next one is asked");
	close(a);
}

static void
limits(void)
{
	static unsigned id[RCPTSERVER_OPEN_MAX];
	int a = client(), fd[RCPTSERVER_CLIENTS_MAX + 1];
	char to[40];
	unsigned i;
	struct pollfd p;

	for (i = 1; i <= RCPTSERVER_DOMAIN_MAX + 1; i++) {
		snprintf(to, sizeof to, "u%u@slow.test", i);
		asks(a, i, to);
	}
	is_str(lines(a, 1), UNSURE("101"), "one more of a domain is not asked");
	for (i = RCPTSERVER_DOMAIN_MAX; i < RCPTSERVER_OPEN_MAX; i++) {
		snprintf(to, sizeof to, "u@d%u.test", i / 26);
		to[0] = (char)('A' + i % 26);
		asks(a, i + 1000, to);
		if (i % 100 == 0)
			turn(2);
	}
	turn(50);
	asks(a, 5000, "u@last.test");
	is_str(lines(a, 1), UNSURE("5000"), "nor one more of all");
	is_num((long long)server.n_open, RCPTSERVER_OPEN_MAX, "so many are");
	chain_asked(RCPTSERVER_OPEN_MAX, NULL, id);
	chain_says(id[500], "status:sent");
	lines(a, 1);
	asks(a, 5001, "u@last.test");
	chain_asked(1, "u@last.test", id);
	close(a);
	turn(20);
	close(chain);
	chain = -1;
	turn(20);
	is_num((long long)server.n_open, 0, "none is left");

	/* connections */
	for (i = 0; i <= RCPTSERVER_CLIENTS_MAX; i++)
		fd[i] = client();
	turn(20);
	is_num((long long)server.n_clients, RCPTSERVER_CLIENTS_MAX,
	    "connections");
	asks(fd[RCPTSERVER_CLIENTS_MAX], 1, "joe@x.test");
	p = (struct pollfd){ fd[RCPTSERVER_CLIENTS_MAX], POLLIN, 0 };
	turn(20);
	is_num(poll(&p, 1, 0), 0, "one more waits");
	close(fd[0]);
	is_str(lines(fd[RCPTSERVER_CLIENTS_MAX], 1), SENT("1"),
	    "until there is room");
	for (i = 1; i <= RCPTSERVER_CLIENTS_MAX; i++)
		close(fd[i]);
	turn(20);
	is_num((long long)server.n_clients, 0, "all have gone");
}

/* a client that asks the same again and again is read no further */
static void
greedy(void)
{
	int a = client();
	unsigned i, id[1];
	const char *p;

	for (i = 1; i <= RCPTSERVER_WANTS_MAX; i++) {
		asks(a, i, "same@z.test");
		if (i % 100 == 0)
			turn(2);
	}
	asks(a, i, "joe@x.test");
	turn(50);
	is_num(recv(a, &i, 1, MSG_DONTWAIT), -1,
	    "nothing more is read of who wants so much");
	chain_asked(1, "to:same@z.test", id);
	chain_says(id[0], "status:sent");
	p = lines(a, RCPTSERVER_WANTS_MAX + 1);
	is_str(p + strlen(p) - strlen(SENT("4001")), SENT("4001"),
	    "until that is answered");
	close(a);
}

int
main(int argc, char **args)
{
	int fd;

	(void)argc;
	prog_init(args);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	alarm(60);
	snprintf(door, sizeof door, "%s/door", dir);
	snprintf(next_at, sizeof next_at, "%s/next", dir);
	snprintf(door_address, sizeof door_address, "unix:%s", door);
	snprintf(next_address, sizeof next_address, "unix:%s", next_at);
	listening = listen_open(next_address, 0600);
	fd = listen_open(door_address, 0600);
	server.cache = (struct rcptcache){ .fresh_s = RCPTCACHE_FRESH_S,
		.keep_s = RCPTCACHE_KEEP_S,
		.nobody_s = RCPTCACHE_NOBODY_S,
		.known_max = 1000,
		.nobody_max = 100 };
	server.wait_ms = 20000;
	server.next = next;
	rcptserver_open(&server, fd);
	remembers();
	half();
	ends();
	limits();
	greedy();
	rcptserver_stop(&server);
	is_num((long long)server.n_open, 0, "nothing is left");
	close(fd);
	unlink(door);
	unlink(next_at);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
