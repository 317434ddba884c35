#include "qmtp/qmtpin.h"
#include "smtp/lineend.h"
#include <string.h>

/*
 * QMTP begins at MESSAGE_HEAD and ends behind RCPTS_END; QMQP begins at
 * ALL_HEAD.  A HEAD reads "LEN:", what stands behind it its content, a COMMA
 * the end of that.
 *
 *   ALL_HEAD (QMQP)
 *   MESSAGE_HEAD  ENCODING (QMTP)  MESSAGE  MESSAGE_COMMA
 *   SENDER_HEAD   SENDER           SENDER_COMMA
 *   RCPTS_HEAD (QMTP)
 *   RCPT_HEAD     RCPT             RCPT_COMMA     while there are more bytes
 *   RCPTS_COMMA
 */
enum {
	START,
	MESSAGE_HEAD,
	ENCODING,
	MESSAGE,
	MESSAGE_COMMA,
	SENDER_HEAD,
	SENDER,
	SENDER_COMMA,
	RCPTS_HEAD,
	RCPT_HEAD,
	RCPT,
	RCPT_COMMA,
	RCPTS_COMMA,
	BAD
};

int
qmtpin_idle(const struct qmtpin *q)
{
	return q->state == START && q->len == 0;
}

int
qmtpin_in_message(const struct qmtpin *q)
{
	return q->state >= ENCODING && q->state <= MESSAGE_COMMA;
}

static void
say(struct qmtpin_event *ev, enum qmtpin_kind kind, const char *arg, size_t n)
{
	ev->kind = kind;
	ev->arg = arg;
	ev->arglen = n;
}

static void
bad(struct qmtpin *q, struct qmtpin_event *ev)
{
	q->state = BAD;
	say(ev, QMTPIN_BAD, NULL, 0);
}

/* behind the head of the netstring around others; behind that of a message */
static void
headed(struct qmtpin *q, struct qmtpin_event *ev)
{
	if (q->state == RCPTS_HEAD || (q->state == START && q->qmqp)) {
		q->nested = 1;
		q->outer = q->left;
		q->state = q->state == START ? MESSAGE_HEAD
		    : q->outer == 0          ? RCPTS_COMMA
					     : RCPT_HEAD;
		return;
	}
	/* with its comma it is within the one around it, of which the colon is
	 * still to be counted */
	if ((q->nested && q->left + 2 > q->outer) ||
	    (q->state >= SENDER_HEAD && q->left > QMTPIN_ADDRESS_SKIP_MAX)) {
		bad(q, ev);
		return;
	}
	if (q->state >= SENDER_HEAD) {
		q->cut = 0;
		q->state++;
		return;
	}
	q->bare = q->crlf = 0;
	memset(&q->chunk, 0, sizeof q->chunk);
	q->state = q->qmqp ? MESSAGE : ENCODING;
	say(ev, QMTPIN_BEGIN, NULL, 0);
	ev->size = q->left;
}

/* a byte of "LEN:" */
static void
head(struct qmtpin *q, char c, struct qmtpin_event *ev)
{
	int r;

	q->text[q->len++] = c;
	r = netstring_head(q->text, q->len, INT64_MAX, &q->left);
	if (r == 0 && q->len < NETSTRING_HEAD_MAX)
		return;
	q->len = 0;
	if (r > 0)
		headed(q, ev);
	else
		bad(q, ev);
}

/* the first byte of a message by QMTP */
static void
encoding(struct qmtpin *q, char c, struct qmtpin_event *ev)
{
	q->crlf = c == '\r';
	q->left--;
	q->state = MESSAGE;
	if (c != '\r' && c != '\n')
		bad(q, ev);
}

/* lines that end in LF; a CR among them stands alone, or before an end that
 * another server would see elsewhere */
static int
lf_lines(struct qmtpin *q, const char *in, size_t n, size_t *len)
{
	const char *cr = memchr(in, '\r', n);

	*len = cr == NULL ? n : (size_t)(cr - in);
	if (*len > 0)
		q->chunk.mid = in[*len - 1] != '\n';
	return cr == NULL ? 0 : -1;
}

