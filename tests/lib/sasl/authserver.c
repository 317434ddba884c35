/* a server of logins: its dialogues, who waits, and what is too much */
#include "sasl/authserver.h"
#include "sasl/authattempt.h"
#include "base/fd.h"
#include "chain/listen.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* "\0ann\0good" and "\0ann\0bad" */
#define GOOD "resp=AGFubgBnb29k"
#define BAD "resp=AGFubgBiYWQ="

static char dir[] = "/tmp/authserver.XXXXXX", path[50], address[64];
static struct authserver server;
static int listening, holding;
static unsigned offered;
static struct authserver_question *held[AUTHSERVER_WAIT_MAX + 10];
static unsigned n_held, n_asked;

/* the server's user */

static unsigned
mechs(void *arg)
{
	(void)arg;
	return offered;
}

static enum authserver_verdict
verdict_of(const struct authserver_question *q)
{
	return word_is(q->password, "good") ? AUTHSERVER_RIGHT
	    : word_is(q->password, "off")   ? AUTHSERVER_OFF
	    : word_is(q->password, "later") ? AUTHSERVER_LATER
					    : AUTHSERVER_WRONG;
}

static void
check(void *arg, struct authserver_question *q)
{
	(void)arg;
	n_asked++;
	if (holding)
		held[n_held++] = q;
	else
		authserver_answer(&server, q, verdict_of(q));
}

static void
let_go(void)
{
	unsigned i;

	for (i = 0; i < n_held; i++)
		authserver_answer(&server, held[i], verdict_of(held[i]));
	n_held = 0;
}

static enum authserver_verdict
keys(void *arg, char *name, struct scram_keys *k)
{
	(void)arg;
	if (strcmp(name, "later") == 0)
		return AUTHSERVER_LATER;
	scram_make(k, "pencil", 6, (const unsigned char *)"salt", 4, 4096);
	return strcmp(name, "off") == 0 ? AUTHSERVER_OFF : AUTHSERVER_RIGHT;
}

static const struct authserver_ops ops = { mechs, check, keys };

/* a client */

struct client {
	int fd;
	struct buf heard;
	int ended;
};

static void
hear(struct client *c)
{
	ssize_t n;

	buf_reserve(&c->heard, 4096);
	n = read(c->fd, buf_tail(&c->heard), 4096);
	if (n > 0)
		buf_added(&c->heard, (size_t)n);
	if (n == 0 || (n == -1 && errno == ECONNRESET))
		c->ended = 1;
}

static const char *
found(const struct client *c, const char *text)
{
	return memmem(buf_data(&c->heard), buf_len(&c->heard), text,
	    strlen(text));
}

/* the loop, until a client has heard it, or has come to the end (NULL) */
static struct {
	struct client *c;
	const char *text;
	int in_time;
	struct loop_timer look, end;
} until;

static void
on_end(void *arg)
{
	(void)arg;
	loop_stop();
}

static void
on_look(void *arg)
{
	struct client *c = until.c;

	(void)arg;
	hear(c);
	until.in_time =
	    until.text == NULL ? c->ended : found(c, until.text) != NULL;
	if (until.in_time)
		loop_stop();
	else
		loop_timer_set(&until.look, 1, on_look, NULL);
}

static void
run_for(int ms)
{
	loop_timer_set(&until.end, ms, on_end, NULL);
	loop_run();
}

static int
hears(struct client *c, const char *text)
{
	until.c = c;
	until.text = text;
	until.in_time = 0;
	loop_timer_set(&until.look, 0, on_look, NULL);
	loop_timer_set(&until.end, 10000, on_end, NULL);
	loop_run();
	loop_timer_stop(&until.look);
	loop_timer_stop(&until.end);
	return until.in_time;
}

static void
dial(struct client *c)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	memset(c, 0, sizeof *c);
	memcpy(a.sun_path, path, strlen(path));
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(c->fd, (struct sockaddr *)&a, sizeof a) == -1)
		exit(1);
	fd_nonblock(c->fd);
}

static void
says(struct client *c, const char *text)
{
	buf_clear(&c->heard);
	fd_write_all(c->fd, text, strlen(text));
}

static void
start(struct client *c)
{
	dial(c);
	says(c, "VERSION\t1\t1\nCPID\t1\n");
	hears(c, "DONE\n");
}

