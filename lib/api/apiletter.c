#include "api/apiletter.h"
#include "api/apicall.h"
#include "account/senders.h"
#include "base/clock.h"
#include "base/die.h"
#include "format/envlines.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include "mail/rcptfields.h"
#include "recv/headlook.h"
#include "recv/headnotes.h"
#include "recv/party.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	PRIO_LEAST = 3 /* more urgent is for who runs the instance */
};

static const char full[] = "4.3.1 no room for this now, try again later",
		  bare[] = "5.6.0 a CR that ends no line is in the message",
		  hops[] = "5.4.6 too many hops; this message is looping",
		  long_header[] = "5.6.0 too long a header",
		  no_sender[] = "5.5.2 no sender",
		  no_rcpts[] = "5.5.1 no recipients",
		  bad_query[] = "5.5.4 a value of the query is none",
		  not_yours[] = "5.7.1 you may not send as this address",
		  tenants[] = "5.7.1 that is another tenant";

unsigned
apiletter_status(const char *why)
{
	if (why[0] == '4')
		return 503;
	return strncmp(why, "5.7.", 4) == 0 ? 403 : 422;
}

/* content */

static const char *
proto(const struct apicall *call)
{
	return call->over_tls ? "HTTPS" : "HTTP";
}

struct incoming *
apiletter_new(struct apicall *call)
{
	struct inbound *in = call->api->in;
	struct received r = { .client = call->ip[0] == '\0' ? NULL : call->ip,
		.by = in->config.host,
		.with = proto(call),
		.now = clock_wall_s() };
	struct incoming *l = incoming_new(&in->store, apicall_party(call));

	if (l == NULL)
		return NULL;
	l->since_ms = clock_mono_ms();
	l->clean = 1;
	buf_clear(&in->scratch);
	needs(received_put(&in->scratch, &r));
	incoming_front(l, buf_data(&in->scratch), buf_len(&in->scratch));
	return l;
}

void
apiletter_add(struct apicall *call, const char *p, size_t n)
{
	struct buf *t = &call->api->in->scratch;
	size_t got;

	buf_clear(t);
	needs(buf_reserve(t, n + 1));
	got = crlf_feed(&call->crlf, p, n, buf_tail(t));
	call->bare |= memchr(buf_tail(t), '\r', got) != NULL;
	incoming_add(call->letter, buf_tail(t), got);
}

const char *
apiletter_whole(struct apicall *call, struct incoming *l)
{
	if (call->bare || call->crlf.cr)
		return bare;
	return incoming_whole(l) == -1 ? full : NULL;
}

/* the envelope as it is asked for */

static int
put(struct buf *env, const char *key, const char *v, size_t n)
{
	return parcel_put(env, key, v, n);
}

/* an address in the one form in which it is kept; NULL, or why not */
static const char *
put_address(struct apicall *call, struct buf *env, const char *key,
    const char *p, size_t n)
{
	struct inbound *in = call->api->in;
	struct address_parts a;
	struct buf t = { 0 };
	size_t used;
	int r;

	while (n > 0 && ascii_blank(*p)) {
		p++;
		n--;
	}
	while (n > 0 && ascii_blank(p[n - 1]))
		n--;
	if (address_path(p, n, ADDRESS_BARE | ADDRESS_UTF8, &a, &used) !=
		ADDRESS_GOOD ||
	    used != n || (a.len == 0 && strcmp(key, "to") == 0)) {
		snprintf(call->why, sizeof call->why, "5.1.%c no address: %.*s",
		    key[0] == 't' ? '3' : '7', n > 100 ? 100 : (int)n, p);
		return call->why;
	}
	needs(buf_reserve(&t, a.len));
	buf_added(&t, address_plain(a.text, a.len, buf_tail(&t)));
	if (a.len > 0 && a.domain == NULL)
		needs(buf_printf(&t, "@%s", in->config.host));
	r = put(env, key, buf_data(&t), buf_len(&t));
	buf_free(&t);
	return r == -1 ? full : NULL;
}

