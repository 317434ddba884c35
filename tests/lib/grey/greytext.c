/* the journal of greylisting */
#include "grey/greykey.h"
#include "grey/greytext.h"
#include "tap.h"
#include <stdlib.h>

static const struct greylist_conf conf = { 300, 86400, 3000000, 2 };

static void
put(struct buf *b, enum greylist_verdict v, const char *key, int64_t now)
{
	greytext_put(b, v, key, strlen(key), strcspn(key, "\t"), now);
}

/* the whole state as text */
static void
snapshot(struct buf *b, const struct greylist *g)
{
	const struct greylist_entry *e;
	unsigned k;

	buf_clear(b);
	greytext_put_sums(b, &g->sums);
	for (k = 0; k < 3; k++)
		for (e = greylist_of(g->list[k].line.first); e != NULL;
		     e = greylist_of(e->line.next))
			greytext_put_entry(b, e);
	buf_putc(b, '\0');
	b->end--;
}

static void
story(struct buf *b)
{
	put(b, GREYLIST_FIRST, "192.0.2.0/24\ta@b\tc@d", 1000);
	put(b, GREYLIST_FIRST, "192.0.2.0/24\t\tc@d", 1000);
	put(b, GREYLIST_EARLY, "192.0.2.0/24\ta@b\tc@d", 1010);
	put(b, GREYLIST_RETRIED, "192.0.2.0/24\ta@b\tc@d", 1400);
	put(b, GREYLIST_AGAIN, "192.0.2.0/24\ta@b\tc@d", 1500);
	put(b, GREYLIST_RETRIED, "192.0.2.0/24\t\tc@d", 1600);
	put(b, GREYLIST_KNOWN, "192.0.2.0/24\tx@y\tc@d", 1700);
	put(b, GREYLIST_FIRST, "spf:e.example\ta@e.example\tc@d", 1800);
	buf_putc(b, '\0');
	b->end--;
}

static void
round_trip(void)
{
	struct greylist g, h;
	struct buf b = { 0 }, s = { 0 }, t = { 0 };
	unsigned damaged = 0;

	greylist_init(&g, &conf, 1);
	greylist_init(&h, &conf, 2);
	story(&b);
	is_num(greytext_read(&g, buf_data(&b), buf_len(&b), &damaged),
	    buf_len(&b), "all is read");
	is_num(damaged, 0, "all good");
	snapshot(&s, &g);
	ok(strstr(buf_data(&s), "\tS\t3\t1\t2\t1\t1\t0\t0\t1000\t1000\n") !=
		NULL,
	    "the sums");
	ok(strstr(buf_data(&s),
	       "\tP\t1000\t1500\t2\t192.0.2.0/24\ta@b\tc@d\n") != NULL,
	    "who passed");
	ok(strstr(buf_data(&s), "\tH\t1600\t1700\t2\t192.0.2.0/24\n") != NULL,
	    "a network");
	ok(strstr(buf_data(&s),
	       "\tW\t1800\t1800\t1\tspf:e.example\ta@e.example\tc@d\n") != NULL,
	    "who waits");
	greytext_read(&h, buf_data(&s), buf_len(&s), &damaged);
	snapshot(&t, &h);
	is_str(buf_data(&t), buf_data(&s), "the state comes back");
	is_num(damaged, 0, "nothing damaged");
	greylist_clear(&g);
	greylist_clear(&h);
	buf_free(&b);
	buf_free(&s);
	buf_free(&t);
}

