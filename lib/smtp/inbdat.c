#include "smtp/inbdat.h"
#include "base/ascii.h"
#include "base/num.h"
#include "smtp/instate.h"
#include <string.h>

SMTPIN_SAY(r_chunk, 250, "2.0.0", "chunk received");
SMTPIN_SAY(r_form, 501, "5.5.4", "syntax: BDAT size [LAST]");
SMTPIN_SAY(r_no_helo, 503, "5.5.1", "EHLO or HELO first");
SMTPIN_SAY(r_no_mail, 503, "5.5.1", "MAIL first");
SMTPIN_SAY(r_no_rcpt, 554, "5.5.1", "no valid recipients");
SMTPIN_SAY(r_broken, 503, "5.5.1", "a chunk of this message was refused");
SMTPIN_SAY(r_size, 552, "5.3.4", "message too large");
SMTPIN_SAY(r_bare, 554, "5.5.2",
    "bare CR or LF in the message; lines must end in CR LF");

/* the bytes that are left of the chunk are thrown away */
static void
skip(struct smtpin *s, const struct smtpin_reply *after, enum instate back)
{
	s->state = INSTATE_SKIP;
	s->after = after;
	s->back = (unsigned char)back;
}

/* the message ends without having become one, at the end of this chunk */
static void
refuse(struct smtpin *s, const struct smtpin_reply *r)
{
	s->ends = 1;
	skip(s, r, s->last ? INSTATE_GREETED : INSTATE_BROKEN);
}

/* no recipient was accepted; the message of an LMTP session ends with none of
 * its replies, RFC 2033 section 4.3 */
static void
without(struct smtpin *s)
{
	if (!s->lmtp || !s->last)
		skip(s, &r_no_rcpt, INSTATE_SENDER);
	else
		refuse(s, NULL);
}

/* "SIZE" or "SIZE LAST", 0 or -1 */
static int
parse(struct smtpin *s, const struct smtpin_event *ev)
{
	const char *p = ev->arg, *end = p + ev->arglen, *word = p;

	while (p < end && ascii_digit(*p))
		p++;
	if (p - word > 19 || num_scan(word, p - word, 0, INT64_MAX, &s->left))
		return -1;
	s->chunk_size = s->left;
	s->last = 0;
	if (p == end)
		return 0;
	if (*p != ' ' && *p != '\t')
		return -1;
	while (*p == ' ' || *p == '\t')
		p++; /* no blank is at the end */
	s->last = 1;
	return ascii_is(p, end - p, "LAST") ? 0 : -1;
}

/* is it more than will be read only to be thrown away? */
static int
too_far(const struct smtpin *s, const struct smtpin_config *c)
{
	return s->left / 2 > c->size_max &&
	    s->left - 2 * c->size_max > INSTATE_DISCARD_MAX;
}

/* a chunk of the message */
static const struct smtpin_reply *
chunk(struct smtpin *s, const struct smtpin_config *c, struct smtpin_event *ev)
{
	if (s->left > c->size_max - s->got) {
		refuse(s, &r_size);
		return NULL;
	}
	s->got += s->left;
	if (s->state == INSTATE_TO) {
		s->chunked = 1;
		ev->size = s->chunk_size;
		return instate_ask(s, ev, SMTPIN_DATA);
	}
	s->state = INSTATE_CHUNK;
	return NULL;
}

const struct smtpin_reply *
inbdat_line(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r = NULL;

	if (parse(s, ev) == -1) {
		/* how many bytes follow cannot be known, and they would be
		 * obeyed; VIOLATIONS.md: CLOSE-AFTER-554 */
		s->over = 1;
		return &r_form;
	}
	ev->kind = SMTPIN_MORE;
	switch ((enum instate)s->state) {
	case INSTATE_START: skip(s, &r_no_helo, INSTATE_START); break;
	case INSTATE_GREETED: skip(s, &r_no_mail, INSTATE_GREETED); break;
	case INSTATE_SENDER: without(s); break;
	case INSTATE_BROKEN:
		skip(s, &r_broken, s->last ? INSTATE_GREETED : INSTATE_BROKEN);
		break;
	default: r = chunk(s, c, ev);
	}
	if (s->state == INSTATE_SKIP && too_far(s, c)) {
		s->left = 0;
		s->over_then = 1;
		if (s->after == NULL)
			s->after = &r_no_rcpt;
	}
	return r;
}

/* the reply after what was thrown away; NULL: there is none */
static void
skipped(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r = s->after;
	enum instate back = (enum instate)s->back;
	int over = s->over_then, last = s->last;
	uint32_t n = s->n_rcpt;

	ev->kind = s->ends ? SMTPIN_RESET : SMTPIN_REPLY;
	ev->verb = SMTPIN_V_BDAT;
	ev->size = s->chunk_size;
	s->after = NULL;
	s->back = s->last = s->over_then = 0;
	s->chunk_size = 0;
	if (s->ends || r == &r_broken)
		instate_reset(s);
	s->state = (unsigned char)back;
	/* LMTP: whose last chunk comes behind a refused one counts a reply for
	 * each recipient all the same (RFC 2033 section 4.3) */
	if (back == INSTATE_BROKEN)
		s->n_rcpt = n;
	else if (last && s->lmtp)
		s->times = n;
	if (r != NULL)
		ev->reply = instate_counted(s, c, r);
	s->over |= over;
}

/* all of the chunk is there */
static void
whole(struct smtpin *s, const struct smtpin_config *c, struct smtpin_event *ev)
{
	if (!s->last) {
		s->state = INSTATE_MORE;
		ev->kind = SMTPIN_REPLY;
		ev->verb = SMTPIN_V_BDAT;
		ev->size = s->chunk_size;
		ev->reply = &r_chunk;
	} else if (chunkin_end(&s->chunk) == -1) {
		refuse(s, &r_bare);
		skipped(s, c, ev);
	} else if (s->chunk.mid) {
		/* what goes on by DATA has an end of its last line: so it is
		 * there before somebody signs it */
		s->chunk.mid = 0;
		ev->kind = SMTPIN_BODY;
		ev->arg = "\n";
		ev->arglen = 1;
	} else {
		instate_ask(s, ev, SMTPIN_DONE);
	}
}

size_t
inbdat_feed(struct smtpin *s, const struct smtpin_config *c, char *in, size_t n,
    struct smtpin_event *ev)
{
	size_t k = n < s->left ? n : (size_t)s->left, len;

	if (s->left == 0) {
		if (s->state == INSTATE_SKIP)
			skipped(s, c, ev);
		else
			whole(s, c, ev);
		return 0;
	}
	s->left -= k;
	if (s->state == INSTATE_SKIP)
		return k;
	if (chunkin_feed(&s->chunk, in, k, in, &len) == -1) {
		refuse(s, &r_bare);
	} else if (len > 0) {
		ev->kind = SMTPIN_BODY;
		ev->arg = in;
		ev->arglen = len;
	}
	return k;
}

const struct smtpin_reply *
inbdat_answer(struct smtpin *s, const struct smtpin_config *c,
    const struct smtpin_reply *r)
{
	s->asked = 0;
	if (r == NULL || r->code < 400) {
		s->state = INSTATE_CHUNK;
		return NULL;
	}
	if (r->code == 421)
		return instate_counted(s, c, r);
	refuse(s, r);
	return NULL;
}