/* those of a list with commas between */
static const char *
put_list(struct apicall *call, struct buf *env, struct slice list)
{
	const char *p = list.p, *end = p + list.n, *why = NULL;
	char a[ADDRLIST_ADDRESS_MAX + 1];
	long n;

	while (why == NULL && (n = addrlist_next(&p, end, a)) != 0) {
		if (n == -1)
			return "5.1.3 an entry is no address";
		why = put_address(call, env, "to", a, (size_t)n);
	}
	return why;
}

/* the first address of From, or of Sender where it says something */
static const char *
header_sender(struct apicall *call, struct slice header, struct buf *env)
{
	static const char *const names[] = { "Sender", "From" };
	char a[ADDRLIST_ADDRESS_MAX + 1];
	struct header_field f;
	unsigned i;

	for (i = 0; i < 2; i++) {
		const char *p;
		long n;

		if (!header_find(header.p, header.n, names[i], &f) ||
		    header_silent(&f))
			continue;
		p = f.value;
		n = addrlist_next(&p, f.value + f.value_len, a);
		if (n > 0)
			return put_address(call, env, "from", a, (size_t)n);
	}
	return no_sender;
}

static const char *
header_rcpts(struct apicall *call, struct slice header, struct buf *env)
{
	const char *p = header.p, *end = p + header.n, *why = NULL;
	int resent = rcptfields_resent(header.p, header.n);
	struct header_field f;

	while (why == NULL && header_field(&p, end, &f))
		if (rcptfields_is(f.name, f.name_len, resent) &&
		    !header_silent(&f))
			why = put_list(call, env,
			    (struct slice){ f.value, f.value_len });
	return why;
}

static const char *
open_header(struct apicall *call, struct incoming *l, struct slice *header)
{
	return headlook_open(l, &call->api->in->scratch, header) == -1
	    ? errno == E2BIG ? long_header : full
	    : NULL;
}

static int
has(const struct buf *env, const char *key)
{
	const char *p = buf_data(env), *end = p + buf_len(env);
	struct parcel_line at;

	while (p < end && parcel_next(&p, end, &at) == 1)
		if (parcel_is(&at, key))
			return 1;
	return 0;
}

/* what nothing else has said stands in the header */
static const char *
from_header(struct apicall *call, struct incoming *l, struct buf *env)
{
	int sender = has(env, "from"), rcpts = has(env, "to");
	const char *why = NULL;
	struct slice header;

	if (sender && rcpts)
		return NULL;
	why = open_header(call, l, &header);
	if (why == NULL && !sender)
		why = header_sender(call, header, env);
	if (why == NULL && !rcpts)
		why = header_rcpts(call, header, env);
	return why != NULL ? why : has(env, "to") ? NULL : no_rcpts;
}

/* each value of that name in the query; as an address, or as it stands */
static const char *
queries(struct apicall *call, struct buf *env, const char *name,
    const char *key)
{
	const struct httphead *h = call->conn->request->head;
	char v[PARCEL_LINE_MAX / 2];
	const char *why = NULL;
	unsigned i;
	long n;

	for (i = 0; why == NULL; i++) {
		n = httphead_query(h, name, i, v, sizeof v);
		if (n == -1)
			break;
		if (n == -2)
			return bad_query;
		if (strcmp(key, "from") == 0 || strcmp(key, "to") == 0)
			why = put_address(call, env, key, v, (size_t)n);
		else if (put(env, key, v, (size_t)n) == -1)
			why = full;
	}
	return why;
}

static const char *
fields(struct apicall *call, struct buf *env)
{
	const struct httphead *h = call->conn->request->head;
	const struct slice *from = httphead_find(h, "X-Envelope-From");
	const char *why = NULL;
	unsigned i;

	if (from != NULL && !has(env, "from"))
		why = put_address(call, env, "from", from->p, from->n);
	for (i = 0; why == NULL && i < h->n; i++)
		if (ascii_is(h->field[i].name.p, h->field[i].name.n,
			"X-Envelope-To"))
			why = put_list(call, env, h->field[i].value);
	return why;
}

