#include "httpd/httpd.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/num.h"
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* a connection: how long it may stay */
struct conn {
	struct list_node line;
	int fd;
	int64_t until_ms;
};

/* who asks */

/* the last address that the proxy in front has named; 0: none */
static size_t
forwarded(struct MHD_Connection *c, unsigned char ip[IP_LEN])
{
	const char *v =
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Forwarded-For");
	const char *comma = v == NULL ? NULL : strrchr(v, ',');
	size_t n;

	if (v == NULL)
		return 0;
	if (comma != NULL)
		v = comma + 1;
	v += strspn(v, " \t");
	n = strcspn(v, " \t");
	return ip_scan(v, n, ip);
}

static void
who(struct httpd_request *r)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->conn,
	    MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	unsigned char ip[IP_LEN];
	size_t n = 0;

	if (r->httpd->proxied)
		n = forwarded(r->conn, ip);
	else if (info != NULL)
		n = ip_of_sockaddr(info->client_addr, ip);
	if (n > 0)
		ip_map(r->ip, ip, n);
}

/* a request */

static enum MHD_Result
on_argument(void *arg, enum MHD_ValueKind kind, const char *key,
    const char *value)
{
	struct httpd_request *r = arg;

	(void)kind;
	(void)key;
	if (value != NULL)
		r->argument = value;
	return MHD_YES;
}

static struct httpd_request *
new_request(struct httpd *h, struct MHD_Connection *c, const char *url,
    const char *method)
{
	struct httpd_request *r = calloc(1, sizeof *r);
	const char *said;
	uint64_t n;

	if (r == NULL)
		return NULL;
	r->httpd = h;
	r->conn = c;
	r->path = url;
	r->method = method;
	r->argument = "";
	r->host = "";
	said =
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
	r->too_large = said != NULL &&
	    num_scan(said, strlen(said), 0, HTTPD_BODY_MAX, &n) == -1;
	return r;
}

static void
add_body(struct httpd_request *r, const char *p, size_t n)
{
	if (!r->too_large && buf_len(&r->body) + n <= HTTPD_BODY_MAX &&
	    buf_put(&r->body, p, n) == 0)
		return;
	r->too_large = 1;
	buf_free(&r->body);
}

