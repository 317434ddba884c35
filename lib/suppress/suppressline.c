#include "suppress/suppressline.h"
#include "base/hashindex.h"
#include "base/ascii.h"
#include "base/crc32c.h"
#include "base/num.h"
#include "dns/idnaddress.h"
#include "format/ltsv.h"
#include <stdio.h>
#include <string.h>

enum { SUM_DIGITS = 8, HASH_DIGITS = 2 * DIGEST_LEN };

static const char magic[] = SUPPRESSLINE_MAGIC;
static const char *const acts[SUPPRESSLINE_ACTS] = { "add", "remove", "soft" };

/* whose */

static void
take_hash(struct suppressline *l, const char *p, size_t n)
{
	struct digest d;

	digest_init(&d);
	digest_add(&d, p, n);
	digest_end(&d, l->hash);
}

int
suppressline_address(struct suppressline *l, const char *p, size_t n)
{
	int len = idnaddress_form(p, n, l->to);

	if (len == -1)
		return -1;
	take_hash(l, l->to, (size_t)len);
	return 0;
}

int
suppressline_hash(struct suppressline *l, const char *p, size_t n)
{
	int high, low;
	size_t i;

	if (n != HASH_DIGITS)
		return -1;
	for (i = 0; i < DIGEST_LEN; i++) {
		high = ascii_hex_value(p[2 * i]);
		low = ascii_hex_value(p[2 * i + 1]);
		if (high == -1 || low == -1)
			return -1;
		l->hash[i] = (unsigned char)(high << 4 | low);
	}
	l->to[0] = '\0';
	return 0;
}

int
suppressline_name(char out[SUPPRESSLINE_NAME_MAX + 1], const char *p, size_t n)
{
	if (n > SUPPRESSLINE_NAME_MAX || (n > 0 && memchr(p, '\0', n) != NULL))
		return -1;
	if (n > 0)
		memcpy(out, p, n);
	out[n] = '\0';
	return 0;
}

void
suppressline_text(char *out, size_t size, const char *p, size_t n)
{
	size_t i;

	if (n >= size) {
		n = size - 1;
		/* not in the middle of a character */
		while (n > 0 && ((unsigned char)p[n] & 0xc0) == 0x80)
			n--;
	}
	for (i = 0; i < n; i++)
		out[i] = p[i] == '\0' ? ' ' : p[i];
	out[n] = '\0';
}

/* the key */

void
suppressline_key(char key[SUPPRESSLINE_KEY],
    const unsigned char hash[DIGEST_LEN], int soft, const char *tenant,
    const char *stream)
{
	uint64_t h = word_hash(soft ? 2 : 1, tenant, strlen(tenant));
	unsigned i;

	h = word_hash(word_mix(h), stream, strlen(stream));
	memcpy(key, hash, SUPPRESSLINE_KEY_HASH);
	for (i = 0; i < SUPPRESSLINE_KEY - SUPPRESSLINE_KEY_HASH; i++)
		key[SUPPRESSLINE_KEY_HASH + i] = (char)(h >> (8 * i));
}

void
suppressline_own_key(char key[SUPPRESSLINE_KEY], const struct suppressline *l)
{
	suppressline_key(key, l->hash, l->act == SUPPRESSLINE_SOFT, l->tenant,
	    l->stream);
}

/* written */

static int
put_hash(struct buf *b, const struct suppressline *l)
{
	char t[HASH_DIGITS];
	unsigned i;

	for (i = 0; i < DIGEST_LEN; i++)
		ascii_hex(t + 2 * i, l->hash[i]);
	return ltsv_put(b, "sha256", t, sizeof t);
}

static int
put_times(struct buf *b, const struct suppressline *l)
{
	unsigned i;
	int r = l->n_times == 0 ? 0 : buf_puts(b, "\ttimes:");

	for (i = 0; i < l->n_times; i++)
		r |= buf_printf(b, "%s%lld=%s", i == 0 ? "" : ",",
		    (long long)l->time[i].at_s, l->time[i].eid);
	return r;
}

static int
put_word(struct buf *b, const char *label, const char *value)
{
	return value[0] == '\0' ? 0 : ltsv_shows(b, label, value);
}

/* a line of its own in an empty buffer, without end */
static int
put(struct buf *b, const struct suppressline *l, int hashed)
{
	int r = ltsv_puts(b, "act", acts[l->act]);

	r |= ltsv_shows(b, "tenant", l->tenant);
	r |= ltsv_shows(b, "stream", l->stream);
	r |= hashed || l->to[0] == '\0' ? put_hash(b, l)
					: ltsv_shows(b, "to", l->to);
	r |= put_word(b, "reason", l->reason);
	r |= ltsv_putnum(b, "since", (uint64_t)l->since_s);
	if (l->until_s > 0)
		r |= ltsv_putnum(b, "until", (uint64_t)l->until_s);
	r |= put_word(b, "by", l->by);
	r |= put_word(b, "eid", l->eid);
	r |= put_times(b, l);
	return r | put_word(b, "text", l->text);
}