/* cut anywhere, each byte changed: a line counts whole or not at all */
static void
damage(void)
{
	struct greylist g;
	struct buf b = { 0 };
	unsigned damaged, bad = 0;
	uint64_t before;
	size_t i, n;
	char *copy;

	story(&b);
	greylist_init(&g, &conf, 1);
	for (n = 0; n < buf_len(&b); n++) {
		damaged = 0;
		greytext_read(&g, buf_data(&b), n, &damaged);
		bad += damaged != 0;
		greylist_clear(&g);
	}
	is_num(bad, 0, "cut anywhere: no line is damaged");
	copy = malloc(buf_len(&b) + 1);
	for (i = bad = 0; i + 1 < buf_len(&b); i++) {
		memcpy(copy, buf_data(&b), buf_len(&b));
		copy[i] ^= 1;
		damaged = 0;
		greytext_read(&g, copy, buf_len(&b), &damaged);
		before = g.sums.first + g.sums.early + g.sums.retried +
		    g.sums.again + g.sums.known;
		/* a LF that is gone takes the next line along */
		bad += damaged == 0 || before + damaged < 7;
		greylist_clear(&g);
	}
	is_num(bad, 0, "any byte changed: just that line is lost");
	/* appended behind a line cut short */
	memcpy(copy, buf_data(&b), buf_len(&b));
	copy[30] = '\n';
	damaged = 0;
	n = strchr(buf_data(&b), '\n') - buf_data(&b);
	memmove(copy + 31, copy + n + 1, buf_len(&b) - n - 1);
	is_num(greytext_read(&g, copy, 31 + buf_len(&b) - n - 1, &damaged),
	    31 + buf_len(&b) - n - 1, "a tail that was cut");
	is_num(damaged, 1, "is skipped");
	is_num(g.sums.first, 2, "and the rest is read");
	greylist_clear(&g);
	free(copy);
	buf_free(&b);
}

/* good checks, bad lines: by hand or by another version */
static void
nonsense(void)
{
	static const char *const line[] = { "f", "f\t", "f\t1", "f\t1\t",
		"f\t1\ta", "f\t1\ta\tb", "f\t1\ta\tb\tc\td", "f\t1\t\tb\tc",
		"f\t-1\ta\tb\tc", "f\t01x\ta\tb\tc", "k\t1\ta\tb\tc",
		"f\t72057594037927937\ta\tb\tc", "ff\t1\ta\tb\tc",
		"z\t1\ta\tb\tc", "W\t1\t1\ta\tb\tc", "W\t1\t1\t1\ta",
		"H\t1\t1\t1\ta\tb\tc", "S\t1\t2\t3\t4\t5\t6\t7\t8",
		"S\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10", "\t1\ta\tb\tc" };
	struct greylist g;
	struct buf b = { 0 };
	unsigned damaged;
	size_t i;

	greylist_init(&g, &conf, 1);
	for (i = 0; i < sizeof line / sizeof *line; i++) {
		uint64_t h;
		unsigned k;

		/* the check as the header says: over what follows the TAB */
		h = word_hash(0, line[i], strlen(line[i]));
		buf_clear(&b);
		for (k = 0; k < 8; k++, h >>= 4)
			buf_putc(&b, "0123456789abcdef"[h & 15]);
		buf_printf(&b, "\t%s\n", line[i]);
		damaged = 0;
		greytext_read(&g, buf_data(&b), buf_len(&b), &damaged);
		is_num(damaged, 1, line[i]);
	}
	is_num(g.hash.n, 0, "nothing of it counts");
	buf_free(&b);
}

/* the longest key is within a line; a longer line is none */
static void
longest(void)
{
	char key[GREYKEY_MAX + 1], vast[GREYTEXT_LINE_MAX + 2];
	struct greylist_entry *e = calloc(1, sizeof *e + GREYKEY_MAX);
	struct greylist g;
	struct buf b = { 0 };
	unsigned damaged = 0;

	memset(key, 'a', sizeof key);
	key[0] = 'n';
	key[GREYKEY_PART_MAX] = key[2 * GREYKEY_PART_MAX + 1] = '\t';
	memcpy(e->key, key, GREYKEY_MAX);
	e->len = GREYKEY_MAX;
	e->first = e->last = (int64_t)1 << 56;
	e->n = (uint64_t)1 << 56;
	greytext_put_entry(&b, e);
	ok(buf_len(&b) <= GREYTEXT_LINE_MAX, "the longest line");
	greylist_init(&g, &conf, 1);
	greytext_read(&g, buf_data(&b), buf_len(&b), &damaged);
	is_num(damaged, 0, "is read");
	is_num(g.hash.n, 1, "and counts");
	memset(vast, 'x', sizeof vast);
	vast[GREYTEXT_LINE_MAX] = '\n';
	greytext_read(&g, vast, GREYTEXT_LINE_MAX + 1, &damaged);
	is_num(damaged, 1, "one longer");
	is_num(greytext_read(&g, vast, 10, &damaged), 0, "not whole yet");
	greylist_clear(&g);
	buf_free(&b);
	free(e);
}

int
main(void)
{
	round_trip();
	damage();
	nonsense();
	longest();
	return done();
}
