#include "queue/message.h"
#include "base/ascii.h"
#include "base/crc32c.h"
#include "base/num.h"
#include "format/ltsv.h"
#include "queue/name.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char magic[] = "rohrpost 1 ";
static const char states[] = "QHSBbXxKRDEs";
static const char no_sum[] = "--------";

enum {
	HEAD_AT = sizeof magic - 1,
	HEAD_DIGITS = 10,
	SIZE_AT = HEAD_AT + HEAD_DIGITS + 1,
	SIZE_DIGITS = 15,
	RCPT_AT = SIZE_AT + SIZE_DIGITS + 1,
	RCPT_DIGITS = 7,
	TRY_DIGITS = 5
};

int
message_state_known(char c)
{
	return c != '\0' && strchr(states, c) != NULL;
}

int
message_final(enum message_state s)
{
	return s == MESSAGE_SENT || s == MESSAGE_SENT_SAID ||
	    s == MESSAGE_BOUNCED_SAID || s == MESSAGE_EXPIRED_SAID ||
	    s == MESSAGE_DELETED;
}

int
message_owes(enum message_state s)
{
	return s == MESSAGE_BOUNCED || s == MESSAGE_EXPIRED ||
	    s == MESSAGE_RELAYED || s == MESSAGE_DELIVERED ||
	    s == MESSAGE_EXPANDED;
}

int
message_sent(enum message_state s)
{
	return s == MESSAGE_SENT || s == MESSAGE_RELAYED ||
	    s == MESSAGE_DELIVERED || s == MESSAGE_EXPANDED ||
	    s == MESSAGE_SENT_SAID;
}

/* what stands behind the number of recipients */
static int
end_of_first(const char *p, size_t n, struct message_head *h)
{
	unsigned i;
	int d = 0;

	h->first_len = MESSAGE_FIRST_LEN;
	if (p[MESSAGE_FIRST_LEN - 1] == '\n')
		return 0;
	h->first_len = MESSAGE_FIRST_LONG;
	if (n < MESSAGE_FIRST_LONG || p[MESSAGE_SUM_AT - 1] != ' ' ||
	    p[MESSAGE_FIRST_LONG - 1] != '\n')
		return -1;
	if (memcmp(p + MESSAGE_SUM_AT, no_sum, MESSAGE_SUM_DIGITS) == 0)
		return 0;
	for (i = 0; i < MESSAGE_SUM_DIGITS && d != -1; i++) {
		d = ascii_hex_value(p[MESSAGE_SUM_AT + i]);
		h->sum = h->sum << 4 | (d & 15);
	}
	h->has_sum = d != -1;
	return d == -1 ? -1 : 0;
}

int
message_sizes(const char *p, size_t n, struct message_head *h)
{
	uint64_t rcpts;

	memset(h, 0, sizeof *h);
	if (n < MESSAGE_FIRST_LEN || memcmp(p, magic, HEAD_AT) != 0 ||
	    p[SIZE_AT - 1] != ' ' || p[RCPT_AT - 1] != ' ' ||
	    end_of_first(p, n, h) == -1 ||
	    num_scan(p + HEAD_AT, HEAD_DIGITS, h->first_len + 1,
		MESSAGE_HEAD_MAX, &h->head_len) == -1 ||
	    num_scan(p + SIZE_AT, SIZE_DIGITS, 0, INT64_MAX, &h->size) == -1 ||
	    num_scan(p + RCPT_AT, RCPT_DIGITS, 1, MESSAGE_RCPTS_MAX, &rcpts) ==
		-1)
		return -1;
	h->n_rcpt = rcpts;
	return 0;
}

int
message_cut(const char *p, size_t n)
{
	return n < MESSAGE_FIRST_LEN ||
	    (n < MESSAGE_FIRST_LONG && memcmp(p, magic, HEAD_AT) == 0 &&
		p[MESSAGE_FIRST_LEN - 1] == ' ');
}

int
message_open(const char *p, size_t n, struct message_head *h)
{
	if (message_sizes(p, n, h) == -1 || h->head_len > n ||
	    p[h->head_len - 1] != '\n' || p[h->head_len - 2] != '\n')
		return -1;
	h->p = p;
	h->at = p + h->first_len;
	return 0;
}

/* the head without its empty line ends here */
static const char *
lines_end(const struct message_head *h)
{
	return h->p + h->head_len - 1;
}

static int
at_rcpt(const struct message_head *h)
{
	return lines_end(h) - h->at >= 3 && memcmp(h->at, "to ", 3) == 0;
}

int
message_line(struct message_head *h, struct parcel_line *l)
{
	if (at_rcpt(h))
		return 0;
	return parcel_next(&h->at, lines_end(h), l) == 1 ? 1 : -1;
}

/* the first byte of a reply, or the escape that stands there; its length, 0: it
 * is neither */
