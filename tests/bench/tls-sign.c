/*
 * tls-sign SOCKET PATH [ROUNDS]: handshakes of a server whose signatures are
 * tls-key's at SOCKET, 100 at once, ROUNDS times; clients in a process of their
 * own connect to PATH, and one that has no TLS is answered all the time.  Prints
 * LTSV.  Called by tests/bench/tls-sign.
 */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/loop.h"
#include "base/num.h"
#include "chain/listen.h"
#include "tls/keyclient.h"
#include "tls/tls.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 100, TURN = 8, PINGS_MAX = 1 << 20, ROUNDS_MAX = 100000 };

/* nobody judges here */
void
verify_chain(const struct tls_chain *chain, const struct tls_demand *demand,
    const struct anchors *anchors, int64_t now_s, struct tls_judged *to)
{
	(void)chain;
	(void)demand;
	(void)anchors;
	(void)now_s;
	to->verdict = TLS_V_SELF;
}

int
verify_allows(const struct tls_demand *demand, enum tls_verdict verdict)
{
	(void)demand;
	(void)verdict;
	return 1;
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static uint32_t
percentile(uint32_t *us, size_t n, unsigned per_thousand)
{
	if (n == 0)
		return 0;
	qsort(us, n, sizeof *us, compare);
	return us[n * per_thousand / 1001];
}

/* the clients */

static int
connect_to(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(a.sun_path, path); /* main has looked whether there is room */
	if (s == -1 || connect(s, (struct sockaddr *)&a, sizeof a) == -1)
		die(EXIT_TEMP, "unable to connect: %m");
	return s;
}

static struct stream client[AT_ONCE];
static int open_clients;

static void
on_client(void *arg, int events)
{
	struct stream *s = arg;

	(void)events;
	if (tls_failure(s) != TLS_FINE)
		die(EXIT_TEMP, "a handshake failed");
	if (!tls_up(s))
		return;
	stream_close(s);
	if (--open_clients == 0)
		loop_stop();
}

static void
shake_hands(const char *path, uint64_t rounds)
{
	static const struct tls_demand any;
	struct tls_target target = { .demand = &any };
	int i;

	for (; rounds > 0; rounds--) {
		for (i = 0; i < AT_ONCE; i++) {
			int s = connect_to(path);

			fcntl(s, F_SETFL, O_NONBLOCK);
			stream_open(&client[i], s, s);
			stream_watch(&client[i], LOOP_READ | LOOP_WRITE,
			    on_client, &client[i]);
			if (tls_client_start(&client[i], &target) == -1)
				die(EXIT_TEMP, "unable to start: %m");
			open_clients++;
		}
		loop_run();
	}
	_exit(0);
}

/* the one in clear: a byte to and fro, until it is killed; how long it took
 * goes to a pipe */
static void
ping(const char *path, int to)
{
	int s = connect_to(path);
	uint32_t us;
	int64_t t;
	char c = 'x';

	for (;;) {
		t = clock_mono_us();
		if (write(s, &c, 1) != 1 || read(s, &c, 1) != 1)
			_exit(0);
		us = (uint32_t)(clock_mono_us() - t);
		if (write(to, &us, sizeof us) != sizeof us)
			_exit(0);
		usleep(2000);
	}
}

/* the server */

struct conn {
	struct stream s;
	struct conn *next; /* of those whose turn is to come */
	int queued, plain;
};

static struct keyclient *key;
static struct tls_server *server;
static struct conn *first, **last = &first;
static uint32_t waited[1 << 16];
static size_t n_waited, n_up;
static int expects_plain = 1;

static void
serve(struct conn *c)
{
	uint64_t before, after, n_before, n_after;
	char t[4096];
	ssize_t n;

	keyclient_spent(key, &before, &n_before);
	n = stream_read(&c->s, t, sizeof t);
	keyclient_spent(key, &after, &n_after);
	if (n_after > n_before && n_waited < 1 << 16)
		waited[n_waited++] = (uint32_t)(after - before);
	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0 && c->plain) {
		stream_send(&c->s, t, (size_t)n);
		return;
	}
	n_up += tls_up(&c->s);
	stream_close(&c->s);
	free(c);
}

/* those with TLS have turns, eight in a round of the loop, as recv/inbound
 * gives them */
static void
on_server(void *arg, int events)
{
	struct conn *c = arg;

	(void)events;
	if (c->plain) {
		serve(c);
	} else if (!c->queued) {
		c->queued = 1;
		*last = c;
		last = &c->next;
		c->next = NULL;
	}
}

