/*
 * A connection and a server that speaks by a script: send/conn with connhost,
 * write and conntxn.  The server stands in the same loop, and says each reply
 * whole, or byte by byte.  What the owner is asked and told is compared as
 * text.
 *
 *	>LINE   the server says so           <LINE   it hears exactly this
 *	!       it closes                    ^       the next connection comes
 *	~       the deadline is over         +       one more transaction
 *	%       the owner stops it           *       the same when it is idle
 *	&       one more when it is idle
 */
#include "base/die.h"
#include "base/fd.h"
#include "conntest.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-sendconn.XXXXXX";
static char door[64], file[64], eventlog[64];
static int listener;
static const char message[] = "HEADSubject: x\n\n.dot\n";

static struct sendsite site;

/* the server */
static const char *script;
static int bytewise, peer, met;
static struct buf heard, say;
static struct loop_io peer_io, door_io;
static struct loop_timer turn_timer;

static void turn(void *);

static void
next_turn(void)
{
	loop_timer_set(&turn_timer, 0, turn, NULL);
}

/* the server */

static void
hang_up(void)
{
	if (peer == -1)
		return;
	loop_io_stop(&peer_io);
	close(peer);
	peer = -1;
	buf_clear(&heard);
}

static void
on_heard(void *arg, int events)
{
	char t[4096];
	ssize_t n = read(peer, t, sizeof t);

	(void)arg;
	(void)events;
	if (n > 0) {
		buf_put(&heard, t, n);
	} else {
		loop_io_want(&peer_io, 0);
	}
	next_turn();
}

static void
on_door(void *arg, int events)
{
	(void)arg;
	(void)events;
	loop_io_want(&door_io, 0);
	next_turn();
}

/* the next connection; 0: not here yet */
static int
welcome(void)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd == -1) {
		loop_io_want(&door_io, LOOP_READ);
		return 0;
	}
	hang_up();
	peer = fd;
	loop_io_start(&peer_io, peer, LOOP_READ, on_heard, NULL);
	return 1;
}

/* the first line of what was heard against the script's; 0: not here yet */
static int
hear(const char *want, size_t n)
{
	char *p = buf_data(&heard);
	char *end = p == NULL ? NULL : memchr(p, '\n', buf_len(&heard));
	size_t len;

	if (end == NULL)
		return 0;
	len = end - p;
	if (len != n + 1 || p[n] != '\r' || memcmp(p, want, n) != 0)
		buf_printf(&told, "heard %.*s, not %.*s, ", (int)len - 1, p,
		    (int)n, want);
	buf_consume(&heard, len + 1);
	return 1;
}

static struct sendtxn *make(unsigned);

static void
more(void)
{
	txn[n_txn] = make(n_txn);
	n_txn++;
	if (idle) {
		idle = 0;
		sendconn_give(&conn, take(&conn));
	}
}

/* one step of the script; 0: it cannot be done yet */
static int
step(const char *p, size_t n)
{
	switch (*p) {
	case '>':
		if (peer == -1)
			return 0;
		buf_put(&say, p + 1, n - 1);
		buf_puts(&say, "\r\n");
		return 1;
	case '<': return hear(p + 1, n - 1);
	case '!': hang_up(); return 1;
	case '^': return welcome();
	case '~': sendconn_timeout(&conn); return 1;
	case '%': sendconn_stop(&conn); return 1;
	case '+': more(); return 1;
	case '&': return idle && (more(), 1);
	case '*': return idle && (sendconn_stop(&conn), 1);
	}
	exit(111);
}

/* the first connection comes; what is to be said goes before the next step */
static void
turn(void *arg)
{
	size_t n = strcspn(script, "\n");

	(void)arg;
	if (!met) {
		met = welcome();
		if (met)
			next_turn();
	} else if (buf_len(&say) > 0 && peer != -1) {
		n = bytewise ? 1 : buf_len(&say);
		if (fd_write_all(peer, buf_data(&say), n) == -1)
			n = buf_len(&say);
		buf_consume(&say, n);
		next_turn();
	} else if (n > 0) {
		if (step(script, n)) {
			script += n + (script[n] == '\n');
			next_turn();
		}
	} else if (gone) {
		loop_stop();
	}
}

