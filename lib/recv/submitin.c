#include "recv/submitin.h"
#include "accept/acceptenv.h"
#include "base/die.h"
#include "chain/wire.h"
#include "format/envcheck.h"
#include "format/envlines.h"
#include "format/netstring.h"
#include "recv/handdown.h"
#include "recv/headlook.h"
#include "recv/headnotes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct submitin_conn {
	struct wire wire;
	struct submitin *owner;
	struct submitin_conn *prev, *next;
	struct loop_timer stall;
	struct incoming *letter;
	enum { HEAD, ENVELOPE, MESSAGE, SKIP, COMMA } in;
	uint64_t left;                /* bytes of the netstring to come */
	const char *why;              /* it will be refused */
	char said[ENVCHECK_TEXT_MAX]; /* that, where it names a line */
	uid_t uid;
	unsigned trusted : 1, waiting : 1, over : 1;
	unsigned uid_said : 1; /* by one that is trusted */
	unsigned asking : 1;   /* whether there is room */
};

static void
conn_close(struct submitin_conn *c)
{
	if (c->waiting)
		c->letter->owner = NULL;
	else if (c->letter != NULL)
		incoming_free(c->letter);
	loop_timer_stop(&c->stall);
	wire_close(&c->wire);
	*(c->prev ? &c->prev->next : &c->owner->conns) = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->owner->n_conns--;
	free(c);
}

static void
on_stall(void *arg)
{
	struct submitin_conn *c = arg;

	warn("parcel of uid %u stalled: connection ended", (unsigned)c->uid);
	conn_close(c);
}

static void
on_over(void *arg)
{
	conn_close(arg);
}

/* nothing more is read; it is closed when its receipt has been written,
 * which is before the loop waits again */
static void
end(struct submitin_conn *c)
{
	c->over = 1;
	if (!c->waiting && !c->asking)
		loop_timer_set(&c->stall, 0, on_over, c);
}

/* receipts */

static void
answer(struct submitin_conn *c, enum receipt_kind kind, const char *text)
{
	needs(receipt_put(&c->wire.out, kind, text));
	wire_dirty(&c->wire);
	if (c->over || c->owner->stopping)
		end(c);
}

static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct incoming *l = (struct incoming *)item;
	struct submitin_conn *c = l->owner;
	char copy[RECEIPT_MAX];

	if (receipt_is_new(kind, text, n))
		incoming_counted(l);
	incoming_free(l);
	if (c == NULL)
		return;
	c->letter = NULL;
	c->waiting = 0;
	snprintf(copy, sizeof copy, "%.*s", (int)n, text);
	answer(c, kind, copy);
	if (!c->over)
		wire_resume(&c->wire);
}

/* a parcel */

static void
refuse(struct submitin_conn *c, const char *why)
{
	if (c->why == NULL)
		c->why = why;
	if (c->letter != NULL)
		incoming_free(c->letter);
	c->letter = NULL;
}

static const char full[] = "4.3.1 no room for this now, try again later",
		  uncounted[] = "4.3.0 it cannot be counted now, try again "
				"later",
		  malformed[] = "5.6.0 malformed envelope";

/* what its owner may not say, or does not know, is said by us */
static int
keep_line(const struct submitin_conn *c, const struct parcel_line *l)
{
	if (parcel_is(l, "origin") || parcel_is(l, "time"))
		return 0;
	return c->trusted || envlines_user(l);
}

static void
take_line(struct submitin_conn *c, const char *p, const char *end_of)
{
	char key[PARCEL_LINE_MAX], value[PARCEL_LINE_MAX];
	struct parcel_line l;
	long n;

	if (parcel_next(&p, end_of, &l) != 1 ||
	    (n = envlines_value(&l, value)) == -1) {
		envcheck_text(c->said, p, end_of, envcheck_none(p, end_of));
		refuse(c, c->said);
		return;
	}
	snprintf(key, sizeof key, "%.*s", (int)l.key_len, l.key);
	if (!keep_line(c, &l))
		return;
	c->uid_said |= parcel_is(&l, "uid");
	if (incoming_line(c->letter, key, value, (size_t)n) == -1)
		refuse(c, full);
}