const char *
apiletter_envelope(struct apicall *call, struct incoming *l, struct buf *env)
{
	static const char *const lines[] = { "from", "to", "tag", "hold-until",
		"expire", "prio" };
	const char *why = NULL;
	unsigned i;

	for (i = 0; why == NULL && i < sizeof lines / sizeof *lines; i++)
		why = queries(call, env, lines[i], lines[i]);
	if (why == NULL)
		why = fields(call, env);
	return why == NULL ? from_header(call, l, env) : why;
}

const char *
apiletter_lines(struct apicall *call, struct incoming *l, const char *from,
    json_t *to, struct buf *env)
{
	const char *why = NULL;
	json_t *v;
	size_t i;

	if (from != NULL)
		why = put_address(call, env, "from", from, strlen(from));
	json_array_foreach(to, i, v) if (why == NULL) why = put_address(call,
	    env, "to", json_string_value(v), json_string_length(v));
	return why == NULL ? from_header(call, l, env) : why;
}

/* the envelope as it goes down */

static const char *
add(struct incoming *l, const char *key, const char *v, size_t n)
{
	return incoming_line(l, key, v, n) == -1 ? full : NULL;
}

static const char *
adds(struct incoming *l, const char *key, const char *v)
{
	return add(l, key, v, strlen(v));
}

/* an instance's own people may name any tenant, and be as urgent as they like */
static int
above(const struct apicall *call)
{
	return call->who.role == ACCOUNT_ADMIN ||
	    call->who.role == ACCOUNT_OPERATOR;
}

static const char *
take_key(struct apicall *call, struct incoming *l, const char *v, size_t n)
{
	char t[ACCOUNTWIRE_ORG_MAX + API_KEY_MAX + 32];
	unsigned char sum[DIGEST_LEN];
	struct digest d;
	size_t at, i;

	at = (size_t)snprintf(t, sizeof t, "%s/", call->who.org);
	if (n <= API_KEY_MAX + 16) {
		memcpy(t + at, v, n);
		return add(l, "key", t, at + n);
	}
	digest_init(&d);
	digest_add(&d, v, n);
	digest_end(&d, sum);
	for (i = 0; i < sizeof sum; i++)
		ascii_hex(t + at + 2 * i, sum[i]);
	return add(l, "key", t, at + 2 * sizeof sum);
}

static const char *
take_line(struct apicall *call, struct incoming *l,
    const struct parcel_line *at)
{
	char key[32], v[PARCEL_LINE_MAX];
	long n = envlines_value(at, v);

	if (n == -1 || at->key_len >= sizeof key)
		return "5.6.0 a line of the envelope is none";
	snprintf(key, sizeof key, "%.*s", (int)at->key_len, at->key);
	if (strcmp(key, "tenant") == 0) {
		if (strcmp(v, call->who.tenant) == 0)
			return NULL;
		if (!above(call))
			return tenants;
		snprintf(call->who.tenant, sizeof call->who.tenant, "%s", v);
		return NULL;
	}
	if (strcmp(key, "key") == 0)
		return take_key(call, l, v, (size_t)n);
	if (strcmp(key, "prio") == 0) {
		if (n == 1 && v[0] >= '0' && v[0] < '0' + PRIO_LEAST &&
		    !above(call))
			v[0] = '0' + PRIO_LEAST;
	} else if (!envlines_user(at)) {
		return NULL;
	}
	return add(l, key, v, (size_t)n);
}

static const char *
take_lines(struct apicall *call, struct incoming *l, const struct buf *env)
{
	const char *p = buf_data(env), *end = p + buf_len(env), *why = NULL;
	struct parcel_line at;

	while (why == NULL && p < end && parcel_next(&p, end, &at) == 1)
		why = take_line(call, l, &at);
	return why;
}

/* may he send as each of these? */
static int
may_send(const struct apicall *call, const char *p, size_t n)
{
	struct slice list = { call->who.senders, strlen(call->who.senders) };

	return senders_allow(list, (struct slice){ p, n });
}

