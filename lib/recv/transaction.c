#include "recv/transaction.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include <stdio.h>
#include <string.h>

SMTPIN_SAY(r_memory, 451, "4.3.0", "out of memory, try again later");
SMTPIN_SAY(r_full, 452, "4.3.1", "no room for this now, try again later");
SMTPIN_SAY(r_relay, 550, "5.7.1",
    "not a domain of this host, and you may not relay");
SMTPIN_SAY(r_table, 451, "4.3.0",
    "configuration not readable, try again later");
SMTPIN_SAY(r_hops, 554, "5.4.6", "too many hops; this message is looping");
SMTPIN_SAY(r_nul, 554, "5.6.0", "NUL in the message");
SMTPIN_SAY(r_queue, 451, "4.3.0",
    "the queue is not available, try again later");
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
	struct slice from = { "", 0 };
	const char *p, *lf;

	if (s->letter == NULL || buf_len(&s->letter->item.env) < 5)
		return from;
	p = buf_data(&s->letter->item.env);
	lf = memchr(p, '\n', buf_len(&s->letter->item.env));
	if (lf != NULL && lf - p > 5)
		from = (struct slice){ p + 5, (size_t)(lf - p) - 5 };
	return from;
}

static const char *
proto(const struct session *s)
{
	return s->smtp.esmtp ? "ESMTP" : "SMTP";
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

/* there is no room: somebody who does nothing with his is to go */
static const struct smtpin_reply *
full(struct session *s)
{
	inbound_press(s->in);
	return &r_full;
}

/* one envelope line, or the reply that says why not */
static const struct smtpin_reply *
line(struct session *s, const char *key, const char *v, size_t n)
{
	return incoming_line(s->letter, key, v, n) == -1 ? full(s) : NULL;
}

const struct smtpin_reply *
transaction_mail(struct session *s, const struct smtpin_event *ev)
{
	struct slice ret = ev->param[EXTENSION_P_RET],
		     envid = ev->param[EXTENSION_P_ENVID];
	struct buf *t = &s->in->scratch;
	const struct smtpin_reply *r;

	transaction_forget(s);
	s->letter = incoming_new(&s->in->store, s->party);
	if (s->letter == NULL)
		return &r_memory;
	buf_clear(t);
	needs(put_plain(t, &ev->address));
	if (ev->address.len > 0 && ev->address.domain == NULL)
		needs(buf_putc(t, '@') == -1 ||
			    buf_puts(t, s->in->config.host) == -1
			? -1
			: 0);
	r = line(s, "from", buf_data(t), buf_len(t));
	if (r == NULL && ret.p != NULL)
		r = line(s, "ret", (ret.p[0] | 32) == 'f' ? "FULL" : "HDRS", 4);
	if (r == NULL && envid.p != NULL)
		r = line(s, "envid", envid.p, envid.n);
	if (r != NULL)
		transaction_forget(s);
	return r;
}

/* is the domain of an address one of ours?  1, 0, -1 when not known now */
static int
is_local(struct session *s, const struct address_parts *a)
{
	const char *host = s->in->config.host;
	char domain[ADDRESS_DOMAIN_MAX + 1];
	size_t n;

	/* VIOLATIONS.md: NO-DOMAIN */
	n = a->domain == NULL ? strlen(host) : a->domain_len;
	ascii_lower_copy(domain, a->domain == NULL ? host : a->domain, n);
	return access_is_local(&s->in->access, domain, n);
}

/* may this recipient have mail from this client?  to: all of the address */
static const struct smtpin_reply *
allowed(struct session *s, const struct address_parts *a, struct slice to)
{
	/* RELAYCLIENT's value makes it an address elsewhere */
	if (s->suffix != NULL && s->suffix[0] != '\0')
		return NULL;
	switch (is_local(s, a)) {
	case 1: return rcpt_ask(&s->in->access.rcpt, to, transaction_sender(s));
	case 0:
		if (s->suffix != NULL)
			return NULL;
		/* who may be allowed is not told that he is not */
		return s->doubtful ? &r_table : &r_relay;
	}
	return s->suffix != NULL ? NULL : &r_table;
}

static void
put_param(struct buf *t, const char *key, struct slice v)
{
	if (v.p != NULL)
		needs(buf_puts(t, key) | buf_put(t, v.p, v.n));
}

const struct smtpin_reply *
transaction_rcpt(struct session *s, const struct smtpin_event *ev)
{
	struct buf *t = &s->in->scratch;
	const struct address_parts *a = &ev->address;
	const struct smtpin_reply *r;

	buf_clear(t);
	needs(put_plain(t, a));
	if (a->domain == NULL)
		needs(buf_putc(t, '@') == -1 ||
			    buf_puts(t, s->in->config.host) == -1
			? -1
			: 0);
	r = allowed(s, a, (struct slice){ buf_data(t), buf_len(t) });
	if (r != NULL)
		return r;
	if (s->suffix != NULL)
		needs(buf_puts(t, s->suffix));
	put_param(t, " NOTIFY=", ev->param[EXTENSION_P_NOTIFY]);
	put_param(t, " ORCPT=", ev->param[EXTENSION_P_ORCPT]);
	return line(s, "to", buf_data(t), buf_len(t));
}

const struct smtpin_reply *
transaction_data(struct session *s)
{
	struct incoming *l = s->letter;
	char ip[IP_TEXT];
	struct received r = { s->helo, s->known ? session_ip(s, ip) : NULL,
		s->name, s->in->config.host, proto(s), clock_wall_s() };
	struct buf *t = &s->in->scratch;

	if (inbound_full(s->in))
		return &r_busy;
	/* the message begins with our trace field */
	buf_clear(t);
	needs(received_put(t, &r));
	incoming_front(l, buf_data(t), buf_len(t));
	/* what is signed here is what leaves; what others have signed is
	 * judged first, and loses its NULs on the way out */
	l->clean = s->suffix != NULL;
	handover_start(&s->in->next);
	return NULL;
}

/* the rest of the envelope */
static const struct smtpin_reply *
seal(struct session *s)
{
	char t[IP_TEXT];
	const struct smtpin_reply *r = NULL;

	if (s->known)
		r = line(s, "client", t, strlen(session_ip(s, t)));
	if (r == NULL && s->name != NULL)
		r = line(s, "client-name", s->name, strlen(s->name));
	if (r == NULL && s->port != 0)
		r = line(s, "port", t, snprintf(t, sizeof t, "%u", s->port));
	if (r == NULL && s->helo != NULL)
		r = line(s, "helo", s->helo, strlen(s->helo));
	if (r == NULL)
		r = line(s, "proto", proto(s), strlen(proto(s)));
	if (r == NULL && s->suffix != NULL)
		r = line(s, "origin", "inside", 6);
	if (r == NULL)
		r = line(s, "body", s->letter->eight ? "8bit" : "7bit", 4);
	return r;
}

const struct smtpin_reply *
transaction_whole(struct session *s, transaction_receipt *receipt)
{
	struct incoming *l = s->letter;
	const struct smtpin_reply *r;

	if (l->hops.count > INBOUND_HOPS_MAX)
		return &r_hops;
	if (l->nul && s->in->refuse_nul)
		return &r_nul;
	if (incoming_whole(l) == -1)
		return full(s);
	if (incoming_once(l) == -1)
		return &r_memory;
	r = seal(s);
	if (r != NULL)
		return r;
	l->owner = s;
	l->item.done = receipt;
	if (inbound_hand_down(s->in, l, s->suffix != NULL) == -1)
		return &r_queue;
	s->waiting = 1;
	return NULL;
}
