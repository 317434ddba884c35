/*
 * Connections of remote-send, send/conn with host, body and the
 * pool, in a world of schedules: each job is answered once; sent is what a
 * server has taken whole, for this recipient; servers see commands in lines,
 * and the message as it is, or cut where the connection is.  They offer
 * STARTTLS, and it never comes to anything: what must have TLS is not said.
 *
 * Input: flags, the number of jobs, a byte for each job, the schedule.
 */
#include "world.h"
#include "base/fd.h"
#include "send/gather.h"
#include "send/tlsevent.h"
#include "scratch.h"

enum { JOBS = 12, HOSTS = 3, CONNS = 16, LINE = 2000 };
enum { FAULTS = 1, LONG = 2, PLAIN = 4, TLS = 8 };

static char dir[] = "/dev/shm/fuzz-sendconn.XXXXXX";
static char file[64];
static struct buf message, wire; /* as it is, and as it should come */
static struct buf jobs;
static unsigned n_jobs, flags;

/* a server's end of a connection */
struct peer {
	int fd, data, open, lmtp;
	int mail; /* a sender is accepted */
	int raw;  /* what comes is a handshake */
	char in[LINE];
	size_t n, said;
	struct buf out;
	unsigned body; /* bytes of it that came */
	unsigned rcpt[JOBS], n_rcpt;
};

static struct story {
	struct world_text up;
	unsigned taken[JOBS]; /* how often a server has said so */
} * story;

static int must_have[JOBS]; /* TLS */

static struct link chain;
static struct sendpool pool;
static struct peer peer[CONNS];
static int door[HOSTS], request_fd, result_fd;
static size_t asked;

static void
start(void)
{
	int fd, i;

	must(scratch_make(dir) == 0);
	snprintf(file, sizeof file, "%s/message", dir);
	must(buf_puts(&message, "HEAD") == 0);
	for (i = 0; i < 60; i++)
		must(buf_printf(&message, "%sline %d\n", i % 7 ? "" : ".", i) ==
			0 &&
		    buf_printf(&wire, "%sline %d\r\n", i % 7 ? "" : "..", i) ==
			0);
	must(buf_puts(&message, ".") == 0 && buf_puts(&wire, "..\r\n") == 0);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	must(fd != -1 &&
	    fd_write_all(fd, buf_data(&message), buf_len(&message)) == 0 &&
	    close(fd) == 0);
	story = shared(sizeof *story);
}

/* in place of the log */
void
tlsevent_put(const struct tlsevent *e)
{
	must(e->host != NULL && strcmp(e->result, "ok") != 0 &&
	    e->tls[0] == '\0');
}

/* jobs: message, recipient, and the hosts in turn */

static void
make_job(unsigned n, unsigned b)
{
	unsigned i, first = b % HOSTS, many = b / 8 % 3;

	must(buf_printf(&jobs,
		 "id:m%u\tn:%u\tfrom:m%u@b.example\t"
		 "to:r%u@d.example\tsize:%zu\ttry:0\tfile:%s\toff:4\tsite:s%u\t"
		 "via:p\t%s%smx:",
		 b / 4 % 2, n, b / 4 % 2, n, buf_len(&message) - 4, file,
		 b / 32 % 2, b & 128 ? "proto:lmtp\t" : "",
		 !(flags & TLS) ? ""
		     : b & 64   ? "tls:must\t"
				: "tls:may\t") == 0);
	must_have[n] = (flags & TLS) && (b & 64);
	/* the last host is not there */
	for (i = 0; i <= many; i++)
		must(buf_printf(&jobs, "%sh%u.example/0/%s/h%u", i ? " " : "",
			 (first + i) % HOSTS, dir, (first + i) % HOSTS) == 0);
	must(buf_putc(&jobs, '\n') == 0);
}

/* servers */

static void
answer(struct peer *c, const char *s)
{
	must(buf_printf(&c->out, "%s\r\n", s) == 0);
}

static void
hang_up(struct peer *c)
{
	close(c->fd);
	buf_free(&c->out);
	memset(c, 0, sizeof *c);
}

/* the usual reply, or what the schedule wants in its place */
static void
reply(struct peer *c, const char *usual)
{
	static const char *const others[] = { "450 4.2.0 later",
		"550-5.1.1 no\r\n550 5.1.1 no", "421 4.3.2 bye", "452 4.5.3 x",
		"999 what", "354 go", "hello", "250 2.0.0 ok" };
	unsigned b = world_byte();

	if (world_calm() || b >= 64 || !(flags & FAULTS))
		answer(c, usual);
	else if (b < 8)
		answer(c, others[b]);
	else if (b < 40)
		answer(c, others[b % 2]);
	else
		answer(c, others[b % 8]);
}