static void
stop(struct client *c)
{
	close(c->fd);
	buf_free(&c->heard);
}

static void
test_first(void)
{
	static const char *const bad[] = { "VERSION\t2\t0\n",
		"AUTH\t1\tPLAIN\n", "EHLO x\r\n",
		"VERSION\t1\t1\nAUTH\tx\tPLAIN\n",
		"VERSION\t1\t1\nAUTH\t1\tLOGIN\nAUTH\t1\tLOGIN\n" };
	struct client c;
	size_t i;

	start(&c);
	ok(found(&c,
	       "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\n"
	       "SPID\t") == buf_data(&c.heard),
	    "what is said first");
	says(&c, "WHAT\n\nAUTH\t1\tPLAIN\tservice=x\t" GOOD "\n");
	ok(hears(&c, "OK\t1\tuser=ann\n"), "unknown words are passed over");
	stop(&c);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		dial(&c);
		says(&c, bad[i]);
		ok(hears(&c, NULL), bad[i]);
		stop(&c);
	}
}

static void
test_verdicts(void)
{
	static const struct {
		const char *said, *heard;
	} t[] = { { "PLAIN\t" GOOD, "OK\t7\tuser=ann\n" },
		{ "PLAIN\trip=192.0.2.1\t" BAD, "FAIL\t7\tuser=ann\n" },
		{ "PLAIN\tresp=AGFubgBvZmY=",
		    "FAIL\t7\tuser=ann\tuser_disabled\tcode=user_disabled\n" },
		{ "PLAIN\tresp=AGFubgBsYXRlcg==",
		    "FAIL\t7\tuser=ann\ttemp\tcode=temp_fail\n" },
		{ "PLAIN\tresp=?", "FAIL\t7\n" },
		{ "PLAIN\tresp=", "FAIL\t7\n" },
		{ "CRAM-MD5", "FAIL\t7\ttemp\tcode=temp_fail\n" },
		{ "SCRAM-SHA-256", "FAIL\t7\ttemp\tcode=temp_fail\n" },
		{ "", "FAIL\t7\ttemp\tcode=temp_fail\n" } };
	char said[200];
	struct client c;
	size_t i;

	start(&c);
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(said, sizeof said, "AUTH\t7\t%s\n", t[i].said);
		says(&c, said);
		ok(hears(&c, t[i].heard), t[i].said);
	}
	says(&c, "AUTH\t1\tLOGIN\nAUTH\t2\tPLAIN\n");
	ok(hears(&c, "CONT\t1\tVXNlcm5hbWU6\nCONT\t2\t\n"), "two at once");
	says(&c, "CONT\t2\tAGFubgBnb29k\nCONT\t1\tYW5u\n");
	ok(hears(&c, "OK\t2\tuser=ann\nCONT\t1\tUGFzc3dvcmQ6\n"), "and on");
	says(&c,
	    "CANCEL\t1\nCANCEL\t9\nCONT\t1\tZ29vZA==\nAUTH\t3\tPLAIN\t" GOOD
	    "\n");
	ok(hears(&c, "OK\t3\tuser=ann\n"), "cancelled");
	ok(found(&c, "\t1") == NULL, "is nothing more");
	stop(&c);
}

static void
test_scram(void)
{
	struct client c, d;

	start(&c);
	start(&d);
	says(&d, "AUTH\t1\tLOGIN\n");
	hears(&d, "CONT\t1");
	offered |= 1u << EXCHANGE_SCRAM;
	authserver_changed(&server);
	ok(hears(&c, NULL), "another mechanism: an idle connection ends");
	says(&d, "CONT\t1\tYW5u\n");
	ok(hears(&d, "CONT\t1"), "one that is not, goes on");
	says(&d, "CONT\t1\tZ29vZA==\n");
	ok(hears(&d, "OK\t1\tuser=ann\n"), "to its end");
	ok(hears(&d, NULL), "and then ends");
	stop(&c);
	stop(&d);
	start(&c);
	ok(found(&c, "MECH\tSCRAM-SHA-256\tmutual-auth\n") != NULL,
	    "it is told");
	/* n,,n=off,r=x */
	says(&c, "AUTH\t1\tSCRAM-SHA-256\tresp=biwsbj1vZmYscj14\n");
	ok(hears(&c, "CONT\t1\tcj14"), "a challenge");
	/* n,,n=later,r=x */
	says(&c, "AUTH\t2\tSCRAM-SHA-256\tresp=biwsbj1sYXRlcixyPXg=\n");
	ok(hears(&c, "FAIL\t2\tuser=later\ttemp\tcode=temp_fail\n"), "no keys");
	says(&c, "CONT\t1\tYz1iaXdz\n");
	ok(hears(&c, "FAIL\t1\tuser=off\n"), "no proof");
	stop(&c);
	offered = 1u << EXCHANGE_PLAIN | 1u << EXCHANGE_LOGIN;
	authserver_changed(&server);
}

