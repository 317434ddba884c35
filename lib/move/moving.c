#include "move/moving.h"
#include "base/num.h"
#include "queue/ranges.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
moving_add(struct moving *m, const char *id, uint32_t n, int64_t next)
{
	struct moving_rcpt r = { .n = n, .next = next };

	memcpy(r.id, id, NAME_LEN);
	return buf_put(&m->list, &r, sizeof r);
}

static int
compare(const void *a, const void *b)
{
	const struct moving_rcpt *x = a, *y = b;
	int k = memcmp(x->id, y->id, NAME_LEN);

	return k != 0 ? k : x->n < y->n ? -1 : x->n > y->n;
}

void
moving_sort(struct moving *m)
{
	size_t n, i, kept = 0;
	struct moving_rcpt *r = moving_list(m, &n);

	if (n == 0)
		return;
	qsort(r, n, sizeof *r, compare);
	for (i = 0; i < n; i++)
		if (kept == 0 || compare(&r[kept - 1], &r[i]) != 0)
			r[kept++] = r[i];
	m->list.end = m->list.off + kept * sizeof *r;
}

struct moving_rcpt *
moving_find(const struct moving *m, const char *id, uint32_t number)
{
	struct moving_rcpt want = { .n = number };
	size_t n;
	struct moving_rcpt *r = moving_list(m, &n);

	memcpy(want.id, id, NAME_LEN);
	return n == 0 ? NULL : bsearch(&want, r, n, sizeof *r, compare);
}

void
moving_free(struct moving *m)
{
	buf_free(&m->list);
}

/* text */

int
moving_write(const struct moving *m, struct buf *b)
{
	size_t n, i;
	const struct moving_rcpt *r = moving_list(m, &n);
	int k = 0;

	for (i = 0; i < n; i++)
		k |= buf_printf(b, "%.20s %u %lld\n", r[i].id, (unsigned)r[i].n,
		    (long long)r[i].next);
	return k;
}

/* words of a line; how many there are, max at most, the last has the rest */
static unsigned
words(const char *p, const char *end, const char *w[], size_t len[],
    unsigned max)
{
	unsigned n = 0;
	const char *e;

	while (n < max) {
		e = memchr(p, ' ', end - p);
		if (e == NULL)
			e = end;
		w[n] = p;
		len[n++] = e - p;
		if (e == end)
			return n;
		p = e + 1;
	}
	return max + 1;
}

static int
one_line(struct moving *m, const char *p, const char *end)
{
	const char *w[3];
	size_t len[3];
	uint64_t n, next;

	if (words(p, end, w, len, 3) != 3 || name_check(w[0], len[0]) == -1 ||
	    num_scan(w[1], len[1], 0, MESSAGE_RCPTS_MAX - 1, &n) == -1 ||
	    num_scan(w[2], len[2], 0, 9999999999, &next) == -1)
		return 0;
	return moving_add(m, w[0], (uint32_t)n, (int64_t)next);
}

int
moving_read(struct moving *m, const char *p, size_t n)
{
	const char *end = n == 0 ? p : p + n, *e;

	for (; p < end && (e = memchr(p, '\n', end - p)) != NULL; p = e + 1)
		if (one_line(m, p, e) == -1)
			return -1;
	moving_sort(m);
	return 0;
}

/* 1, 0: it is none, -1 with ENOMEM */
static int
one_receipt(struct moving *m, const char *p, const char *end)
{
	const char *w[4], *s, *stop;
	uint32_t first, last, i;
	size_t len[4];
	unsigned n = words(p, end, w, len, 4);

	if ((n != 3 && n != 4) || name_check(w[0], len[0]) == -1 ||
	    name_check(w[1], len[1]) == -1 ||
	    ranges_count(w[2], len[2], MESSAGE_RCPTS_MAX - 1) == 0 ||
	    (n == 4 && (len[3] != 6 || memcmp(w[3], "before", 6) != 0)))
		return 0;
	s = w[2];
	stop = s + len[2];
	while (ranges_next(&s, stop, UINT32_MAX - 1, &first, &last) == 1)
		for (i = first; i <= last; i++)
			if (moving_add(m, w[0], i, 0) == -1)
				return -1;
	return 1;
}

