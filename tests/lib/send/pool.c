/*
 * Jobs in, results out, over real connections: send/pool with all its parts,
 * against a server that is a process of the test.  What it answers is said by
 * the names of the recipients.
 */
#include "base/die.h"
#include "base/fd.h"
#include "send/gather.h"
#include "tap.h"
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char message[] = "/tmp/rohrpost-sendpool.XXXXXX";
static unsigned port, closed_port;

/* the server: one connection after the other */

static void
say(FILE *f, const char *s)
{
	fputs(s, f);
	fputs("\r\n", f);
	fflush(f);
}

/* RCPT TO:<rNNN@...> is answered with NNN */
static void
rcpt(FILE *f, const char *line)
{
	char t[32];

	if (strncmp(line, "RCPT TO:<r", 10) != 0 || line[10] < '4') {
		say(f, "250 2.1.5 ok");
		return;
	}
	snprintf(t, sizeof t, "%.3s %c.1.1 no", line + 10, line[10]);
	say(f, t);
}

static void
session(int fd)
{
	FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
	char line[4096];
	size_t body = 0;
	int data = 0;

	say(out, "220 here");
	while (fgets(line, sizeof line, in) != NULL) {
		if (data && strcmp(line, ".\r\n") == 0) {
			data = 0;
			snprintf(line, sizeof line, "250 2.0.0 %zu bytes",
			    body);
			say(out, line);
		} else if (data) {
			body += strlen(line) - (line[0] == '.');
		} else if (strncmp(line, "EHLO", 4) == 0) {
			say(out, "250-here\r\n250 PIPELINING");
		} else if (strncmp(line, "RCPT", 4) == 0) {
			rcpt(out, line);
		} else if (strncmp(line, "DATA", 4) == 0) {
			say(out, "354 go");
			data = 1;
			body = 0;
		} else if (strncmp(line, "QUIT", 4) == 0) {
			say(out, "221 bye");
			break;
		} else {
			say(out, "250 2.0.0 ok");
		}
	}
	fclose(out);
	fclose(in);
}

static int
bound(unsigned *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, n) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) == -1)
		exit(111);
	*p = ntohs(a.sin_port);
	return fd;
}

static pid_t
server(void)
{
	int fd = bound(&port), c;
	pid_t pid;

	bound(&closed_port); /* nobody listens there */
	if (listen(fd, 50) == -1)
		exit(111);
	fflush(stdout);
	pid = fork();
	if (pid != 0) {
		close(fd);
		return pid;
	}
	alarm(60);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		c = accept(fd, NULL, NULL);
		if (c != -1 && fork() == 0) {
			alarm(20);
			session(c);
			_exit(0);
		}
		close(c);
	}
}

/* the program under test */

static struct link chain;
static struct sendpool pool[2];
static struct loop_timer end_timer;

/* jobs of the first message are for one pool, all others for the other */
static size_t
on_request(struct link *l, const char *p, size_t n)
{
	size_t len = link_line(p, n);

	(void)l;
	if (len == 0)
		return 0;
	return sendgather_take(&pool[strncmp(p, "id:m1", 5) != 0], p, len);
}

/* the first to be closed ends the link: both have to be done */
static void
close_both(void *arg)
{
	(void)arg;
	if (pool[0].n_txn + pool[1].n_txn > 0) {
		loop_timer_set(&end_timer, 5, close_both, NULL);
		return;
	}
	sendpool_close(&pool[0], 10000);
	sendpool_close(&pool[1], 10000);
}

static size_t
on_request_one(struct link *l, const char *p, size_t n)
{
	(void)l;
	return sendgather_take(&pool[0], p, n);
}

static void
on_closing(struct link *l)
{
	(void)l;
	close_both(NULL);
}

static void
on_closing_one(struct link *l)
{
	(void)l;
	sendpool_close(&pool[0], 10000);
}

static const struct link_ops one = { .request = on_request_one,
	.closing = on_closing_one };
static const struct link_ops two = { .request = on_request,
	.closing = on_closing };

static void
open_pool(struct sendpool *p)
{
	unsigned i;

	for (i = 0; i < SENDWAITS; i++)
		p->share.wait_ms[i] = 5000;
	p->share.wait_ms[SENDWAIT_IDLE] = 100;
	p->share.helo = "me.example";
	p->share.msgs = 100;
	p->share.dead.first_ms = p->share.dead.max_ms = p->share.dead.probe_ms =
	    10000;
	p->limit.waiting = 100;
	p->limit.rcpts = 2;
	sendpool_open(p, &chain);
}

static int
work(const struct link_ops *ops)
{
	int st;

	alarm(20);
	link_open(&chain, ops);
	open_pool(&pool[0]);
	if (ops == &two)
		open_pool(&pool[1]);
	st = link_run(&chain);
	/* what one pool knows of hosts, the other does not */
	return ops == &two && pool[1].share.dead.e != NULL ? 1 : st;
}

/* all that comes up for these jobs, sent in pieces */
static const char *
run(const struct link_ops *ops, const char *jobs, size_t piece)
{
	static char got[65536];
	size_t n = strlen(jobs), at, k;
	int down[2], up[2], st;
	ssize_t r;
	pid_t pid;

	fflush(stdout);
	if (fd_pipe(down) == -1 || fd_pipe(up) == -1)
		return "";
	pid = fork();
	if (pid == 0) {
		dup2(down[0], 0);
		dup2(up[1], 1);
		close(down[1]);
		close(up[0]);
		_exit(work(ops));
	}
	close(down[0]);
	close(up[1]);
	for (at = 0; at < n; at += k) {
		k = n - at < piece ? n - at : piece;
		fd_write_all(down[1], jobs + at, k);
	}
	close(down[1]);
	r = fd_read_all(up[0], got, sizeof got - 1);
	got[r < 0 ? 0 : r] = '\0';
	close(up[0]);
	waitpid(pid, &st, 0);
	return WIFEXITED(st) && WEXITSTATUS(st) == 0 ? got : "it has died";
}

