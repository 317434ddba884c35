#include "api/apisend.h"
#include "api/apicall.h"
#include "api/apiletter.h"
#include "accept/acceptenv.h"
#include "base/die.h"
#include "chain/event.h"
#include "compose/compose.h"
#include "format/jsonread.h"
#include "recv/handdown.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* a message that is under way */
struct apisending {
	struct apicall *call;
	struct incoming *letter;
	size_t i;
};

static void pump(struct apicall *);

static const char full[] = "4.3.1 no room for this now, try again later",
		  busy[] = "4.3.2 too busy, try again later",
		  away[] = "4.3.0 the queue is not available, try again later",
		  uncounted[] =
		      "4.3.0 it cannot be counted now, try again later";

/* the answer */

/* recipients of message i, for answers that name them */
static const char *
rcpts(void *arg, size_t i)
{
	struct apicall *call = arg;
	struct buf *b = &call->api->in->scratch;
	json_t *to = call->from.to, *v;
	size_t k;

	buf_clear(b);
	if (call->from.each) {
		needs(buf_puts(b, json_string_value(json_array_get(to, i))));
	} else if (json_array_size(to) > 0) {
		json_array_foreach(to, k, v) needs(buf_printf(b, "%s%s",
		    k == 0 ? "" : ",", json_string_value(v)));
	}
	needs(buf_putc(b, '\0'));
	return buf_data(b);
}

static void
answer(struct apicall *call)
{
	struct apiresult_said said = { call->route, call->batch, call->result,
		call->n, rcpts, call };
	struct buf b = { 0 };
	const char *type;
	char more[64] = "";
	unsigned status = apiresult_say(&b, &said, &type);

	needs(status == 0 ? -1 : 0);
	if (status == 503 || status == 429)
		snprintf(more, sizeof more, "Retry-After: %u\r\n",
		    status == 503 ? API_RETRY_S : API_SLOW_S);
	apiconn_answer(call->conn,
	    &(struct apiconn_answer){ .status = status,
		.type = type,
		.more = more,
		.content = { buf_data(&b), buf_len(&b) } });
	buf_free(&b);
}

/* all are known */
static void
finish(struct apicall *call)
{
	if (call->conn != NULL)
		answer(call);
	else
		apicall_free(call);
}

/* results */

static void
tell(const struct apicall *call, const struct incoming *l,
    const struct apiresult *r)
{
	unsigned char ip[IP_LEN] = { 0 }, mapped[IP_LEN] = { 0 };
	size_t n = ip_scans(call->ip, ip);
	struct slice from =
	    l == NULL ? (struct slice){ "", 0 } : incoming_sender(l);
	struct ltsv_field f = { "from", from.p, 4, (unsigned)from.n };

	if (n > 0)
		ip_map(mapped, ip, n);
	if (!refused_tell(&call->api->in->refused, mapped, 1, r->status))
		return;
	event_begin("rejected");
	if (n > 0)
		event_puts("client", call->ip);
	event_puts("proto", call->over_tls ? "HTTPS" : "HTTP");
	if (l != NULL)
		event_copy(&f);
	event_puts("user", call->who.user);
	event_puts("tenant", call->who.tenant);
	event_num("code", r->status);
	if (r->esc[0] != '\0')
		event_puts("esc", r->esc);
	event_puts("text", r->text);
	event_end();
}

/* it was not taken; s and its letter are gone */
static void
refuse(struct apisending *s, unsigned status, const char *why)
{
	struct apicall *call = s->call;
	struct apiresult *r = &call->result[s->i];

	needs(apiresult_refuse(r, status, why));
	tell(call, s->letter, r);
	if (s->letter != NULL)
		incoming_free(s->letter);
	free(s);
	call->open--;
	pump(call);
}

static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *p,
    size_t n)
{
	struct incoming *l = (struct incoming *)item;
	struct apisending *s = l->owner;
	struct apicall *call = s->call;
	struct apiresult *r = &call->result[s->i];

	needs(apiresult_receipt(r, kind, p, n));
	if (kind == RECEIPT_OK)
		incoming_counted(l);
	else
		tell(call, l, r);
	incoming_free(l);
	free(s);
	call->open--;
	pump(call);
}

/* on its way */

static void
hand_down(struct apisending *s)
{
	struct inbound *in = s->call->api->in;

	s->letter->owner = s;
	s->letter->item.done = on_receipt;
	handover_start(&in->next);
	if (handdown_put(in, s->letter, 1) == -1)
		refuse(s, 503, away);
}

/* is there room for it under the limits on what comes in? */
static void
on_room(void *arg, const struct acceptwire_answer *a)
{
	struct apisending *s = arg;
	char why[ACCEPTWIRE_TEXT_MAX + 16];

	if (a == NULL && !s->call->api->in->limits_asked->take) {
		refuse(s, 503, uncounted);
	} else if (a != NULL && a->status == ACCEPTWIRE_REFUSED) {
		snprintf(why, sizeof why, "%s %s", a->esc, a->text);
		refuse(s, a->code < 500 ? 429 : 422, why);
	} else {
		hand_down(s);
	}
}

static void
ask_for_room(struct apisending *s)
{
	struct acceptclient *limits = s->call->api->in->limits_asked;
	struct incoming *l = s->letter;
	struct acceptenv e;

	if (limits == NULL) {
		hand_down(s);
		return;
	}
	acceptenv_read(&e, &l->item.env);
	l->hold = accepthold_new(limits, e.value);
	if (l->hold == NULL) {
		refuse(s, 503, uncounted);
		return;
	}
	incoming_reckon(l);
	accepthold_ask(l->hold, l->rcpts, l->bytes, on_room, s);
}

