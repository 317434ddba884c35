#include "recv/qmtpsession.h"
#include "base/die.h"
#include "format/netstring.h"
#include "qmtp/qmtpaddress.h"
#include "qmtp/qmtpin.h"
#include "recv/receiptreply.h"
#include "recv/rejection.h"
#include "recv/sessionevent.h"
#include "recv/sessionio.h"
#include "recv/sessiontime.h"
#include "recv/transaction.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_trust, 550, "5.7.1", "QMQP is for who may relay");
SMTPIN_SAY(r_size, 552, "5.3.4", "message too big");
SMTPIN_SAY(r_bare, 554, "5.6.0", "a CR or LF stands alone in the message");
SMTPIN_SAY(r_sender, 553, "5.1.7", "bad sender address");
SMTPIN_SAY(r_rcpt, 553, "5.1.3", "bad recipient address");
SMTPIN_SAY(r_many, 452, "4.5.3", "too many recipients");
SMTPIN_SAY(r_nobody, 554, "5.1.0", "no recipients");
SMTPIN_SAY(r_bad, 421, "4.5.2", "this is no netstring, goodbye");
SMTPIN_SAY(r_stopping, 421, "4.3.2", "stopping, try again later");

/* A message and what is said of its recipients: a byte TAKEN for each that
 * hears what becomes of the message, or a netstring for who does not. */
enum { TAKEN = 'A' };

struct qmtpletter {
	struct session *session;
	struct qmtpletter *next;
	struct incoming *down; /* it is, and its receipt is to come */
	struct buf answers;
	uint32_t n_rcpts, n_taken;
	size_t charged;    /* bytes of memory */
	unsigned done : 1; /* `said' is known */
	unsigned late : 1; /* by QMQP: a recipient was refused */
	char said[QMTPSESSION_TEXT_MAX + 1]; /* of all; "": not yet */
};

struct qmtpsession {
	struct qmtpin in;
	struct qmtpletter *letter;        /* that comes */
	struct qmtpletter *first, **last; /* that came, in order */
	unsigned n;                       /* of those */
	struct buf address;
	unsigned full : 1, /* of those */
	    ended : 1;     /* nothing more is read */
};

static struct qmtpsession *
qmtp_of(const struct session *s)
{
	return s->more->qmtp;
}

/* letters */

static struct share *
share_of(const struct session *s)
{
	return &s->in->store.share;
}

static void
letter_free(struct qmtpletter *l)
{
	struct session *s = l->session;

	share_give(share_of(s), SHARE_MEMORY, session_holder(s), l->charged);
	buf_free(&l->answers);
	free(l);
}

static void
letter_charge(struct qmtpletter *l, size_t n)
{
	l->charged += n;
	share_add(share_of(l->session), SHARE_MEMORY,
	    session_holder(l->session), n);
}

