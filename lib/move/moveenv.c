#include "move/moveenv.h"
#include "base/ascii.h"
#include "base/crc32c.h"
#include "base/num.h"
#include "format/envcheck.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

const char moveenv_no_memory[] = "out of memory";

/* written */

int
moveenv_begin(struct buf *b, const char *id, uint64_t size, uint32_t sum)
{
	return buf_printf(b, "export 1\nid %.20s\nsize %llu\ncrc32c %08x\n", id,
	    (unsigned long long)size, (unsigned)sum);
}

int
moveenv_line(struct buf *b, const struct parcel_line *l)
{
	int k = buf_put(b, l->key, l->key_len);

	if (l->value_len > 0) {
		k |= buf_putc(b, ' ');
		k |= buf_put(b, l->value, l->value_len);
	}
	k |= buf_putc(b, '\n');
	return k;
}

int
moveenv_rcpt(struct buf *b, unsigned n, enum message_state state, int64_t next,
    const struct message_rcpt *r)
{
	return buf_printf(b, "to %.*s%s%.*s\nrcpt %u %c %c %u %lld%s%.*s\n",
	    (int)r->address_len, r->address, r->params_len > 0 ? " " : "",
	    (int)r->params_len, r->params, n, state,
	    message_mark(r->mark, r->doubt), r->tries, (long long)next,
	    r->reply_len > 0 ? " " : "", (int)r->reply_len, r->reply);
}

int
moveenv_end(struct buf *b, size_t from)
{
	return buf_printf(b, "check %08x\n",
	    (unsigned)crc32c(0, buf_data(b) + from, buf_len(b) - from));
}

/* read */

static int
read_sum(const char *p, size_t n, uint32_t *sum)
{
	size_t i;
	int d;

	*sum = 0;
	if (n != MOVEENV_SUM_DIGITS)
		return -1;
	for (i = 0; i < n; i++) {
		d = ascii_hex_value(p[i]);
		if (d == -1)
			return -1;
		*sum = *sum << 4 | (uint32_t)d;
	}
	return 0;
}

/* the last line is right; *n becomes the length of what stands before it */
static const char *
check_sum(const char *p, size_t *n)
{
	enum { LINE = sizeof "check 00000000\n" - 1 };
	uint32_t want;

	if (*n < LINE || memcmp(p + *n - LINE, "check ", 6) != 0 ||
	    p[*n - 1] != '\n' ||
	    read_sum(p + *n - 1 - MOVEENV_SUM_DIGITS, MOVEENV_SUM_DIGITS,
		&want) == -1)
		return "it does not end in a checksum";
	*n -= LINE;
	return crc32c(0, p, *n) == want ? NULL : "its checksum is wrong";
}

/* the word at *p, with *p behind the blank that follows it */
static size_t
word(const char **p, const char *end, const char **w)
{
	const char *e = memchr(*p, ' ', end - *p);
	size_t n;

	*w = *p;
	if (e == NULL)
		e = end;
	n = e - *p;
	*p = e < end ? e + 1 : e;
	return n;
}

/* a byte by itself; 0: it is none */
static char
letter(const char **p, const char *end)
{
	const char *w;

	return word(p, end, &w) == 1 ? *w : '\0';
}

static int
number(const char **p, const char *end, uint64_t max, uint64_t *u)
{
	const char *w;
	size_t n = word(p, end, &w);

	return num_scan(w, n, 0, max, u);
}

/* the recipient's line: N STATE MARK TRIES NEXT REPLY */
static const char *
read_rcpt(const struct parcel_line *l, struct moveenv_rcpt *r)
{
	const char *p = l->value, *end = p + l->value_len;
	uint64_t n, tries, next;
	char state, mark;
	int doubt;

	if (number(&p, end, MESSAGE_RCPTS_MAX - 1, &n) == -1)
		return "no number of a recipient";
	state = letter(&p, end);
	if (state != MESSAGE_QUEUED && state != MESSAGE_HELD &&
	    !(state != '\0' && message_state_known(state) &&
		message_owes(state)))
		return "no state of one that is not done with";
	mark = letter(&p, end);
	doubt = message_mark_read(mark, &r->is.mark);
	if (mark == '\0' || doubt == -1)
		return "no mark";
	if (number(&p, end, 99999, &tries) == -1 ||
	    number(&p, end, 9999999999, &next) == -1)
		return "no attempts, or no time of the next one";
	r->n = n;
	r->is.state = state;
	r->is.doubt = doubt;
	r->is.tries = tries;
	r->is.next = next;
	r->is.reply = p;
	r->is.reply_len = end - p;
	return NULL;
}

