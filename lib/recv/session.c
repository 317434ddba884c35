#include "recv/session.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "chain/refused.h"
#include "mime/charset.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPLY(name, code, esc, text) \
	static const struct smtpin_reply name = { code, esc, text }
REPLY(r_memory, 451, "4.3.0", "out of memory, try again later");
REPLY(r_full, 452, "4.3.1", "no room for this now, try again later");
REPLY(r_relay, 550, "5.7.1",
    "not a domain of this host, and you may not relay");
REPLY(r_table, 451, "4.3.0", "configuration not readable, try again later");
REPLY(r_hops, 554, "5.4.6", "too many hops; this message is looping");
REPLY(r_nul, 554, "5.6.0", "NUL in the message");
REPLY(r_queue, 451, "4.3.0", "the queue is not available, try again later");
REPLY(r_busy, 451, "4.3.2", "too busy, try again later");
REPLY(r_timeout, 421, "4.4.2", "timeout");
REPLY(r_vain, 421, "4.7.0", "too many commands without a message");
REPLY(r_old, 421, "4.4.2", "too long without a message");
REPLY(r_receipt, 421, "4.3.0", "the queue does not answer");
REPLY(r_cut, 421, "4.3.1", "no room for your next commands now");
REPLY(r_stopping, 421, "4.3.2", "stopping, try again later");

static void go_on(struct session *, int);

const char *
session_ip(const struct session *s, char t[INET6_ADDRSTRLEN])
{
	if (!s->known)
		return "";
	if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)s->ip))
		return inet_ntop(AF_INET, s->ip + 12, t, INET6_ADDRSTRLEN);
	return inet_ntop(AF_INET6, s->ip, t, INET6_ADDRSTRLEN);
}

/* the sender as the envelope has it */
static struct ltsv_field
sender(const struct session *s)
{
	struct ltsv_field f = { "from", "", 4, 0 };
	const char *p, *lf;

	if (s->letter == NULL || buf_len(&s->letter->item.env) < 5)
		return f;
	p = buf_data(&s->letter->item.env);
	lf = memchr(p, '\n', buf_len(&s->letter->item.env));
	if (lf != NULL && lf - p > 5) {
		f.value = p + 5;
		f.value_len = lf - f.value;
	}
	return f;
}

/* the address, or what was given in place of one */
static void
log_address(const char *label, const struct smtpin_event *ev)
{
	if (ev->address.len > 0)
		event_put(label, ev->address.text, ev->address.len);
	else
		event_put(label, ev->arg, ev->arglen);
}

void
session_log(struct session *s, const struct smtpin_event *ev,
    const struct smtpin_reply *r)
{
	struct ltsv_field from = sender(s);
	char t[INET6_ADDRSTRLEN];

	if (!refused_tell(s->ip, s->suffix != NULL, r->code))
		return;
	event_begin("rejected");
	if (s->known)
		event_puts("client", session_ip(s, t));
	if (s->name != NULL)
		event_puts("client-name", s->name);
	if (s->helo != NULL)
		event_puts("helo", s->helo);
	if (ev != NULL && ev->verb == SMTPIN_V_MAIL)
		log_address("from", ev);
	else if (s->letter != NULL)
		event_copy(&from);
	if (ev != NULL && ev->verb == SMTPIN_V_RCPT)
		log_address("to", ev);
	event_num("code", r->code);
	if (r->esc != NULL)
		event_puts("esc", r->esc);
	event_puts("text", r->text);
	event_end();
}

static void
say(struct session *s, const struct smtpin_reply *r)
{
	needs(smtpin_put(&s->in->out, r));
}

/* one that is on its way stays in line for its receipt */
static void
forget_letter(struct session *s)
{
	if (s->waiting)
		s->letter->owner = NULL;
	else if (s->letter != NULL)
		incoming_free(s->letter);
	s->letter = NULL;
	s->waiting = 0;
}

/* input that must wait; -1: there is no room for it */
static int
keep_rest(struct session *s, const char *p, size_t n)
{
	struct share *share = &s->in->store.share;

	if (n == 0)
		return 0;
	/* a part of a line is always kept, pipelined commands if there is
	 * room */
	if (n > SMTPIN_PATH_LINE_MAX &&
	    share_ask(share, SHARE_MEMORY, session_holder(s), n) != SHARE_YES)
		return -1;
	if (stream_unread(&s->stream, p, n) == -1)
		return -1;
	share_add(share, SHARE_MEMORY, session_holder(s), n);
	return 0;
}