/* transactions, of two recipients where the case wants it */

static unsigned rcpts;
static const char *labels;

static struct sendtxn *
make(unsigned which)
{
	static struct sendjob j;
	char line[2000];
	struct sendtxn *t = NULL;
	unsigned i;
	int n;

	for (i = 0; i < rcpts; i++) {
		n = snprintf(line, sizeof line,
		    "id:m%u\tn:%u\tfrom:a@b.example\tto:r%u@d.example\t"
		    "size:%u\tfile:%s\toff:4\tsite:s\t"
		    "mx:one.example/0/%s two.example/0/%s%s\n",
		    which, i, i, strstr(labels, "short") ? 99 : 16, file, door,
		    door, labels);
		if (sendjob_parse(line, n, &j) != NULL)
			exit(111);
		if (t == NULL)
			t = sendtxn_new(&j);
		else
			sendtxn_add(t, &j);
	}
	return t;
}

static const char *
talk(const char *text, const char *more_labels, unsigned n_rcpt)
{
	unsigned i;

	script = text;
	labels = more_labels;
	rcpts = n_rcpt;
	buf_clear(&told);
	buf_clear(&say);
	buf_clear(&heard);
	memset(&conn, 0, sizeof conn);
	gone = idle = met = 0;
	n_txn = taken = 0;
	txn[n_txn++] = make(0);
	site.lmtp = strstr(more_labels, "lmtp") != NULL;
	site.tls = strstr(more_labels, "tls:may") != NULL ? SENDTLS_MAY
	    : strstr(more_labels, "tls:must") != NULL     ? SENDTLS_MUST
							  : SENDTLS_NONE;
	loop_io_start(&door_io, listener, 0, on_door, NULL);
	next_turn();
	sendconn_start(&conn, &share, &site, take(&conn));
	alarm(10);
	loop_run();
	hang_up();
	loop_io_stop(&door_io);
	for (i = 0; i < n_txn; i++)
		sendtxn_free(txn[i]);
	return told_text();
}

#define HELLO ">220 here\n<EHLO me.example\n>250-here\n>250 PIPELINING\n"
#define OLD ">220 here\n<EHLO me.example\n>250 here\n"
#define COMMAND "<MAIL FROM:<a@b.example>\n<RCPT TO:<r0@d.example>\n<DATA\n"
#define GO ">250 ok\n>250 ok\n>354 go\n"
#define MAIL COMMAND GO BODY ">250 2.0.0 taken\n*\n<QUIT"
#define SECURE HELLO_S "<STARTTLS\n"
#define HELLO_S \
	">220 here\n<EHLO me.example\n>250-here\n>250-PIPELINING\n" \
	">250 STARTTLS\n"
#define SENT "m0 is sent, m0/0 sent 250 2.0.0, m0 over, idle, gone"
#define BODY "<Subject: x\n<\n<..dot\n<.\n"

