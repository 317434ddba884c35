/*
 * Hooks of a session on a socketpair, in the loop of this program: what the
 * client hears, step by step and byte by byte, and that nobody else waits.
 */
#include "recv/hookask.h"
#include "base/die.h"
#include "base/fd.h"
#include "cdbfile.h"
#include "chain/listen.h"
#include "recv/session.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-hookask.XXXXXX", path[64], argv0[80];
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

/* what is said until nothing more comes for a while */
static const char *
hear(int fd)
{
	size_t n = 0;
	ssize_t r;

	do {
		loop_timer_set(&late, 5, on_late, NULL);
		loop_run();
		r = recv(fd, heard + n, sizeof heard - 1 - n, MSG_DONTWAIT);
		n += r > 0 ? (size_t)r : 0;
	} while (r > 0);
	heard[n] = '\0';
	return heard;
}

/* the codes of all replies, with blanks between; "-" behind them: the end */
static const char *
codes(int fd)
{
	static char out[400];
	const char *p;
	size_t n = 0;
	char t;

	out[0] = '\0';
	for (p = hear(fd); *p != '\0'; p = strchrnul(p, '\n') + 1)
		if (p[3] == ' ')
			n += (size_t)snprintf(out + n, sizeof out - n, "%.3s ",
			    p);
	if (recv(fd, &t, 1, MSG_DONTWAIT | MSG_PEEK) == 0)
		snprintf(out + n, sizeof out - n, "-");
	return out;
}

/* the policy server: it answers when it is told to */

static struct wire peer;
static char asked[2000];
static unsigned n_asked;

static size_t
on_request(void *arg, const char *text, size_t n)
{
	size_t len = policytext_block(text, n);

	(void)arg;
	if (len > 0)
		snprintf(asked, sizeof asked, "%.*s", (int)len, text);
	n_asked += len > 0;
	return len;
}

static void
on_ended(void *arg, int err)
{
	(void)arg;
	(void)err;
	wire_close(&peer);
}

static const struct wire_ops ops = { on_request, on_ended, on_ended, NULL };

static int
connect_it(const struct hookrule *r, int64_t *handle)
{
	int p[2];

	(void)r;
	*handle = 0;
	needs(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
	    p));
	wire_open(&peer, p[1], p[1], &ops, NULL);
	return p[0];
}

static void
kill_it(int64_t handle)
{
	(void)handle;
}

static const struct hookpool_by by = { connect_it, kill_it };

/* asked about this stage, the server says this */
static void
answer(const char *stage, const char *action)
{
	char want[60], t[200];

	snprintf(want, sizeof want, "protocol_state=%s\n", stage);
	ok(strstr(asked, want) != NULL, want);
	asked[0] = '\0';
	wire_put(&peer, t,
	    (size_t)snprintf(t, sizeof t, "action=%s\n\n", action));
}

static int
begin(void)
{
	struct inbound_client c = { "192.0.2.1", NULL, "", 25, 0, 0 };
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s);
	fd_nonblock(s[1]);
	inbound_single(in, s[1], s[1], &c);
	in->single = 0; /* there are others behind it */
	return s[0];
}

static void
end(int fd)
{
	int i;

	close(fd);
	for (i = 0; i < 1000 && in->n_sessions > 0; i++)
		hear(client);
	is_num(in->n_sessions, 0, "gone");
	is_num((long long)in->store.share.pool[SHARE_MEMORY].used, 0,
	    "nothing is held");
}

static void
say(const char *text, int slowly)
{
	size_t n = strlen(text), i;

	for (i = 0; i < n; i += slowly ? 1 : n) {
		needs(fd_write_all(client, text + i, slowly ? 1 : n));
		if (slowly && i % 8 == 0)
			hear(-1);
	}
}

static const char session[] =
    "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
    "RCPT TO:<e@d.example>\r\nDATA\r\nSubject: x\r\n\r\nhi\r\n.\r\n"
    "NOOP\r\n";