static void
on_turns(void *arg)
{
	struct conn *c;
	int i;

	(void)arg;
	for (i = 0; i < TURN && (c = first) != NULL; i++) {
		first = c->next;
		if (first == NULL)
			last = &first;
		c->queued = 0;
		serve(c);
	}
}

static void
on_connection(void *arg, int events)
{
	static const unsigned char net[4] = { 127 };
	struct conn *c;
	int s = accept4(*(int *)arg, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (s == -1)
		return;
	c = need(calloc(1, sizeof *c));
	stream_open(&c->s, s, s);
	stream_watch(&c->s, LOOP_READ, on_server, c);
	c->plain = expects_plain;
	expects_plain = 0;
	if (!c->plain && tls_server_start(server, &c->s, net, sizeof net) == -1)
		die(EXIT_TEMP, "unable to start: %m");
}

static int64_t ended_us;

static void
on_rest(void *arg)
{
	(void)arg;
	loop_stop();
}

/* the clients have ended: what is left of theirs is read */
static void
on_end(void *arg)
{
	static struct loop_timer rest;

	(void)arg;
	ended_us = clock_mono_us();
	loop_timer_set(&rest, 500, on_rest, NULL);
}

static void
told(uint64_t rounds, int64_t us, int from)
{
	static uint32_t pings[PINGS_MAX];
	ssize_t n = read(from, pings, sizeof pings);
	size_t n_pings = n > 0 ? (size_t)n / sizeof *pings : 0;
	struct rusage r;
	double cpu;

	getrusage(RUSAGE_SELF, &r);
	cpu = (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e6 +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
	printf("handshakes:%" PRIu64 "\tup:%zu\tper_s:%.0f\tcpu_us:%.0f\t"
	       "wait_us_p50:%u\twait_us_p99:%u\tclear_us_p50:%u\t"
	       "clear_us_p99:%u\n",
	    rounds * AT_ONCE, n_up, (double)rounds * AT_ONCE * 1e6 / (double)us,
	    cpu / (double)(rounds * AT_ONCE), percentile(waited, n_waited, 500),
	    percentile(waited, n_waited, 990), percentile(pings, n_pings, 500),
	    percentile(pings, n_pings, 990));
}

/* a process of its own, where fork() returns 0; what is killed has a number */
static pid_t
forked(void)
{
	pid_t pid = fork();

	if (pid == -1)
		die(EXIT_TEMP, "unable to fork: %m");
	return pid;
}

int
main(int argc, char **argv)
{
	uint64_t rounds = 20;
	int listening, p[2];
	struct loop_signal end;
	struct loop_hook turns;
	struct loop_io io;
	char address[128];
	pid_t clear, clients;
	int64_t begin;

	prog_init(argv);
	if (argc < 3 ||
	    (argc > 3 && num_scans(argv[3], 1, ROUNDS_MAX, &rounds) == -1))
		die_usage("tls-sign socket path [rounds]");
	if (strlen(argv[2]) >= sizeof((struct sockaddr_un *)0)->sun_path)
		die(EXIT_PERM, "%s: too long for a socket", argv[2]);
	snprintf(address, sizeof address, "unix:%s", argv[2]);
	if ((listening = listen_open(address, 0600)) == -1 || pipe(p) == -1)
		die(EXIT_TEMP, "unable to listen: %m");
	fcntl(p[1], F_SETPIPE_SZ, 1 << 20);
	if ((clear = forked()) == 0)
		ping(argv[2], p[1]);
	if ((clients = forked()) == 0) {
		usleep(200000); /* behind the first */
		shake_hands(argv[2], rounds);
	}
	key = need(keyclient_new(argv[1]));
	if (keyclient_open(key) == -1)
		die(EXIT_TEMP, "unable to reach tls-key: %m");
	server = need(tls_server_new(key, NULL, 0));
	loop_io_start(&io, listening, LOOP_READ, on_connection, &listening);
	loop_hook_start(&turns, on_turns, NULL);
	loop_signal_start(&end, SIGCHLD, on_end, NULL);
	begin = clock_mono_us();
	loop_run();
	kill(clear, SIGKILL);
	waitpid(clear, NULL, 0);
	waitpid(clients, NULL, 0);
	told(rounds, ended_us - begin - 200000, p[0]);
	return 0;
}