/* who has not heard yet what changed, does when nothing more is in the way */
static void
test_old(void)
{
	struct authserver_conn *conn;
	struct client c;
	int i;

	start(&c);
	holding = 1;
	says(&c, "AUTH\t1\tPLAIN\t" GOOD "\nAUTH\t2\tLOGIN\n");
	hears(&c, "CONT\t2");
	offered |= 1u << EXCHANGE_SCRAM;
	authserver_changed(&server);
	says(&c, "CANCEL\t2\nCANCEL\t1\n");
	ok(hears(&c, NULL), "cancelled while it is compared: ends");
	holding = 0;
	let_go();
	stop(&c);
	start(&c);
	conn = LIST_OF(server.conns.first, struct authserver_conn, in_server);
	for (i = 0; i < 10000 && buf_len(&conn->c.out) == 0; i++) {
		says(&c, "AUTH\t1\tPLAIN\t" GOOD "\n");
		run_for(1);
	}
	offered = 1u << EXCHANGE_PLAIN | 1u << EXCHANGE_LOGIN;
	authserver_changed(&server);
	is_num(server.n_conns, 1, "not before it has heard its answers");
	for (i = 0; i < 10000 && buf_len(&conn->c.out) > 0; i++) {
		buf_clear(&c.heard);
		hear(&c);
		run_for(1);
	}
	authserver_changed(&server);
	ok(hears(&c, NULL), "then it ends");
	stop(&c);
}

/* eight of an address, unless it is known; all others go on */
static void
test_address(void)
{
	char t[2000] = "";
	struct client c;
	int i;

	start(&c);
	holding = 1;
	for (i = 1; i <= AUTHSERVER_ADDRESS_MAX + 1; i++)
		sprintf(t + strlen(t),
		    "AUTH\t%d\tPLAIN\trip=2001:db8::%d\t" GOOD "\n", i, i);
	says(&c, t);
	ok(hears(&c, "FAIL\t9\tuser=ann\ttemp"), "the ninth of a /64");
	is_num(n_held, AUTHSERVER_ADDRESS_MAX, "eight are compared");
	says(&c,
	    "AUTH\t20\tPLAIN\trip=192.0.2.1\t" BAD "\n"
	    "AUTH\t21\tPLAIN\t" BAD "\nAUTH\t22\tLOGIN\n");
	ok(hears(&c, "CONT\t22"), "others");
	is_num(n_held, AUTHSERVER_ADDRESS_MAX + 2, "are compared, too");
	let_go();
	ok(hears(&c, "FAIL\t21"), "all are answered");
	t[0] = '\0';
	for (i = 31; i <= 31 + AUTHSERVER_ADDRESS_MAX; i++)
		sprintf(t + strlen(t),
		    "AUTH\t%d\tPLAIN\trip=2001:db8::1\t" GOOD "\n", i);
	says(&c, t);
	says(&c, "AUTH\t50\tLOGIN\n");
	hears(&c, "CONT\t50");
	is_num(n_held, AUTHSERVER_ADDRESS_MAX + 1, "nine who are known");
	holding = 0;
	let_go();
	stop(&c);
}

static void
test_waiting(void)
{
	struct client c, d;
	char t[100];
	int i;

	start(&c);
	start(&d);
	holding = 1;
	for (i = 1; i <= AUTHSERVER_WAIT_MAX + 1; i++) {
		sprintf(t, "AUTH\t%d\tPLAIN\t" GOOD "\n", i);
		says(&c, t);
		if (i % 50 == 0)
			hears(&c, "");
	}
	ok(hears(&c, "FAIL\t1025\tuser=ann\ttemp"), "1024 wait, and no more");
	is_num(n_held, AUTHSERVER_WAIT_MAX, "so many");
	stop(&c);
	says(&d, "AUTH\t1\tPLAIN\t" GOOD "\n");
	ok(hears(&d, "FAIL\t1\tuser=ann\ttemp"),
	    "also when their client has gone");
	holding = 0;
	let_go();
	says(&d, "AUTH\t2\tPLAIN\t" GOOD "\n");
	ok(hears(&d, "OK\t2"), "until they are compared");
	stop(&d);
}

