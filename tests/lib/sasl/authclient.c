/* one connection to a server of logins, with a server that says what it is
 * told to */
#include "sasl/authclient.h"
#include "partner.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELLO \
	"VERSION\t1\t1\nMECH\tPLAIN\nMECH\tLOGIN\nMECH\tSCRAM-SHA-256\nSPID\t1\nCUID\t1\nCOOKIE\tx\nDONE\n"

static char dir[] = "/tmp/authclient.XXXXXX", address[64], path[50];
static struct authclient client;

/* what came of a request */
struct outcome {
	struct authclient_request r; /* first */
	int n;                       /* answers */
	enum authclient_result how;
	char text[300];
	int close; /* forget the client in the answer */
};

static void
on_done(struct authclient_request *r, enum authclient_result how,
    const char *text, size_t n)
{
	struct outcome *o = (struct outcome *)r;

	o->n++;
	o->how = how;
	snprintf(o->text, sizeof o->text, "%.*s", (int)n, text);
	if (o->close)
		authclient_close(&client);
}

static int
is_up(const void *arg)
{
	(void)arg;
	return client.up;
}

static int
is_down(const void *arg)
{
	(void)arg;
	return !client.connected;
}

static int
is_answered(const void *arg)
{
	return ((const struct outcome *)arg)->n > 0;
}

static int
is_alone(const void *arg)
{
	(void)arg;
	return partner_conn == -1;
}

static void
serve(void)
{
	partner_serves(address);
}

static void
serves_not(void)
{
	close(partner_listening);
	partner_listening = -1;
	unlink(path);
}

/* a client whose server has said its part */
static void
start(void)
{
	if (partner_conn != -1)
		partner_hangs_up();
	authclient_init(&client, address);
	partner_until(partner_has_heard, "CPID\t");
	partner_says(HELLO);
	partner_until(is_up, NULL);
}

static void
stop(void)
{
	authclient_close(&client);
	partner_until(is_alone, NULL);
}

static const struct authtalk_ask plain = {
	.mech = "PLAIN", .mech_len = 5, .resp = "AGFubgBz", .resp_len = 8
};
static const struct authtalk_ask login = { .mech = "LOGIN", .mech_len = 5 };

static int
begin(struct outcome *o, const struct authtalk_ask *ask)
{
	memset(o, 0, sizeof *o);
	o->r.done = on_done;
	return authclient_begin(&client, &o->r, ask);
}

static void
answers(struct outcome *o, const char *fmt)
{
	char t[200];

	snprintf(t, sizeof t, fmt, (unsigned)o->r.by_id.id);
	o->n = 0;
	partner_says(t);
	partner_until(is_answered, o);
}

static void
test_mechs(void)
{
	char far[200] = "unix:/";

	authclient_init(&client, address);
	is_str(authclient_mechs(&client), "PLAIN LOGIN", "not heard yet");
	is_num(authclient_begin(&client, NULL, &plain), -1, "no server");
	is_num(errno, EAGAIN, "not now");
	authclient_close(&client);
	start();
	is_str(authclient_mechs(&client), "PLAIN LOGIN SCRAM-SHA-256",
	    "what it has");
	ok(authclient_has(&client, "plain", 5), "one of them");
	ok(!authclient_has(&client, "PLAI", 4) &&
		!authclient_has(&client, "", 0) &&
		!authclient_has(&client, "CRAM-MD5", 8),
	    "and none of them");
	ok(partner_has_heard("VERSION\t1\t1\nCPID\t"), "what it heard first");
	stop();
	is_num(authclient_init(&client, "tcp:x"), -1, "another address");
	is_num(authclient_init(&client, "unix:"), -1, "none");
	memset(far + 6, 'x', 107);
	is_num(authclient_init(&client, far), -1, "a path of 108 bytes");
}

