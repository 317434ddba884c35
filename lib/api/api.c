#include "api/api.h"
#include "api/apicall.h"
#include "api/apiletter.h"
#include "api/apionward.h"
#include "api/apisend.h"
#include "base/die.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* requests that are none */
static void
on_fault(void *arg, struct apiconn *c, unsigned status, const char *why)
{
	char more[160];

	(void)arg;
	apicall_tell(c->request == NULL ? NULL : c->request->user, c, status,
	    why, NULL);
	apicall_problem(c, status, why, NULL,
	    apicall_with_status(status, status == 503 ? API_RETRY_S : 0, more),
	    0);
}

/* a call's life */

static struct apicall *
new_call(struct api *api, struct apiconn *c)
{
	struct apicall *call = need(calloc(1, sizeof *call));
	unsigned char ip[IP_LEN];

	call->api = api;
	call->conn = c;
	call->over_tls = c->over_tls;
	if (c->known) {
		memcpy(ip, c->ip, sizeof ip);
		ip_text(ip, ip_unmap(ip, IP_LEN), call->ip);
	}
	digest_init(&call->sum);
	c->request->user = call;
	return call;
}

static void
on_end(void *arg, struct apiconn *c)
{
	struct apicall *call = c->request->user;

	(void)arg;
	if (call == NULL)
		return;
	if (call->asked != NULL)
		accountask_cancel(call->asked);
	call->asked = NULL;
	apionward_cancel(call);
	call->conn = NULL;
	apicall_free(call);
}

/* whose it is */

static void
know(struct apicall *call, const struct accountwire_answer *a)
{
	struct apiwho *w = &call->who;

	w->known = 1;
	w->role = a->role;
	memcpy(w->org, a->org, sizeof w->org);
	memcpy(w->user, a->user, sizeof w->user);
	if (a->user[0] == '\0')
		memcpy(w->user, a->key, sizeof a->key);
	memcpy(w->tenant, a->tenant, sizeof w->tenant);
	memcpy(w->senders, a->senders, sizeof w->senders);
}

static void
go_on(struct apicall *call)
{
	if (!call->signs) {
		apiconn_body(call->conn);
		return;
	}
	if (call->route == APIROUTE_RAW)
		apisend_raw(call);
	else
		apisend_json(call);
}

static void
on_account(void *arg, const struct accountwire_answer *a)
{
	struct apicall *call = arg;

	call->asked = NULL;
	if (a == NULL || a->status == ACCOUNTWIRE_LATER) {
		apicall_refuse(call, 503, "it cannot be known now who you are",
		    "4.3.0", API_RETRY_S);
	} else if (a->status == ACCOUNTWIRE_SLOW) {
		apicall_refuse(call, 429,
		    "too many requests with this credential", NULL,
		    a->wait_s > 0 ? a->wait_s : 1);
	} else if (a->status == ACCOUNTWIRE_OFF) {
		apicall_refuse(call, 403, "the organisation is suspended", NULL,
		    0);
	} else if (a->status != ACCOUNTWIRE_OK) {
		apicall_refuse(call, 401, "that is no credential here", NULL,
		    0);
	} else if (call->route != APIROUTE_ONWARD &&
	    account_may_scoped(a->role, a->scopes, ACCOUNT_SEND) ==
		ACCOUNT_NO) {
		apicall_refuse(call, 403, "this credential may not send", NULL,
		    0);
	} else {
		know(call, a);
		go_on(call);
	}
}

/* the question is put; what it shows of the request is copied there */
static void
ask(struct apicall *call)
{
	call->cred.q.value[ACCOUNTWIRE_IP] =
	    (struct slice){ call->ip, strlen(call->ip) };
	call->asked = accountask_ask(call->api->accounts, &call->cred.q,
	    on_account, call);
	httpcred_wipe(&call->cred);
	if (call->asked != NULL)
		return;
	if (errno == EMSGSIZE)
		apicall_refuse(call, 401, "that is no credential here", NULL,
		    0);
	else
		apicall_refuse(call, 503, "too busy", "4.3.2", API_RETRY_S);
}