/* strangers, of one address each, leave room to a login that is known */
static void
test_strangers(void)
{
	struct client c;
	char t[100];
	int i;

	start(&c);
	says(&c, "AUTH\t1\tPLAIN\trip=192.0.2.9\t" GOOD "\n");
	hears(&c, "OK\t1");
	holding = 1;
	for (i = 1; i <= AUTHSERVER_STRANGERS_MAX + 1; i++) {
		sprintf(t, "AUTH\t%d\tPLAIN\trip=2001:db8:1:%x::\t" GOOD "\n",
		    i, i);
		says(&c, t);
		if (i % 50 == 0)
			hears(&c, "");
	}
	ok(hears(&c, "FAIL\t769\tuser=ann\ttemp"),
	    "768 wait who are not known, and no more");
	is_num(n_held, AUTHSERVER_STRANGERS_MAX, "so many");
	says(&c, "AUTH\t900\tPLAIN\trip=192.0.2.9\t" GOOD "\n");
	says(&c, "AUTH\t901\tLOGIN\n");
	hears(&c, "CONT\t901");
	is_num(n_held, AUTHSERVER_STRANGERS_MAX + 1, "but who is");
	holding = 0;
	let_go();
	ok(hears(&c, "OK\t900"), "and is answered");
	stop(&c);
}

/* clients that are to say more, and do not, keep no other from logging in */
static void
test_resting(void)
{
	struct client c;
	char t[100];
	int i;

	start(&c);
	for (i = 1; i <= AUTHSERVER_OPEN_MAX; i++) {
		sprintf(t, "AUTH\t%d\tLOGIN\n", i);
		says(&c, t);
		if (i % 64 == 0) {
			sprintf(t, "CONT\t%d\t", i);
			hears(&c, t);
		}
	}
	is_num(server.n_open, AUTHSERVER_OPEN_MAX, "so many rest");
	says(&c, "CONT\t1\tYW5u\n");
	hears(&c, "CONT\t1\t");
	says(&c, "AUTH\t5000\tPLAIN\t" GOOD "\n");
	ok(hears(&c, "OK\t5000"), "one more is answered");
	ok(found(&c, "FAIL\t2\ttemp") != NULL,
	    "in the place of who rests for longest");
	says(&c, "CONT\t1\tZ29vZA==\nCONT\t3\tYW5u\n");
	ok(hears(&c, "OK\t1\tuser=ann\nCONT\t3\t"), "the others go on");
	is_num(server.n_open, AUTHSERVER_OPEN_MAX - 2, "counted");
	stop(&c);
}