static size_t
envelope(struct submitin_conn *c, const char *p, size_t n)
{
	const char *lf = memchr(p, '\n', n);
	char uid[24];

	if (lf == NULL && n < PARCEL_LINE_MAX && n < c->left)
		return 0;
	if (lf == NULL) {
		refuse(c, malformed);
		c->in = SKIP;
		return n;
	}
	if (lf > p) {
		if (c->letter != NULL)
			take_line(c, p, lf + 1);
		return (size_t)(lf + 1 - p);
	}
	if (c->letter != NULL && !c->uid_said &&
	    incoming_line(c->letter, "uid", uid,
		(size_t)snprintf(uid, sizeof uid, "%u", (unsigned)c->uid)) ==
		-1)
		refuse(c, full);
	if (c->letter != NULL &&
	    incoming_line(c->letter, "origin", "inside", 6) == -1)
		refuse(c, full);
	if (c->left > SUBMITIN_SIZE_MAX)
		refuse(c, "5.3.4 message too big");
	c->in = c->letter == NULL ? SKIP : MESSAGE;
	return 1;
}

static struct incoming *
new_letter(struct inbound *in, uid_t uid)
{
	struct party *p = party_user(&in->store.parties, uid);
	struct incoming *l;

	if (p == NULL)
		return NULL;
	l = incoming_new(&in->store, p);
	if (l == NULL)
		party_check(&in->store.parties, p);
	return l;
}

static size_t
head(struct submitin_conn *c, const char *p, size_t n)
{
	int r = netstring_head(p, n, INT64_MAX, &c->left);
	struct inbound *in = c->owner->in;

	if (r == -1) {
		warn("no parcel of uid %u: connection ended", (unsigned)c->uid);
		end(c);
		return n;
	}
	if (r == 0)
		return 0;
	c->why = NULL;
	c->uid_said = 0;
	if (!handdown_full(in, 1))
		c->letter = new_letter(in, c->uid);
	if (c->letter == NULL)
		refuse(c, full);
	else
		c->letter->clean = 1;
	c->in = ENVELOPE;
	loop_timer_set(&c->stall, SUBMITIN_STALL_S * 1000, on_stall, c);
	return (size_t)r;
}

/* as for what comes by SMTP (RFC 8689 section 4.3) */
static void
look_for_optional(struct submitin_conn *c)
{
	int optional = headlook_tls_optional(c->letter, &c->owner->in->scratch);

	if (optional == -1 ||
	    (optional == 1 &&
		incoming_line(c->letter, "tls-optional", "1", 1) == -1))
		refuse(c, full);
}

/* down the chain; what is refused is answered here */
static void
hand_down(struct submitin_conn *c)
{
	struct incoming *l = c->letter;

	if (c->why == NULL) {
		l->owner = c;
		l->item.done = on_receipt;
		handover_start(&c->owner->in->next);
		if (handdown_put(c->owner->in, l, 1) == -1)
			refuse(c,
			    "4.3.0 the queue is not available, try "
			    "again later");
	}
	if (c->why != NULL) {
		answer(c, c->why[0] == '4' ? RECEIPT_TEMP : RECEIPT_PERM,
		    c->why);
		return;
	}
	c->waiting = 1;
	wire_pause(&c->wire);
}

/* is there room for it under the limits on what comes in? */
static void
on_room(void *arg, const struct acceptwire_answer *a)
{
	struct submitin_conn *c = arg;

	c->asking = 0;
	if (a == NULL && !c->owner->in->limits_asked->take) {
		refuse(c, uncounted);
	} else if (a != NULL && a->status == ACCEPTWIRE_REFUSED) {
		snprintf(c->said, sizeof c->said, "%s %s", a->esc, a->text);
		refuse(c, c->said);
	}
	hand_down(c);
	if (!c->waiting && !c->over)
		wire_resume(&c->wire);
}

static void
ask_for_room(struct submitin_conn *c)
{
	struct incoming *l = c->letter;
	struct acceptenv e;

	acceptenv_read(&e, &l->item.env);
	l->hold = accepthold_new(c->owner->in->limits_asked, e.value);
	if (l->hold == NULL) {
		refuse(c, full);
		hand_down(c);
		return;
	}
	incoming_reckon(l);
	c->asking = 1;
	wire_pause(&c->wire);
	accepthold_ask(l->hold, l->rcpts, l->bytes, on_room, c);
}