static const char *
label(const char *line, const char *name)
{
	static char v[2][256];
	static unsigned turn;
	const char *p = line, *e = strchrnul(line, '\n');
	size_t n = strlen(name);

	turn = !turn;
	for (; p < e; p = strpbrk(p, "\t\n") + 1)
		if (strncmp(p, name, n) == 0 && p[n] == ':') {
			snprintf(v[turn], 256, "%.*s",
			    (int)strcspn(p + n + 1, "\t\n"), p + n + 1);
			return v[turn];
		}
	return "";
}

/* "N STATUS CODE" of all results, by the number of the recipient */
static const char *
short_form(const char *text)
{
	static char t[4096];
	const char *line, *e;
	size_t n = 0;
	char want[4];
	unsigned i;

	t[0] = '\0';
	for (i = 0; i < 10; i++)
		for (line = text; *line != '\0';
		     line = *e == '\0' ? e : e + 1) {
			e = strchrnul(line, '\n');
			snprintf(want, sizeof want, "%u", i);
			if (strcmp(label(line, "n"), want) == 0)
				n += snprintf(t + n, sizeof t - n, "%u %s %s,",
				    i, label(line, "status"),
				    label(line, "code"));
		}
	return t;
}

static void
job(struct buf *b, const char *id, unsigned n, const char *to, const char *site,
    unsigned first, unsigned second)
{
	buf_printf(b,
	    "id:%s\tn:%u\tfrom:a@b.example\tto:%s\tsize:16\ttry:0\t"
	    "file:%s\toff:4\tsite:%s\tvia:p\tmx:one.example/%u/127.0.0.1",
	    id, n, to, message, site, first);
	if (second > 0)
		buf_printf(b, " two.example/%u/127.0.0.1", second);
	buf_putc(b, '\n');
}

static void
cases(void)
{
	struct buf b = { 0 };
	const char *got;
	size_t i;

	for (i = 0; i < 2; i++) {
		size_t piece = i == 0 ? 65536 : 1;

		buf_clear(&b);
		job(&b, "m1", 0, "x@d.example", "s", port, 0);
		buf_putc(&b, '\0');
		got = run(&one, buf_data(&b), piece);
		is_str(short_form(got), "0 sent 250,", "one");
		is_str(label(got, "text"), "250 2.0.0 21 bytes",
		    "the message, as SMTP counts it");
		is_str(label(got, "host"), "one.example", "host");
		is_str(label(got, "site"), "s", "site");
		is_str(label(got, "via"), "p", "via");

		/* three recipients are two transactions; verdicts differ */
		buf_clear(&b);
		job(&b, "m1", 0, "x@d.example", "s", port, 0);
		job(&b, "m1", 1, "r550@d.example", "s", port, 0);
		job(&b, "m1", 2, "r450@d.example", "s", port, 0);
		job(&b, "m2", 3, "y@d.example", "t", port, 0);
		buf_putc(&b, '\0');
		is_str(short_form(run(&one, buf_data(&b), piece)),
		    "0 sent 250,1 bounced 550,2 deferred 450,3 sent 250,",
		    "each recipient its own");

		/* the first host is not there */
		buf_clear(&b);
		job(&b, "m1", 0, "x@d.example", "s", closed_port, port);
		buf_putc(&b, '\0');
		got = run(&one, buf_data(&b), piece);
		is_str(short_form(got), "0 sent 250,", "the second host");
		is_str(label(got, "host"), "two.example", "which it was");

		buf_clear(&b);
		job(&b, "m1", 0, "x@d.example", "s", closed_port, 0);
		buf_putc(&b, '\0');
		got = run(&one, buf_data(&b), piece);
		is_str(label(got, "status"), "deferred", "no host");
		is_str(label(got, "class"), "connect", "class");

		is_str(run(&one, "", piece), "", "no jobs");
	}
	buf_free(&b);
}

/* each has its own sites, connections and memory of hosts */
static void
two_pools(void)
{
	struct buf b = { 0 };

	job(&b, "m1", 0, "x@d.example", "s", closed_port, port);
	job(&b, "m2", 1, "r450@d.example", "s", port, 0);
	job(&b, "m1", 2, "r550@d.example", "s", port, 0);
	job(&b, "m3", 3, "y@d.example", "s", port, 0);
	buf_putc(&b, '\0');
	is_str(short_form(run(&two, buf_data(&b), 65536)),
	    "0 sent 250,1 deferred 450,2 bounced 550,3 sent 250,",
	    "two pools at once");
	buf_free(&b);
}

int
main(void)
{
	static char *args[] = { "sendpool", NULL };
	int fd = mkstemp(message);
	pid_t pid;

	prog_init(args);
	if (fd == -1 || fd_write_all(fd, "HEADSubject: x\n\n.y\n.", 20) == -1 ||
	    freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	pid = server();
	cases();
	two_pools();
	kill(pid, SIGTERM);
	unlink(message);
	return done();
}
