/* tls/sessions: a table that processes share */
#include "tls/sessions.h"
#include "tap.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char key[16] = "0123456789abcdef";

/* all of an entry follows from a number, so that a torn one is seen */
static struct sessions_entry
entry(uint32_t n)
{
	struct sessions_entry e;

	memset(&e, 0, sizeof e);
	memset(e.master, (int)(n & 0xff), sizeof e.master);
	memset(e.peer, (int)(n >> 8 & 0xff), sizeof e.peer);
	memcpy(e.id, &n, sizeof n);
	e.name = n;
	e.suite = (uint16_t)n;
	return e;
}

static int
put(struct sessions *s, uint32_t net, uint32_t n, int64_t now_s)
{
	struct sessions_entry e = entry(n);

	sessions_put(s, (unsigned char *)&net, 4, &e, now_s);
	return 0;
}

/* 1: as it was put, 0: not there, -1: there and another */
static int
get(const struct sessions *s, uint32_t net, uint32_t n, int64_t now_s)
{
	struct sessions_entry want = entry(n), e;

	if (!sessions_get(s, (unsigned char *)&net, 4, want.id, &e, now_s))
		return 0;
	return memcmp(&e, &want, sizeof e) == 0 ? 1 : -1;
}

static void
one(void)
{
	struct sessions *s = sessions_new(key);
	uint32_t i;

	is_num(get(s, 1, 7, 1000), 0, "an empty table");
	put(s, 1, 7, 1000);
	is_num(get(s, 1, 7, 1000), 1, "put and got");
	is_num(get(s, 1, 8, 1000), 0, "not another");
	is_num(get(s, 1, 7, 1000 + SESSIONS_S - 1), 1, "until it is old");
	is_num(get(s, 1, 7, 1000 + SESSIONS_S), 0, "and not longer");
	for (i = 1; i < SESSIONS_WAYS; i++)
		put(s, 1, 100 + i, 1000 + i);
	is_num(get(s, 1, 7, 1100), 1, "a full set");
	put(s, 1, 200, 1100);
	is_num(get(s, 1, 7, 1100), 0, "one more: the oldest goes");
	is_num(get(s, 1, 101, 1100), 1, "and no other");
	is_num(get(s, 1, 200, 1100), 1, "the new one is there");
	ok(sessions_name(s, "a.example") != sessions_name(s, "b.example"),
	    "names differ");
	ok(sessions_name(s, "a.example") == sessions_name(s, "a.example"),
	    "the same one does not");
	sessions_free(s);
	sessions_free(NULL);
}

/* a network that makes 100,000 sessions, and one in each of 511 others */
static void
shares(void)
{
	struct sessions *s = sessions_new(key);
	uint32_t i, net, left = 0;

	for (net = 1; net <= SESSIONS_SETS; net++)
		put(s, net, net, 1000);
	for (i = 0; i < 100000; i++)
		put(s, 9999, 100000 + i, 1001);
	for (net = 1; net <= SESSIONS_SETS; net++)
		left += get(s, net, net, 1001) == 1;
	ok(left >= SESSIONS_SETS - 16, "one network does not push out others");
	printf("# %u of %d left\n", left, SESSIONS_SETS);
	sessions_free(s);
}

enum { ROUNDS = 200000 };

/* writes and reads the same few, and counts those that were torn */
static int
worker(struct sessions *s)
{
	uint32_t i, torn = 0;

	for (i = 0; i < ROUNDS; i++) {
		put(s, 1, i % 40, 1000 + i / 1000);
		torn += get(s, 1, (i + 20) % 40, 1000) == -1;
	}
	return torn > 0;
}

static void
together(void)
{
	struct sessions *s = sessions_new(key);
	int i, status, good = 0;
	pid_t pid[3];

	for (i = 0; i < 3; i++)
		if ((pid[i] = fork()) == 0)
			_exit(worker(s));
	for (i = 0; i < 3; i++)
		good += waitpid(pid[i], &status, 0) == pid[i] && status == 0;
	is_num(good, 3, "none is torn while three write");
	put(s, 2, 5, 1000);
	if ((pid[0] = fork()) == 0)
		_exit(get(s, 2, 5, 1000) != 1);
	waitpid(pid[0], &status, 0);
	is_num(status, 0, "one process reads what another wrote");
	sessions_free(s);
}

/* killed at any moment: what it left behind is whole or not there */
static void
killed(void)
{
	struct sessions *s = sessions_new(key);
	int round, torn = 0, status;
	uint32_t i;
	pid_t pid;

	for (round = 0; round < 50; round++) {
		if ((pid = fork()) == 0) {
			alarm(60);
			for (;;)
				worker(s);
		}
		usleep(1000 + round * 37);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		for (i = 0; i < 40; i++)
			torn += get(s, 1, i, 1000) == -1;
	}
	is_num(torn, 0, "none is torn when its writer died");
	put(s, 1, 77, 1000000);
	is_num(get(s, 1, 77, 1000000), 1, "and the set is used");
	sessions_free(s);
}

int
main(void)
{
	alarm(60);
	one();
	shares();
	together();
	killed();
	return done();
}