/* a recipient is two lines */
struct reading {
	struct moveenv *e;
	struct envcheck check;
	struct moveenv_rcpt rcpt;
	unsigned seen; /* of our own lines */
	int half;      /* its "to" line has come */
	unsigned next; /* the smallest number that may come */
};

static const char *
take_rcpt(struct reading *r, const struct parcel_line *l)
{
	const char *why = read_rcpt(l, &r->rcpt);

	if (!r->half)
		return "of no recipient";
	if (why != NULL)
		return why;
	if (r->rcpt.n < r->next)
		return "recipients are not in their order";
	r->next = r->rcpt.n + 1;
	r->half = 0;
	return buf_put(&r->e->rcpts, &r->rcpt, sizeof r->rcpt) == -1
	    ? moveenv_no_memory
	    : NULL;
}

/* the lines that every envelope begins with */
static const char *
take_own(struct reading *r, const struct parcel_line *l)
{
	static const char *const keys[] = { "export", "id", "size", "crc32c" };
	enum { EXPORT, ID, SIZE, CRC };
	struct moveenv *e = r->e;
	int good = parcel_is(l, keys[r->seen]);

	switch (r->seen++) {
	case EXPORT:
		if (good && (l->value_len != 1 || *l->value != '1'))
			return "of a form that is not known here";
		break;
	case ID:
		good = good && name_check(l->value, l->value_len) == 0;
		if (good)
			memcpy(e->id, l->value, NAME_LEN);
		break;
	case SIZE:
		good = good &&
		    num_scan(l->value, l->value_len, 0, 999999999999999,
			&e->size) == 0;
		break;
	default: good = good && read_sum(l->value, l->value_len, &e->sum) == 0;
	}
	return good ? NULL : "it does not begin as one";
}

static const char *
take_line(struct reading *r, const struct parcel_line *l)
{
	const char *why;

	if (r->seen < 4)
		return take_own(r, l);
	if (parcel_is(l, "rcpt"))
		return take_rcpt(r, l);
	if (r->half)
		return "a recipient without its state";
	why = envcheck_line(&r->check, l);
	if (why != NULL)
		return why;
	if (parcel_is(l, "probe"))
		return "a probe is no message";
	if (parcel_is(l, "to")) {
		r->rcpt.to = l->value;
		r->rcpt.to_len = l->value_len;
		r->half = 1;
		return NULL;
	}
	if (buf_len(&r->e->rcpts) > 0)
		return "lines behind the recipients";
	if (parcel_is(l, "time")) {
		r->e->time = *l;
		return NULL;
	}
	return moveenv_line(&r->e->common, l) == -1 ? moveenv_no_memory : NULL;
}

const char *
moveenv_read(const char *p, size_t n, struct moveenv *e)
{
	struct reading r = { .e = e };
	const char *why = check_sum(p, &n), *end = p;
	struct parcel_line l;
	int k;

	buf_clear(&e->common);
	buf_clear(&e->rcpts);
	memset(&e->time, 0, sizeof e->time);
	memset(e->id, 0, sizeof e->id);
	if (why == NULL)
		end = p + n;
	while (why == NULL && p < end) {
		k = parcel_next(&p, end, &l);
		why = k == 1 ? take_line(&r, &l) : "a line that is none";
	}
	if (why != NULL)
		return why;
	if (r.half || buf_len(&e->rcpts) == 0)
		return "no recipients";
	return NULL;
}

void
moveenv_free(struct moveenv *e)
{
	buf_free(&e->common);
	buf_free(&e->rcpts);
}