/* so much of it is not kept any more */
static void
give_rest(struct session *s, size_t n)
{
	share_give(&s->in->store.share, SHARE_MEMORY, session_holder(s), n);
}

/* does the client not take our replies? */
static int
blocked(const struct session *s)
{
	return stream_pending(&s->stream) > 0;
}

void
session_close(struct session *s)
{
	forget_letter(s);
	pauses_remove(&s->in->pauses, &s->pause);
	turn_remove(&s->turn);
	give_rest(s, stream_drop_input(&s->stream));
	stream_close(&s->stream);
	waits_end(&s->in->waits, &s->waiter);
	inbound_left(s);
	free(s->helo);
	free(s->name);
	free(s->suffix);
	free(s);
}

/* nothing more is said: close at once if nothing comes either, else throw
 * away what comes, so that the client can read our last words */
static void
linger(struct session *s)
{
	s->lingering = 1;
	s->came = 0;
	give_rest(s, stream_drop_input(&s->stream));
	if (stream_end(&s->stream) == -1) {
		session_close(s);
		return;
	}
	inbound_wait(s, INBOUND_LINGER);
	stream_want(&s->stream, LOOP_READ);
}

/* the client has taken what was kept for it, or never will */
static void
on_taken(struct session *s)
{
	if (stream_error(&s->stream) != 0)
		session_close(s);
	else if (s->ending)
		linger(s);
	else
		go_on(s, 0);
}

/* write what has gathered; -1: the session was closed */
static int
flush(struct session *s)
{
	struct buf *out = &s->in->out;
	int r;

	if (buf_len(out) == 0)
		return 0;
	r = stream_send(&s->stream, buf_data(out), buf_len(out));
	buf_clear(out);
	if (r == -1)
		session_close(s);
	return r;
}

/* after the last reply was put */
static void
finish(struct session *s, int polite)
{
	s->ending = 1;
	pauses_remove(&s->in->pauses, &s->pause);
	forget_letter(s);
	if (flush(s) == -1)
		return;
	inbound_wait(s, INBOUND_LINGER);
	if (blocked(s))
		stream_want(&s->stream, 0);
	else if (polite)
		linger(s);
	else
		session_close(s);
}

void
session_end(struct session *s, const struct smtpin_reply *r)
{
	say(s, r);
	finish(s, 1);
}

void
session_bye(struct session *s, const struct smtpin_reply *r)
{
	say(s, r);
	finish(s, 0);
}

