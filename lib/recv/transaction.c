#include "recv/transaction.h"
#include "recv/acceptask.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include "format/dsnparam.h"
#include "recv/handdown.h"
#include "recv/headlook.h"
#include "recv/headnotes.h"
#include "recv/headrcpts.h"
#include "recv/hookask.h"
#include "recv/mailparams.h"
#include "recv/recipient.h"
#include "recv/sessiontls.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

SMTPIN_SAY(r_memory, 451, "4.3.0", "out of memory, try again later");
SMTPIN_SAY(r_sender, 553, "5.7.1", "you may not send as this address");
SMTPIN_SAY(r_orcpt, 501, "5.5.4", "ORCPT is too long in ASCII");
SMTPIN_SAY(r_header, 554, "5.6.0", "too long a header");
SMTPIN_SAY(r_hops, 554, "5.4.6", "too many hops; this message is looping");
SMTPIN_SAY(r_nul, 554, "5.6.0", "NUL in the message");
SMTPIN_SAY(r_queue, 451, "4.3.0",
    "the queue is not available, try again later");
SMTPIN_SAY(r_thrown, 250, "2.0.0", "ok");
SMTPIN_SAY(r_busy, 451, "4.3.2", "too busy, try again later");

void
transaction_forget(struct session *s)
{
	if (s->waiting)
		s->letter->owner = NULL;
	else if (s->letter != NULL)
		incoming_free(s->letter);
	s->letter = NULL;
	s->waiting = 0;
}

struct slice
transaction_sender(const struct session *s)
{
	return s->letter == NULL ? (struct slice){ "", 0 }
				 : incoming_sender(s->letter);
}

static const char *
proto(const struct session *s, char t[SERVICE_PROTO_ROOM])
{
	struct service_facts f = session_facts(s);

	service_proto(t, &f);
	return t;
}

/* the address in the one form in which it is kept */
static int
put_plain(struct buf *b, const struct address_parts *a)
{
	if (buf_reserve(b, a->len) == -1)
		return -1;
	buf_added(b, address_plain(a->text, a->len, buf_tail(b)));
	return 0;
}

/* one envelope line, or the reply that says why not */
static const struct smtpin_reply *
line(struct session *s, const char *key, const char *v, size_t n)
{
	return incoming_line(s->letter, key, v, n) == -1 ? inbound_full(s->in)
							 : NULL;
}

/* may who has logged in send as this address? */
static const struct smtpin_reply *
may_send(struct session *s, struct slice from)
{
	if (session_login(s) == NULL)
		return NULL;
	switch (access_may_send(&s->in->access, s->in->config.host,
	    session_login(s), from)) {
	case SENDERS_YES: return NULL;
	case SENDERS_NO: return &r_sender;
	default: return &access_no_table;
	}
}

/* what the header decides on: may he write these addresses there, and to whom
 * does it go? */
static const struct smtpin_reply *
look_into(struct session *s)
{
	int writes =
	    session_login(s) != NULL && access_has_senders(&s->in->access);
	int names = session_ours(s) && s->in->words & SERVICE_HEADER_RCPTS;
	const struct smtpin_reply *r = NULL;
	struct slice header;

	if (!writes && !names)
		return NULL;
	if (headlook_open(s->letter, &s->in->scratch, &header) == -1)
		return errno == E2BIG ? &r_header : inbound_full(s->in);
	if (writes)
		r = headlook_senders(header, &s->in->access, s->in->config.host,
		    session_login(s));
	if (r == NULL && names)
		r = headrcpts_take(s, header, transaction_sender(s));
	return r;
}

/* the lines of what else he says */
static const struct smtpin_reply *
params(struct session *s, const struct smtpin_event *ev)
{
	const struct smtpin_reply *r =
	    mailparams_put(s->letter, ev, session_ours(s), clock_wall_s());

	return r != NULL && r->code == 452 ? inbound_full(s->in) : r;
}

const struct smtpin_reply *
transaction_open(struct session *s)
{
	transaction_forget(s);
	s->letter = incoming_new(&s->in->store, s->party);
	if (s->letter == NULL)
		return &r_memory;
	hookask_message(s);
	s->letter->since_ms = clock_mono_ms();
	return NULL;
}

const struct smtpin_reply *
transaction_mail(struct session *s, const struct smtpin_event *ev)
{
	const struct smtpin_reply *r = transaction_open(s);

	return r != NULL ? r : transaction_from(s, ev);
}