/* all of it is there */
static void
whole(struct submitin_conn *c)
{
	struct incoming *l = c->letter;

	loop_timer_stop(&c->stall);
	if (l != NULL && l->hops.count > INBOUND_HOPS_MAX)
		refuse(c, "5.4.6 too many hops; this message is looping");
	else if (l != NULL && incoming_whole(l) == -1)
		refuse(c, full);
	if (c->why == NULL)
		look_for_optional(c);
	if (c->why == NULL &&
	    headnotes_put(&c->owner->in->access, l, &c->owner->in->scratch) ==
		-1)
		refuse(c, full);
	/* what only asks whether mail is taken, chain-ping(8), uses up nothing */
	if (c->why == NULL && c->owner->in->limits_asked != NULL &&
	    !incoming_has(c->letter, "probe"))
		ask_for_room(c);
	else
		hand_down(c);
}

/* a connection */

static size_t
content(struct submitin_conn *c, const char *p, size_t n)
{
	if (n > c->left)
		n = c->left;
	if (c->in == ENVELOPE) {
		n = envelope(c, p, n);
	} else if (c->in == MESSAGE) {
		incoming_add(c->letter, p, n);
	}
	c->left -= n;
	return n;
}

static size_t
on_record(void *arg, const char *p, size_t n)
{
	struct submitin_conn *c = arg;

	if (c->over)
		return n;
	if (c->in == HEAD)
		return head(c, p, n);
	if (loop_timer_active(&c->stall))
		loop_timer_set(&c->stall, SUBMITIN_STALL_S * 1000, on_stall, c);
	if (c->left > 0)
		return content(c, p, n);
	if (*p != ',' || c->in == ENVELOPE) {
		warn("no parcel of uid %u: connection ended", (unsigned)c->uid);
		end(c);
		return n;
	}
	c->in = HEAD;
	whole(c);
	return 1;
}

static void
on_ended(void *arg, int err)
{
	struct submitin_conn *c = arg;

	(void)err;
	end(c);
}

static void
on_gone(void *arg, int err)
{
	(void)err;
	conn_close(arg);
}

static const struct wire_ops ops = { on_record, on_ended, on_gone, NULL };

static unsigned
conns_of(const struct submitin *s, uid_t uid)
{
	struct submitin_conn *c;
	unsigned n = 0;

	for (c = s->conns; c != NULL; c = c->next)
		n += c->uid == uid;
	return n;
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct submitin *s = arg;
	struct submitin_conn *c;
	struct ucred peer;
	socklen_t n = sizeof peer;
	int trusted;

	(void)ss;
	(void)port;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == -1 ||
	    s->n_conns >= SUBMITIN_CONNS_MAX) {
		close(fd);
		return;
	}
	trusted = peer.uid == 0 || peer.uid == geteuid();
	c = !trusted && conns_of(s, peer.uid) >= SUBMITIN_CONNS_USER_MAX
	    ? NULL
	    : calloc(1, sizeof *c);
	if (c == NULL) {
		close(fd);
		return;
	}
	c->owner = s;
	c->uid = peer.uid;
	c->trusted = trusted;
	c->next = s->conns;
	if (c->next != NULL)
		c->next->prev = c;
	s->conns = c;
	s->n_conns++;
	wire_open(&c->wire, fd, fd, &ops, c);
}

void
submitin_listen(struct submitin *s, struct inbound *in, int fd)
{
	memset(s, 0, sizeof *s);
	s->in = in;
	s->acceptors.accepted = on_accepted;
	s->acceptors.arg = s;
	acceptor_add(&s->acceptors, fd);
}

void
submitin_stop(struct submitin *s)
{
	struct submitin_conn *c, *next;

	if (s->in == NULL || s->stopping)
		return;
	s->stopping = 1;
	acceptor_close(&s->acceptors);
	for (c = s->conns; c != NULL; c = next) {
		next = c->next;
		if (!c->waiting && !c->asking && wire_waiting(&c->wire) == 0)
			conn_close(c);
	}
}