/* some of a message; what stands behind a bare CR or LF is nothing any more */
static size_t
message(struct qmtpin *q, char *in, size_t n, struct qmtpin_event *ev)
{
	size_t len = 0;

	if (n > q->left)
		n = (size_t)q->left;
	q->left -= n;
	if (q->bare)
		return n;
	q->bare = (q->crlf ? chunkin_feed(&q->chunk, in, n, in, &len)
			   : lf_lines(q, in, n, &len)) == -1;
	if (q->bare)
		say(ev, QMTPIN_BARE, NULL, 0);
	else if (len > 0)
		say(ev, QMTPIN_BODY, in, len);
	return n;
}

/* its last line may lack its end, which is put there */
static void
message_ends(struct qmtpin *q, struct qmtpin_event *ev)
{
	q->state = SENDER_HEAD;
	if (q->bare)
		return;
	if (chunkin_end(&q->chunk) == -1)
		say(ev, QMTPIN_BARE, NULL, 0);
	else if (q->chunk.mid)
		say(ev, QMTPIN_BODY, "\n", 1);
}

/* some of an address; of one that is too long only its beginning is kept */
static size_t
address(struct qmtpin *q, const char *in, size_t n)
{
	size_t room = sizeof q->text - q->len, k;

	if (n > q->left)
		n = (size_t)q->left;
	k = n < room ? n : room;
	memcpy(q->text + q->len, in, k);
	q->len += k;
	q->left -= n;
	q->cut |= k < n;
	return n;
}

static void
address_ends(struct qmtpin *q, struct qmtpin_event *ev)
{
	say(ev, q->state == SENDER_COMMA ? QMTPIN_SENDER : QMTPIN_RCPT, q->text,
	    q->len);
	ev->too_long = q->cut;
	q->len = 0;
	if (q->state == SENDER_COMMA && !q->qmqp)
		q->state = RCPTS_HEAD;
	else /* this comma is still to be counted */
		q->state = q->outer == 1 ? RCPTS_COMMA : RCPT_HEAD;
}

static void
all_ends(struct qmtpin *q, struct qmtpin_event *ev)
{
	say(ev, QMTPIN_END, NULL, 0);
	q->nested = 0;
	/* by QMQP nothing may follow, which its user sees to */
	q->state = START;
}

static void
comma(struct qmtpin *q, char c, struct qmtpin_event *ev)
{
	if (c != ',')
		bad(q, ev);
	else if (q->state == MESSAGE_COMMA)
		message_ends(q, ev);
	else if (q->state == RCPTS_COMMA)
		all_ends(q, ev);
	else
		address_ends(q, ev);
}

/* some of what the state wants; the bytes used */
static size_t
step(struct qmtpin *q, char *in, size_t n, struct qmtpin_event *ev)
{
	switch (q->state) {
	case MESSAGE: return message(q, in, n, ev);
	case SENDER:
	case RCPT: return address(q, in, n);
	case ENCODING: encoding(q, *in, ev); break;
	case MESSAGE_COMMA:
	case SENDER_COMMA:
	case RCPT_COMMA:
	case RCPTS_COMMA: comma(q, *in, ev); break;
	default: head(q, *in, ev);
	}
	return 1;
}

/* a content that has all its bytes: its comma is next */
static void
settle(struct qmtpin *q, struct qmtpin_event *ev)
{
	int content =
	    q->state == MESSAGE || q->state == SENDER || q->state == RCPT;

	if (q->state == ENCODING && q->left == 0)
		bad(q, ev);
	else if (content && q->left == 0)
		q->state++;
}

size_t
qmtpin_feed(struct qmtpin *q, char *in, size_t n, struct qmtpin_event *ev)
{
	size_t off = 0, used, counted;

	memset(ev, 0, sizeof *ev);
	while (off < n && ev->kind == QMTPIN_MORE) {
		/* the outer head itself and its comma do not count */
		counted = q->nested && q->state != RCPTS_COMMA;
		if (counted && q->outer == 0) {
			bad(q, ev);
			break;
		}
		used = step(q, in + off, n - off, ev);
		off += used;
		if (counted && q->nested)
			q->outer = used > q->outer ? 0 : q->outer - used;
		if (ev->kind != QMTPIN_BAD)
			settle(q, ev);
	}
	return off;
}
