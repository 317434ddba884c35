/*
 * recv/sessiontls on a socketpair, in the loop of this program: STARTTLS and
 * TLS from the first byte against a client's layer of tls/tls, with a key
 * process that is a function.
 */
#include "tlsfake.h"
#include "base/die.h"
#include "base/fd.h"
#include "recv/session.h"
#include "recv/sessiontls.h"
#include "tap.h"
#include <sys/ioctl.h>

static const struct fake_key *const ec[] = { &fake_ec, NULL };
static const struct fake_key *const nobody[] = { NULL };
static char dir[] = "/tmp/rohrpost-sessiontls.XXXXXX";
static struct keyclient key;
static struct inbound *in;
static struct loop_timer late;
static struct stream client;
static char heard[65536];
static int opened;

struct keyclient *
keyclient_new(const char *socket)
{
	(void)socket;
	return &key;
}

void
keyclient_watch(struct keyclient *k, void (*changed)(void *), void *arg)
{
	if (k->set != NULL)
		changed(arg);
}

int
keyclient_open(struct keyclient *k)
{
	opened++;
	k->ready = k->set != NULL;
	return k->ready ? 0 : -1;
}

static void
on_late(void *arg)
{
	(void)arg;
	loop_stop();
}

/* what the server says until nothing more comes */
static const char *
hear(void)
{
	size_t n = 0;
	ssize_t r = 0;
	int quiet = 0;

	while (quiet < 3) {
		loop_timer_set(&late, 3, on_late, NULL);
		loop_run();
		r = stream_read(&client, heard + n, sizeof heard - 1 - n);
		n += r > 0 ? (size_t)r : 0;
		quiet = r > 0 ? 0 : quiet + 1;
		if (r == 0)
			break;
	}
	heard[n] = '\0';
	return heard;
}

static int
code(const char *text)
{
	if (*text != '\0' && stream_send(&client, text, strlen(text)) == -1)
		return -1;
	return atoi(hear());
}

static int
is_over(void)
{
	hear();
	return in->n_sessions == 0;
}

static void
begin(int implicit, int watch, size_t memory)
{
	static char *argv[] = { "unix:/no/such/socket", NULL };
	struct inbound_client c = { "192.0.2.1", NULL, NULL, 25, 0, 0 };
	int s[2];

	in = calloc(1, sizeof *in);
	in->config.size_max = 1 << 20;
	in->config.rcpt_max = 10;
	in->config.errors_max = 5;
	in->limits = (struct inbound_limits){ 10, 10, 2, 100, 100, 0 };
	in->store.share.pool[SHARE_MEMORY].max = memory;
	in->store.dir = dir;
	smtpin_config_init(&in->config, "me.example");
	handover_init(&in->next, argv, 1);
	access_open(&in->access, dir, in->config.host, NULL, 0);
	is_num(sessiontls_open(in, "x", 0, implicit, watch), 0, "TLS is open");
	sessiontls_watch(in);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s);
	stream_open(&client, s[0], s[0]);
	inbound_single(in, s[1], s[1], &c);
}

static void
end(const char *name)
{
	int i;

	stream_close(&client);
	for (i = 0; i < 100 && in->n_sessions > 0; i++) {
		loop_timer_set(&late, 3, on_late, NULL);
		loop_run();
	}
	is_num(in->n_sessions, 0, name);
	is_num((long long)in->store.share.pool[SHARE_MEMORY].used, 0,
	    "nothing is held");
	tls_server_free(in->tls->server);
	free(in->tls);
}

/* our end of TLS; 1: it is up */
static int
secure(void)
{
	static struct tls_demand any = { .mode = TLS_ANY };
	struct tls_target t = { .name = "ec.example", .demand = &any };

	if (tls_client_start(&client, &t) == -1)
		return 0;
	hear();
	return tls_up(&client);
}

