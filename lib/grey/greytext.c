#include "grey/greytext.h"
#include "base/num.h"
#include "conf/word.h"
#include "grey/greykey.h"
#include <string.h>

/* times in seconds and counts: no sum of a few of them overflows */
static const uint64_t number_max = UINT64_C(1) << 56;

enum { CHECK_LEN = 8 };

static const char happening[] = "ferak"; /* by verdict */
static const char entry[] = "WPH";       /* by kind */

/* out */

static void
check_of(const char *p, size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t h = word_hash(0, p, n);
	unsigned i;

	for (i = 0; i < CHECK_LEN; i++, h >>= 4)
		out[i] = hex[h & 15];
}

/* room for the check; returns where the line begins */
static size_t
begin(struct buf *b, char kind, int *r)
{
	size_t at = buf_len(b);

	*r = buf_puts(b, "00000000\t");
	*r |= buf_putc(b, kind);
	return at;
}

static int
number(struct buf *b, uint64_t u)
{
	return buf_putc(b, '\t') == -1 || buf_putnum(b, u) == -1 ? -1 : 0;
}

static int
end(struct buf *b, size_t at, int r)
{
	char *p;

	if (r != 0 || buf_putc(b, '\n') == -1) {
		b->end -= buf_len(b) - at;
		return -1;
	}
	p = buf_data(b) + at;
	check_of(p + CHECK_LEN + 1, buf_len(b) - at - CHECK_LEN - 2, p);
	return 0;
}

int
greytext_put(struct buf *b, enum greylist_verdict v, const char *key,
    size_t len, size_t who_len, int64_t now)
{
	int r;
	size_t at = begin(b, happening[v], &r);

	r |= number(b, (uint64_t)now);
	r |= buf_putc(b, '\t');
	r |= buf_put(b, key, v == GREYLIST_KNOWN ? who_len : len);
	return end(b, at, r);
}

int
greytext_put_sums(struct buf *b, const struct greylist_sums *s)
{
	int r;
	size_t at = begin(b, 'S', &r);

	r |= number(b, s->first);
	r |= number(b, s->early);
	r |= number(b, s->retried);
	r |= number(b, s->again);
	r |= number(b, s->known);
	r |= number(b, s->lost);
	r |= number(b, s->dropped);
	r |= number(b, s->delay_s);
	r |= number(b, (uint64_t)s->since);
	return end(b, at, r);
}

int
greytext_put_entry(struct buf *b, const struct greylist_entry *e)
{
	int r;
	size_t at = begin(b, entry[e->kind], &r);

	r |= number(b, (uint64_t)e->first);
	r |= number(b, (uint64_t)e->last);
	r |= number(b, e->n);
	r |= buf_putc(b, '\t');
	r |= buf_put(b, e->key, e->len);
	return end(b, at, r);
}

/* in */

/* n numbers at the front of a line, cut off it */
static int
numbers(struct slice *rest, uint64_t *u, unsigned n)
{
	struct slice f;

	for (; n > 0; n--)
		if (!word_piece(rest, '\t', &f) ||
		    num_scan(f.p, f.n, 0, number_max, u++) == -1)
			return -1;
	return 0;
}

/* what is left is a key; who_len, or 0 when it is none */
static size_t
key_who(struct slice k)
{
	struct slice f, rest = k;
	unsigned n = 0;
	size_t who = 0;

	if (k.n > GREYKEY_MAX)
		return 0;
	while (word_piece(&rest, '\t', &f))
		if (n++ == 0)
			who = f.n;
	return n == 1 || n == 3 ? who : 0;
}

static int
sums(struct greylist *g, struct slice rest)
{
	struct greylist_sums *s = &g->sums;
	uint64_t u[GREYTEXT_NUMBERS];

	if (numbers(&rest, u, GREYTEXT_NUMBERS) == -1 || rest.n > 0)
		return 1;
	*s = (struct greylist_sums){ u[0], u[1], u[2], u[3], u[4], u[5], u[6],
		u[7], (int64_t)u[8] };
	return 0;
}

/* 0 done, 1 damaged, -1 ENOMEM */
static int
take(struct greylist *g, const char *p, size_t n)
{
	struct slice rest = { p, n }, kind;
	const char *k;
	uint64_t u[3];
	size_t who;

	if (!word_piece(&rest, '\t', &kind) || kind.n != 1)
		return 1;
	if (*kind.p == 'S')
		return sums(g, rest);
	k = strchr(entry, *kind.p);
	if (k != NULL && *k != '\0') {
		if (numbers(&rest, u, 3) == -1 || (who = key_who(rest)) == 0 ||
		    (*k == 'H') != (who == rest.n))
			return 1;
		return greylist_restore(g, (enum greylist_kind)(k - entry),
		    rest.p, rest.n, who, (int64_t)u[0], (int64_t)u[1], u[2]);
	}
	k = strchr(happening, *kind.p);
	if (k == NULL || *k == '\0' || numbers(&rest, u, 1) == -1 ||
	    (who = key_who(rest)) == 0 || (*k == 'k') != (who == rest.n))
		return 1;
	return greylist_happened(g, (enum greylist_verdict)(k - happening),
	    rest.p, rest.n, who, (int64_t)u[0]);
}

static int
line(struct greylist *g, const char *p, size_t n)
{
	char want[CHECK_LEN];

	if (n + 1 > GREYTEXT_LINE_MAX || n <= CHECK_LEN || p[CHECK_LEN] != '\t')
		return 1;
	check_of(p + CHECK_LEN + 1, n - CHECK_LEN - 1, want);
	if (memcmp(p, want, CHECK_LEN) != 0)
		return 1;
	return take(g, p + CHECK_LEN + 1, n - CHECK_LEN - 1);
}

long
greytext_read(struct greylist *g, const char *p, size_t n, unsigned *damaged)
{
	const char *at = p, *end_, *lf;
	int r;

	if (n == 0)
		return 0;
	end_ = p + n;
	while (at < end_ && (lf = memchr(at, '\n', end_ - at)) != NULL) {
		/* an empty line closes one that was cut short */
		if (lf > at) {
			r = line(g, at, lf - at);
			if (r == -1)
				return -1;
			*damaged += r == 1;
		}
		at = lf + 1;
	}
	return at - p;
}