/* a reply as an answer, without the line ends in it */
static size_t
as_answer(char out[QMTPSESSION_TEXT_MAX + 1], const struct smtpin_reply *r)
{
	int n = snprintf(out, QMTPSESSION_TEXT_MAX + 1, "%c%s%s%s",
	    r->code < 400       ? 'K'
		: r->code < 500 ? 'Z'
				: 'D',
	    r->esc == NULL || r->code < 400 ? "" : r->esc,
	    r->esc == NULL || r->code < 400 ? "" : " ", r->text);
	char *p;

	for (p = out; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			*p = ' ';
	return n > QMTPSESSION_TEXT_MAX ? QMTPSESSION_TEXT_MAX : (size_t)n;
}

/* what all recipients hear that have not heard something else */
static void
say_of_all(struct qmtpletter *l, const struct smtpin_reply *r)
{
	if (l->said[0] == '\0')
		as_answer(l->said, r);
}

/* a recipient who hears that; NULL: what becomes of the message */
static void
say_of_one(struct qmtpletter *l, const struct smtpin_reply *r)
{
	char t[QMTPSESSION_TEXT_MAX + 1];
	size_t had = buf_len(&l->answers);

	if (r == NULL)
		needs(buf_putc(&l->answers, TAKEN));
	else if (qmtp_of(l->session)->in.qmqp)
		say_of_all(l, r);
	else
		needs(netstring_put(&l->answers, t, as_answer(t, r)));
	letter_charge(l, buf_len(&l->answers) - had);
}

/* it is known what became of it */
static void
put_answers(struct buf *out, const struct qmtpletter *l, int qmqp)
{
	const char *p = buf_data(&l->answers), *s;
	size_t left = buf_len(&l->answers), len, said = strlen(l->said);
	long n;

	if (qmqp) {
		needs(netstring_put(out, l->said, said));
		return;
	}
	for (; left > 0; p += n, left -= (size_t)n) {
		n = 1;
		if (*p == TAKEN) {
			needs(netstring_put(out, l->said, said));
			continue;
		}
		n = netstring_whole(p, left, left, &s, &len);
		needs(buf_put(out, p, (size_t)n));
	}
}

/* those whose answers are known and whose turn it is */
static void
answer(struct session *s)
{
	struct qmtpsession *q = qmtp_of(s);
	struct qmtpletter *l;

	while ((l = q->first) != NULL && l->done) {
		put_answers(&s->in->out, l, q->in.qmqp);
		q->first = l->next;
		if (q->first == NULL)
			q->last = &q->first;
		q->n--;
		letter_free(l);
	}
	if (q->full && q->n < QMTPSESSION_UNDER_WAY_MAX) {
		q->full = 0;
		s->asked = q->ended;
	}
}

/* nothing more is read, and it ends when all is answered; at once, when it
 * is: 1 */
static int
wind_up(struct session *s)
{
	qmtp_of(s)->ended = 1;
	s->asked = 1;
	if (qmtp_of(s)->first != NULL)
		return 0;
	session_finish(s, 1);
	return 1;
}

static int
ended(struct session *s)
{
	if (qmtp_of(s)->first == NULL)
		return 0;
	wind_up(s);
	stream_want(&s->stream, 0);
	return 1;
}

/* after an answer; the last thing done with the session */
static void
go_on(struct session *s)
{
	if (session_flush(s) == -1)
		return;
	if (s->in->stopping && qmtp_of(s)->first == NULL)
		session_end(s, &r_stopping);
	else if (qmtp_of(s)->ended || s->cut)
		wind_up(s);
	else if (!session_held(s))
		session_resume(s);
}

/* the chain has spoken */
static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *p,
    size_t n)
{
	struct incoming *in = (struct incoming *)item, *next;
	struct qmtpletter *l = in->owner;
	struct receiptreply own;
	const struct smtpin_reply *r;
	struct session *s;

	if (kind == RECEIPT_OK)
		incoming_counted(in);
	if (l == NULL) {
		incoming_free(in);
		return;
	}
	s = l->session;
	r = receiptreply_make(&own, kind, p, n, &s->in->scratch);
	needs(r == NULL ? -1 : 0);
	next = s->letter;
	s->letter = in;
	if (kind == RECEIPT_OK)
		sessiontime_alive(s);
	else
		rejection_log(s, NULL, r);
	s->letter = next;
	incoming_free(in);
	patience_count(&s->patience, PATIENCE_MESSAGE, r->code);
	say_of_all(l, r);
	l->down = NULL;
	l->done = 1;
	sessiontime_wait(s, INBOUND_RECEIPT);
	answer(s);
	go_on(s);
}

/* a message */

/* no message, for this reason; it is a fault of who sends it */
static void
refuse(struct session *s, const struct smtpin_event *ev,
    const struct smtpin_reply *r)
{
	rejection_log(s, ev, r);
	say_of_all(qmtp_of(s)->letter, r);
	transaction_forget(s);
	sessionevent_weigh(s, ev, r->code);
}

/* may this message come? */
static const struct smtpin_reply *
may_come(struct session *s, uint64_t size)
{
	const struct smtpin_reply *r;

	if (qmtp_of(s)->in.qmqp && !session_ours(s))
		return s->doubtful ? &access_no_table : &r_trust;
	if (size > s->in->config.size_max)
		return &r_size;
	r = transaction_open(s);
	return r != NULL ? r : transaction_data(s);
}

static void
on_begin(struct session *s, uint64_t size)
{
	struct smtpin_event ev = { .kind = SMTPIN_DATA, .verb = SMTPIN_V_DATA };
	struct qmtpletter *l = calloc(1, sizeof *l);
	const struct smtpin_reply *r;

	needs(l == NULL ? -1 : 0);
	l->session = s;
	qmtp_of(s)->letter = l;
	letter_charge(l, sizeof *l);
	r = may_come(s, size);
	if (r != NULL)
		refuse(s, &ev, r);
	else
		s->letter->declared = size;
}

