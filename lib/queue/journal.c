#include "queue/journal.h"
#include "base/num.h"
#include "queue/name.h"
#include <string.h>

enum { SECONDS_MAX = INT32_MAX };

/* of the time that an id has */
static int64_t
id_s(const char *id)
{
	return name_time_us(id) / 1000000;
}

int
journal_put(struct buf *b, const char *id, unsigned n, enum message_state state,
    int64_t at_s)
{
	int64_t after = at_s - id_s(id);

	if (buf_reserve(b, JOURNAL_LINE_MAX) == -1)
		return -1;
	buf_put(b, id, NAME_LEN);
	buf_putc(b, ' ');
	buf_putnum(b, n);
	buf_putc(b, ' ');
	buf_putc(b, state);
	if (at_s > 0 && after >= -SECONDS_MAX && after <= SECONDS_MAX) {
		buf_puts(b, after < 0 ? " -" : " ");
		buf_putnum(b, (uint64_t)(after < 0 ? -after : after));
	}
	return buf_putc(b, '\n');
}

/* " SECONDS" behind the state, or nothing, up to its end; 0, -1 */
static int
seconds(const char *p, size_t n, struct journal_line *l)
{
	int back = n > 1 && p[1] == '-';
	uint64_t u;

	l->at_s = 0;
	if (n == 0)
		return 0;
	if (*p != ' ' ||
	    num_scan(p + 1 + back, n - 1 - back, back, SECONDS_MAX, &u) == -1)
		return -1;
	l->at_s = id_s(l->id) + (back ? -(int64_t)u : (int64_t)u);
	return l->at_s > 0 ? 0 : -1;
}

long
journal_get(const char *p, size_t n, struct journal_line *l)
{
	const char *e, *num = p + NAME_LEN + 1, *at;
	uint64_t u;

	e = memchr(p, '\n', n < JOURNAL_LINE_MAX ? n : JOURNAL_LINE_MAX);
	if (e == NULL)
		return n < JOURNAL_LINE_MAX ? 0 : -1;
	if (e - p < NAME_LEN + 4 || name_check(p, NAME_LEN) == -1 ||
	    num[-1] != ' ')
		return -1;
	at = memchr(num, ' ', e - num);
	if (at == NULL || e - at < 2 || !message_state_known(at[1]) ||
	    num_scan(num, at - num, 0, MESSAGE_RCPTS_MAX - 1, &u) == -1)
		return -1;
	l->id = p;
	l->n = u;
	l->state = at[1];
	return seconds(at + 2, e - at - 2, l) == -1 ? -1 : e - p + 1;
}

enum journal_kind
journal_next(const char *p, size_t n, struct journal_line *l, size_t *used)
{
	const char *e;
	long k = n == 0 ? 0 : journal_get(p, n, l);

	*used = k > 0 ? (size_t)k : 0;
	if (k > 0)
		return JOURNAL_LINE;
	if (k == 0)
		return JOURNAL_MORE;
	e = memchr(p, '\n', n);
	*used = e == NULL ? n : (size_t)(e + 1 - p);
	return *used == 1 && e == p ? JOURNAL_MARK : JOURNAL_OTHER;
}