/* guesses of one address begin later and later, and nobody else's do */
static void
test_guesses(void)
{
	char t[200];
	struct client c;
	unsigned asked;
	int i;

	start(&c);
	for (i = 1; i <= 6; i++) {
		sprintf(t, "AUTH\t%d\tPLAIN\trip=203.0.113.7\t" BAD "\n", i);
		says(&c, t);
		sprintf(t, "FAIL\t%d\tuser=ann\n", i);
		ok(hears(&c, t), "at once");
	}
	asked = n_asked;
	says(&c,
	    "AUTH\t7\tPLAIN\trip=203.0.113.7\t" BAD "\n"
	    "AUTH\t8\tPLAIN\trip=203.0.113.8\t" GOOD "\n");
	ok(hears(&c, "OK\t8"), "another address does not wait");
	is_num(n_asked, asked + 1, "the seventh is not begun");
	ok(hears(&c, "FAIL\t7\tuser=ann\n"), "later it is");
	/* one that is cancelled meanwhile is none */
	says(&c,
	    "AUTH\t9\tPLAIN\trip=203.0.113.7\t" BAD "\nCANCEL\t9\n"
	    "AUTH\t10\tLOGIN\n");
	hears(&c, "CONT\t10");
	is_num(server.n_waiting, 0, "cancelled, nothing waits");
	for (i = 0; i < 20; i++) {
		struct guesses_who w = { .login = "x", .n = 1 };

		memcpy(w.ip, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xcb\0\x71\x07", 16);
		guesses_wrong(&server.guesses, &w, 0);
	}
	says(&c,
	    "AUTH\t11\tPLAIN\trip=203.0.113.7\t" BAD "\n"
	    "AUTH\t12\tPLAIN\trip=203.0.113.7\t" BAD "\n"
	    "AUTH\t13\tPLAIN\trip=203.0.113.7\t" BAD "\n"
	    "AUTH\t14\tPLAIN\trip=203.0.113.7\t" BAD "\n");
	ok(hears(&c, "FAIL\t14\tuser=ann\ttemp"), "too late is not now");
	stop(&c);
}

/* proofs, for which the challenges were fetched before the first of them */
static void
test_proofs(void)
{
	char t[3000] = "";
	struct client c;
	int i;

	offered |= 1u << EXCHANGE_SCRAM;
	authserver_changed(&server);
	start(&c);
	/* n,,n=ann,r=x */
	for (i = 1; i <= 20; i++)
		sprintf(t + strlen(t),
		    "AUTH\t%d\tSCRAM-SHA-256\trip=198.51.100.9\tresp=biwsbj1hbm4scj14\n",
		    i);
	says(&c, t);
	ok(hears(&c, "CONT\t20\t"), "twenty challenges");
	t[0] = '\0';
	for (i = 1; i <= 20; i++)
		sprintf(t + strlen(t), "CONT\t%d\tYz1iaXdz\n", i);
	says(&c, t);
	ok(hears(&c, "FAIL\t20\tuser=ann\ttemp"), "twenty guesses");
	ok(found(&c, "FAIL\t6\tuser=ann\n") != NULL, "six at once");
	ok(found(&c, "FAIL\t7") == NULL, "the seventh waits");
	ok(found(&c, "FAIL\t15\tuser=ann\ttemp") != NULL,
	    "nine more are too many");
	ok(hears(&c, "FAIL\t7\tuser=ann\n"), "later it is answered");
	stop(&c);
	offered = 1u << EXCHANGE_PLAIN | 1u << EXCHANGE_LOGIN;
	authserver_changed(&server);
}

static void
test_conns(void)
{
	static struct client c[AUTHSERVER_CONNS_MAX], one_more;
	size_t i;

	for (i = 0; i < AUTHSERVER_CONNS_MAX; i++)
		start(&c[i]);
	dial(&one_more);
	says(&c[0], "VERSION\t1\t1\nAUTH\t1\tLOGIN\n");
	hears(&c[0], "CONT");
	is_num(server.n_conns, AUTHSERVER_CONNS_MAX, "256 connections");
	stop(&c[1]);
	ok(hears(&one_more, "DONE\n"), "one more, when one has gone");
	stop(&one_more);
	for (i = 0; i < AUTHSERVER_CONNS_MAX; i++)
		if (i != 1)
			stop(&c[i]);
}

static void
test_stop(void)
{
	struct client c;

	start(&c);
	holding = 1;
	says(&c, "AUTH\t1\tPLAIN\t" GOOD "\nAUTH\t2\tLOGIN\n");
	hears(&c, "CONT\t2");
	authserver_stop(&server);
	ok(hears(&c, "FAIL\t1\tuser=ann\ttemp\tcode=temp_fail\nFAIL\t2\ttemp"),
	    "the end is not now for all");
	ok(hears(&c, NULL), "and connections end");
	let_go();
	is_num(server.n_open, 0, "what is compared yet has no client");
	stop(&c);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/s", dir);
	snprintf(address, sizeof address, "unix:%s", path);
	listening = listen_open(address, 0600);
	offered = 1u << EXCHANGE_PLAIN | 1u << EXCHANGE_LOGIN;
	authserver_open(&server, listening, &ops, NULL);
	test_first();
	test_verdicts();
	test_scram();
	test_old();
	test_address();
	test_waiting();
	test_strangers();
	test_resting();
	test_guesses();
	test_proofs();
	test_conns();
	test_stop();
	close(listening);
	unlink(path);
	rmdir(dir);
	return done();
}