static int
put_line(struct buf *out, const struct suppressline *l, int hashed, int sum)
{
	struct buf b = { 0 };
	int r = put(&b, l, hashed);

	if (r == 0 && sum)
		r = buf_printf(&b, "\tsum:%08x",
		    (unsigned)crc32c(0, buf_data(&b), buf_len(&b)));
	if (r == 0)
		r = buf_putc(&b, '\n');
	if (r == 0)
		r = buf_put(out, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

int
suppressline_put(struct buf *b, const struct suppressline *l, int hashed)
{
	return put_line(b, l, hashed, 1);
}

int
suppressline_show(struct buf *b, const struct suppressline *l)
{
	return put_line(b, l, 0, 0);
}

/* read */

/* a text of at most size - 1 bytes, and none where there is no such label */
static int
get(const struct ltsv *t, const char *label, char *out, size_t size)
{
	const struct ltsv_field *f = ltsv_find(t, label);
	long n;

	out[0] = '\0';
	if (f == NULL)
		return 0;
	n = ltsv_value(f, out, size);
	return n == -1 || memchr(out, '\0', (size_t)n) != NULL ? -1 : 0;
}

static int
get_act(struct suppressline *l, const struct ltsv *t)
{
	const struct ltsv_field *f = ltsv_find(t, "act");
	int act = f == NULL
	    ? -1
	    : ascii_which(acts, SUPPRESSLINE_ACTS, f->value, f->value_len);

	if (act == -1)
		return -1;
	l->act = (enum suppressline_act)act;
	return 0;
}

static int
get_whose(struct suppressline *l, const struct ltsv *t)
{
	const struct ltsv_field *f = ltsv_find(t, "sha256");
	char to[WORD_ADDRESS_MAX + 1];
	long n;

	if (f != NULL)
		return suppressline_hash(l, f->value, f->value_len);
	n = ltsv_get(t, "to", to, sizeof to);
	return n == -1 ? -1 : suppressline_address(l, to, (size_t)n);
}

static int
get_number(const struct ltsv *t, const char *label, int64_t *out)
{
	uint64_t u = 0;

	if (ltsv_find(t, label) != NULL &&
	    ltsv_num(t, label, 0, INT64_MAX, &u) == -1)
		return -1;
	*out = (int64_t)u;
	return 0;
}

/* AT=EID,AT=EID */
static int
get_times(struct suppressline *l, const struct ltsv *t)
{
	const struct ltsv_field *f = ltsv_find(t, "times");
	struct slice rest = { f == NULL ? NULL : f->value,
		f == NULL ? 0 : f->value_len };
	struct slice one, at;
	uint64_t u;

	l->n_times = 0;
	while (rest.p != NULL && word_piece(&rest, ',', &one)) {
		struct suppressline_time *x = &l->time[l->n_times];

		if (l->n_times == SUPPRESSLINE_TIMES_MAX ||
		    !word_piece(&one, '=', &at) || one.p == NULL ||
		    one.n > SUPPRESSLINE_EID ||
		    (one.n > 0 && !word_name(one.p, one.n)) ||
		    num_scan(at.p, at.n, 0, INT64_MAX, &u) == -1)
			return -1;
		x->at_s = (int64_t)u;
		suppressline_text(x->eid, sizeof x->eid, one.p, one.n);
		l->n_times++;
	}
	return 0;
}

static int
sum_is_good(const char *p, size_t n)
{
	char want[16];

	if (n < 5 + SUM_DIGITS ||
	    memcmp(p + n - SUM_DIGITS - 5, "\tsum:", 5) != 0)
		return 0;
	snprintf(want, sizeof want, "%08x",
	    (unsigned)crc32c(0, p, n - SUM_DIGITS - 5));
	return memcmp(p + n - SUM_DIGITS, want, SUM_DIGITS) == 0;
}

int
suppressline_read_shown(struct suppressline *l, const char *p, size_t n)
{
	struct ltsv t;

	if (n >= SUPPRESSLINE_MAX || ltsv_parse(p, n, &t) == -1)
		return -1;
	if (get_act(l, &t) == -1 || get_whose(l, &t) == -1 ||
	    get(&t, "tenant", l->tenant, sizeof l->tenant) == -1 ||
	    get(&t, "stream", l->stream, sizeof l->stream) == -1 ||
	    get(&t, "reason", l->reason, sizeof l->reason) == -1 ||
	    get(&t, "by", l->by, sizeof l->by) == -1 ||
	    get(&t, "eid", l->eid, sizeof l->eid) == -1 ||
	    get(&t, "text", l->text, sizeof l->text) == -1 ||
	    get_number(&t, "since", &l->since_s) == -1 ||
	    get_number(&t, "until", &l->until_s) == -1)
		return -1;
	return get_times(l, &t);
}

int
suppressline_read(struct suppressline *l, const char *p, size_t n)
{
	return sum_is_good(p, n) ? suppressline_read_shown(l, p, n) : -1;
}

int
suppressline_id(const char *head, size_t n, char id[SUPPRESSLINE_ID + 1])
{
	size_t i;

	if (n < SUPPRESSLINE_HEAD ||
	    memcmp(head, magic, sizeof magic - 1) != 0 ||
	    head[SUPPRESSLINE_HEAD - 1] != '\n')
		return -1;
	memcpy(id, head + sizeof magic - 1, SUPPRESSLINE_ID);
	id[SUPPRESSLINE_ID] = '\0';
	for (i = 0; i < SUPPRESSLINE_ID; i++)
		if (ascii_hex_value(id[i]) == -1)
			return -1;
	return 0;
}

uint32_t
suppressline_key_hash(const char key[SUPPRESSLINE_KEY])
{
	uint32_t a, b;

	memcpy(&a, key, sizeof a);
	memcpy(&b, key + SUPPRESSLINE_KEY - sizeof b, sizeof b);
	return hashindex_pair(a, b);
}