const struct smtpin_reply *
transaction_from(struct session *s, const struct smtpin_event *ev)
{
	struct slice ret = ev->param[EXTENSION_P_RET],
		     envid = ev->param[EXTENSION_P_ENVID];
	struct buf *t = &s->in->scratch;
	const struct smtpin_reply *r;

	s->letter->declared = ev->size;
	buf_clear(t);
	needs(put_plain(t, &ev->address));
	if (ev->address.len > 0 && ev->address.domain == NULL)
		needs(buf_putc(t, '@') == -1 ||
			    buf_puts(t, s->in->config.host) == -1
			? -1
			: 0);
	r = may_send(s, (struct slice){ buf_data(t), buf_len(t) });
	if (r == NULL)
		r = access_prohibited(&s->in->access, PROHIBITED_FROM,
		    (struct slice){ buf_data(t), buf_len(t) });
	if (r == NULL)
		r = line(s, "from", buf_data(t), buf_len(t));
	if (r == NULL && ret.p != NULL)
		r = line(s, "ret", (ret.p[0] | 32) == 'f' ? "FULL" : "HDRS", 4);
	if (r == NULL && envid.p != NULL)
		r = line(s, "envid", envid.p, envid.n);
	if (r == NULL)
		r = params(s, ev);
	if (r != NULL && r->code >= 400)
		transaction_forget(s);
	return r;
}

static void
put_param(struct buf *t, const char *key, struct slice v)
{
	if (v.p != NULL) {
		needs(buf_puts(t, key));
		needs(buf_put(t, v.p, v.n));
	}
}

/* in the form that goes everywhere; 0: it is longer than it may be there */
static int
put_orcpt(struct buf *t, struct slice v)
{
	size_t had;

	if (v.p == NULL)
		return 1;
	needs(buf_puts(t, " ORCPT="));
	had = buf_len(t);
	needs(dsnparam_put_orcpt(t, v.p, v.n));
	return buf_len(t) - had <= EXTENSION_ORCPT_MAX;
}

const struct smtpin_reply *
transaction_rcpt(struct session *s, const struct smtpin_event *ev,
    rcptask_answered *answered)
{
	struct buf *t = &s->in->scratch;
	const struct rcpt_question *q;
	const struct smtpin_reply *r =
	    recipient_put(s, &ev->address, transaction_sender(s), t, &q);

	if (r != NULL)
		return r;
	put_param(t, " NOTIFY=", ev->param[EXTENSION_P_NOTIFY]);
	if (!put_orcpt(t, ev->param[EXTENSION_P_ORCPT]))
		return &r_orcpt;
	if (q != NULL)
		return rcptask_begin(s, ev,
		    (struct slice){ buf_data(t), buf_len(t) }, q, answered);
	return hookask_rcpt(s, ev, (struct slice){ buf_data(t), buf_len(t) },
	    answered);
}

/* the message may come */
static const struct smtpin_reply *
front(struct session *s, const struct smtpin_event *ev, struct slice none,
    rcptask_answered *answered)
{
	struct incoming *l = s->letter;
	char ip[IP_TEXT], tls[TLS_TEXT_MAX], with[SERVICE_PROTO_ROOM];
	struct received r = { s->helo, s->known ? session_ip(s, ip) : NULL,
		session_name(s), s->in->config.host, proto(s, with),
		clock_wall_s(), NULL, l->priority };
	struct buf *t = &s->in->scratch;

	(void)ev;
	(void)none;
	(void)answered;
	if (s->secure == SESSION_SECURE)
		r.tls = s->in->tls->calls->text(s, tls);
	/* the message begins with our trace field, and above it with what was
	 * found when it came (RFC 7208 section 9.1) */
	buf_clear(t);
	hookask_fields(s, t);
	needs(received_put(t, &r));
	incoming_front(l, buf_data(t), buf_len(t));
	/* what is signed here is what leaves; what others have signed is
	 * judged first, and loses its NULs on the way out */
	l->clean = session_ours(s);
	handover_start(&s->in->next);
	return NULL;
}

const struct smtpin_reply *
transaction_data(struct session *s)
{
	static const struct slice none = { "", 0 };

	return handdown_full(s->in, session_ours(s))
	    ? &r_busy
	    : front(s, NULL, none, NULL);
}