/* a head */

/* the type alone, without parameters */
static int
type_is(struct slice v, const char *type)
{
	const char *semi = v.n == 0 ? NULL : memchr(v.p, ';', v.n);

	if (semi != NULL)
		v.n = (size_t)(semi - v.p);
	v = slice_trim(v);
	return ascii_is(v.p, v.n, type);
}

/* is the body of a kind that this call takes? */
static int
type_fits(const struct apicall *call, const struct httphead *h)
{
	const struct slice *v = httphead_find(h, "Content-Type");

	if (h->coded || httphead_count(h, "Content-Type") > 1)
		return 0;
	if (v == NULL)
		return 1;
	if (call->route == APIROUTE_RAW)
		return type_is(*v, "application/octet-stream") ||
		    type_is(*v, "message/rfc822") ||
		    type_is(*v, "message/global");
	return type_is(*v, "application/json") ||
	    /* SES's own SDKs, and clients that are content with the default */
	    type_is(*v, "application/x-amz-json-1.1");
}

static uint64_t
body_max(const struct apicall *call)
{
	switch (call->route) {
	case APIROUTE_RAW: return call->api->size_max;
	case APIROUTE_ONWARD: return APIONWARD_BODY_MAX;
	default: return call->api->json_max;
	}
}

static int
take_idempotency(struct apicall *call, const struct httphead *h)
{
	const struct slice *v = httphead_find(h, "Idempotency-Key");

	if (v == NULL)
		return 0;
	if (v->n == 0 || v->n > API_KEY_MAX ||
	    httphead_count(h, "Idempotency-Key") > 1)
		return -1;
	memcpy(call->key, v->p, v->n);
	call->key[v->n] = '\0';
	return 0;
}

static void
on_mail(struct apicall *call, const struct httphead *h)
{
	if (httpcred_read(&call->cred, h) == -1) {
		apicall_refuse(call, 401, "a credential is wanted", NULL, 0);
	} else if (!type_fits(call, h)) {
		apicall_refuse(call, 415,
		    "a body of this type is not taken here", NULL, 0);
	} else if (h->has_length && h->length > body_max(call)) {
		apicall_refuse(call, 413, "the body is too large", "5.3.4", 0);
	} else if (take_idempotency(call, h) == -1) {
		apicall_refuse(call, 400,
		    "Idempotency-Key: 1 to 200 bytes, once, are wanted", NULL,
		    0);
	} else if (call->cred.q.scheme == ACCOUNTWIRE_HMAC) {
		call->signs = 1;
		apiconn_body(call->conn);
	} else {
		ask(call);
	}
}

static void
say(struct apicall *call, const char *type, struct slice content)
{
	apiconn_answer(call->conn,
	    &(struct apiconn_answer){ .status = 200,
		.type = type,
		.more = "",
		.content = content,
		.no_content = call->head });
}

/* what http-admin knows.  It is asked for nobody who is unknown; and a signature is
 * good once, and so would be none there */
static void
on_onward(struct apicall *call, const struct httphead *h)
{
	call->route = APIROUTE_ONWARD;
	if (httpcred_read(&call->cred, h) == -1)
		apicall_refuse(call, 401, "a credential is wanted", NULL, 0);
	else if (call->cred.q.scheme == ACCOUNTWIRE_HMAC)
		apicall_refuse(call, 401,
		    "a signature is not taken for this: Bearer or Basic", NULL,
		    0);
	else if (h->coded || h->gzip)
		apicall_refuse(call, 415, "a body in a coding is not taken",
		    NULL, 0);
	else if (h->has_length && h->length > body_max(call))
		apicall_refuse(call, 413, "the body is too large", NULL, 0);
	else
		ask(call);
}

/* is it http-admin's, where there is one? */
static int
is_onward(const struct api *api, const struct httphead *h, unsigned bad)
{
	return bad != 0 && api->onward_at != NULL &&
	    (ascii_begins(h->path.p, h->path.n, "/v1/") ||
		ascii_begins(h->path.p, h->path.n, "/api/"));
}