static void
test_answers(void)
{
	struct outcome a, b, c, d;

	start();
	is_num(begin(&a, &plain), 0, "PLAIN");
	is_num(begin(&b, &plain), 0, "another");
	is_num(begin(&c, &plain), 0, "and another");
	is_num(begin(&d, &plain), 0, "and another");
	ok(a.r.by_id.id == 1 && d.r.by_id.id == 4, "numbers count up");
	partner_until(partner_has_heard, "AUTH\t4\t");
	ok(partner_has_heard(
	       "AUTH\t1\tPLAIN\tservice=smtp\tnologin\tresp=AGFubgBz\n"),
	    "as it is asked");
	partner_says("OK\t77\tuser=bob\nWHAT\t1\n\nOK\tx\n");
	answers(&b, "FAIL\t%u\tuser=ann\n");
	ok(b.how == AUTHCLIENT_WRONG && strcmp(b.text, "ann") == 0, "wrong");
	answers(&a, "OK\t%u\tuser=ann\n");
	ok(a.how == AUTHCLIENT_GOOD && strcmp(a.text, "ann") == 0, "good");
	answers(&d, "FAIL\t%u\ttemp\n");
	is_num(d.how, AUTHCLIENT_LATER, "not now");
	answers(&c, "FAIL\t%u\tcode=user_disabled\n");
	is_num(c.how, AUTHCLIENT_DISABLED, "disabled");
	ok(a.n == 1 && b.n == 1 && c.n == 1 && d.n == 1, "each once");
	ok(a.r.by_id.id == 0 && client.open == 0, "nothing is left");
	stop();
}

static void
test_dialogue(void)
{
	struct outcome a;

	start();
	is_num(begin(&a, &login), 0, "LOGIN");
	answers(&a, "CONT\t%u\tVXNlcm5hbWU6\n");
	ok(a.how == AUTHCLIENT_MORE && strcmp(a.text, "VXNlcm5hbWU6") == 0,
	    "asks");
	is_num(authclient_more(&client, &a.r, "YW5u", 4), 0, "is answered");
	answers(&a, "CONT\t%u\t\n");
	ok(a.how == AUTHCLIENT_MORE && a.text[0] == '\0', "asks again");
	ok(partner_has_heard("CONT\t1\tYW5u\n"), "has heard it");
	is_num(authclient_more(&client, &a.r, "", 0), 0, "nothing");
	answers(&a, "OK\t%u\tuser=ann\n");
	ok(a.how == AUTHCLIENT_GOOD && partner_has_heard("CONT\t1\t\n"),
	    "is good");
	/* a challenge that may not be told */
	is_num(begin(&a, &login), 0, "LOGIN");
	answers(&a, "CONT\t%u\tno base64\n");
	is_num(a.how, AUTHCLIENT_LATER, "nonsense");
	ok(partner_until(partner_has_heard, "CANCEL\t2\n"),
	    "is not waited for");
	/* the client goes */
	is_num(begin(&a, &plain), 0, "PLAIN");
	authclient_cancel(&client, &a.r);
	ok(partner_until(partner_has_heard, "CANCEL\t3\n"), "cancelled");
	authclient_cancel(&client, &a.r);
	partner_says("OK\t3\tuser=ann\n");
	is_num(begin(&a, &plain), 0, "another");
	answers(&a, "FAIL\t%u\n");
	is_num(a.n, 1, "a late answer is nobody's");
	stop();
}

static void
test_length(void)
{
	static char big[AUTHWIRE_REQUEST_MAX + 1];
	struct authtalk_ask ask = plain;
	struct outcome a, b, c;

	memset(big, 'A', sizeof big);
	start();
	ask.resp = big;
	ask.resp_len = 8000;
	is_num(begin(&a, &ask), 0, "8000 bytes");
	ask.resp_len = AUTHWIRE_REQUEST_MAX;
	is_num(begin(&b, &ask), -1, "8192 and what stands before them");
	is_num(errno, EMSGSIZE, "are too long");
	is_num((long long)client.open, 1, "and not asked");
	begin(&c, &login);
	answers(&c, "CONT\t%u\t\n");
	is_num(authclient_more(&client, &c.r, big, sizeof big), -1, "more");
	is_num(errno, EMSGSIZE, "is too long");
	is_num(c.r.by_id.id, 0, "and the end");
	stop();
}

/* the server ends in the middle of a line: what it owes comes later, what the
 * client owes is over */
