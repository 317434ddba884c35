/* the key process as its client sees it: there, away, silent, talking nonsense */
#include "tls/keyclient.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/loop.h"
#include "chain/listen.h"
#include "format/netstring.h"
#include "says.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* what the server does, seen by its processes, too */
static struct {
	volatile uint64_t generation;
	volatile int mute;     /* answers nothing */
	volatile int babble;   /* on the watched connection, once */
	volatile int accepted; /* connections */
} * world;

static char dir[] = "/tmp/rohrpost.XXXXXX", address[80], path[64];
static pid_t server;
static struct keyclient *k;
static unsigned news;

/* the server's side */

static void
put_list(struct buf *out)
{
	static const struct slice chain[] = { { "certificate", 11 } };
	char name[32];
	const char *names[] = { name };
	struct identity id = { .id = { 7 },
		.kind = IDENTITY_RSA,
		.file = "f",
		.names = names,
		.n_names = 1,
		.chain = chain,
		.n_chain = 1 };
	struct buf b = { 0 };

	snprintf(name, sizeof name, "g%u.example", (unsigned)world->generation);
	keywire_put_generation(&b, world->generation);
	keywire_put_identity(&b, &id);
	keywire_answer(out, 'K', buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* what the digest's first byte asks for */
static void
put_signature(int fd, struct buf *out, int how)
{
	char large[KEYWIRE_SIGN_MAX + 10];
	size_t i;

	memset(large, 's', sizeof large);
	switch (how) {
	case 'K': keywire_answer(out, 'K', "signature", 9); break;
	case 'L': keywire_answer(out, 'K', large, 512); break;
	case 'X': keywire_answer(out, 'K', large, KEYWIRE_SIGN_MAX); break;
	case 'Z': keywire_answer(out, 'Z', "not\ttoday", 9); break;
	case 'D': keywire_answer(out, 'D', large, 300); break;
	case '?': buf_puts(out, "what?"); break;
	case 'E': keywire_answer(out, 'K', "", 0); break;
	case '0': buf_puts(out, "0:,"); break;
	case '2':
		keywire_answer(out, 'K', "one", 3);
		keywire_answer(out, 'K', "two", 3);
		break;
	case 'B':
		keywire_answer(out, 'K', "signature", 9);
		for (i = 0; i < buf_len(out); i++)
			fd_write_all(fd, buf_data(out) + i, 1);
		buf_clear(out);
		break;
	case 'C': _exit(0);
	}
}

static void
answer(int fd, const char *p, size_t n, uint64_t *waits)
{
	struct keywire_request r;
	struct buf out = { 0 };

	if (keywire_get(p, n, &r) != NULL)
		_exit(1);
	if (r.verb == KEYWIRE_PING)
		keywire_answer(&out, 'K', "", 0);
	else if (r.verb == KEYWIRE_SIGN)
		put_signature(fd, &out, r.digest[0]);
	else if (r.generation == world->generation)
		*waits = r.generation;
	else
		put_list(&out);
	fd_write_all(fd, buf_data(&out), buf_len(&out));
	buf_free(&out);
}

static void
serve(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct buf in = { 0 }, out = { 0 };
	uint64_t waits = 0;
	const char *q;
	size_t n;
	long used;

	for (;;) {
		if (poll(&p, 1, 20) == 1) {
			buf_reserve(&in, 4096);
			used = read(fd, buf_tail(&in), 4096);
			if (used <= 0)
				_exit(0);
			buf_added(&in, used);
		}
		while (!world->mute &&
		    (used = netstring_whole(buf_data(&in), buf_len(&in),
			 KEYWIRE_REQUEST_MAX, &q, &n)) > 0) {
			answer(fd, q, n, &waits);
			buf_consume(&in, used);
		}
		if (waits != 0 && world->babble) {
			world->babble = 0;
			fd_write_all(fd, "3:Kno,", 6);
		}
		if (waits != 0 && waits != world->generation) {
			waits = 0;
			put_list(&out);
			fd_write_all(fd, buf_data(&out), buf_len(&out));
			buf_clear(&out);
		}
	}
}

static void
begin(void)
{
	int fd = listen_open(address, 0600), c;

	server = fork();
	if (server != 0) {
		setpgid(server, server);
		close(fd);
		return;
	}
	setpgid(0, 0);
	signal(SIGCHLD, SIG_IGN);
	fd_block(fd);
	while ((c = accept(fd, NULL, NULL)) != -1) {
		world->accepted++;
		if (fork() == 0)
			serve(c);
		close(c);
	}
	_exit(0);
}

static void
end(void)
{
	kill(-server, SIGKILL);
	waitpid(server, NULL, 0);
	unlink(path);
}

/* our side */

static int (*until)(void);
static int64_t until_ms;

static void
look(void *arg)
{
	struct loop_timer *t = arg;

	if (until() || clock_mono_ms() > until_ms) {
		loop_stop();
		return;
	}
	loop_timer_set(t, 5, look, t);
}

/* run the loop until it is so; 20 s at most */
static int
comes(int (*what)(void))
{
	static struct loop_timer t;

	until = what;
	until_ms = clock_mono_ms() + 20000;
	loop_timer_set(&t, 0, look, &t);
	loop_run();
	return what();
}

static int
is_up(void)
{
	return keyclient_ready(k);
}

static int
is_down(void)
{
	return !keyclient_ready(k);
}

static int
is_new(void)
{
	const struct identity_set *s = keyclient_identities(k);
	char name[32];

	snprintf(name, sizeof name, "g%u.example", (unsigned)world->generation);
	return s != NULL && identity_count(s) == 1 &&
	    strcmp(identity_at(s, 0)->names[0], name) == 0;
}

static int
two_more(void)
{
	return world->accepted >= 2;
}

static void
on_changed(void *arg)
{
	ok(arg == &news, "told of news");
	news++;
}

static unsigned char sig[512];

static size_t
sign(int how, size_t room, const char **why)
{
	unsigned char digest[32] = { (unsigned char)how };
	struct identity id = { .id = { 1, 2, 3 } };

	return keyclient_sign(k, &id, KEYWIRE_ECDSA_256, digest, 32, sig, room,
	    why);
}

static const struct {
	int how;
	size_t room;
	const char *want; /* the signature, or why not */
	int up;           /* afterwards */
} cases[] = {
	{ 'K', 512, "signature", 1 },
	{ 'B', 512, "signature", 1 },
	{ 'K', 9, "signature", 1 },
	{ 'Z', 512, "not?today", 1 },
	{ 'K', 8, "the key process answers nonsense", 0 },
	{ 'X', 512, "the key process answers nonsense", 0 },
	{ '?', 512, "the key process answers nonsense", 0 },
	{ 'E', 512, "the key process answers nonsense", 0 },
	{ '0', 512, "the key process answers nonsense", 0 },
	{ '2', 512, "the key process answers nonsense", 0 },
	{ 'C', 512, "the key process has ended", 0 },
	{ 'N', 512, "the key process does not answer", 0 },
};

static void
signatures(void)
{
	const char *why;
	char got[600];
	uint64_t us, n;
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		ok(comes(is_up), "it is up");
		n = sign(cases[i].how, cases[i].room, &why);
		snprintf(got, sizeof got, "%.*s", (int)n, sig);
		is_str(why == NULL ? got : why, cases[i].want, cases[i].want);
		is_num(keyclient_ready(k), cases[i].up, "ready afterwards");
		if (cases[i].up)
			continue;
		is_num((long long)sign('K', 512, &why), 0, "nobody is asked");
		is_str(why, "the key process is not there", "and nobody waits");
	}
	comes(is_up);
	is_num((long long)sign('L', 512, &why), 512, "the longest signature");
	sign('D', 512, &why);
	is_num((long long)strlen(why), KEYWIRE_REASON_MAX, "a reason is cut");
	keyclient_spent(k, &us, &n);
	ok(n >= 14 && us >= KEYCLIENT_WAIT_MS * 1000, "time is counted");
}

static int
gone_and_back(void)
{
	return is_up() && two_more();
}

/* a server that hangs costs one wait, and comes back by itself */
static void
hangs(void)
{
	int64_t began;
	const char *why;

	comes(is_up);
	kill(-server, SIGSTOP);
	began = clock_mono_ms();
	is_num((long long)sign('K', 512, &why), 0, "stopped: no signature");
	began = clock_mono_ms() - began;
	ok(began >= KEYCLIENT_WAIT_MS && began < 4 * KEYCLIENT_WAIT_MS,
	    "after its wait");
	began = clock_mono_ms();
	is_num((long long)sign('K', 512, &why), 0, "and the next one");
	ok(clock_mono_ms() - began < KEYCLIENT_WAIT_MS, "does not wait");
	ok(keyclient_identities(k) != NULL, "the certificates stay");
	kill(-server, SIGCONT);
	ok(comes(is_up), "it is heard again");
	is_num((long long)sign('K', 512, &why), 9, "and signs");
}

/* one that goes on taking connections and says nothing: found by pings */
static void
mute(void)
{
	world->mute = 1;
	ok(comes(is_down), "one that answers no ping is not there");
	world->mute = 0;
	ok(comes(is_up), "until it answers");
}

static void
lists(void)
{
	unsigned was = news;
	const struct identity_set *s;
	struct identity_set *held = identity_set_ref(keyclient_identities(k));

	world->generation++;
	ok(comes(is_new), "news come by themselves");
	is_num(news, was + 1, "told once");
	ok(keyclient_ready(k), "it stays up");
	s = keyclient_identities(k);
	ok(s != held && identity_count(held) == 1,
	    "who holds the old ones has them");
	identity_set_drop(held);
	/* while it is away */
	end();
	ok(comes(is_down), "ended: down");
	is_num(news, was + 1, "which is no news");
	world->generation++;
	begin();
	ok(comes(is_up) && comes(is_new), "news from before it was back");
	end();
	ok(comes(is_down), "ended: down");
	was = news;
	begin();
	ok(comes(is_up), "back with the same certificates");
	is_num(news, was, "which is no news");
	world->accepted = 0;
	world->babble = 1;
	ok(comes(gone_and_back), "nonsense: connected anew");
}

/* without a loop */
static void
once(void)
{
	struct keyclient *was = k;
	const char *why;
	int64_t began;

	k = keyclient_new(path);
	is_num(keyclient_open(k), 0, "asked once");
	ok(is_up() && is_new(), "it is there, with its certificates");
	is_num((long long)sign('K', 512, &why), 9, "and signs");
	is_num((long long)sign('K', 512, &why), 9, "twice");
	is_num((long long)sign('?', 512, &why), 0, "nonsense");
	ok(is_down(), "is the end of it");
	keyclient_free(k);
	k = keyclient_new(address);
	world->mute = 1;
	began = clock_mono_ms();
	is_num(keyclient_open(k), -1, "silent");
	is_num(errno, ETIMEDOUT, "is said");
	ok(clock_mono_ms() - began >= KEYCLIENT_OPEN_MS, "after its wait");
	world->mute = 0;
	keyclient_free(k);
	k = keyclient_new("/no/such/socket");
	is_num(keyclient_open(k), -1, "not there");
	is_num(errno, ENOENT, "is said");
	keyclient_free(k);
	k = was;
}

static int
never(void)
{
	return 0;
}

static void
no_socket(const void *arg)
{
	static struct loop_timer t;

	(void)arg;
	k = keyclient_new(address);
	keyclient_watch(k, NULL, NULL);
	until = never;
	until_ms = clock_mono_ms() + 3 * KEYCLIENT_RETRY_MIN_MS;
	loop_timer_set(&t, 0, look, &t);
	loop_run();
	keyclient_free(k);
}

int
main(void)
{
	char want[200];
	const char *said;
	int status;

	signal(SIGPIPE, SIG_IGN);
	world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	world->generation = 5;
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/sock", dir);
	snprintf(address, sizeof address, "unix:%s", path);
	snprintf(want, sizeof want,
	    "warning: unable to reach %s: No such file or directory\n", path);
	said = strstr(says(no_socket, NULL, &status), want);
	ok(said != NULL && status == 0, "nobody is there: said");
	is_str(said == NULL ? "" : said, want, "once");
	k = keyclient_new(address);
	keyclient_watch(k, on_changed, &news);
	ok(!keyclient_ready(k) && keyclient_identities(k) == NULL,
	    "nothing at first");
	begin();
	ok(comes(is_up), "up when somebody is there");
	ok(is_new() && news == 1, "with certificates");
	signatures();
	hangs();
	mute();
	lists();
	once();
	end();
	comes(is_down);
	keyclient_free(k);
	rmdir(dir);
	return done();
}