void
session_expired(struct session *s)
{
	switch (s->waiter.kind) {
	case INBOUND_LINGER: session_close(s); return;
	case INBOUND_RECEIPT:
		session_log(s, NULL, &r_receipt);
		session_end(s, &r_receipt);
		return;
	default:
		if (blocked(s))
			session_close(s);
		else
			session_end(s, &r_timeout);
	}
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

/* one envelope line, or the reply that says why not */
static const struct smtpin_reply *
line(struct session *s, const char *key, const char *v, size_t n)
{
	return incoming_line(s->letter, key, v, n) == -1 ? &r_full : NULL;
}

static const struct smtpin_reply *
begin(struct session *s, const struct smtpin_event *ev)
{
	struct slice ret = ev->param[EXTENSION_P_RET],
		     envid = ev->param[EXTENSION_P_ENVID];
	struct buf *t = &s->in->scratch;
	const struct smtpin_reply *r;

	forget_letter(s);
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
		forget_letter(s);
	return r;
}

/* is the domain of an address one of ours?  1, 0, -1 when not known now */
static int
is_local(struct session *s, const struct address_parts *a)
{
	const char *host = s->in->config.host;
	char domain[ADDRESS_DOMAIN_MAX + 1];
	size_t n, i;

	/* VIOLATIONS.md: NO-DOMAIN */
	n = a->domain == NULL ? strlen(host) : a->domain_len;
	memcpy(domain, a->domain == NULL ? host : a->domain, n);
	for (i = 0; i < n; i++)
		if (domain[i] >= 'A' && domain[i] <= 'Z')
			domain[i] += 'a' - 'A';
	return inbound_is_local(s->in, domain, n);
}

/* may this recipient have mail from this client?  to: all of the address */
static const struct smtpin_reply *
allowed(struct session *s, const struct address_parts *a, struct slice to)
{
	struct ltsv_field from = sender(s);

	/* RELAYCLIENT's value makes it an address elsewhere */
	if (s->suffix != NULL && s->suffix[0] != '\0')
		return NULL;
	switch (is_local(s, a)) {
	case 1:
		return rcpt_ask(&s->in->rcpt, to,
		    (struct slice){ from.value, from.value_len });
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

static const struct smtpin_reply *
recipient(struct session *s, const struct smtpin_event *ev)
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

/* the message begins with our trace field */
static const struct smtpin_reply *
data(struct session *s)
{
	struct incoming *l = s->letter;
	char ip[INET6_ADDRSTRLEN];
	struct received r = { s->helo, s->known ? session_ip(s, ip) : NULL,
		s->name, s->in->config.host, proto(s), clock_wall_s() };
	struct buf *t = &s->in->scratch;

	if (inbound_full(s->in))
		return &r_busy;
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
	char t[INET6_ADDRSTRLEN];
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

static const struct smtpin_reply *
text(const char *p, size_t n, unsigned code, struct smtpin_reply *r,
    struct buf *t)
{
	static char esc[16];
	const char *blank = memchr(p, ' ', n);
	size_t e = blank == NULL ? n : (size_t)(blank - p);

	r->code = code;
	r->esc = code < 500 ? "4.3.0" : "5.0.0";
	if (e >= 5 && e < sizeof esc && p[0] == (code < 500 ? '4' : '5') &&
	    p[1] == '.') {
		memcpy(esc, p, e);
		esc[e] = '\0';
		r->esc = esc;
		p += e;
		n -= e;
		while (n > 0 && *p == ' ') {
			p++;
			n--;
		}
	}
	buf_clear(t);
	needs(n > 0 ? buf_put(t, p, n) : buf_puts(t, "not accepted"));
	needs(buf_putc(t, '\0'));
	r->text = buf_data(t);
	return r;
}

static int run(struct session *, char *, size_t);

/* the next link has spoken */
static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *p,
    size_t n)
{
	struct incoming *l = (struct incoming *)item;
	struct session *s = l->owner;
	struct smtpin_reply own = { 250, "2.0.0", NULL };
	struct buf *t;
	const struct smtpin_reply *r = &own;
	size_t rest;

	if (s == NULL) {
		incoming_free(l);
		return;
	}
	t = &s->in->scratch;
	if (kind == RECEIPT_OK) {
		inbound_alive(s);
		buf_clear(t);
		needs(buf_puts(t, "ok ") == -1 || buf_put(t, p, n) == -1 ||
			    buf_putc(t, '\0') == -1
			? -1
			: 0);
		own.text = buf_data(t);
	} else {
		r = text(p, n, kind == RECEIPT_TEMP ? 451 : 554, &own, t);
		session_log(s, NULL, r);
	}
	patience_count(&s->patience, PATIENCE_MESSAGE, r->code);
	s->waiting = 0;
	forget_letter(s);
	say(s, smtpin_answer(&s->smtp, &s->in->config, r));
	if (s->in->stopping || s->cut) {
		session_end(s, s->cut ? &r_cut : &r_stopping);
		return;
	}
	inbound_wait(s, INBOUND_COMMAND);
	rest = stream_take(&s->stream, s->in->in);
	give_rest(s, rest);
	if (run(s, s->in->in, rest) == 0)
		stream_want(&s->stream, LOOP_READ);
}

/* the message is whole; NULL: the answer comes later */
static const struct smtpin_reply *
hand_down(struct session *s)
{
	struct incoming *l = s->letter;
	const struct smtpin_reply *r;

	if (l->hops.count > INBOUND_HOPS_MAX)
		return &r_hops;
	if (l->nul && s->in->refuse_nul)
		return &r_nul;
	if (incoming_whole(l) == -1)
		return &r_full;
	if (incoming_once(l) == -1)
		return &r_memory;
	r = seal(s);
	if (r != NULL)
		return r;
	l->owner = s;
	l->item.done = on_receipt;
	if (inbound_hand_down(s->in, l, s->suffix != NULL) == -1)
		return &r_queue;
	s->waiting = 1;
	inbound_wait(s, INBOUND_RECEIPT);
	return NULL;
}

/* what is no UTF-8 stands nowhere as it came; NULL when there is no memory */
static void
keep_helo(struct session *s, const struct smtpin_event *ev)
{
	size_t i, n;

	free(s->helo);
	s->helo = strndup(ev->arg, ev->arglen);
	for (i = 0; s->helo != NULL && i < ev->arglen; i += (n > 0 ? n : 1)) {
		n = charset_utf8_len(s->helo + i, ev->arglen - i);
		if (n == 0 || s->helo[i] == '\t')
			s->helo[i] = '?';
	}
}

static enum patience_what
what(const struct smtpin_event *ev)
{
	switch (ev->verb) {
	case SMTPIN_V_HELO: return PATIENCE_HELO;
	case SMTPIN_V_MAIL: return PATIENCE_MAIL;
	case SMTPIN_V_RCPT: return PATIENCE_RCPT;
	case SMTPIN_V_DATA:
		return ev->kind == SMTPIN_RESET ? PATIENCE_MESSAGE
						: PATIENCE_DATA;
	default:
		return ev->kind == SMTPIN_DONE ? PATIENCE_MESSAGE
					       : PATIENCE_OTHER;
	}
}

/* he has had this reply: a step towards a message, a pause, or the end */
static int
weigh(struct session *s, const struct smtpin_event *ev, unsigned code)
{
	int step = patience_count(&s->patience, what(ev), code);
	unsigned ms = patience_pause(&s->patience);

	if (patience_over(&s->patience)) {
		session_log(s, ev, &r_vain);
		say(s, &r_vain);
	} else if (!step && ms > 0 && ev->kind != SMTPIN_QUIT) {
		inbound_pause(s, ms);
	}
	return step;
}

/* what the machine found; replies are put.  1: a step towards a message */
static int
handle(struct session *s, const struct smtpin_event *ev)
{
	const struct smtpin_reply *r = ev->reply;

	switch (ev->kind) {
	case SMTPIN_MAIL: r = begin(s, ev); break;
	case SMTPIN_RCPT: r = recipient(s, ev); break;
	case SMTPIN_DATA: r = data(s); break;
	case SMTPIN_DONE:
		r = hand_down(s);
		if (r == NULL)
			return 1;
		break;
	case SMTPIN_BODY:
		incoming_add(s->letter, ev->arg, ev->arglen);
		return 0;
	case SMTPIN_HELO:
		keep_helo(s, ev);
		forget_letter(s);
		break;
	default: break;
	}
	if (r == &r_full)
		inbound_press(s->in);
	if (smtpin_asked(&s->smtp))
		r = smtpin_answer(&s->smtp, &s->in->config, r);
	if (r == NULL)
		return 0;
	if (r->code >= 400 && (ev->verb >= SMTPIN_V_MAIL || r->code == 421) &&
	    ev->verb != SMTPIN_V_OTHER)
		session_log(s, ev, r);
	if (ev->kind == SMTPIN_RESET || ev->kind == SMTPIN_DONE)
		forget_letter(s);
	say(s, r);
	return smtpin_over(&s->smtp) ? 0 : weigh(s, ev, r->code);
}

/* has he said the last word, or heard it? */
static int
over(const struct session *s)
{
	return smtpin_over(&s->smtp) || patience_over(&s->patience);
}

/* the clock goes on, or begins anew for who has come further.
 * VIOLATIONS.md: COMMAND-TIME */
static void
set_clock(struct session *s, int step, size_t n)
{
	if (s->waiting)
		return;
	if (!smtpin_in_data(&s->smtp)) {
		if (step || !waits_is(&s->waiter, INBOUND_COMMAND))
			inbound_wait(s, INBOUND_COMMAND);
		return;
	}
	/* what is not kept is read, but no faster than need be */
	if (n > 0 &&
	    (s->letter->failed || s->smtp.got > s->in->config.size_max))
		inbound_pause(s, INBOUND_DROP_MS);
	s->came += n;
	if (!waits_is(&s->waiter, INBOUND_DATA) ||
	    s->came >= INBOUND_PROGRESS) {
		s->came = 0;
		inbound_wait(s, INBOUND_DATA);
	}
}

/* consume what can be; -1: the session is gone */
static int
run(struct session *s, char *p, size_t n)
{
	struct smtpin_event ev = { 0 };
	size_t off = 0, used;
	int step = 0;

	while (off < n && !s->waiting && !over(s) && !blocked(s) &&
	    !pauses_has(&s->pause)) {
		used = smtpin_feed(&s->smtp, &s->in->config, p + off, n - off,
		    &ev);
		off += used;
		if (ev.kind == SMTPIN_MORE) {
			if (used == 0)
				break;
			continue;
		}
		step |= handle(s, &ev);
		if (buf_len(&s->in->out) > INBOUND_OUT_MARK && flush(s) == -1)
			return -1;
	}
	if (over(s)) {
		finish(s, ev.kind != SMTPIN_QUIT);
		return -1;
	}
	if (!smtpin_in_data(&s->smtp) && !s->waiting && inbound_too_old(s)) {
		session_end(s, &r_old);
		return -1;
	}
	if (flush(s) == -1)
		return -1;
	if (keep_rest(s, p + off, n - off) == -1 && !s->waiting) {
		session_end(s, &r_cut);
		return -1;
	}
	/* who waits for a receipt is told of it first */
	s->cut = s->waiting && stream_kept(&s->stream, NULL) < n - off;
	set_clock(s, step, off);
	return 0;
}

/* what was kept and more behind it */
static ssize_t
read_some(struct session *s, size_t most)
{
	size_t kept = stream_kept(&s->stream, NULL), got = 0;
	ssize_t n = stream_read(&s->stream, s->in->in, most);

	if (n > 0) {
		got = (size_t)n - kept;
		give_rest(s, kept);
	}
	s->in->read += got + INBOUND_TURN_BYTES;
	turn_used(&s->turn, s->in->stretch, got + INBOUND_TURN_BYTES);
	return n;
}

static void
discard(struct session *s)
{
	ssize_t n = read_some(s, INBOUND_READ);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0)
		s->came += n;
	if (n <= 0 || s->came > INBOUND_LINGER_BYTES)
		session_close(s);
	else
		inbound_pause(s, INBOUND_DROP_MS);
}

/* with what is there already, or also with what can be read */
static void
go_on(struct session *s, int readable)
{
	ssize_t n;

	if (s->waiting || blocked(s) || pauses_has(&s->pause)) {
		stream_want(&s->stream, 0);
		return;
	}
	if (readable) {
		/* of commands a few at a time, for others wait, too */
		n = read_some(s,
		    smtpin_in_data(&s->smtp) ? INBOUND_READ
					     : INBOUND_READ_COMMANDS);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n <= 0) {
			session_close(s);
			return;
		}
	} else {
		n = stream_take(&s->stream, s->in->in);
		give_rest(s, n);
	}
	if (run(s, s->in->in, n) == 0 && !readable)
		stream_want(&s->stream, LOOP_READ);
}

void
session_resume(struct session *s)
{
	if (s->lingering)
		stream_want(&s->stream, LOOP_READ);
	else
		go_on(s, 0);
}

void
session_read(struct session *s)
{
	if (s->lingering)
		discard(s);
	else
		go_on(s, 1);
}

static void
on_ready(void *arg, int events)
{
	struct session *s = arg;

	if (events & LOOP_READ)
		turn_add(&s->turn);
	if (events & LOOP_WRITE)
		on_taken(s);
}

struct session *
session_open(struct inbound *in, int rfd, int wfd)
{
	struct session *s = calloc(1, sizeof *s);

	if (s == NULL) {
		close(rfd);
		if (wfd != rfd)
			close(wfd);
		return NULL;
	}
	s->in = in;
	stream_open(&s->stream, rfd, wfd);
	inbound_alive(s);
	in->n_sessions++;
	return s;
}

void
session_greet(struct session *s)
{
	struct smtpin_reply banner = { 220, NULL, s->in->config.banner };

	s->smtp.lenient = s->suffix != NULL;
	if (s->suffix == NULL)
		s->smtp.rcpt_max = s->in->limits.rcpt_max;
	s->turn.up =
	    s->party != NULL ? &s->party->turn : &s->in->store.parties.root;
	stream_watch(&s->stream, LOOP_READ, on_ready, s);
	inbound_wait(s, INBOUND_COMMAND);
	say(s, &banner);
	flush(s);
}
