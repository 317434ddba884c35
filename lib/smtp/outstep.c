#include "smtp/outstep.h"
#include "smtp/outstate.h"
#include <string.h>
#include <strings.h>

/*
 *	step       good               else
 *	RSET       next               session spent at the end
 *	MAIL       next               verdict for all; the rest is ignored
 *	RCPT i     accepted; to       verdict for i
 *	           verify: verdict
 *	           for i
 *	DATA 3xx   BODY, or LONE      verdict for the accepted; over.  No such
 *	                              command, but BDAT: BODY
 *	BDAT, but  next               verdict for all; over, and the session
 *	the last                      is cut
 *	dot        verdict for all that are accepted (LMTP: for the next of
 *	           them); over after the last
 */

static void
finish(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	/* a transaction that MAIL has opened and no dot has ended */
	if (m->open && m->at == SMTPOUT_COMMANDS)
		s->owe_rset = 1;
	ev->mail = m;
	ev->over = 1;
	s->front = s->behind;
	s->behind = NULL;
	if (ev->kind == SMTPOUT_MORE)
		ev->kind = SMTPOUT_OVER;
}

static void
say_verdict(struct smtpout *s, struct smtpout_event *ev, unsigned first,
    unsigned end)
{
	unsigned class = ev->reply.code / 100;

	ev->kind = SMTPOUT_VERDICT;
	ev->mail = s->front;
	ev->verdict = class == 2 ? SMTPOUT_OK
	    : class == 5         ? SMTPOUT_PERM
				 : SMTPOUT_TEMP;
	ev->first = first;
	ev->end = end;
}

/* RFC 5321 section 4.5.3.1.10: 452, or 552 from the old ones */
static int
too_many(const struct smtpout_mail *m, const struct reply *r)
{
	size_t i;

	if (m->accepted == 0 || (r->code != 452 && r->code != 552))
		return 0;
	if (r->esc != NULL && r->esc_len == 5 &&
	    memcmp(r->esc + 1, ".5.3", 4) == 0)
		return 1;
	for (i = 0; i + 8 <= r->n; i++)
		if (strncasecmp(r->p + i, "too many", 8) == 0)
			return 1;
	return r->esc == NULL && r->code == 452;
}

static int
on_mail(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	if (ev->reply.code / 100 == 2) {
		m->open = 1;
		return 0;
	}
	if (ev->reply.code / 100 == 3)
		return -1;
	m->failed = 1;
	say_verdict(s, ev, 0, m->n_rcpt);
	return 0;
}

static int
on_rcpt(struct smtpout *s, struct smtpout_event *ev, unsigned i)
{
	struct smtpout_mail *m = s->front;

	if (m->failed)
		return 0;
	if (ev->reply.code / 100 == 2 && !m->verify) {
		m->rcpt[i].state = SMTPOUT_ACCEPTED;
		m->accepted++;
		return 0;
	}
	if (ev->reply.code / 100 == 3)
		return -1;
	say_verdict(s, ev, i, i + 1);
	if (too_many(m, &ev->reply))
		ev->verdict = SMTPOUT_LATER;
	return 0;
}

/* RFC 3030: there is another way to send a message.  What was accepted stands,
 * for a command that is not known changes nothing; from now on DATA is not said */
static int
has_bdat(const struct smtpout *s, const struct reply *r)
{
	return (s->ext & EXTENSION_CHUNKING) &&
	    (r->code == 500 || r->code == 502 || r->code == 504);
}

static int
on_data(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	switch (ev->reply.code / 100) {
	case 3:
		if (m->accepted > 0 && !m->failed) {
			m->at = SMTPOUT_BODY;
		} else if (s->lmtp) {
			return -1; /* how many replies would a dot get? */
		} else {
			m->at = SMTPOUT_LONE;
			s->say = 1;
		}
		return 0;
	case 2: return -1;
	}
	if (m->accepted > 0 && !m->failed && has_bdat(s, &ev->reply)) {
		s->bdat = 1;
		m->at = SMTPOUT_BODY;
		return 0;
	}
	if (m->accepted > 0 && !m->failed)
		say_verdict(s, ev, 0, m->n_rcpt);
	finish(s, ev);
	return 0;
}

static int
on_dot(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;
	unsigned i;

	if (ev->reply.code / 100 == 3)
		return -1;
	/* nobody takes it; what BDAT was refused for leaves the transaction
	 * open (RFC 3030 section 2) */
	if (m->at == SMTPOUT_LONE || m->failed || m->accepted == 0) {
		s->owe_rset |= m->at == SMTPOUT_DOT && m->open;
		finish(s, ev);
		return 0;
	}
	if (!s->lmtp) {
		s->owe_rset |= m->early && ev->reply.code / 100 != 2;
		say_verdict(s, ev, 0, m->n_rcpt);
		finish(s, ev);
		return 0;
	}
	for (i = 0; m->rcpt[i].state != SMTPOUT_ACCEPTED; i++)
		;
	say_verdict(s, ev, i, i + 1);
	if (--m->accepted == 0)
		finish(s, ev);
	return 0;
}

/* RFC 3030 section 2: what a refused chunk leaves is not known, and the answers
 * to those behind it say nothing */
static int
on_chunk(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;
	unsigned class = ev->reply.code / 100;

	if (class == 3 || m->chunks_got == m->chunks)
		return -1;
	/* the last one is not answered well before all of it is there */
	if (class == 2 && m->last && m->at == SMTPOUT_BODY &&
	    m->chunks_got + 1 == m->chunks)
		return -1;
	m->chunks_got++;
	ev->phase = SMTPOUT_BLOCK;
	if (class == 2)
		return 0;
	s->spent = s->cut = 1;
	say_verdict(s, ev, 0, m->n_rcpt);
	finish(s, ev);
	return 0;
}

/* is it an answer to a BDAT that is not the last, or to one that is not sent as
 * a whole yet? */
static int
is_of_chunk(const struct smtpout_mail *m)
{
	return m->at == SMTPOUT_BODY ||
	    (m->at == SMTPOUT_DOT && m->chunks_got + 1 < m->chunks);
}

/* after a step: is there nothing more to say in this transaction? */
static void
settle(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	if (m == NULL || ev->over || m->at != SMTPOUT_COMMANDS ||
	    m->sent > m->got)
		return;
	if (m->failed ||
	    (m->got == m->rset + 1 + m->n_rcpt && m->accepted == 0))
		finish(s, ev);
	else if (s->bdat && !m->data && m->got == outstate_steps(s, m))
		m->at = SMTPOUT_BODY;
}

int
outstep_reply(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;
	unsigned step;
	int r = 0;

	if (m == NULL || (m->at == SMTPOUT_LONE && s->say))
		return -1;
	if (m->got >= m->sent) {
		if (m->at == SMTPOUT_COMMANDS)
			return -1;
		return is_of_chunk(m) ? on_chunk(s, ev) : on_dot(s, ev);
	}
	step = m->got++;
	if (step < m->rset) {
		if (ev->reply.code / 100 != 2)
			s->spent = 1;
		return 0;
	}
	step -= m->rset;
	if (step == 0)
		r = on_mail(s, ev);
	else if (step <= m->n_rcpt)
		r = on_rcpt(s, ev, step - 1);
	else
		r = on_data(s, ev);
	if (r == 0)
		settle(s, ev);
	return r;
}