/* was what is said now at the end of out a good reply? */
static int
is_good(const struct peer *c, size_t from)
{
	return buf_len(&c->out) > from && buf_data(&c->out)[from] == '2';
}

/* the final dot: all accepted recipients have it; with LMTP each hears so */
static void
whole(struct peer *c)
{
	size_t at = buf_len(&c->out);
	unsigned i;

	/* a dot alone ends what nobody was accepted for, RFC 2920 3.1 */
	must(c->body == (c->n_rcpt > 0 ? buf_len(&wire) : 0));
	c->data = c->mail = 0;
	for (i = 0; i < c->n_rcpt; i++) {
		if (i == 0 || c->lmtp) {
			at = buf_len(&c->out);
			reply(c, "250 2.0.0 taken");
		}
		story->taken[c->rcpt[i]] += is_good(c, at);
	}
	c->n_rcpt = 0;
}

/* a line of LMTP or SMTP with CR LF taken off */
static void
command(struct peer *c, const char *line)
{
	size_t at = buf_len(&c->out);
	unsigned r;

	if (strncmp(line, "EHLO ", 5) == 0 || strncmp(line, "LHLO ", 5) == 0) {
		c->lmtp = *line == 'L';
		reply(c,
		    flags & PLAIN
			? "250 here"
			: "250-here\r\n250-PIPELINING\r\n250-STARTTLS\r\n"
			  "250 8BITMIME");
	} else if (strcmp(line, "STARTTLS") == 0) {
		must(flags & TLS);
		reply(c, n_jobs % 2 ? "220 go" : "454 4.7.0 not now");
		c->raw = is_good(c, at);
	} else if (sscanf(line, "RCPT TO:<r%u@d.example>", &r) == 1) {
		must(r < n_jobs && !must_have[r]);
		reply(c, c->mail ? "250 2.1.5 ok" : "503 5.5.1 no sender");
		if (c->mail && is_good(c, at) && c->n_rcpt < JOBS)
			c->rcpt[c->n_rcpt++] = r;
	} else if (strcmp(line, "DATA") == 0) {
		reply(c, c->n_rcpt > 0 ? "354 go" : "503 5.5.1 nobody");
		c->data = buf_len(&c->out) > at && buf_data(&c->out)[at] == '3';
		c->body = 0;
	} else if (strcmp(line, "QUIT") == 0) {
		answer(c, "221 bye");
	} else if (strncmp(line, "MAIL FROM:<m", 12) == 0 ||
	    strcmp(line, "RSET") == 0) {
		c->n_rcpt = 0;
		reply(c, "250 2.1.0 ok");
		c->mail = *line == 'M' && is_good(c, at);
	} else {
		must(strncmp(line, "HELO ", 5) == 0);
		reply(c, "250 here");
	}
}

static void
line(struct peer *c, char *p, size_t n)
{
	if (c->data && (n != 3 || p[0] != '.')) {
		must(c->body + n <= buf_len(&wire) &&
		    memcmp(buf_data(&wire) + c->body, p, n) == 0);
		c->body += n;
		return;
	}
	must(n >= 2 && p[n - 2] == '\r');
	p[n - 2] = '\0';
	if (c->data)
		whole(c);
	else
		command(c, p);
}

