/* the HTTP server: requests as they are handed on, and its limits */
#include "httpd/httpd.h"
#include "base/die.h"
#include "base/fd.h"
#include "chain/listen.h"
#include "tap.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct httpd server;
static struct sockaddr_in at;
static struct loop_timer late;
static struct list held;
static int hold, n_asked, commits;
static char seen[40000];

static void
say(struct httpd_request *r, unsigned status, const char *page)
{
	static const char *const more[] = { "X-More", "yes", NULL };

	httpd_answer(r, status, more, (struct slice){ page, strlen(page) });
}

static void
on_request(void *arg, struct httpd_request *r)
{
	char ip[IP_TEXT] = "";
	unsigned char a[IP_LEN];

	(void)arg;
	n_asked++;
	memcpy(a, r->ip, IP_LEN);
	if (ip_is_mapped(a))
		ip_text(a, ip_unmap(a, IP_LEN), ip);
	snprintf(seen, sizeof seen, "%s %s [%s] type=%.*s body=%zu%s from=%s",
	    r->method, r->path, r->argument, (int)r->type.n,
	    r->type.n == 0 ? "" : r->type.p, buf_len(&r->body),
	    r->too_large ? " too large" : "", ip);
	if (hold)
		list_append(&held, &r->line);
	else
		say(r, 200, "<p>hello");
}

/* those that are held hear of it together */
static void
before(void *arg)
{
	struct list_node *n;

	(void)arg;
	if (held.first == NULL || hold > 0)
		return;
	commits++;
	while ((n = list_take(&held)) != NULL)
		say(LIST_OF(n, struct httpd_request, line), 202, "held");
}

static void
on_late(void *arg)
{
	(void)arg;
	loop_stop();
}

static void
turn(int ms)
{
	loop_timer_set(&late, ms, on_late, NULL);
	loop_run();
}

static int
dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&at, sizeof at) == -1)
		abort();
	return fd;
}

/* what comes until the end, or until 3 seconds are over */
static const char *
hear(int fd)
{
	static char t[40000];
	size_t n = 0;
	ssize_t r = -1;
	int i;

	for (i = 0; i < 3000 && r != 0; i++) {
		turn(1);
		while ((r = recv(fd, t + n, sizeof t - 1 - n, MSG_DONTWAIT)) >
		    0)
			n += (size_t)r;
	}
	t[n] = '\0';
	if (r != 0)
		strcpy(t, "not closed");
	return t;
}