static size_t
piece_len(const char *p, size_t n)
{
	if ((unsigned char)*p < ' ')
		return 0;
	if (*p != '\\')
		return 1;
	if (n >= 2 && ltsv_cut(p, 2, 2) == 2)
		return 2;
	return n >= 4 && ltsv_cut(p, 4, 4) == 4 ? 4 : 0;
}

/* how many bytes of a reply stand as LTSV has them */
static size_t
reply_len(const char *p, size_t n)
{
	size_t i = 0, len;

	while (i < n && (len = piece_len(p + i, n - i)) > 0)
		i += len;
	return i;
}

/* the same of an address, in which no byte stands by its number */
static size_t
escaped_len(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((unsigned char)p[i] < ' ')
			break;
		if (p[i] != '\\')
			continue;
		if (i + 1 == n || p[i + 1] == '\0' ||
		    strchr("tnr0\\", p[i + 1]) == NULL)
			break;
		i++;
	}
	return i;
}

/* with the outcome of the last attempt known, and unknown */
static const char marks[2][6] = { "-wWkb", "?vVkb" };

int
message_mark_read(char c, char *mark)
{
	int doubt, i;

	for (doubt = 0; doubt < 2; doubt++)
		for (i = 0; marks[doubt][i] != '\0'; i++)
			if (c == marks[doubt][i]) {
				*mark = marks[0][i];
				return doubt;
			}
	return -1;
}

char
message_mark(char mark, int doubt)
{
	const char *p = mark == '\0' ? NULL : strchr(marks[0], mark);

	return marks[doubt != 0][p == NULL ? 0 : p - marks[0]];
}

static int
fixed_part(const char *p, struct message_rcpt *r)
{
	int doubt = message_mark_read(p[MESSAGE_TO_MARK], &r->mark);
	uint64_t tries, next;
	size_t n;

	if (!message_state_known(p[MESSAGE_TO_STATE]) || doubt == -1 ||
	    p[MESSAGE_TO_MARK - 1] != ' ' || p[MESSAGE_TO_TRY - 1] != ' ' ||
	    p[MESSAGE_TO_NEXT - 1] != ' ' || p[MESSAGE_TO_REPLY - 1] != ' ' ||
	    p[MESSAGE_TO_FIXED - 1] != ' ' ||
	    num_scan(p + MESSAGE_TO_TRY, TRY_DIGITS, 0, 99999, &tries) == -1 ||
	    num_scan(p + MESSAGE_TO_NEXT, MESSAGE_NEXT_LEN, 0, 9999999999,
		&next) == -1)
		return -1;
	r->state = p[MESSAGE_TO_STATE];
	r->doubt = doubt;
	r->tries = tries;
	r->next = next;
	/* a record written in place may be torn by a power cut, and then two
	 * replies meet in the middle of an escape: keep what is whole */
	r->reply = p + MESSAGE_TO_REPLY;
	n = reply_len(r->reply, MESSAGE_REPLY_LEN);
	while (n > 0 && r->reply[n - 1] == ' ')
		n--;
	r->reply_len = n;
	return 0;
}

int
message_rcpt(struct message_head *h, struct message_rcpt *r)
{
	const char *p, *e, *end = lines_end(h);
	struct parcel_line l;
	size_t n;
	int k;

	while (h->seen == 0 && (k = message_line(h, &l)) != 0)
		if (k == -1)
			return -1;
	p = h->at;
	if (p == end)
		return h->seen == h->n_rcpt ? 0 : -1;
	e = memchr(p, '\n', end - p);
	if (e == NULL || e - p <= MESSAGE_TO_FIXED || !at_rcpt(h) ||
	    h->seen == h->n_rcpt || fixed_part(p, r) == -1)
		return -1;
	r->offset = p - h->p;
	r->address = p + MESSAGE_TO_FIXED;
	n = e - r->address;
	if (escaped_len(r->address, n) != n)
		return -1;
	r->address_len = parcel_address(r->address, n);
	if (r->address_len == 0)
		return -1;
	k = r->address_len < n; /* the blank between */
	r->params = r->address + r->address_len + k;
	r->params_len = n - r->address_len - k;
	h->at = e + 1;
	h->seen++;
	return 1;
}

/* is it an envelope, and how many recipients has it */
static int
count(const char *env, size_t n, unsigned *rcpts)
{
	const char *p = env, *end = env + n;
	unsigned froms = 0;
	struct parcel_line l;

	*rcpts = 0;
	while (p < end) {
		if (parcel_next(&p, end, &l) != 1)
			return -1;
		if (parcel_is(&l, "from"))
			froms++;
		if (!parcel_is(&l, "to"))
			continue;
		if (parcel_address(l.value, l.value_len) == 0 ||
		    escaped_len(l.value, l.value_len) != l.value_len ||
		    (*rcpts)++ == MESSAGE_RCPTS_MAX)
			return -1;
	}
	return froms == 1 && *rcpts > 0 ? 0 : -1;
}