static const struct {
	const char *name, *script, *told, *labels;
	unsigned rcpts;
} cases[] = {
	{ "one message", HELLO COMMAND GO BODY ">250 2.0.0 taken\n*\n<QUIT",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, idle, gone", "", 1 },
	{ "one command after the other",
	    OLD "<MAIL FROM:<a@b.example>\n>250 ok\n"
		"<RCPT TO:<r0@d.example>\n>250 ok\n<DATA\n>354 go\n" BODY
		">250 taken\n*\n<QUIT",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, idle, gone", "", 1 },
	{ "HELO",
	    ">220 here\n<EHLO me.example\n>502 what\n<HELO me.example\n"
	    ">250 here\n<MAIL FROM:<a@b.example>\n>450 no\n*\n<QUIT",
	    "m0/0 deferred mail 450 4.0.0, m0 over, idle, gone", "", 1 },
	{ "one of two recipients",
	    HELLO "<MAIL FROM:<a@b.example>\n<RCPT TO:<r0@d.example>\n"
		  "<RCPT TO:<r1@d.example>\n<DATA\n>250 ok\n"
		  ">550 5.1.1 who\n>250 ok\n>354 go\n" BODY ">250 ok\n*\n<QUIT",
	    "m0/0 bounced rcpt 550 5.1.1, m0 is sent, m0/1 sent 250 2.0.0, "
	    "m0 over, idle, gone",
	    "", 2 },
	{ "LMTP answers for each",
	    ">220 here\n<LHLO me.example\n>250-here\n>250 PIPELINING\n"
	    "<MAIL FROM:<a@b.example>\n<RCPT TO:<r0@d.example>\n"
	    "<RCPT TO:<r1@d.example>\n<DATA\n>250 ok\n>250 ok\n>250 ok\n"
	    ">354 go\n" BODY ">250 ok\n>452 4.2.2 full\n*\n<QUIT",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0/1 deferred dot 452 4.2.2, "
	    "m0 over, idle, gone",
	    "\tproto:lmtp", 2 },
	{ "the next behind the dot",
	    HELLO COMMAND ">250 ok\n>250 ok\n+\n>354 go\n" BODY COMMAND
			  ">250 2.0.0 taken\n" GO BODY
			  ">250 2.0.0 too\n*\n<QUIT",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, "
	    "m1 is sent, m1/0 sent 250 2.0.0, m1 over, idle, gone",
	    "", 1 },
	{ "an idle one is given another",
	    HELLO COMMAND GO BODY ">250 ok\n&\n" COMMAND GO BODY
				  ">250 ok\n*\n<QUIT",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, idle, "
	    "m1 is sent, m1/0 sent 250 2.0.0, m1 over, idle, gone",
	    "", 1 },
	{ "greeting 5xx: the next host, and nothing for good",
	    ">554 no\n<QUIT\n^\n>554 5.7.1 no\n<QUIT",
	    "m0 over deferred greeting 554 4.7.1, gone", "", 1 },
	{ "the second host takes it",
	    ">421 no\n<QUIT\n^\n" HELLO COMMAND GO BODY ">250 ok\n*\n<QUIT",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, idle, gone", "", 1 },
	{ "closed before the greeting, twice", "!\n^\n!",
	    "m0 over deferred lost 4.4.2, gone", "", 1 },
	{ "no SMTP", ">hello\n^\n>hello again\n",
	    "m0 over deferred protocol 4.5.0, gone", "", 1 },
	{ "no greeting in time", "~\n^\n~",
	    "m0 over deferred timeout 4.4.2, gone", "", 1 },
	{ "421 instead of an answer", HELLO COMMAND ">421 4.3.2 bye\n",
	    "m0 over deferred 421 421 4.3.2, gone", "", 1 },
	{ "421 at once when idle", HELLO COMMAND GO BODY ">250 ok\n>421 bye",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, idle, gone", "", 1 },
	{ "an answer to another question", HELLO COMMAND ">354 go",
	    "m0 over deferred protocol 4.5.0, gone", "", 1 },
	{ "closed before the dot's reply", HELLO COMMAND GO BODY "!",
	    "m0 is sent, m0 over deferred dot 4.4.2 doubt, gone", "", 1 },
	{ "no reply to the dot in time", HELLO COMMAND GO BODY "~",
	    "m0 is sent, m0 over deferred dot 4.4.2 doubt, gone", "", 1 },
	{ "closed at the commands", HELLO COMMAND "!",
	    "m0 over deferred lost 4.4.2, gone", "", 1 },
	{ "closed with one behind the dot",
	    HELLO COMMAND ">250 ok\n>250 ok\n+\n>354 go\n" BODY COMMAND "!",
	    "m0 is sent, m1 again, m0 over deferred dot 4.4.2 doubt, gone", "",
	    1 },
	{ "an old connection that was given up meanwhile",
	    HELLO COMMAND GO BODY ">250 ok\n&\n" COMMAND "!",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, idle, m1 again, gone",
	    "", 1 },
	{ "stopped at the commands", HELLO COMMAND "%",
	    "m0 over later local, gone", "", 1 },
	{ "stopped while connecting", "%", "m0 over later local, gone", "", 1 },
	{ "stopped at the dot", HELLO COMMAND GO BODY "%",
	    "m0 is sent, m0 over deferred dot 4.4.2 doubt, gone", "", 1 },
	{ "larger than the server likes",
	    ">220 here\n<EHLO me.example\n>250-here\n>250 SIZE 15\n*\n<QUIT",
	    "m0 over bounced size 552 5.3.4, idle, gone", "", 1 },
	{ "a file that is too short", HELLO COMMAND GO,
	    "m0 over deferred local 4.3.0, gone", "\tshort:1", 1 },
	{ "enough messages: QUIT, and its reply is waited for",
	    HELLO COMMAND GO BODY ">250 ok\n<QUIT\n>221 bye",
	    "m0 is sent, m0/0 sent 250 2.0.0, m0 over, gone", "\tmsgs:1", 1 },
	/* without TLS; what is with it stands in tests/cmd */
	{ "TLS is offered, and not wanted", HELLO_S MAIL, SENT, "", 1 },
	{ "may: it is not offered", HELLO MAIL, SENT, "\ttls:may", 1 },
	{ "may: it is refused", SECURE ">454 not now\n" MAIL, SENT, "\ttls:may",
	    1 },
	{ "may: no reply to it", SECURE ">hm\n^\n" HELLO_S MAIL, SENT,
	    "\ttls:may", 1 },
	{ "may: no TLS", SECURE ">220 go\n>no TLS at all\n^\n" HELLO_S MAIL,
	    SENT, "\ttls:may", 1 },
	{ "may: closed at it", SECURE "!\n^\n" HELLO_S MAIL, SENT, "\ttls:may",
	    1 },
	{ "may: closed at it, and then again, where it does not count as TLS",
	    SECURE "!\n^\n>220 here\n<EHLO me.example\n!\n^\n" HELLO MAIL, SENT,
	    "\ttls:may", 1 },
	{ "may: no reply in time", SECURE "~\n^\n" HELLO_S MAIL, SENT,
	    "\ttls:may", 1 },
	{ "may: no handshake in time", SECURE ">220 go\n~\n^\n" HELLO_S MAIL,
	    SENT, "\ttls:may", 1 },
	{ "may: stopped at it", SECURE ">220 go\n%",
	    "m0 over later local, gone", "\ttls:may", 1 },
	{ "may: 421, of which it is no matter",
	    SECURE ">421 4.3.2 bye\n<QUIT\n^\n" HELLO MAIL, SENT, "\ttls:may",
	    1 },
	{ "must: nobody offers it", HELLO "<QUIT\n^\n" HELLO "<QUIT",
	    "m0 over deferred tls 4.7.4, gone", "\ttls:must", 1 },
	{ "must: refused, and closed", SECURE ">501 no\n<QUIT\n^\n" SECURE "!",
	    "m0 over deferred tls 4.7.5, gone", "\ttls:must", 1 },
};

static void
setup(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	unsigned i;
	int fd;

	if (mkdtemp(dir) == NULL)
		exit(111);
	snprintf(file, sizeof file, "%s/message", dir);
	snprintf(door, sizeof door, "%s/s", dir);
	snprintf(eventlog, sizeof eventlog, "%s/events", dir);
	fd = open(eventlog, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, 2);
	close(fd);
	memcpy(a.sun_path, door, strlen(door));
	listener =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bind(listener, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(listener, 5) == -1)
		exit(111);
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	fd_write_all(fd, message, sizeof message - 1);
	close(fd);
	share.ops = &ops;
	on_moved = next_turn;
	share.helo = "me.example";
	for (i = 0; i < SENDWAITS; i++)
		share.wait_ms[i] = 10000;
	peer = -1;
	if (sendconn_share_open(&share) == -1)
		exit(111);
}

int
main(void)
{
	static char *args[] = { "sendconn", NULL };
	char name[200];
	size_t i;

	prog_init(args);
	setup();
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (bytewise = 0; bytewise < 2; bytewise++) {
			snprintf(name, sizeof name, "%s, %s", cases[i].name,
			    bytewise ? "byte by byte" : "whole");
			share.msgs =
			    strstr(cases[i].labels, "msgs") ? 1 : 1000000;
			is_str(talk(cases[i].script, cases[i].labels,
				   cases[i].rcpts),
			    cases[i].told, name);
			is_str(script, "", "the script was played");
		}
	is_num(share.bodies.files, 0, "no file is open");
	sendconn_share_close(&share);
	unlink(door);
	unlink(eventlog);
	unlink(file);
	rmdir(dir);
	return done();
}