/* all stages, with everything sent at once: each waits for its answer */
static void
test_stages(int slowly)
{
	static char t[65536];
	struct buf b = { 0 };
	ssize_t n;

	client = begin();
	is_str(codes(client), "", "no greeting yet");
	say(session, slowly);
	is_str(codes(client), "", "whatever is sent");
	answer("CONNECT", "DUNNO");
	is_str(codes(client), "220 ", "greeted");
	answer("EHLO", "PREPEND X-Hello: 1");
	is_str(codes(client), "250 ", "EHLO");
	answer("MAIL", "OK");
	is_str(codes(client), "250 ", "MAIL");
	answer("RCPT", "450 later");
	is_str(codes(client), "450 ", "a recipient, who is put off");
	answer("RCPT", "DUNNO");
	is_str(codes(client), "250 ", "and another");
	answer("DATA", "DUNNO");
	is_str(codes(client), "354 ", "DATA");
	answer("END-OF-MESSAGE", "BCC copy@d.example");
	is_str(codes(client), "", "the chain has it");
	if (down == -1)
		down = accept(door, NULL, NULL);
	hear(client);
	n = recv(down, t, sizeof t - 1, MSG_DONTWAIT);
	t[n < 0 ? 0 : n] = '\0';
	ok(strstr(t, "\nto e@d.example\nto copy@d.example NOTIFY=NEVER\n") !=
		NULL,
	    "with what was wanted");
	ok(strstr(t, "\n\nX-Hello: 1\nReceived: ") != NULL, "in front, too");
	receipt_put(&b, RECEIPT_OK, "id7");
	needs(fd_write_all(down, buf_data(&b), buf_len(&b)));
	buf_free(&b);
	is_str(codes(client), "250 250 ", "and took it, and on with the rest");
	end(client);
}

/* one waits for its answer, and the other is served */
static void
test_others(void)
{
	int other;

	client = begin();
	hear(client);
	answer("CONNECT", "DUNNO");
	say("EHLO c.example\r\n", 0);
	is_str(codes(client), "220 ", "greeted");
	in->hooks->stages = 0; /* nobody is asked about the next */
	other = begin();
	needs(fd_write_all(other, "EHLO x.example\r\nQUIT\r\n", 22));
	is_str(codes(other), "220 250 221 -", "one that is not asked about");
	close(other);
	in->hooks->stages = 0x7f;
	is_str(codes(client), "", "does not wait for the other");
	answer("EHLO", "REJECT");
	is_str(codes(client), "554 ", "who is refused");
	say("MAIL FROM:<a@b.example>\r\n", 0);
	is_str(codes(client), "503 ", "and has said no name");
	end(client);
}

/* who leaves meanwhile, and who is sent away */
static void
test_ends(void)
{
	client = begin();
	hear(client);
	ok(strstr(asked, "CONNECT") != NULL, "asked");
	shutdown(client, SHUT_RDWR);
	hear(client);
	answer("CONNECT", "REJECT");
	end(client);
	client = begin();
	hear(client);
	answer("CONNECT", "REJECT no");
	is_str(codes(client), "554 -", "refused, and closed");
	end(client);
	client = begin();
	hear(client);
	answer("CONNECT", "DUNNO");
	say("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n", 0);
	hear(client);
	answer("EHLO", "DUNNO");
	hear(client);
	answer("MAIL", "421 4.7.0 enough");
	is_str(codes(client), "421 -", "the end");
	end(client);
}

int
main(int argc, char **argv)
{
	static char *next[] = { argv0, NULL };

	(void)argc;
	prog_init(argv);
	need(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/hooks.cdb", dir);
	snprintf(argv0, sizeof argv0, "unix:%s/door", dir);
	door = listen_open(argv0, 0600);
	down = -1;
	cdbfile(dir, &conffile_hooks,
	    "connect,helo,mail,rcpt,data,end unix:/x who=all conns=1\n");
	in = calloc(1, sizeof *in);
	in->config.size_max = 1 << 20;
	in->config.rcpt_max = 10;
	in->config.errors_max = 3;
	in->limits = (struct inbound_limits){ 10, 10, 2, 100, 100, 0 };
	in->store.share.pool[SHARE_MEMORY].max = 1 << 20;
	in->store.share.pool[SHARE_FILES].max = 1 << 20;
	in->store.dir = dir;
	smtpin_config_init(&in->config, "me.example");
	handover_init(&in->next, next, 1);
	access_open(&in->access, dir, in->config.host, NULL, 0);
	in->hooks = calloc(1, sizeof *in->hooks);
	hooks_open(in->hooks, dir, &by);
	test_stages(0);
	test_stages(1);
	test_others();
	test_ends();
	unlink(argv0 + 5);
	unlink(path);
	rmdir(dir);
	return done();
}
