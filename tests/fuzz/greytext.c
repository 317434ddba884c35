#include "conf/word.h"
#include "grey/greykey.h"
#include "grey/greytext.h"
#include <stdlib.h>
#include <string.h>

/*
 * A journal as grey reads it.  What was read can be written, and that makes
 * the same state; no limit is exceeded.  With the first byte odd each line
 * gets the right check, or hardly one would be looked into.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct greylist_conf conf = { 300, 86400, 3000000, 2 };

static void
add_checked(struct buf *b, const char *p, size_t n)
{
	uint64_t h = word_hash(0, p, n);
	unsigned k;

	for (k = 0; k < 8; k++, h >>= 4)
		buf_putc(b, "0123456789abcdef"[h & 15]);
	buf_putc(b, '\t');
	buf_put(b, p, n);
	buf_putc(b, '\n');
}

static void
state(struct buf *b, const struct greylist *g)
{
	const struct greylist_entry *e;
	unsigned k;
	size_t n;

	buf_clear(b);
	greytext_put_sums(b, &g->sums);
	for (k = 0; k < 3; k++) {
		n = 0;
		for (e = greylist_of(g->list[k].line.first); e != NULL;
		     e = greylist_of(e->line.next), n++)
			if (e->kind != k || e->len > GREYKEY_MAX ||
			    greytext_put_entry(b, e) == -1)
				abort();
		if (n != g->list[k].n || n > g->list[k].max)
			abort();
	}
}

/* a cut at the first TAB, or none */
static struct slice
cut(struct slice *rest)
{
	struct slice s = { rest->p, rest->n };

	word_piece(rest, '\t', &s);
	return s;
}

/* "CLIENT<TAB>SPF<TAB>SENDER<TAB>RECIPIENT": what is known of them is short,
 * without control bytes, and the same a second time */
static void
key(const char *p, size_t n, const struct greykey_conf *how)
{
	struct slice rest = { p, n }, client = cut(&rest), spf = cut(&rest),
		     from = cut(&rest);
	struct greykey k, again;
	char *once = malloc(from.n + 1), *twice = malloc(from.n + 1);
	size_t len, i;

	len = greykey_sender(once, from.p, from.n);
	if (len > from.n || greykey_sender(twice, once, len) != len ||
	    memcmp(once, twice, len) != 0)
		abort();
	free(once);
	free(twice);
	if (greykey_who(&k, how, client, spf) == -1)
		return;
	greykey_mail(&k, how, from, rest);
	again = k;
	greykey_mail(&again, how, from, rest);
	if (k.len > GREYKEY_MAX || k.who_len > k.len || k.text[k.len] != '\0' ||
	    again.len != k.len || memcmp(k.text, again.text, k.len) != 0)
		abort();
	for (i = 0; i < k.len; i++)
		if ((unsigned char)k.text[i] < ' ' && k.text[i] != '\t')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf in = { 0 }, one = { 0 }, two = { 0 };
	const char *p = (const char *)data + 1, *end, *lf;
	struct greykey_conf how = { 24, 64, size & 1 };
	struct greylist g, h;
	unsigned damaged = 0, k;
	int64_t s;
	long used;

	if (size == 0)
		return 0;
	end = (const char *)data + size;
	if (data[0] & 1)
		for (; p < end && (lf = memchr(p, '\n', end - p)) != NULL;
		     p = lf + 1)
			add_checked(&in, p, lf - p);
	buf_put(&in, p, end - p);
	greylist_init(&g, &conf, 1);
	greylist_init(&h, &conf, 2);
	for (k = 0; k < 3; k++)
		g.list[k].max = h.list[k].max = 4;
	used = greytext_read(&g, buf_data(&in), buf_len(&in), &damaged);
	if (used < 0 || (size_t)used > buf_len(&in))
		abort();
	state(&one, &g);
	damaged = 0;
	if (greytext_read(&h, buf_data(&one), buf_len(&one), &damaged) !=
	    (long)buf_len(&one))
		abort();
	state(&two, &h);
	if (damaged == 0 &&
	    (buf_len(&one) != buf_len(&two) ||
		memcmp(buf_data(&one), buf_data(&two), buf_len(&one)) != 0))
		abort();
	key((const char *)data + 1, size - 1, &how);
	greylist_look(&g, "a\tb\tc", 5, 1, 1000, &s);
	greylist_clear(&g);
	greylist_clear(&h);
	buf_free(&in);
	buf_free(&one);
	buf_free(&two);
	return 0;
}
