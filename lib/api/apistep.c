#include "api/apistep.h"
#include "api/apianswer.h"
#include "base/die.h"
#include "httpd/packing.h"
#include "recv/party.h"
#include <stdlib.h>
#include <string.h>

/* time */

void
apistep_wait(struct apiconn *c, enum apiconn_state state)
{
	c->came = 0;
	waits_set(&c->server->waits, &c->waiter, state);
}

/* the state changes, and with it what is waited for */
void
apistep_enter(struct apiconn *c, enum apiconn_state state)
{
	c->state = (unsigned char)state;
	apistep_wait(c, state);
}

/* the request */

struct share_holder *
apistep_holder(const struct apiconn *c)
{
	return c->party == NULL ? NULL : &c->party->share;
}

static void
drop_unpacker(struct apiconn *c)
{
	if (c->request->unpack == NULL)
		return;
	unpacker_free(c->request->unpack);
	c->request->unpack = NULL;
	share_give(&c->server->store->share, SHARE_MEMORY, apistep_holder(c),
	    PACKING_MEMORY_BYTES);
}

void
apistep_end(struct apiconn *c)
{
	struct apiconn_request *r = c->request;

	if (r == NULL)
		return;
	c->server->calls->end(c->server->arg, c);
	drop_unpacker(c);
	c->request = NULL;
	free(r);
}

/* with the bytes that its slices show, and they as that */
static struct apiconn_request *
keep(const struct httphead *head, const char *p, size_t n)
{
	struct apiconn_request *r = malloc(sizeof *r + sizeof *head + n);
	char *bytes;

	if (r == NULL)
		return NULL;
	memset(r, 0, sizeof *r);
	r->head = (struct httphead *)(r + 1);
	bytes = (char *)(r->head + 1);
	memcpy(bytes, p, n);
	/* it was read once already: it is one */
	if (httphead_parse(r->head, bytes, n) == 0)
		return r;
	free(r);
	return NULL;
}

/* the last address that the proxy in front has named */
static void
forwarded(struct apiconn *c)
{
	const struct httphead *h = c->request->head;
	unsigned char ip[IP_LEN];
	struct slice last = { NULL, 0 };
	unsigned i;
	size_t n;

	for (i = 0; i < h->n; i++)
		if (ascii_is(h->field[i].name.p, h->field[i].name.n,
			"X-Forwarded-For"))
			last = h->field[i].value;
	for (n = last.n; n > 0 && last.p[n - 1] != ','; n--)
		;
	last = slice_trim((struct slice){ last.p + n, last.n - n });
	n = ip_scan(last.p, last.n, ip);
	c->known = n > 0;
	if (n > 0)
		ip_map(c->ip, ip, n);
}

void
apistep_fault(struct apiconn *c, unsigned status, const char *why)
{
	c->last = 1;
	c->server->calls->fault(c->server->arg, c, status, why);
}

/* what is read */

/* a head, if it is whole; 1: go on */
static int
read_head(struct apiconn *c, const char **p, const char *end)
{
	struct apiserver *s = c->server;
	size_t n = (size_t)(end - *p), used;
	unsigned bad;

	if (n == 0 || c->last || stream_pending(&c->stream) > 0)
		return 0;
	used = httphead_end(*p, n, &bad);
	if (used == 0 && bad == 0) {
		if (c->state == APICONN_IDLE)
			apistep_enter(c, APICONN_HEAD);
		return 0;
	}
	if (bad == 0)
		bad = httphead_parse(&s->head, *p, used);
	if (bad != 0) {
		apistep_fault(c, bad, apianswer_why(bad));
		return 0;
	}
	c->request = keep(&s->head, *p, used);
	*p += used;
	if (c->request == NULL) {
		apistep_fault(c, 503, "out of memory");
		return 0;
	}
	if (s->proxied)
		forwarded(c);
	httpbody_init(&c->body, c->request->head);
	c->last |= c->request->head->close || s->stopping;
	apistep_enter(c, APICONN_HELD);
	s->calls->head(s->arg, c);
	return 1;
}

/* a piece in gzip */
static void
unpack(struct apiconn *c, struct slice in)
{
	struct apiserver *s = c->server;
	struct slice piece;
	enum packing ev;

	do {
		ev = unpacker_feed(c->request->unpack, &in, &piece);
		if (ev == PACKING_DATA)
			s->calls->body(s->arg, c, piece.p, piece.n);
	} while ((ev == PACKING_DATA || (ev == PACKING_END && in.n > 0)) &&
	    !c->request->answered);
	if (c->request->answered)
		return;
	if (ev == PACKING_BAD)
		apistep_fault(c, 400, "the body is no gzip, or damaged");
	else if (ev == PACKING_LARGE)
		apistep_fault(c, 413,
		    "too much comes of the body when unpacked");
}

/* all of the body is there */
static void
whole(struct apiconn *c)
{
	struct apiserver *s = c->server;

	if (c->request->unpack != NULL && !unpacker_ended(c->request->unpack)) {
		apistep_fault(c, 400, "the body in gzip is cut short");
		return;
	}
	apistep_enter(c, APICONN_HELD);
	s->calls->whole(s->arg, c);
}

static void
progress(struct apiconn *c, size_t n)
{
	c->came += (uint32_t)n;
	if (c->came >= APICONN_PROGRESS)
		apistep_wait(c, APICONN_BODY);
}

static int
read_body(struct apiconn *c, const char **p, const char *end)
{
	struct apiserver *s = c->server;
	struct slice piece;
	enum httpbody_event ev;
	size_t n;

	n = httpbody_feed(&c->body, *p, (size_t)(end - *p), &piece, &ev);
	*p += n;
	progress(c, n);
	switch (ev) {
	case HTTPBODY_MORE: return 0;
	case HTTPBODY_DATA:
		if (c->request->unpack != NULL)
			unpack(c, piece);
		else
			s->calls->body(s->arg, c, piece.p, piece.n);
		return 1;
	case HTTPBODY_END: whole(c); return 1;
	default:
		apistep_fault(c, 400, "the chunks of the body are none");
		return 0;
	}
}

/* 1: something was done, and there may be more */
int
apistep(struct apiconn *c, const char **p, const char *end)
{
	if (c->request != NULL && c->request->answered)
		apistep_end(c);
	switch (c->state) {
	case APICONN_IDLE:
	case APICONN_HEAD: return read_head(c, p, end);
	case APICONN_BODY: return read_body(c, p, end);
	default: return 0;
	}
}

int
apistep_unpack(struct apiconn *c)
{
	struct apiserver *s = c->server;

	if (!c->request->head->gzip)
		return 0;
	if (share_take(&s->store->share, SHARE_MEMORY, apistep_holder(c),
		PACKING_MEMORY_BYTES) == -1)
		return -1;
	c->request->unpack = unpacker_new(s->unpacked_max);
	if (c->request->unpack == NULL)
		share_give(&s->store->share, SHARE_MEMORY, apistep_holder(c),
		    PACKING_MEMORY_BYTES);
	return c->request->unpack == NULL ? -1 : 0;
}