static void
test_ends(void)
{
	struct outcome a, b;

	start();
	begin(&a, &plain);
	begin(&b, &login);
	answers(&b, "CONT\t%u\t\n");
	partner_says("OK\t1\tuser=a");
	partner_hangs_up();
	ok(partner_until(is_answered, &a), "an answer");
	is_num(a.how, AUTHCLIENT_LATER, "not now");
	ok(b.n == 1 && b.r.by_id.id == 0, "and none in the client's turn");
	is_num(authclient_more(&client, &b.r, "", 0), -1, "who hears it");
	is_num(errno, EAGAIN, "when he says more");
	is_num(begin(&a, &plain), -1, "meanwhile");
	partner_until(partner_has_heard, "CPID");
	is_num(begin(&a, &plain), 0, "before it has said its part");
	partner_says(HELLO);
	partner_until(is_up, NULL);
	ok(a.r.by_id.id > 2, "with a number that was not used");
	answers(&a, "OK\t%u\tuser=ann\n");
	is_num(a.how, AUTHCLIENT_GOOD, "is answered");
	partner_says("OK\t");
	begin(&a, &plain);
	serves_not();
	partner_hangs_up();
	ok(partner_until(is_answered, &a), "once more");
	serve();
	partner_until(partner_has_heard, "CPID");
	partner_says("VERSION\t1\t3\nDONE\n");
	ok(partner_until(is_up, NULL), "it comes back");
	is_str(authclient_mechs(&client), "", "with nothing to offer");
	stop();
}

static void
test_other_protocol(void)
{
	static const char *const bad[] = { "VERSION\t2\t0\n", "DONE\n",
		"VERSION\nDONE\n", "220 mail ESMTP\r\nDONE\n" };
	static char big[AUTHWIRE_LINE_MAX + 2];
	struct outcome a;
	size_t i;

	memset(big, 'x', AUTHWIRE_LINE_MAX + 1);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		authclient_init(&client, address);
		partner_until(partner_has_heard, "CPID");
		begin(&a, &plain);
		partner_says(bad[i]);
		ok(partner_until(is_answered, &a), bad[i]);
		is_num(a.how, AUTHCLIENT_LATER, "not now");
		stop();
	}
	start();
	begin(&a, &plain);
	partner_says(big);
	ok(partner_until(is_answered, &a), "a line that is too long");
	is_num(a.how, AUTHCLIENT_LATER, "not now");
	stop();
}

static void
test_patience(void)
{
	struct outcome a, b;

	start();
	client.wait_ms = 50;
	begin(&a, &login);
	begin(&b, &login);
	answers(&b, "CONT\t%u\t\n");
	ok(partner_until(is_answered, &a), "who is not answered in time");
	is_num(a.how, AUTHCLIENT_LATER, "hears later");
	ok(partner_until(partner_has_heard, "CANCEL\t1\n"),
	    "and so does the server");
	ok(b.n == 1 && b.r.by_id.id != 0, "a client may think longer");
	authclient_more(&client, &b.r, "", 0);
	b.n = 0;
	ok(partner_until(is_answered, &b), "a second wait");
	is_num(b.how, AUTHCLIENT_LATER, "ends too");
	/* a server that does not say its part */
	client.until_ms = 0;
	partner_hangs_up();
	partner_until(partner_has_heard, "CPID");
	begin(&a, &plain);
	client.wait_ms = 100000;
	ok(partner_until(is_answered, &a), "without DONE");
	stop();
}

static void
test_many(void)
{
	static struct outcome o[AUTHCLIENT_OPEN_MAX + 1], late;
	char last[40];
	size_t i, n = 0;

	start();
	for (i = 0; i < AUTHCLIENT_OPEN_MAX; i++)
		if (begin(&o[i], &plain) == 0)
			n++;
	is_num((long long)n, AUTHCLIENT_OPEN_MAX, "1000 at once");
	is_num(begin(&o[i], &plain), -1, "one more");
	is_num(errno, EAGAIN, "not now");
	snprintf(last, sizeof last, "AUTH\t%u\t", o[i - 1].r.by_id.id);
	ok(partner_until(partner_has_heard, last), "all are asked");
	answers(&o[500], "FAIL\t%u\n");
	is_num(begin(&o[i], &plain), 0, "when one is answered, one more");

	/* the clients of these two are to say more, and do not */
	o[7].n = o[8].n = 0;
	answers(&o[8], "CONT\t%u\t\n");
	answers(&o[7], "CONT\t%u\t\n");
	snprintf(last, sizeof last, "CANCEL\t%u\n", o[8].r.by_id.id);
	is_num(begin(&o[500], &plain), 0, "in the place of who says nothing");
	ok(partner_until(partner_has_heard, last), "for longest");
	is_num(o[8].n, 1, "which he is not told");
	is_num(authclient_more(&client, &o[8].r, "YW5u", 4), -1, "but then");
	is_num(authclient_more(&client, &o[7].r, "YW5u", 4), 0,
	    "another goes on");
	o[7].n = 0;
	is_num(begin(&late, &plain), -1, "all have said what they have to");
	partner_hangs_up();
	ok(partner_until(is_answered, &o[i]), "the end");
	for (i = n = 0; i < AUTHCLIENT_OPEN_MAX; i++)
		n += o[i].n == 1;
	is_num((long long)n, AUTHCLIENT_OPEN_MAX, "is told to all");
	stop();
}