/* what whoever asks is told */
static void
on_open(struct apicall *call)
{
	static const char good[] = "{\"status\":\"ok\"}\n";

	if (call->route == APIROUTE_OPENAPI)
		say(call, "application/json", call->api->openapi);
	else if (handover_start(&call->api->in->next) == -1)
		apicall_refuse(call, 503, "the queue is not available", "4.3.0",
		    API_RETRY_S);
	else
		say(call, "application/json",
		    (struct slice){ good, sizeof good - 1 });
}

static void
on_head(void *arg, struct apiconn *c)
{
	const struct httphead *h = c->request->head;
	struct apicall *call = new_call(arg, c);
	const char *allow = NULL;
	char more[160];
	unsigned bad;

	call->head = h->method.n == 4 && memcmp(h->method.p, "HEAD", 4) == 0;
	bad = apiroute_find(h->method, h->path, &call->route, &allow);
	if (is_onward(call->api, h, bad)) {
		on_onward(call, h);
	} else if (bad == 404) {
		apicall_refuse(call, 404, "there is nothing of that name", NULL,
		    0);
	} else if (bad == 405) {
		snprintf(more, sizeof more, "Allow: %s\r\n", allow);
		apicall_problem(c, 405, "not by this method", NULL, more,
		    call->head);
	} else if (apiroute_sends(call->route)) {
		on_mail(call, h);
	} else {
		on_open(call);
	}
}

/* a body */

static void
too_large(struct apicall *call)
{
	apicall_refuse(call, 413, "the body is too large", "5.3.4", 0);
}

/* a part of a message; how much is said in its own count */
static void
add_raw(struct apicall *call, const char *p, size_t n)
{
	if (call->letter == NULL)
		call->letter = apiletter_new(call);
	if (call->letter == NULL) {
		apicall_refuse(call, 503, "no room for this now", "4.3.1",
		    API_RETRY_S);
		return;
	}
	call->letter->bytes += n;
	if (call->letter->bytes > call->api->size_max)
		too_large(call);
	else
		apiletter_add(call, p, n);
}

static void
add_json(struct apicall *call, const char *p, size_t n)
{
	struct share *share = &call->api->in->store.share;

	if (call->party == NULL)
		call->party = apicall_party(call);
	if (buf_len(&call->body) + n > body_max(call)) {
		too_large(call);
	} else if (call->party == NULL ||
	    share_take(share, SHARE_MEMORY, &call->party->share, n) == -1) {
		apicall_refuse(call, 503, "no room for this now", "4.3.1",
		    API_RETRY_S);
	} else {
		call->charged += n;
		needs(buf_put(&call->body, p, n));
	}
}

static void
on_body(void *arg, struct apiconn *c, const char *p, size_t n)
{
	struct apicall *call = c->request->user;

	(void)arg;
	digest_add(&call->sum, p, n);
	if (call->route == APIROUTE_RAW)
		add_raw(call, p, n);
	else
		add_json(call, p, n);
}

static void
on_whole(void *arg, struct apiconn *c)
{
	struct apicall *call = c->request->user;
	struct buf b = { 0 };

	(void)arg;
	digest_end(&call->sum, call->digest);
	if (call->signs) {
		needs(httpcred_signed(&call->cred, &b, c->request->head,
		    call->digest));
		ask(call);
		buf_free(&b);
	} else if (call->route == APIROUTE_RAW) {
		apisend_raw(call);
	} else if (call->route == APIROUTE_ONWARD) {
		apionward_send(call);
	} else {
		apisend_json(call);
	}
}

void
api_open(struct api *api)
{
	static const struct apiconn_calls calls = { on_head, on_body, on_whole,
		on_end, on_fault };

	api->server.calls = &calls;
	api->server.arg = api;
	api->server.store = &api->in->store;
	api->server.unpacked_max =
	    api->size_max > api->json_max ? api->size_max : api->json_max;
}
