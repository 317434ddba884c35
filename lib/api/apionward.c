#include "api/apionward.h"
#include "base/die.h"
#include "chain/dial.h"
#include "chain/wire.h"
#include "httpd/httpstatus.h"
#include <stdlib.h>
#include <string.h>

/* what goes there */

static int
field(struct buf *b, const char *name, struct slice value)
{
	return buf_printf(b, "%s: ", name) == -1 ||
		buf_put(b, value.p, value.n) == -1
	    ? -1
	    : buf_puts(b, "\r\n");
}

static int
request_line(struct buf *b, const struct httphead *h)
{
	if (buf_put(b, h->method.p, h->method.n) == -1 ||
	    buf_putc(b, ' ') == -1 || buf_put(b, h->path.p, h->path.n) == -1)
		return -1;
	if (h->query.n > 0 &&
	    (buf_putc(b, '?') == -1 ||
		buf_put(b, h->query.p, h->query.n) == -1))
		return -1;
	return buf_puts(b,
	    " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
}

int
apionward_request(struct buf *b, const struct httphead *h, const char *ip,
    struct slice body)
{
	static const char *const kept[] = { "Authorization", "Content-Type",
		"If-Match", "If-None-Match" };
	const struct slice *v;
	size_t i;

	if (request_line(b, h) == -1)
		return -1;
	for (i = 0; i < sizeof kept / sizeof *kept; i++) {
		v = httphead_find(h, kept[i]);
		if (v != NULL && field(b, kept[i], *v) == -1)
			return -1;
	}
	if (ip[0] != '\0' && buf_printf(b, "X-Forwarded-For: %s\r\n", ip) == -1)
		return -1;
	if (buf_printf(b, "Content-Length: %zu\r\n\r\n", body.n) == -1)
		return -1;
	return buf_put(b, body.p, body.n);
}

/* what comes back */

static int
status_line(struct slice l, unsigned *status)
{
	if (l.n < 12 || memcmp(l.p, "HTTP/1.1 ", 9) != 0 ||
	    !ascii_digit(l.p[9]) || !ascii_digit(l.p[10]) ||
	    !ascii_digit(l.p[11]) || (l.n > 12 && l.p[12] != ' '))
		return -1;
	*status = (unsigned)((l.p[9] - '0') * 100 + (l.p[10] - '0') * 10 +
	    l.p[11] - '0');
	return *status >= 200 && httpstatus_phrase(*status)[0] != '\0' ? 0 : -1;
}

/* NAME: VALUE of the answer; 0, or -1 */
static int
take_field(struct apionward_answer *a, struct buf *more, struct slice l)
{
	static const char *const handed_on[] = { "ETag", "Allow", "Retry-After",
		"WWW-Authenticate", "Location" };
	const char *colon = l.n == 0 ? NULL : memchr(l.p, ':', l.n);
	struct slice v;
	size_t n, i;

	if (colon == NULL)
		return -1;
	n = (size_t)(colon - l.p);
	v = slice_trim((struct slice){ colon + 1, l.n - n - 1 });
	if (ascii_is(l.p, n, "Content-Type"))
		a->type = v;
	for (i = 0; i < sizeof handed_on / sizeof *handed_on; i++)
		if (ascii_is(l.p, n, handed_on[i]))
			return field(more, handed_on[i], v);
	return 0;
}

/* its bytes must be so many as it says: the connection may have been lost */
static int
take_length(const char *p, size_t n, size_t *left)
{
	static const char name[] = "\r\nContent-Length: ";
	const char *at = memmem(p, n, name, sizeof name - 1);
	size_t v = 0;

	if (at == NULL)
		return -1;
	for (at += sizeof name - 1; ascii_digit(*at) && v < SIZE_MAX / 100;
	     at++)
		v = 10 * v + (size_t)(*at - '0');
	*left = v;
	return *at == '\r' ? 0 : -1;
}

int
apionward_read(struct apionward_answer *a, struct buf *more, const char *p,
    size_t n)
{
	const char *end = n == 0 ? NULL : memmem(p, n, "\r\n\r\n", 4), *eol;
	size_t length;
	struct slice l;

	memset(a, 0, sizeof *a);
	if (end == NULL || take_length(p, (size_t)(end - p) + 2, &length) == -1)
		return -1;
	a->content = (struct slice){ end + 4, n - (size_t)(end - p) - 4 };
	for (; p < end; p = eol + 2) {
		eol = memmem(p, (size_t)(end - p) + 2, "\r\n", 2);
		l = (struct slice){ p, (size_t)(eol - p) };
		if (a->status == 0 ? status_line(l, &a->status) == -1
				   : take_field(a, more, l) == -1)
			return -1;
	}
	return a->status != 0 && a->content.n == length ? 0 : -1;
}

/* a connection */

struct apionward {
	struct wire wire;
	struct apicall *call;
	struct apionward *next;
};

static void
drop(struct apionward *o)
{
	struct apionward **at = &o->call->api->onward_open;

	while (*at != o)
		at = &(*at)->next;
	*at = o->next;
	o->call->onward = NULL;
	wire_close(&o->wire);
	free(o);
}

void
apionward_cancel(struct apicall *call)
{
	if (call->onward != NULL)
		drop(call->onward);
}

static void
answer(struct apicall *call, const struct apionward_answer *a,
    const struct buf *more)
{
	struct buf type = { 0 };

	needs(buf_put(&type, a->type.p, a->type.n));
	needs(buf_putc(&type, '\0'));
	apiconn_answer(call->conn,
	    &(struct apiconn_answer){ .status = a->status,
		.type = a->type.n == 0 ? NULL : buf_data(&type),
		.more = buf_data(more),
		.content = a->content,
		.no_content = call->head });
	buf_free(&type);
}

static void
on_ended(void *arg, int err)
{
	struct apionward *o = arg;
	struct apicall *call = o->call;
	struct apionward_answer a;
	struct buf more = { 0 }, in = { 0 };

	/* what was read outlives its wire */
	if (err == 0)
		needs(buf_put(&in, buf_data(&o->wire.in),
		    buf_len(&o->wire.in)));
	drop(o);
	if (apionward_read(&a, &more, buf_data(&in), buf_len(&in)) == 0) {
		needs(buf_putc(&more, '\0'));
		answer(call, &a, &more);
	} else {
		apicall_refuse(call, 503, "it cannot be done now", NULL,
		    API_RETRY_S);
	}
	buf_free(&more);
	buf_free(&in);
}

static size_t
on_record(void *arg, const char *p, size_t n)
{
	(void)arg;
	(void)p;
	(void)n;
	return 0; /* it is whole when the connection ends */
}

/* what it says is still to be read */
static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err;
}