/* who hears it may be the last */
static void
test_close(void)
{
	struct outcome a, b;

	start();
	begin(&a, &plain);
	begin(&b, &plain);
	a.close = 1;
	answers(&a, "OK\t%u\tuser=ann\nOK\t2\tuser=bob\n");
	ok(a.n == 1 && b.n == 0 && b.r.by_id.id == 0, "closed in an answer");
	ok(is_down(NULL), "it is down");
	partner_until(is_alone, NULL);
}

/*
 * With an address as its argument it is a client to try servers with, see
 * tests/peers/logins.t.  On descriptor 0: "AUTH MECH [RESP]", "CONT RESP",
 * "CANCEL", an empty RESP as "="; on 1 what comes of it.
 */

static struct authclient_request tried;

static void
on_tried(struct authclient_request *r, enum authclient_result how,
    const char *text, size_t n)
{
	static const char *const word[] = { "GOOD", "MORE", "WRONG", "DISABLED",
		"LATER" };

	(void)r;
	(void)n;
	printf("%s %s\n", word[how], text);
	fflush(stdout);
}

static void
try_line(char *line)
{
	/* each from another place: Dovecot slows those that were wrong */
	static unsigned n;
	char rip[20];
	struct authtalk_ask ask = { .rip = rip,
		.rport = 4711,
		.lip = "192.0.2.1",
		.lport = 587,
		.secured = 1 };
	const char *what = strtok(line, " "), *a = strtok(NULL, " ");
	const char *b = strtok(NULL, " ");
	int r = 0;

	snprintf(rip, sizeof rip, "10.%u.%u.1", (unsigned)getpid() & 255,
	    ++n & 255);
	if (strcmp(what, "AUTH") == 0) {
		ask.mech = a;
		ask.mech_len = strlen(a);
		ask.resp = b == NULL || strcmp(b, "=") != 0 ? b : "";
		ask.resp_len = b == NULL ? 0 : strlen(ask.resp);
		r = authclient_begin(&client, &tried, &ask);
	} else if (strcmp(what, "CONT") == 0) {
		a = strcmp(a, "=") != 0 ? a : "";
		r = authclient_more(&client, &tried, a, strlen(a));
	} else {
		authclient_cancel(&client, &tried);
		printf("CANCELLED\n");
		fflush(stdout);
	}
	if (r == -1)
		on_tried(&tried, AUTHCLIENT_LATER, "not asked", 0);
}

static void
on_try(void *arg, int events)
{
	static char line[10000];

	(void)arg;
	(void)events;
	if (fgets(line, sizeof line, stdin) == NULL) {
		loop_stop();
		return;
	}
	line[strcspn(line, "\n")] = '\0';
	try_line(line);
}

static int
try_server(const char *at)
{
	static struct loop_io in;

	setvbuf(stdin, NULL, _IONBF, 0);
	tried.done = on_tried;
	if (authclient_init(&client, at) == -1)
		return 1;
	partner_until(is_up, NULL);
	printf("MECHS %s\n", authclient_mechs(&client));
	fflush(stdout);
	loop_io_start(&in, 0, LOOP_READ, on_try, NULL);
	loop_run();
	return 0;
}

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1)
		return try_server(argv[1]);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/s", dir);
	snprintf(address, sizeof address, "unix:%s", path);
	serve();
	test_mechs();
	test_answers();
	test_dialogue();
	test_length();
	test_ends();
	test_other_protocol();
	test_patience();
	test_many();
	test_close();
	serves_not();
	rmdir(dir);
	return done();
}