/* an address as SMTP has it; 0, or -1: it is none */
static int
read_address(struct session *s, const struct qmtpin_event *e,
    struct smtpin_event *ev)
{
	struct buf *b = &qmtp_of(s)->address;

	ev->arg = e->arg;
	ev->arglen = e->arglen;
	buf_clear(b);
	needs(qmtpaddress_put(b, e->arg, e->arglen));
	if (e->arglen == 0)
		return 0;
	return !e->too_long &&
		address_parse(buf_data(b), buf_len(b), &ev->address) ==
		    ADDRESS_GOOD
	    ? 0
	    : -1;
}

static void
on_sender(struct session *s, const struct qmtpin_event *e)
{
	struct smtpin_event ev = { .kind = SMTPIN_MAIL, .verb = SMTPIN_V_MAIL };
	const struct smtpin_reply *r = &r_sender;

	if (s->letter == NULL)
		return;
	ev.size = s->letter->declared;
	if (read_address(s, e, &ev) == 0)
		r = transaction_from(s, &ev);
	if (r != NULL && r->code >= 400)
		refuse(s, &ev, r);
}

/* it is known of a recipient */
static void
settle_rcpt(struct session *s, const struct smtpin_event *ev,
    const struct smtpin_reply *r)
{
	struct qmtpletter *l = qmtp_of(s)->letter;

	if (r == NULL || r->code < 400) {
		l->n_taken++;
		say_of_one(l, NULL);
		return;
	}
	l->late = 1;
	rejection_log(s, ev, r);
	say_of_one(l, r);
}

/* who knows the recipients has spoken */
static void
on_asked(struct session *s, const struct smtpin_event *ev,
    const struct smtpin_reply *r)
{
	settle_rcpt(s, ev, r);
	if (sessionevent_over(s))
		session_finish(s, 1);
	else
		go_on(s);
}

static const struct smtpin_reply *
take_rcpt(struct session *s, const struct qmtpin_event *e,
    struct smtpin_event *ev)
{
	uint32_t max =
	    s->smtp.rcpt_max > 0 ? s->smtp.rcpt_max : s->in->config.rcpt_max;

	if (qmtp_of(s)->letter->n_rcpts++ >= max)
		return &r_many;
	if (read_address(s, e, ev) == -1 || ev->address.len == 0)
		return &r_rcpt;
	return transaction_rcpt(s, ev, on_asked);
}

static void
on_rcpt(struct session *s, const struct qmtpin_event *e)
{
	struct smtpin_event ev = { .kind = SMTPIN_RCPT, .verb = SMTPIN_V_RCPT };
	const struct smtpin_reply *r;

	if (share_ask(share_of(s), SHARE_MEMORY, session_holder(s),
		QMTPSESSION_TEXT_MAX) != SHARE_YES) {
		inbound_press(s->in);
		qmtp_of(s)->ended = s->asked = 1;
		return;
	}
	/* there is no message */
	if (s->letter == NULL) {
		say_of_one(qmtp_of(s)->letter, NULL);
		return;
	}
	r = take_rcpt(s, e, &ev);
	if (!s->asked)
		settle_rcpt(s, &ev, r);
}

/* all is there: down it goes, if there is somebody who gets it */
static void
hand_down(struct session *s, struct qmtpletter *l)
{
	struct smtpin_event ev = { .kind = SMTPIN_DONE };
	const struct smtpin_reply *r = &r_nobody;

	if (l->n_taken > 0)
		r = transaction_whole(s, on_receipt);
	if (r != NULL) {
		if (l->n_taken > 0 || qmtp_of(s)->in.qmqp)
			refuse(s, &ev, r);
		else
			sessionevent_weigh(s, &ev, r->code);
		return;
	}
	/* another may come while this one is on its way */
	s->letter->owner = l;
	l->down = s->letter;
	s->letter = NULL;
	s->waiting = 0;
}

static void
on_end(struct session *s)
{
	struct qmtpsession *q = qmtp_of(s);
	struct qmtpletter *l = q->letter;

	/* by QMQP it is for all, or for none */
	if (s->letter != NULL && !(q->in.qmqp && l->late))
		hand_down(s, l);
	l->done = l->down == NULL;
	transaction_forget(s);
	q->letter = NULL;
	*q->last = l;
	q->last = &l->next;
	if (++q->n >= QMTPSESSION_UNDER_WAY_MAX)
		q->full = s->asked = 1;
	answer(s);
	/* QMQP has one message a connection */
	if (q->in.qmqp)
		q->ended = s->asked = 1;
}

