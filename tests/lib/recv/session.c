/*
 * recv/session on a socketpair, in the loop of this program: what the client
 * hears, step by step, and what the session holds meanwhile.  The chain is a
 * socket of ours that nobody answers until it is told to.
 */
#include "base/die.h"
#include "base/fd.h"
#include "cdbfile.h"
#include "chain/listen.h"
#include "conf/local.h"
#include "recv/rcptask.h"
#include "recv/session.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-session.XXXXXX", path[64], argv0[80];
static int door, client, down;
static struct inbound *in;
static struct loop_timer late;
static char heard[65536];

static void
on_late(void *arg)
{
	(void)arg;
	loop_stop();
}

/* what is said until nothing more comes for so long */
static const char *
hear(int ms)
{
	size_t n = 0;
	ssize_t r;

	do {
		loop_timer_set(&late, ms, on_late, NULL);
		loop_run();
		r = recv(client, heard + n, sizeof heard - 1 - n, MSG_DONTWAIT);
		n += r > 0 ? (size_t)r : 0;
	} while (r > 0);
	heard[n] = '\0';
	return heard;
}

/* the code of the last reply that comes to this; 0: the end */
static int
reply(const char *text)
{
	const char *p, *last;

	if (*text != '\0' && fd_write_all(client, text, strlen(text)) == -1)
		return 0;
	for (last = p = hear(5); *p != '\0'; p = strchrnul(p, '\n') + 1)
		last = p;
	return atoi(last);
}

/* the same byte by byte */
static int
slowly(const char *text)
{
	char t[2] = "";
	int code = 0;

	for (; *text != '\0'; text++) {
		t[0] = *text;
		code = reply(t);
		if (code != 0 && text[1] != '\0')
			return -1;
	}
	return code;
}

static int
is_over(void)
{
	char t;

	hear(5);
	return recv(client, &t, 1, MSG_DONTWAIT) == 0;
}

static void
begin(const char *suffix)
{
	static char *argv[] = { argv0, NULL };
	struct inbound_client c = { "192.0.2.1", NULL, suffix, 25, 0, 0 };
	int s[2];

	in = calloc(1, sizeof *in);
	in->config.size_max = 1 << 20;
	in->config.rcpt_max = 10;
	in->config.errors_max = 3;
	in->limits = (struct inbound_limits){ 10, 10, 2, 100, 100, 0 };
	in->store.share.pool[SHARE_MEMORY].max = 1 << 20;
	in->store.share.pool[SHARE_FILES].max = 1 << 20;
	in->store.dir = dir;
	smtpin_config_init(&in->config, "me.example");
	handover_init(&in->next, argv, 1);
	access_open(&in->access, dir, in->config.host, NULL, 0);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s);
	fd_nonblock(s[1]);
	client = s[0];
	down = -1;
	inbound_single(in, s[1], s[1], &c);
	is_num(reply(""), 220, "greeted");
}

/* its end: nothing is left of it */
static void
end(void)
{
	int i;

	close(client);
	for (i = 0; i < 1000 && in->n_sessions > 0; i++)
		hear(5);
	is_num(in->n_sessions, 0, "gone");
	is_num((long long)in->store.share.pool[SHARE_MEMORY].used, 0,
	    "nothing is held");
	if (down != -1)
		close(down);
	hear(5);
}