/* copy the lines that are "to" lines, or those that are not */
static void
put_lines(struct buf *out, const char *env, size_t n, int to)
{
	const char *p = env, *line = env, *end = env + n;
	struct message_rcpt fresh = { .state = MESSAGE_QUEUED, .mark = '-' };
	char record[MESSAGE_RECORD_LEN];
	struct parcel_line l;

	message_record(record, &fresh);
	for (; p < end && parcel_next(&p, end, &l) == 1; line = p) {
		if (parcel_is(&l, "to") != to)
			continue;
		if (to) {
			buf_put(out, "to ", 3);
			buf_put(out, record, sizeof record);
			buf_putc(out, ' ');
			line = l.value;
		}
		buf_put(out, line, p - line);
	}
}

int
message_format(struct buf *out, const char *env, size_t n, uint64_t size,
    const struct buf *extra)
{
	char first[64];
	unsigned rcpts;
	size_t more = extra == NULL ? 0 : buf_len(extra), head;

	if (n > PARCEL_ENVELOPE_MAX || size > 999999999999999 ||
	    count(env, n, &rcpts) == -1) {
		errno = EINVAL;
		return -1;
	}
	/* "to VALUE" becomes "to " and the fixed part and VALUE */
	head = MESSAGE_FIRST_LONG + n + more +
	    (size_t)rcpts * (MESSAGE_TO_FIXED - 3) + 1;
	if (head > MESSAGE_HEAD_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (buf_reserve(out, head) == -1)
		return -1;
	snprintf(first, sizeof first, "%s%010zu %015llu %07u %s\n", magic, head,
	    (unsigned long long)size, rcpts, no_sum);
	buf_put(out, first, MESSAGE_FIRST_LONG);
	if (more > 0)
		buf_put(out, buf_data(extra), more);
	put_lines(out, env, n, 0);
	put_lines(out, env, n, 1);
	return buf_putc(out, '\n');
}

uint32_t
message_sum_head(const char *head, size_t n)
{
	const char *end = head + n, *from = head + MESSAGE_FIRST_LONG - 1;
	const char *p = head + MESSAGE_FIRST_LONG, *e;
	uint32_t sum = crc32c(0, head, MESSAGE_SUM_AT);

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			break;
		if (e - p <= MESSAGE_TO_FIXED || memcmp(p, "to ", 3) != 0)
			continue;
		sum = crc32c(sum, from, p + MESSAGE_TO_STATE - from);
		from = p + MESSAGE_TO_FIXED - 1;
	}
	return crc32c(sum, from, end - from);
}

uint32_t
message_sum_id(uint32_t sum, const char *id)
{
	return crc32c(sum, id, NAME_LEN);
}

void
message_sum_put(char *out, uint32_t sum)
{
	char digits[MESSAGE_SUM_DIGITS + 1];

	snprintf(digits, sizeof digits, "%08x", (unsigned)sum);
	memcpy(out, digits, MESSAGE_SUM_DIGITS);
}

static void
put_digits(char *out, unsigned n, uint64_t u)
{
	while (n > 0) {
		out[--n] = '0' + u % 10;
		u /= 10;
	}
}

/* well-formed whatever comes, and no escape cut in two */
static void
put_reply(char *out, const char *p, size_t n)
{
	size_t i = 0, o = 0, len;

	while (i < n && o < MESSAGE_REPLY_LEN) {
		len = piece_len(p + i, n - i);
		if (o + len > MESSAGE_REPLY_LEN)
			break;
		memcpy(out + o, len == 0 ? "?" : p + i, len == 0 ? 1 : len);
		o += len == 0 ? 1 : len;
		i += len == 0 ? 1 : len;
	}
	memset(out + o, ' ', MESSAGE_REPLY_LEN - o);
}

void
message_record(char *out, const struct message_rcpt *r)
{
	char line[MESSAGE_TO_FIXED];
	int64_t next = r->next < 0 ? 0 : r->next;

	memset(line, ' ', sizeof line);
	line[MESSAGE_TO_STATE] = r->state;
	line[MESSAGE_TO_MARK] = message_mark(r->mark, r->doubt);
	put_digits(line + MESSAGE_TO_TRY, TRY_DIGITS,
	    r->tries > 99999 ? 99999 : r->tries);
	put_digits(line + MESSAGE_TO_NEXT, MESSAGE_NEXT_LEN,
	    next > 9999999999 ? 9999999999 : next);
	put_reply(line + MESSAGE_TO_REPLY, r->reply, r->reply_len);
	memcpy(out, line + MESSAGE_TO_STATE, MESSAGE_RECORD_LEN);
}
