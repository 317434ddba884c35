#include "accept/acceptwire.h"
#include "base/ascii.h"
#include "base/num.h"
#include "format/ltsv.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CREDITS_LEN = 24 };

const char *const acceptwire_keys[ACCEPTWIRE_KEYS] = { "client", "user", "from",
	"tenant" };

static const char *const whats[ACCEPTWIRE_WHATS] = { "rcpt", "done", "drop",
	"show", "add" };
static const char *const statuses[] = { "ok", "refused" };

/* up to a NUL, which is in no value */
static int
put_value(struct buf *b, const char *label, struct slice v)
{
	size_t n = v.n == 0 ? 0 : strnlen(v.p, v.n);

	if (n == 0)
		return 0;
	return ltsv_put(b, label, v.p,
	    n > ACCEPTWIRE_VALUE_MAX ? ACCEPTWIRE_VALUE_MAX : n);
}

int
acceptwire_ask(struct buf *b, const struct acceptwire_question *q)
{
	char credits[CREDITS_LEN];
	int r = ltsv_putnum(b, "id", q->id), i;

	r |= ltsv_puts(b, "ask", whats[q->what]);
	if (q->txn > 0)
		r |= ltsv_putnum(b, "txn", q->txn);
	if (q->rcpts > 0)
		r |= ltsv_putnum(b, "rcpts", q->rcpts);
	if (q->bytes > 0)
		r |= ltsv_putnum(b, "bytes", q->bytes);
	if (q->credits != 0) {
		snprintf(credits, sizeof credits, "%+" PRId64, q->credits);
		r |= ltsv_puts(b, "credits", credits);
	}
	r |= put_value(b, "key", q->key);
	for (i = 0; i < ACCEPTWIRE_KEYS; i++)
		r |= put_value(b, acceptwire_keys[i], q->value[i]);
	return r | ltsv_end(b);
}

int
acceptwire_answer(struct buf *b, const struct acceptwire_answer *a,
    struct slice more)
{
	int r = ltsv_putnum(b, "id", a->id);

	r |= ltsv_puts(b, "status", statuses[a->status]);
	if (a->status == ACCEPTWIRE_REFUSED) {
		r |= ltsv_putnum(b, "code", a->code);
		r |= ltsv_puts(b, "esc", a->esc);
	}
	if (a->text[0] != '\0')
		r |= ltsv_puts(b, "text", a->text);
	if (more.n > 0)
		r |= ltsv_put(b, "more", more.p, more.n);
	return r | ltsv_end(b);
}

size_t
acceptwire_line(const char *p, size_t n)
{
	const char *lf = n == 0 ? NULL : memchr(p, '\n', n);

	return lf == NULL ? 0 : (size_t)(lf + 1 - p);
}

/* a label's value without NUL; its length, 0 when there is none, or -1 */
static long
value(const struct ltsv *l, const char *label, char *out, size_t cap)
{
	long n;

	out[0] = '\0';
	if (ltsv_find(l, label) == NULL)
		return 0;
	n = ltsv_get(l, label, out, cap);
	return n == -1 || strlen(out) != (size_t)n ? -1 : n;
}

/* a number that need not be there */
static int
number(const struct ltsv *l, const char *label, uint64_t max, uint64_t *out)
{
	*out = 0;
	return ltsv_find(l, label) == NULL ? 0
					   : ltsv_num(l, label, 0, max, out);
}

static int
read_credits(const struct ltsv *l, int64_t *out)
{
	char t[CREDITS_LEN];
	long n = value(l, "credits", t, sizeof t);
	uint64_t u;

	*out = 0;
	if (n == 0)
		return 0;
	if (n < 2 || (t[0] != '+' && t[0] != '-') ||
	    num_scan(t + 1, (size_t)n - 1, 0, INT64_MAX / 4, &u) == -1)
		return -1;
	*out = t[0] == '-' ? -(int64_t)u : (int64_t)u;
	return 0;
}

static int
read_what(const struct ltsv *l, enum acceptwire_what *out)
{
	char t[16];
	long n = value(l, "ask", t, sizeof t);
	int i =
	    n <= 0 ? -1 : ascii_which(whats, ACCEPTWIRE_WHATS, t, (size_t)n);

	if (i == -1)
		return -1;
	*out = (enum acceptwire_what)i;
	return 0;
}

static int
read_slice(const struct ltsv *l, const char *label, char *text,
    struct slice *out)
{
	long n = value(l, label, text, ACCEPTWIRE_VALUE_MAX + 1);

	if (n == -1)
		return -1;
	*out = (struct slice){ text, (size_t)n };
	return 0;
}

int
acceptwire_read_question(const char *p, size_t n, struct acceptwire_read *r)
{
	struct acceptwire_question *q = &r->q;
	uint64_t id, txn, rcpts;
	struct ltsv l;
	int i, bad;

	if (ltsv_parse(p, n, &l) == -1 ||
	    ltsv_num(&l, "id", 1, UINT32_MAX, &id) == -1 ||
	    read_what(&l, &q->what) == -1 ||
	    number(&l, "txn", UINT32_MAX, &txn) == -1 ||
	    number(&l, "rcpts", UINT32_MAX, &rcpts) == -1 ||
	    number(&l, "bytes", UINT64_MAX, &q->bytes) == -1 ||
	    read_credits(&l, &q->credits) == -1)
		return -1;
	q->id = (uint32_t)id;
	q->txn = (uint32_t)txn;
	q->rcpts = (uint32_t)rcpts;
	bad = read_slice(&l, "key", r->text[ACCEPTWIRE_KEYS], &q->key);
	for (i = 0; i < ACCEPTWIRE_KEYS; i++)
		bad |= read_slice(&l, acceptwire_keys[i], r->text[i],
		    &q->value[i]);
	return bad;
}

/* what a client will read is one line of plain text */
static int
is_plain(const char *p)
{
	for (; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			return 0;
	return 1;
}

int
acceptwire_read_answer(const char *p, size_t n, struct acceptwire_answer *a)
{
	const struct ltsv_field *f;
	struct ltsv l;
	uint64_t id, code = 0;

	memset(a, 0, sizeof *a);
	if (ltsv_parse(p, n, &l) == -1 ||
	    ltsv_num(&l, "id", 1, UINT32_MAX, &id) == -1 ||
	    (f = ltsv_find(&l, "status")) == NULL)
		return -1;
	a->id = (uint32_t)id;
	if (ltsv_is(f, statuses[ACCEPTWIRE_OK]))
		return 0;
	if (!ltsv_is(f, statuses[ACCEPTWIRE_REFUSED]) ||
	    ltsv_num(&l, "code", 400, 599, &code) == -1 ||
	    value(&l, "esc", a->esc, sizeof a->esc) <= 0 ||
	    value(&l, "text", a->text, sizeof a->text) <= 0 ||
	    !is_plain(a->text) ||
	    a->esc[strspn(a->esc, "0123456789.")] != '\0' ||
	    a->esc[0] != (char)('0' + code / 100))
		return -1;
	a->status = ACCEPTWIRE_REFUSED;
	a->code = (unsigned)code;
	return 0;
}