/* is there room for one more of this organisation? */
static int
has_room(const struct apicall *call)
{
	const struct apionward *o;
	unsigned n = 0, own = 0;

	for (o = call->api->onward_open; o != NULL; o = o->next) {
		n++;
		own += strcmp(o->call->who.org, call->who.org) == 0;
	}
	return n < APIONWARD_OPEN_MAX && own < APIONWARD_ORG_MAX;
}

void
apionward_send(struct apicall *call)
{
	static const struct wire_ops ops = { on_record, on_ended, on_gone,
		NULL };
	struct api *api = call->api;
	struct apionward *o;
	int fd = has_room(call) ? dial_path(api->onward_at) : -1;

	if (fd == -1) {
		apicall_refuse(call, 503, "it cannot be done now", NULL,
		    API_RETRY_S);
		return;
	}
	o = need(calloc(1, sizeof *o));
	o->call = call;
	o->next = api->onward_open;
	api->onward_open = o;
	call->onward = o;
	wire_open(&o->wire, fd, fd, &ops, o);
	o->wire.record_max = APIONWARD_ANSWER_MAX;
	needs(apionward_request(&o->wire.out, call->conn->request->head,
	    call->ip,
	    (struct slice){ buf_data(&call->body), buf_len(&call->body) }));
	wire_dirty(&o->wire);
}