const struct smtpin_reply *
transaction_data_asked(struct session *s, const struct smtpin_event *ev,
    rcptask_answered *answered)
{
	if (handdown_full(s->in, session_ours(s)))
		return &r_busy;
	return hookask_data(s, ev, front, answered);
}

/* the lines of TLS */
static const struct smtpin_reply *
seal_tls(struct session *s)
{
	const struct sessiontls_calls *tls = s->in->tls->calls;
	const unsigned char *cert = tls->cert(s);
	char t[TLS_TEXT_MAX];
	const struct smtpin_reply *r;
	size_t i;

	tls->text(s, t);
	r = line(s, "tls", t, strlen(t));
	if (r != NULL || cert == NULL)
		return r;
	memcpy(t, "sha256:", 7);
	for (i = 0; i < 32; i++)
		ascii_hex(t + 7 + 2 * i, cert[i]);
	return line(s, "tls-cert", t, 7 + 2 * i);
}

/* TLS-Required in the header */
static const struct smtpin_reply *
seal_optional(struct session *s)
{
	int optional = headlook_tls_optional(s->letter, &s->in->scratch);

	if (optional == -1)
		return inbound_full(s->in);
	return optional ? line(s, "tls-optional", "1", 1) : NULL;
}

/* what rules ask of the header */
static const struct smtpin_reply *
seal_notes(struct session *s)
{
	return headnotes_put(&s->in->access, s->letter, &s->in->scratch) == -1
	    ? inbound_full(s->in)
	    : NULL;
}

/* how long it took to come, for the log */
static const struct smtpin_reply *
seal_time(struct session *s)
{
	int64_t ms = clock_mono_ms() - s->letter->since_ms;
	char t[24];

	return ms == 0 ? NULL
		       : line(s, "ms-receive", t,
			     snprintf(t, sizeof t, "%lld", (long long)ms));
}

/* the rest of the envelope */
static const struct smtpin_reply *
seal(struct session *s)
{
	char t[IP_TEXT];
	const struct smtpin_reply *r = NULL;

	if (s->known)
		r = line(s, "client", t, strlen(session_ip(s, t)));
	if (r == NULL && session_name(s) != NULL)
		r = line(s, "client-name", session_name(s),
		    strlen(session_name(s)));
	if (r == NULL && s->port != 0)
		r = line(s, "port", t, snprintf(t, sizeof t, "%u", s->port));
	if (r == NULL && s->helo != NULL)
		r = line(s, "helo", s->helo, strlen(s->helo));
	if (r == NULL)
		r = line(s, "proto", proto(s, t), strlen(proto(s, t)));
	if (r == NULL && s->secure == SESSION_SECURE)
		r = seal_tls(s);
	if (r == NULL && session_login(s) != NULL)
		r = line(s, "user", session_login(s), strlen(session_login(s)));
	if (r == NULL && session_ours(s))
		r = line(s, "origin", "inside", 6);
	if (r == NULL)
		r = seal_optional(s);
	if (r == NULL)
		r = seal_notes(s);
	if (r == NULL)
		r = seal_time(s);
	if (r == NULL)
		r = line(s, "body", s->letter->eight ? "8bit" : "7bit", 4);
	return r;
}

const struct smtpin_reply *
transaction_judge(struct session *s)
{
	struct incoming *l = s->letter;

	if (l->hops.count > INBOUND_HOPS_MAX)
		return &r_hops;
	if (l->nul && s->in->refuse_nul)
		return &r_nul;
	if (incoming_whole(l) == -1)
		return inbound_full(s->in);
	return look_into(s);
}

const struct smtpin_reply *
transaction_down(struct session *s, transaction_receipt *receipt)
{
	struct incoming *l = s->letter;
	const struct smtpin_reply *r;

	switch (hookask_do(s)) {
	case 1: return &r_thrown;
	case -1: return &r_memory;
	}
	if (incoming_once(l) == -1)
		return &r_memory;
	r = seal(s);
	if (r != NULL)
		return r;
	acceptask_whole(s);
	l->owner = s;
	l->item.done = receipt;
	if (handdown_put(s->in, l, session_ours(s)) == -1)
		return &r_queue;
	s->waiting = 1;
	return NULL;
}

const struct smtpin_reply *
transaction_whole(struct session *s, transaction_receipt *receipt)
{
	const struct smtpin_reply *r = transaction_judge(s);

	return r == NULL ? transaction_down(s, receipt) : r;
}