static int
hear(struct peer *c, size_t most)
{
	size_t room = sizeof c->in - c->n;
	ssize_t r =
	    recv(c->fd, c->in + c->n, most < room ? most : room, MSG_DONTWAIT);
	char *lf;
	size_t n;

	if (r == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (r <= 0 || c->raw) {
		hang_up(c);
		return 1;
	}
	c->n += r;
	while ((lf = memchr(c->in, '\n', c->n)) != NULL) {
		n = lf + 1 - c->in;
		line(c, c->in, n);
		if (c->raw) {
			must(n == c->n); /* nothing is said before the reply */
			c->n = 0;
			break;
		}
		c->n -= n;
		memmove(c->in, c->in + n, c->n);
	}
	must(c->n < sizeof c->in);
	return 1;
}

static int
peer_turn(struct peer *c, unsigned b)
{
	size_t n;

	if (!c->open)
		return 0;
	if (b % 64 == 1 && (flags & FAULTS)) {
		hang_up(c);
		return 1;
	}
	n = buf_len(&c->out);
	if (n > 0 && b % 4 != 0) {
		n = world_say(c->fd, buf_data(&c->out),
		    b < 200 && n > b % 16 ? 1 + b % 16 : n);
		buf_consume(&c->out, n);
		if (n > 0)
			return 1;
	}
	return hear(c, b < 200 ? 1 + b : LINE);
}

static int
welcome(int fd)
{
	unsigned i;

	for (i = 0; i < CONNS && peer[i].open; i++)
		;
	if (i == CONNS) /* the limits allow fewer */
		abort();
	memset(&peer[i], 0, sizeof peer[i]);
	peer[i].fd = fd;
	peer[i].open = 1;
	must(buf_reserve(&peer[i].out, 1) == 0);
	reply(&peer[i], "220 here");
	return 1;
}

static int
door_turn(unsigned i)
{
	int fd = accept4(door[i], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	return fd != -1 && welcome(fd);
}

/* the one above */

static int
ask(unsigned b)
{
	size_t n = buf_len(&jobs) - asked, most = b < 200 ? 1 + b : n;

	if (request_fd == -1)
		return 0;
	if (n == 0) {
		close(request_fd);
		request_fd = -1;
		return 1;
	}
	n = world_say(request_fd, buf_data(&jobs) + asked, n < most ? n : most);
	asked += n;
	return n > 0;
}

/* one that is there, if there is one */
static struct peer *
some_peer(unsigned b)
{
	unsigned i;

	for (i = 0; i < CONNS; i++)
		if (peer[(b + i) % CONNS].open)
			return &peer[(b + i) % CONNS];
	return &peer[0];
}

static int
turn(void)
{
	unsigned b = world_byte(), i;
	int did = 0;

	if (!world_calm()) {
		i = b % 8;
		if (i == 0)
			return ask(world_byte());
		if (i == 1)
			return world_hear(result_fd, &story->up,
			    1 + world_byte());
		return i < 4 ? door_turn(i - 2)
			     : peer_turn(some_peer(b / 8), world_byte());
	}
	for (i = 0; i < HOSTS - 1; i++)
		did |= door_turn(i);
	for (i = 0; i < CONNS; i++) {
		did |= peer_turn(&peer[i], 254);
		did |= peer_turn(&peer[i], 252);
	}
	did |= ask(255);
	return did | world_hear(result_fd, &story->up, WORLD_TEXT);
}

/* the module */

static size_t
on_request(struct link *l, const char *p, size_t n)
{
	(void)l;
	return sendgather_take(&pool, p, n);
}

static void
on_closing(struct link *l)
{
	(void)l;
	sendpool_close(&pool, 100000);
}

static const struct link_ops ops = { .request = on_request,
	.closing = on_closing };

static void
pair(int fd, int *ours)
{
	int s[2];

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == 0 &&
	    dup2(s[1], fd) == fd && close(s[1]) == 0);
	*ours = s[0];
}

static int
work(void)
{
	char path[80];
	unsigned i;
	int r;

	pair(0, &request_fd);
	pair(1, &result_fd);
	for (i = 0; i < HOSTS - 1; i++) {
		snprintf(path, sizeof path, "%s/h%u", dir, i);
		door[i] = world_listen(path);
	}
	for (i = 0; i < SENDWAITS; i++)
		pool.share.wait_ms[i] = 5000;
	pool.share.helo = "me.example";
	pool.limit.conns = 6;
	pool.limit.site_conns = 2;
	pool.limit.waiting = 4;
	pool.limit.rcpts = 2;
	pool.share.msgs = 3;
	pool.share.dead.first_ms = pool.share.dead.max_ms =
	    pool.share.dead.probe_ms = 10000;
	link_open(&chain, &ops);
	sendpool_open(&pool, &chain);
	r = link_run(&chain);
	must(pool.places.n == 0 && pool.n_txn == 0 && pool.sites.n_wait == 0 &&
	    pool.share.bodies.files == 0);
	while (world_hear(result_fd, &story->up, WORLD_TEXT))
		;
	return r;
}

/* afterwards */

static void
check(int code)
{
	const char *p = story->up.p, *end = p + story->up.n, *lf;
	unsigned answered[JOBS] = { 0 }, i;
	struct ltsv l;
	uint64_t n;

	for (; (lf = memchr(p, '\n', end - p)) != NULL; p = lf + 1) {
		must(ltsv_parse(p, lf + 1 - p, &l) == 0);
		must(ltsv_num(&l, "n", 0, n_jobs - 1, &n) == 0);
		must(ltsv_find(&l, "id") != NULL &&
		    ltsv_find(&l, "status") != NULL);
		must(answered[n]++ == 0);
		if (ltsv_is(ltsv_find(&l, "status"), "sent"))
			must(story->taken[n] > 0);
	}
	if (flags & FAULTS)
		return;
	must(code == 0 && p == end);
	for (i = 0; i < n_jobs; i++)
		must(answered[i] == 1 && story->taken[i] <= 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	unsigned i;
	int code;

	if (n < 3 || n > 4096)
		return 0;
	if (story == NULL)
		start();
	flags = *p++;
	n_jobs = 1 + *p++ % JOBS;
	buf_clear(&jobs);
	for (i = 0; i < n_jobs; i++)
		make_job(i, p < end ? *p++ : 0);
	memset(story, 0, sizeof *story);
	code = world_run(work, p, end, flags & FAULTS, turn);
	check(code);
	return 0;
}