static void
puts_to(int fd, const char *text)
{
	send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* the status of the answer; 0: none */
static int
asked(const char *text)
{
	int fd = dial(), status;
	const char *t;

	seen[0] = '\0';
	puts_to(fd, text);
	t = hear(fd);
	status = strncmp(t, "HTTP/1.1 ", 9) == 0 ? atoi(t + 9) : 0;
	close(fd);
	return status;
}

static void
requests(void)
{
	int fd = dial();
	const char *t;

	puts_to(fd,
	    "POST /u/x%41?a=b&c=d HTTP/1.1\r\nHost: x\r\nContent-Type: "
	    "text/x\r\nContent-Length: 5\r\n\r\nhello");
	t = hear(fd);
	ok(strncmp(t, "HTTP/1.1 200 ", 13) == 0 &&
		strstr(t, "\r\n\r\n<p>hello") != NULL &&
		strstr(t, "X-More: yes\r\n") != NULL &&
		strcasestr(t, "Cache-Control: no-store\r\n") != NULL &&
		strcasestr(t, "Connection: close\r\n") != NULL,
	    "the answer");
	close(fd);
	is_str(seen, "POST /u/xA [d] type=text/x body=5 from=127.0.0.1",
	    "the request");
	is_num(asked("GET / HTTP/1.0\r\n\r\n"), 200, "HTTP/1.0");
	is_str(seen, "GET / [] type= body=0 from=127.0.0.1", "as it is");
	is_num(asked("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		     "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
	    200, "in chunks");
	is_str(seen, "POST / [] type= body=5 from=127.0.0.1", "as one");
	n_asked = 0;
	ok(asked("nonsense\r\n\r\n") != 200 && n_asked == 0,
	    "what is no HTTP is handed to nobody");
}

static void
waiting(void)
{
	int a = dial(), b = dial();

	hold = 1;
	commits = 0;
	puts_to(a, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
	puts_to(b, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
	turn(50);
	ok(held.first != NULL && held.first->next != NULL, "two are held");
	hold = 0;
	ok(strncmp(hear(a), "HTTP/1.1 202 ", 13) == 0 &&
		strncmp(hear(b), "HTTP/1.1 202 ", 13) == 0,
	    "and answered");
	is_num(commits, 1, "together");
	close(a);
	close(b);
	hold = 1;
	a = dial();
	puts_to(a, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
	turn(20);
	close(a);
	turn(20);
	hold = 0;
	turn(20);
	ok(held.first == NULL, "one who has left meanwhile");
}

static void
limits(void)
{
	static char t[2 * HTTPD_HEAD_MAX];
	int n, fd[HTTPD_ADDRESS_CONNS_MAX + 1], i;

	for (i = 0; i < 2; i++) {
		n = snprintf(t, sizeof t,
		    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
		    "%d\r\n\r\n",
		    HTTPD_BODY_MAX + i);
		memset(t + n, 'x', HTTPD_BODY_MAX + i);
		t[n + HTTPD_BODY_MAX + i] = '\0';
		asked(t);
		snprintf(t, sizeof t,
		    "POST / [] type= body=%d%s from=127.0.0.1",
		    i == 0 ? HTTPD_BODY_MAX : 0, i == 0 ? "" : " too large");
		is_str(seen, t, i == 0 ? "the largest body" : "one larger");
	}
	n = snprintf(t, sizeof t,
	    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
	    "chunked\r\n\r\n%x\r\n",
	    HTTPD_BODY_MAX + 1);
	memset(t + n, 'x', HTTPD_BODY_MAX + 1);
	strcpy(t + n + HTTPD_BODY_MAX + 1, "\r\n0\r\n\r\n");
	asked(t);
	is_str(seen, "POST / [] type= body=0 too large from=127.0.0.1",
	    "in chunks, too");
	n = snprintf(t, sizeof t, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
	memset(t + n, 'x', HTTPD_HEAD_MAX);
	strcpy(t + n + HTTPD_HEAD_MAX, "\r\n\r\n");
	n_asked = 0;
	n = asked(t);
	ok((n == 431 || n == 413 || n == 400) && n_asked == 0,
	    "a head that is too large");

	hold = 1;
	for (i = 0; i <= HTTPD_ADDRESS_CONNS_MAX; i++) {
		fd[i] = dial();
		puts_to(fd[i], "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	n_asked = 0;
	turn(50);
	is_num(n_asked, HTTPD_ADDRESS_CONNS_MAX, "connections of an address");
	hold = 0;
	turn(50);
	for (i = 0; i <= HTTPD_ADDRESS_CONNS_MAX; i++)
		close(fd[i]);
	turn(20);
}

/* who trickles is closed in the end */
static void
old(void)
{
	int fd = dial();

	puts_to(fd, "GET / HTTP");
	turn(20);
	ok(server.conns.first != NULL, "it stands");
	/* as if so much time had gone by */
	server.later_ms = HTTPD_LIFE_S * 1000;
	loop_timer_set(&server.age, 0, server.age.expired, server.age.arg);
	is_str(hear(fd), "", "and is closed");
	server.later_ms = 0;
	close(fd);
	turn(20);
	ok(server.conns.first == NULL, "none is left");
}

static int
serve(void)
{
	socklen_t len = sizeof at;
	int fd = listen_open("127.0.0.1:0", 0600);

	getsockname(fd, (struct sockaddr *)&at, &len);
	server.request = on_request;
	server.before = before;
	return httpd_open(&server, fd);
}

static void
proxy(void)
{
	static const struct {
		const char *header, *from;
	} t[] = {
		{ "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7" },
		{ "X-Forwarded-For: 192.0.2.1, 192.0.2.8\r\n", "192.0.2.8" },
		{ "X-Forwarded-For: 192.0.2.1,who\r\n", "" },
		{ "X-Forwarded-For: \r\n", "" },
		{ "", "" },
	};
	char text[200], want[100];
	size_t i;

	memset(&server, 0, sizeof server);
	server.proxied = 1;
	is_num(serve(), 0, "behind a proxy");
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(text, sizeof text,
		    "GET / HTTP/1.1\r\nHost: x\r\n%s\r\n", t[i].header);
		asked(text);
		snprintf(want, sizeof want, "GET / [] type= body=0 from=%s",
		    t[i].from);
		is_str(seen, want, t[i].header);
	}
	httpd_close(&server);
}

int
main(int argc, char **args)
{
	(void)argc;
	prog_init(args);
	alarm(60);
	is_num(serve(), 0, "open");
	requests();
	waiting();
	limits();
	old();
	httpd_close(&server);
	proxy();
	return done();
}