/* it is whole */
static void
ask(struct httpd_request *r, const char *url, const char *method)
{
	const char *type = MHD_lookup_connection_value(r->conn, MHD_HEADER_KIND,
	    "Content-Type");
	const char *host =
	    MHD_lookup_connection_value(r->conn, MHD_HEADER_KIND, "Host");

	r->asked = 1;
	r->path = url;
	r->method = method;
	if (host != NULL)
		r->host = host;
	if (type != NULL)
		r->type = (struct slice){ type, strlen(type) };
	MHD_get_connection_values(r->conn, MHD_GET_ARGUMENT_KIND, on_argument,
	    r);
	who(r);
	r->httpd->request(r->httpd->arg, r);
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **context)
{
	struct httpd_request *r = *context;

	(void)version;
	if (r == NULL) {
		r = new_request(arg, c, url, method);
		*context = r;
		/* so large a body is not waited for */
		if (r == NULL || !r->too_large)
			return r == NULL ? MHD_NO : MHD_YES;
	}
	if (*n > 0) {
		add_body(r, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (!r->asked)
		ask(r, url, method);
	if (r->response != NULL)
		return MHD_queue_response(c, r->status, r->response);
	if (r->status != 0)
		return MHD_NO;
	r->held = 1;
	MHD_suspend_connection(c);
	return MHD_YES;
}

static void
on_completed(void *arg, struct MHD_Connection *c, void **context,
    enum MHD_RequestTerminationCode how)
{
	struct httpd_request *r = *context;

	(void)arg;
	(void)c;
	(void)how;
	if (r == NULL)
		return;
	if (r->response != NULL)
		MHD_destroy_response(r->response);
	buf_free(&r->body);
	buf_free(&r->kept);
	free(r);
	*context = NULL;
}

/* what every answer has: it is nobody's to keep, to look into, to frame */
static const char *const always[] = { "Content-Type",
	"text/html; charset=utf-8", "Cache-Control", "no-store",
	"Content-Security-Policy",
	"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
	"frame-ancestors 'none'; base-uri 'none'",
	"Referrer-Policy", "no-referrer", "X-Content-Type-Options", "nosniff",
	"X-Robots-Tag", "noindex", "Connection", "close", NULL };

static int
put_headers(struct MHD_Response *response, const char *const *h)
{
	for (; h != NULL && *h != NULL; h += 2)
		if (MHD_add_response_header(response, h[0], h[1]) != MHD_YES)
			return -1;
	return 0;
}

void
httpd_answer(struct httpd_request *r, unsigned status, const char *const *more,
    struct slice page)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(page.n,
	    (void *)page.p, MHD_RESPMEM_MUST_COPY);

	if (response != NULL &&
	    (put_headers(response, always) == -1 ||
		put_headers(response, more) == -1)) {
		MHD_destroy_response(response);
		response = NULL;
	}
	r->status = status;
	r->response = response;
	if (!r->held)
		return;
	r->held = 0;
	r->httpd->again = 1;
	MHD_resume_connection(r->conn);
}

/* connections do not live for ever, whatever they trickle */

static void
on_age(void *arg)
{
	struct httpd *h = arg;
	int64_t now = clock_mono_ms() + h->later_ms;
	struct list_node *n;

	for (n = h->conns.first; n != NULL; n = n->next) {
		struct conn *c = LIST_OF(n, struct conn, line);

		if (c->until_ms > now) {
			loop_timer_set(&h->age, c->until_ms - now, on_age, h);
			return;
		}
		shutdown(c->fd, SHUT_RDWR);
	}
}

static void
on_connection(void *arg, struct MHD_Connection *mc, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	struct httpd *h = arg;
	struct conn *c = *context;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (c != NULL) {
			list_remove(&h->conns, &c->line);
			free(c);
		}
		return;
	}
	c = need(calloc(1, sizeof *c));
	*context = c;
	c->fd = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CONNECTION_FD)
		    ->connect_fd;
	c->until_ms = clock_mono_ms() + HTTPD_LIFE_S * 1000;
	list_append(&h->conns, &c->line);
	if (!loop_timer_active(&h->age))
		loop_timer_set(&h->age, HTTPD_LIFE_S * 1000, on_age, h);
}

/* the loop */

static void
on_time(void *arg)
{
	struct httpd *h = arg;

	MHD_run(h->daemon);
}

static void
on_ready(void *arg, int events)
{
	(void)events;
	on_time(arg);
}

static void
before_wait(void *arg)
{
	struct httpd *h = arg;
	MHD_UNSIGNED_LONG_LONG ms;

	h->before(h->arg);
	if (h->again)
		MHD_run(h->daemon);
	h->again = 0;
	if (MHD_get_timeout(h->daemon, &ms) == MHD_YES)
		loop_timer_set(&h->timer, (int64_t)ms, on_time, h);
	else
		loop_timer_stop(&h->timer);
}

int
httpd_open(struct httpd *h, int listening)
{
	const union MHD_DaemonInfo *info;

	h->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME,
	    0, NULL, NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET, listening,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTPD_CONNS_MAX,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    h->proxied ? 0u : (unsigned)HTTPD_ADDRESS_CONNS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTPD_IDLE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTPD_HEAD_MAX,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
	if (h->daemon == NULL) {
		errno = errno == 0 ? EINVAL : errno;
		return -1;
	}
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL) {
		MHD_stop_daemon(h->daemon);
		errno = ENOSYS;
		return -1;
	}
	loop_io_start(&h->io, info->epoll_fd, LOOP_READ, on_ready, h);
	loop_hook_start(&h->hook, before_wait, h);
	return 0;
}

void
httpd_close(struct httpd *h)
{
	loop_io_stop(&h->io);
	loop_timer_stop(&h->timer);
	loop_timer_stop(&h->age);
	MHD_stop_daemon(h->daemon);
	h->daemon = NULL;
}
