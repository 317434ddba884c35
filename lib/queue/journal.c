#include "queue/journal.h"
#include "base/num.h"
#include "queue/name.h"
#include <string.h>

int
journal_put(struct buf *b, const char *id, unsigned n, enum message_state state)
{
	if (buf_reserve(b, JOURNAL_LINE_MAX) == -1)
		return -1;
	buf_put(b, id, NAME_LEN);
	buf_putc(b, ' ');
	buf_putnum(b, n);
	buf_putc(b, ' ');
	buf_putc(b, state);
	return buf_putc(b, '\n');
}

long
journal_get(const char *p, size_t n, const char **id, unsigned *rcpt,
    enum message_state *state)
{
	const char *e, *num = p + NAME_LEN + 1;
	uint64_t u;

	e = memchr(p, '\n', n < JOURNAL_LINE_MAX ? n : JOURNAL_LINE_MAX);
	if (e == NULL)
		return n < JOURNAL_LINE_MAX ? 0 : -1;
	if (e - p < NAME_LEN + 4 || name_check(p, NAME_LEN) == -1 ||
	    num[-1] != ' ' || e[-2] != ' ' || !message_state_known(e[-1]) ||
	    num_scan(num, e - 2 - num, 0, MESSAGE_RCPTS_MAX - 1, &u) == -1)
		return -1;
	*id = p;
	*rcpt = u;
	*state = e[-1];
	return e - p + 1;
}

enum journal_kind
journal_next(const char *p, size_t n, struct journal_line *l, size_t *used)
{
	const char *e;
	long k = n == 0 ? 0 : journal_get(p, n, &l->id, &l->n, &l->state);

	*used = k > 0 ? (size_t)k : 0;
	if (k > 0)
		return JOURNAL_LINE;
	if (k == 0)
		return JOURNAL_MORE;
	e = memchr(p, '\n', n);
	*used = e == NULL ? n : (size_t)(e + 1 - p);
	return *used == 1 && e == p ? JOURNAL_MARK : JOURNAL_OTHER;
}