/* a message of its own for one of several */
static const char *
make_letter(struct apisending *s, struct buf *env)
{
	struct apicall *call = s->call;
	struct compose_fault fault = { 0 };
	struct buf text = { 0 };
	json_t *to = call->from.to, *one = NULL;
	const char *why = NULL;

	call->letter = apiletter_new(call);
	if (call->letter == NULL)
		return full;
	memset(&call->crlf, 0, sizeof call->crlf);
	call->bare = 0;
	if (call->compose != NULL) {
		if (compose_one(call->compose, s->i, env, &text, &fault) ==
		    -1) {
			snprintf(call->why, sizeof call->why, "5.6.0 %s%s%s",
			    fault.path, fault.path[0] == '\0' ? "" : ": ",
			    fault.why);
			why = fault.memory ? full : call->why;
		} else {
			incoming_add(call->letter, buf_data(&text),
			    buf_len(&text));
			why = apiletter_whole(call, call->letter);
		}
		buf_free(&text);
	} else {
		apiletter_add(call, buf_data(&call->from.text),
		    buf_len(&call->from.text));
		why = apiletter_whole(call, call->letter);
		if (call->from.each)
			one = json_pack("[O]", json_array_get(to, s->i));
		if (why == NULL)
			why = apiletter_lines(call, call->letter,
			    buf_data(&call->from.from), one == NULL ? to : one,
			    env);
		json_decref(one);
	}
	s->letter = call->letter;
	call->letter = NULL;
	return why;
}

static void
start(struct apicall *call, size_t i)
{
	struct apisending *s = need(calloc(1, sizeof *s));
	struct buf env = { 0 };
	const char *why;

	s->call = call;
	s->i = i;
	call->open++;
	if (call->route == APIROUTE_RAW) {
		s->letter = call->letter;
		call->letter = NULL;
		why = apiletter_whole(call, s->letter);
		if (why == NULL)
			why = apiletter_envelope(call, s->letter, &env);
	} else {
		why = make_letter(s, &env);
	}
	if (why == NULL)
		why = apiletter_seal(call, s->letter, &env, i, call->batch);
	buf_free(&env);
	if (why != NULL)
		refuse(s, apiletter_status(why), why);
	else
		ask_for_room(s);
}

/* as many as may be under way; nothing of the call is touched behind it */
static void
pump(struct apicall *call)
{
	if (call->pumping)
		return;
	call->pumping = 1;
	while (call->next < call->n && call->open < API_WINDOW) {
		/* those of our own come back, and then it goes on */
		if (handdown_full(call->api->in, 1) && call->open > 0)
			break;
		start(call, call->next++);
	}
	call->pumping = 0;
	if (call->next == call->n && call->open == 0)
		finish(call);
}

static void
begin(struct apicall *call, size_t n)
{
	call->result = need(calloc(n + 1, sizeof *call->result));
	call->n = n;
	if (handdown_full(call->api->in, 1)) {
		call->n = 0;
		apicall_refuse(call, 503, busy + 6, "4.3.2", API_RETRY_S);
		return;
	}
	pump(call);
}

void
apisend_raw(struct apicall *call)
{
	if (call->letter == NULL)
		apicall_refuse(call, 400, "there is no message", NULL, 0);
	else
		begin(call, 1);
}

/* JSON */

static void
fault_of(struct apicall *call, const struct compose_fault *f)
{
	char why[sizeof f->path + sizeof f->why + 2];

	snprintf(why, sizeof why, "%s%s%s", f->path,
	    f->path[0] == '\0' ? "" : ": ", f->why);
	if (f->memory)
		apicall_refuse(call, 503, "no room for this now", "4.3.1",
		    API_RETRY_S);
	else
		apicall_refuse(call, 422, why, NULL, 0);
}

/* is there a list of messages, or one? */
static int
is_list(const struct apicall *call)
{
	const json_t *m = call->from.mail;

	return call->route == APIROUTE_SEVERAL || call->from.each ||
	    json_object_get(m, "messages") != NULL ||
	    json_object_get(m, "recipients") != NULL;
}

void
apisend_json(struct apicall *call)
{
	char why[JSONREAD_WHY_MAX];
	struct compose_fault fault = { 0 };
	json_t *j = jsonread(buf_data(&call->body), buf_len(&call->body),
	    JSONREAD_ONCE, why);
	size_t n = 1;
	int bad;

	if (j == NULL) {
		apicall_refuse(call, 400, why, NULL, 0);
		return;
	}
	buf_free(&call->body);
	bad = apiadapt(&call->from, call->route, j);
	json_decref(j);
	if (bad == -1) {
		apicall_refuse(call, 422, call->from.why, NULL, 0);
		return;
	}
	call->batch = is_list(call);
	if (call->from.mail != NULL) {
		call->compose = need(calloc(1, sizeof *call->compose));
		memcpy(&call->compose->seed, call->digest,
		    sizeof call->compose->seed);
		if (compose_open(call->compose, call->from.mail, &fault) ==
		    -1) {
			free(call->compose);
			call->compose = NULL;
			fault_of(call, &fault);
			return;
		}
		n = compose_count(call->compose);
	} else if (call->from.each) {
		n = json_array_size(call->from.to);
	}
	if (n > API_MESSAGES_MAX)
		apicall_refuse(call, 422, "too many messages in one request",
		    NULL, 0);
	else
		begin(call, n);
}