static void
starttls(void)
{
	begin(0, 1, 1 << 20);
	is_num(atoi(hear()), 220, "greeted");
	is_num(code("STARTTLS\r\n"), 503, "EHLO first");
	code("EHLO one.example\r\n");
	ok(strstr(heard, "STARTTLS") != NULL, "offered");
	is_num(code("STARTTLS\r\n"), 220, "taken");
	ok(secure(), "up");
	is_num(code("MAIL FROM:<a@b>\r\n"), 503, "nothing from before");
	is_num(code("EHLO two.example\r\n"), 250, "EHLO");
	ok(strstr(heard, "STARTTLS") == NULL, "not offered again");
	is_num(code("STARTTLS\r\n"), 503, "nor taken");
	is_num(code("QUIT\r\n"), 221, "QUIT");
	ok(is_over(), "over");
	end("gone");
}

static void
early(void)
{
	begin(0, 1, 1 << 20);
	hear();
	code("EHLO one.example\r\n");
	is_num(code("STARTTLS\r\nN"), 503, "half a command behind it");
	end("the end");
}

static void
away(void)
{
	key.ready = 0;
	begin(0, 0, 1 << 20);
	hear();
	code("EHLO one.example\r\n");
	opened = 0;
	is_num(code("STARTTLS\r\n"), 220, "the key process is asked for");
	is_num(opened, 1, "once");
	end("gone");
	identity_set_drop(key.set);
	key.set = NULL;
	begin(0, 0, 1 << 20);
	hear();
	code("EHLO one.example\r\n");
	ok(strstr(heard, "STARTTLS") != NULL, "away: offered");
	is_num(code("STARTTLS\r\n"), 454, "and put off");
	is_num(code("NOOP\r\n"), 250, "it goes on in clear");
	end("gone");
	begin(1, 0, 1 << 20);
	is_num((int)stream_read(&client, heard, 9), 0,
	    "from the first byte: closed");
	end("gone");
	fake_set(&key, nobody);
	begin(0, 1, 1 << 20);
	hear();
	code("EHLO one.example\r\n");
	ok(strstr(heard, "STARTTLS") == NULL, "no certificate: not offered");
	is_num(code("STARTTLS\r\n"), 502, "nor known");
	end("gone");
	fake_set(&key, ec);
}

static void
implicit(void)
{
	begin(1, 1, 1 << 20);
	is_str(hear(), "", "nothing in clear");
	ok(secure(), "from the first byte");
	is_num(atoi(heard), 220, "the banner");
	is_num(code("EHLO one.example\r\n"), 250, "EHLO");
	end("gone");
	/* what the key process cannot do ends it */
	key.fails = 1;
	begin(1, 1, 1 << 20);
	ok(!secure(), "no signature");
	ok(is_over(), "the end");
	end("gone");
	key.fails = 0;
}

static void
slow(void)
{
	int i;

	begin(0, 1, 1 << 20);
	in->waits.most_s[INBOUND_TLS] = 1;
	hear();
	code("EHLO one.example\r\n");
	is_num(code("STARTTLS\r\n"), 220, "taken");
	for (i = 0; i < 1000 && in->n_sessions > 0; i++)
		hear();
	is_num(in->n_sessions, 0, "no handshake in time");
	is_str(heard, "", "without a word");
	end("gone");
}

/* the loop goes on for a while; what the client has to say waits */
static void
serve(void)
{
	int i;

	for (i = 0; i < 5; i++) {
		loop_timer_set(&late, 3, on_late, NULL);
		loop_run();
	}
}

/* a record of which a part has come is memory of the client's */
static void
room(size_t memory)
{
	static char many[9000];
	int waits = 0;

	memset(many, 'x', sizeof many);
	begin(1, 1, memory);
	ok(secure(), "up");
	/* every second write moves nothing */
	world_writes = 8000;
	stream_send(&client, many, sizeof many);
	ioctl(stream_fd(&client), TIOCOUTQ, &waits);
	if (waits == 0)
		stream_read(&client, heard, 0);
	serve();
	world_writes = 0;
	if (memory > sizeof many) {
		ok(in->store.share.pool[SHARE_MEMORY].used >= 7000,
		    "it is counted");
	} else {
		is_num(in->n_sessions, 0, "no room for it");
		is_num(atoi(hear()), 421, "which is said");
	}
	end("gone");
}

int
main(int argc, char **args)
{
	(void)argc;
	prog_init(args);
	alarm(60);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	fake_keys();
	fake_set(&key, ec);
	starttls();
	early();
	away();
	implicit();
	slow();
	room(1 << 20);
	room(3000);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
