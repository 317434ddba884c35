#include "recv/rcptwire.h"
#include <string.h>

static const char *const status[] = { [RCPTWIRE_KNOWN] = "sent",
	[RCPTWIRE_NOBODY] = "bounced",
	[RCPTWIRE_UNSURE] = "deferred" };

int
rcptwire_ask(struct buf *b, uint32_t id, struct slice to, const char *ask)
{
	int r = ltsv_putnum(b, "id", id);

	r |= ltsv_puts(b, "n", "0");
	r |= ltsv_puts(b, "from", "");
	r |= ltsv_put(b, "to", to.p, to.n);
	r |= ltsv_puts(b, "ask", ask);
	r |= ltsv_puts(b, "verify", "1");
	return r | ltsv_end(b);
}

int
rcptwire_answer(struct buf *b, const struct rcptwire_answer *a)
{
	int r = ltsv_putnum(b, "id", a->id);

	r |= ltsv_puts(b, "n", "0");
	r |= ltsv_puts(b, "status", status[a->what]);
	if (a->esc[0] != '\0')
		r |= ltsv_puts(b, "esc", a->esc);
	if (a->text[0] != '\0')
		r |= ltsv_puts(b, "text", a->text);
	return r | ltsv_end(b);
}

/* a line with a number by which it is known; 0 or -1 */
static int
read_id(const char *p, size_t n, struct ltsv *l, uint32_t *id)
{
	uint64_t u;

	if (ltsv_parse(p, n, l) == -1 ||
	    ltsv_num(l, "id", 1, UINT32_MAX, &u) == -1)
		return -1;
	*id = (uint32_t)u;
	return 0;
}

/* a label's value without NUL; its length, or -1 */
static long
text(const struct ltsv *l, const char *label, char *out, size_t cap)
{
	long n = ltsv_get(l, label, out, cap);

	return n == -1 || strlen(out) != (size_t)n ? -1 : n;
}

int
rcptwire_read_question(const char *p, size_t n, struct rcptwire_question *q)
{
	struct ltsv l;
	long len;

	if (read_id(p, n, &l, &q->id) == -1)
		return -1;
	len = text(&l, "to", q->to, sizeof q->to);
	if (len <= 0 || text(&l, "ask", q->ask, sizeof q->ask) == -1)
		return -1;
	q->to_len = (size_t)len;
	return 0;
}

static enum rcptwire_what
meaning(const struct ltsv *l)
{
	const struct ltsv_field *said = ltsv_find(l, "status");
	const struct ltsv_field *class = ltsv_find(l, "class");

	if (said != NULL && ltsv_is(said, "sent"))
		return RCPTWIRE_KNOWN;
	if (said != NULL && ltsv_is(said, "bounced") &&
	    (class == NULL || ltsv_is(class, "rcpt")))
		return RCPTWIRE_NOBODY;
	return RCPTWIRE_UNSURE;
}

int
rcptwire_read_answer(const char *p, size_t n, struct rcptwire_answer *a)
{
	struct ltsv l;

	if (read_id(p, n, &l, &a->id) == -1)
		return -1;
	a->what = meaning(&l);
	if (text(&l, "esc", a->esc, sizeof a->esc) == -1)
		a->esc[0] = '\0';
	if (text(&l, "text", a->text, sizeof a->text) == -1)
		a->text[0] = '\0';
	return 0;
}