/* the chain says this of the first message that it has */
static void
receipt(enum receipt_kind kind, const char *text)
{
	struct buf b = { 0 };

	receipt_put(&b, kind, text);
	fd_write_all(down, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* a parcel has come, and holds this */
static int
parcel(const char *what)
{
	static char t[65536];
	ssize_t n;

	if (down == -1)
		down = accept(door, NULL, NULL);
	hear(5);
	n = recv(down, t, sizeof t - 1, MSG_DONTWAIT);
	t[n < 0 ? 0 : n] = '\0';
	return n > 0 && strstr(t, what) != NULL;
}

static void
commands(int (*say)(const char *))
{
	begin("");
	is_num(say("MAIL FROM:<a@b.example>\r\n"), 503, "who are you?");
	is_num(say("EHLO c.example\r\n"), 250, "EHLO");
	is_num(say("MAIL FROM:<a@b.example> RET=HDRS\r\n"), 250, "MAIL");
	is_num(say("RCPT TO:<c@d.example> NOTIFY=NEVER\r\n"), 250, "RCPT");
	is_num(say("RSET\r\n"), 250, "RSET");
	is_num(say("DATA\r\n"), 503, "nothing is left of it");
	is_num(say("QUIT\r\n"), 221, "QUIT");
	ok(is_over(), "and closed");
	end();
}

static void
message(void)
{
	begin("");
	reply("EHLO c.example\r\n");
	reply("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n");
	is_num(reply("DATA\r\n"), 354, "DATA");
	ok(in->store.share.pool[SHARE_MEMORY].used > 0, "it is counted");
	is_num(reply("Subject: x\r\n\r\nhi\r\n.\r\nNOOP\r\nRS"), 0,
	    "nothing is said before the chain has it");
	ok(parcel("from a@b.example\nto c@d.example\n"), "which it has now");
	receipt(RECEIPT_OK, "id7");
	hear(5);
	ok(strncmp(heard, "250 2.0.0 ok id7\r\n250 ", 22) == 0,
	    "then it is, and the next command is answered");
	is_num(reply("ET\r\n"), 250, "half a line was kept");
	reply("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n");
	is_num(reply("DATA\r\nx\r\n.\r\n"), 354, "another");
	ok(parcel("a@b.example"), "has come");
	receipt(RECEIPT_TEMP, "4.3.1 full");
	is_num(reply(""), 451, "is not taken");
	ok(strstr(heard, "4.3.1 full") != NULL, "and why");
	end();
}

/* who has left is not told; the message goes on its way */
static void
left(void)
{
	begin("");
	reply("EHLO c.example\r\n");
	reply("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n");
	reply("DATA\r\nx\r\n.\r\n");
	ok(parcel("a@b.example"), "a message");
	shutdown(client, SHUT_RDWR);
	hear(5);
	receipt(RECEIPT_OK, "id8");
	end();
}

static void
refused(void)
{
	begin(NULL);
	reply("EHLO c.example\r\n");
	reply("MAIL FROM:<a@b.example>\r\n");
	is_num(reply("RCPT TO:<c@d.example>\r\n"), 550, "may not relay");
	is_num(reply("RCPT TO:<>\r\n"), 501, "no address");
	is_num(reply("x\r\n"), 421, "one error too many");
	ok(is_over(), "and closed");
	/* what he still says is thrown away */
	fd_write_all(client, "NOOP\r\n", 6);
	is_num(reply(""), 0, "nothing is said");
	end();
}

/* whom somebody else knows: RCPT waits for him, and what is pipelined behind
 * it for that */

static int asked_door, asked = -1;

/* what rcpt-check is asked, and the id of the question */
static unsigned
question(const char *what)
{
	static char t[65536];
	const char *p;
	ssize_t n;

	hear(60);
	if (asked == -1)
		asked = accept(asked_door, NULL, NULL);
	n = recv(asked, t, sizeof t - 1, MSG_DONTWAIT);
	t[n < 0 ? 0 : n] = '\0';
	p = strstr(t, what);
	ok(p != NULL, what);
	while (p != NULL && p > t && strncmp(p, "id:", 3) != 0)
		p--;
	return p == NULL ? 0 : (unsigned)atoi(p + 3);
}

static void
known(unsigned id, const char *result)
{
	char t[200];
	int n = snprintf(t, sizeof t, "id:%u\tn:0\t%s\n", id, result);

	fd_write_all(asked, t, n);
}

static void
elsewhere(void)
{
	static char at[80];
	unsigned id;

	snprintf(at, sizeof at, "unix:%s/rcpts", dir);
	cdbfile(dir, &conffile_local, "here.example\nmaybe.example\n");
	cdbfile(dir, &conffile_rcpt,
	    "here.example program\nmaybe.example program unsure=take\n");
	begin(NULL);
	reply("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n");
	is_num(reply("RCPT TO:<x@here.example>\r\n"), 451,
	    "nobody to ask: put off");
	is_num(reply("RCPT TO:<x@maybe.example>\r\n"), 451,
	    "even who would be taken: that is a fault");
	asked_door = listen_open(at, 0600);
	is_num(rcptask_open(in, at), 0, "somebody");
	is_num(reply("RCPT TO:<x@here.example> NOTIFY=NEVER\r\nRCPT "
		     "TO:<y@here.example>\r\nRCPT TO:<z@maybe.example>\r\n"
		     "NOOP\r\n"),
	    0, "nothing is said before he has answered");
	id = question("to:x@here.example\task:program\tverify:1\n");
	known(id, "status:sent");
	is_num(reply(""), 250, "he is there");
	id = question("to:y@here.example\t");
	known(id, "status:bounced\tesc:5.1.1\ttext:who?");
	is_num(reply(""), 550, "and he is not");
	ok(strcmp(heard, "550 5.1.1 no such user here\r\n") == 0,
	    "in our words");
	id = question("to:z@maybe.example\t");
	known(id, "status:deferred\ttext:who knows");
	hear(5);
	ok(strncmp(heard, "250 2.1.5 ", 10) == 0 && strstr(heard, "\n250 "),
	    "taken all the same, and on with the rest");
	fd_write_all(client, "RCPT TO:<w@here.example>\r\n", 26);
	id = question("to:w@here.example\t");
	known(id, "status:bounced\tesc:5.2.1");
	is_num(reply(""), 550, "for another reason");
	ok(strncmp(heard, "550 5.2.1 ", 10) == 0, "which is said");
	is_num(reply("DATA\r\n"), 354, "a message");
	reply("x\r\n.\r\n");
	ok(parcel("\nto x@here.example NOTIFY=NEVER\nto z@maybe.example\n"),
	    "for who is there");
	receipt(RECEIPT_OK, "id9");
	is_num(reply(""), 250, "taken");
	/* who leaves meanwhile */
	reply("MAIL FROM:<a@b.example>\r\nRCPT TO:<v@here.example>\r\n");
	id = question("to:v@here.example\t");
	shutdown(client, SHUT_RDWR);
	hear(5);
	known(id, "status:sent");
	end();
	is_num((long long)in->rcpts->asker.open, 0, "no question is left");
	rcptclient_close(in->rcpts);
	free(in->rcpts);
	close(asked);
	close(asked_door);
	unlink(at + 5);
	snprintf(at, sizeof at, "%s/local.cdb", dir);
	unlink(at);
	snprintf(at, sizeof at, "%s/rcpt.cdb", dir);
	unlink(at);
}

/* a client that asks much and reads nothing is not asked after more */
static void
deaf(void)
{
	char many[4096];
	size_t i, sent = 0;
	ssize_t n;

	begin("");
	reply("EHLO c.example\r\n");
	for (i = 0; i + 6 <= sizeof many; i += 6)
		memcpy(many + i, "HELP\r\n", 6);
	for (n = 1; n > 0 && sent<8 << 20; sent += n> 0 ? (size_t)n : 0) {
		n = send(client, many, i, MSG_DONTWAIT);
		loop_timer_set(&late, 5, on_late, NULL);
		loop_run();
	}
	ok(n == -1, "not more than the sockets hold");
	ok(in->store.share.pool[SHARE_MEMORY].used < 100000, "nor we");
	ok(in->n_sessions == 1, "it waits");
	end();
}

static void
chain(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	snprintf(path, sizeof path, "%s/chain", dir);
	snprintf(argv0, sizeof argv0, "unix:%s", path);
	strcpy(sa.sun_path, path);
	door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bind(door, (struct sockaddr *)&sa, sizeof sa);
	listen(door, 5);
}

int
main(int argc, char **args)
{
	(void)argc;
	prog_init(args);
	alarm(60);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	/* there are thousands that rest */
	is_num(sizeof(struct session) <= 360, 1, "one that rests is small");
	chain();
	commands(reply);
	commands(slowly);
	message();
	left();
	refused();
	deaf();
	elsewhere();
	unlink(path);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