static void
handle(struct session *s, const struct qmtpin_event *e)
{
	struct smtpin_event ev = { .kind = SMTPIN_DATA, .verb = SMTPIN_V_DATA };

	switch (e->kind) {
	case QMTPIN_BEGIN: on_begin(s, e->size); break;
	case QMTPIN_BODY:
		if (s->letter != NULL)
			incoming_add(s->letter, e->arg, e->arglen);
		break;
	case QMTPIN_BARE:
		if (s->letter != NULL)
			refuse(s, &ev, &r_bare);
		break;
	case QMTPIN_SENDER: on_sender(s, e); break;
	case QMTPIN_RCPT: on_rcpt(s, e); break;
	case QMTPIN_END: on_end(s); break;
	case QMTPIN_BAD:
		rejection_log(s, NULL, &r_bad);
		qmtp_of(s)->ended = s->asked = 1;
		break;
	case QMTPIN_MORE: break;
	}
}

static ssize_t
consume(struct session *s, char *p, size_t n, int *step)
{
	struct qmtpsession *q = qmtp_of(s);
	struct qmtpin_event e;
	size_t off = 0;

	while (off < n && !session_held(s) && !sessionevent_over(s) &&
	    !session_blocked(s) && !pauses_has(&s->pause)) {
		off += qmtpin_feed(&q->in, p + off, n - off, &e);
		handle(s, &e);
		*step |= e.kind == QMTPIN_END;
		if (buf_len(&s->in->out) > INBOUND_OUT_MARK &&
		    session_flush(s) == -1)
			return -1;
	}
	if (!q->ended)
		return (ssize_t)off;
	if (q->first == NULL) {
		session_finish(s, 1);
		return -1;
	}
	/* what follows is not read */
	return (ssize_t)n;
}

static void
set_clock(struct session *s, int step, size_t n)
{
	struct qmtpsession *q = qmtp_of(s);

	/* of who knows the recipients */
	if (s->asked && !q->full && !q->ended)
		return;
	if (q->first != NULL) {
		if (!waits_is(&s->waiter, INBOUND_RECEIPT))
			sessiontime_wait(s, INBOUND_RECEIPT);
		return;
	}
	if (qmtpin_idle(&q->in)) {
		if (step || !waits_is(&s->waiter, INBOUND_COMMAND))
			sessiontime_wait(s, INBOUND_COMMAND);
		return;
	}
	/* what is not kept is read, but no faster than need be */
	if (n > 0 && qmtpin_in_message(&q->in) &&
	    (s->letter == NULL || s->letter->failed))
		sessiontime_pause(s, INBOUND_DROP_MS);
	s->came += n;
	if (!waits_is(&s->waiter, INBOUND_DATA) ||
	    s->came >= INBOUND_PROGRESS) {
		s->came = 0;
		sessiontime_wait(s, INBOUND_DATA);
	}
}

static int
busy(const struct session *s)
{
	return qmtp_of(s)->first != NULL || qmtpin_in_message(&qmtp_of(s)->in);
}

static void
forget(struct session *s)
{
	struct qmtpsession *q = qmtp_of(s);
	struct qmtpletter *l;

	if (q->letter != NULL)
		letter_free(q->letter);
	q->letter = NULL;
	while ((l = q->first) != NULL) {
		q->first = l->next;
		if (l->down != NULL)
			l->down->owner = NULL;
		letter_free(l);
	}
	q->last = &q->first;
	q->n = 0;
}

static void
end(struct session *s)
{
	struct qmtpsession *q = s->more == NULL ? NULL : qmtp_of(s);

	if (q == NULL)
		return;
	forget(s);
	buf_free(&q->address);
	free(q);
	s->more->qmtp = NULL;
}

static int
begin(struct session *s)
{
	struct qmtpsession *q = calloc(1, sizeof *q);

	if (q == NULL || session_more(s) == NULL) {
		free(q);
		return -1;
	}
	q->in.qmqp = (s->in->words & SERVICE_QMQP) != 0;
	q->last = &q->first;
	s->more->qmtp = q;
	return 0;
}

void
qmtpsession_serve(struct inbound *in, int qmqp)
{
	static const struct session_calls calls = { begin, consume, set_clock,
		ended, busy, forget, end };

	in->words |= qmqp ? SERVICE_QMQP : SERVICE_QMTP;
	in->other = &calls;
}