static const char *
field_senders(const struct apicall *call, const struct header_field *f)
{
	const char *p = f->value, *end = p + f->value_len;
	char a[ADDRLIST_ADDRESS_MAX + 1];
	int odd;
	long n;

	while ((n = addrlist_next_odd(&p, end, a, &odd)) != 0)
		if (n == -1 || odd & ADDRLIST_ODD ||
		    !may_send(call, a, (size_t)n))
			return not_yours;
	return NULL;
}

/* envelope, From and Sender */
static const char *
look_at_senders(struct apicall *call, struct incoming *l)
{
	struct slice from = incoming_sender(l), header;
	const char *why, *p, *end;
	struct header_field f;
	unsigned n = 0;

	if (strcmp(call->who.senders, "*") == 0)
		return NULL;
	/* a report has none, and says in its From whose it is */
	if (from.n > 0 && !may_send(call, from.p, from.n))
		return not_yours;
	why = open_header(call, l, &header);
	if (why != NULL)
		return why;
	p = header.p;
	end = p + header.n;
	while (why == NULL && header_field(&p, end, &f)) {
		if (header_is(&f, "From"))
			why = ++n > 1 ? not_yours : field_senders(call, &f);
		else if (header_is(&f, "Sender"))
			why = field_senders(call, &f);
	}
	return why;
}

/* that of the request; of several each has its own */
static const char *
put_key(struct apicall *call, struct incoming *l, size_t i, int of_several)
{
	char t[API_KEY_MAX + 24], sum[16];
	const char *why;
	size_t n;

	if (call->key[0] == '\0' || incoming_has(l, "key"))
		return NULL;
	n = (size_t)snprintf(t, sizeof t, of_several ? "%s/%zu" : "%s",
	    call->key, i);
	why = take_key(call, l, t, n);
	for (n = 0; n < 8; n++)
		ascii_hex(sum + 2 * n, call->digest[n]);
	return why == NULL ? add(l, "key-sum", sum, sizeof sum) : why;
}

/* who it is, and how it came */
static const char *
put_own(struct apicall *call, struct incoming *l)
{
	int64_t ms = clock_mono_ms() - l->since_ms;
	char t[24];
	const char *why = adds(l, "proto", proto(call));

	if (why == NULL && call->ip[0] != '\0')
		why = adds(l, "client", call->ip);
	if (why == NULL)
		why = adds(l, "user", call->who.user);
	if (why == NULL && call->who.tenant[0] != '\0')
		why = adds(l, "tenant", call->who.tenant);
	if (why == NULL)
		why = adds(l, "origin", "inside");
	if (why == NULL && ms > 0)
		why = add(l, "ms-receive", t,
		    (size_t)snprintf(t, sizeof t, "%lld", (long long)ms));
	if (why == NULL && !incoming_has(l, "body"))
		why = adds(l, "body", l->eight ? "8bit" : "7bit");
	return why;
}

/* what the header asks for */
static const char *
put_asked(struct apicall *call, struct incoming *l)
{
	struct inbound *in = call->api->in;
	int optional = headlook_tls_optional(l, &in->scratch);

	if (optional == -1 || headnotes_put(&in->access, l, &in->scratch) == -1)
		return full;
	return optional && !incoming_has(l, "tls-optional")
	    ? adds(l, "tls-optional", "1")
	    : NULL;
}

const char *
apiletter_seal(struct apicall *call, struct incoming *l, const struct buf *env,
    size_t i, int of_several)
{
	const char *why;

	if (l->hops.count > API_HOPS_MAX)
		return hops;
	why = take_lines(call, l, env);
	if (why == NULL)
		why = look_at_senders(call, l);
	if (why == NULL && incoming_once(l) == -1)
		why = full;
	if (why == NULL)
		why = put_key(call, l, i, of_several);
	if (why == NULL)
		why = put_own(call, l);
	return why == NULL ? put_asked(call, l) : why;
}