long
moving_receipts(struct moving *m, const char *p, size_t n)
{
	const char *end = n == 0 ? p : p + n, *e;
	long line = 0, bad = 0;
	int k;

	for (; p < end; p = e + 1) {
		line++;
		e = memchr(p, '\n', end - p);
		k = e == NULL ? 0 : one_receipt(m, p, e);
		if (k == -1)
			return -1;
		if (k == 0 && bad == 0)
			bad = line;
		if (e == NULL)
			break;
	}
	moving_sort(m);
	return bad;
}

/* orders */

/* messages that are meant with the same recipients go together */
struct asking {
	struct ctlrequest *o;
	struct buf numbers;
	void (*each)(void *, struct ctlrequest *, size_t);
	void *arg;
};

static int
ask(struct asking *a)
{
	size_t ids = buf_len(&a->o->sel.ids) / NAME_LEN;

	if (ids > 0) {
		a->o->sel.n = 0;
		if (selector_add(&a->o->sel, SELECTOR_N, 0,
			buf_data(&a->numbers), buf_len(&a->numbers)) != NULL)
			return -1;
		a->each(a->arg, a->o, ids);
	}
	buf_clear(&a->o->sel.ids);
	return 0;
}

/* recipients of one message, as text; as many as a request has room for.
 * Returns how many were looked at */
static size_t
take_numbers(const struct moving_rcpt *r, size_t n, struct ranges *t)
{
	enum { ROOM = CTLREQUEST_ARG_MAX - 32 };
	size_t i;

	ranges_clear(t);
	for (i = 0; i < n && memcmp(r[i].id, r->id, NAME_LEN) == 0 &&
	     buf_len(&t->text) < ROOM;
	     i++)
		if (!r[i].done && ranges_add(t, r[i].n) == -1)
			return 0;
	return ranges_end(t) == -1 ? 0 : i;
}

static int
add_message(struct asking *a, const char *id, const struct ranges *t)
{
	size_t ids = buf_len(&a->o->sel.ids) / NAME_LEN;

	if (buf_len(&t->text) == 0)
		return 0;
	if ((ids == CTLREQUEST_IDS_MAX ||
		buf_len(&a->numbers) != buf_len(&t->text) ||
		memcmp(buf_data(&a->numbers), buf_data(&t->text),
		    buf_len(&t->text)) != 0) &&
	    ask(a) == -1)
		return -1;
	buf_clear(&a->numbers);
	if (buf_put(&a->numbers, buf_data(&t->text), buf_len(&t->text)) == -1)
		return -1;
	return buf_put(&a->o->sel.ids, id, NAME_LEN);
}

int
moving_orders(const struct moving *m, enum ctlrequest_verb verb,
    void (*each)(void *, struct ctlrequest *, size_t), void *arg)
{
	static struct ctlrequest o;
	struct asking a = { .o = &o, .each = each, .arg = arg };
	struct ranges t = { .any = 0 };
	size_t n, i, k = 1;
	const struct moving_rcpt *r = moving_list(m, &n);
	int bad = 0;

	ctlrequest_free(&o);
	o.verb = verb;
	for (i = 0; i < n && k > 0 && !bad; i += k) {
		k = take_numbers(r + i, n - i, &t);
		bad = k == 0 || add_message(&a, r[i].id, &t) == -1;
	}
	if (!bad)
		bad = ask(&a) == -1;
	ctlrequest_free(&o);
	buf_free(&a.numbers);
	ranges_free(&t);
	errno = ENOMEM;
	return bad ? -1 : 0;
}
