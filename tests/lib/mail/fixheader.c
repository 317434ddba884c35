/* changes of a header: what is named changes, the rest stays byte for byte */
#include "mail/fixheader.h"
#include "mail/header.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/resource.h>

static const struct {
	const char *op, *name, *value, *before, *after;
} cases[] = {
	{ "add", "A", "1", "", "A: 1\n" },
	{ "add", "A", "1", "B: 2\n", "B: 2\nA: 1\n" },
	{ "add", "A", "1", "A: 0\n", "A: 0\nA: 1\n" },
	{ "add", "A", "1", "B: 2", "B: 2\nA: 1\n" },
	{ "add", "A", "1", "B: 2\nno field\nC: 3\n",
	    "B: 2\nA: 1\nno field\nC: 3\n" },
	{ "add", "A", "1", "no field\n", "A: 1\n\nno field\n" },
	{ "add", "A", "1", "no field", "A: 1\n\nno field" },
	{ "add", "A", "1", " folded\n", "A: 1\n\n folded\n" },
	{ "add", "A", "1", "B: 2\n\nno field\n", "B: 2\nA: 1\n\nno field\n" },
	{ "add", "A", "1", "\nno field\n", "A: 1\n\nno field\n" },
	{ "add", "A", "1", ":\n", "A: 1\n\n:\n" },
	{ "add", "A", "", "", "A:\n" },
	{ "add", "A", "  \r\n x\t\ty\x7f ", "", "A: x y\n" },
	{ "add", "A", "x\r\nBcc: y", "", "A: x Bcc: y\n" },
	{ "add", "A", "\xc3\xa4\xff", "", "A: \xc3\xa4\xff\n" },
	{ "set", "A", "1", "", "A: 1\n" },
	{ "set", "A", "1", "B: 2\nA: 0\nC: 3\nA:\n x\n", "B: 2\nA: 1\nC: 3\n" },
	{ "set", "A", "1", "a : 0\n\tmore\nB : 2\n", "A: 1\nB : 2\n" },
	{ "set", "A", "1", "B: \x80\x01\nAB: 1\nA",
	    "B: \x80\x01\nAB: 1\nA: 1\nA" },
	{ "set", "A", "1", "B: 2\nno field\nA: 3\nC: 4\n",
	    "B: 2\nno field\nA: 1\nC: 4\n" },
	{ "set", "A", "1", "B: 2\n\nA: 3\n", "B: 2\nA: 1\n\nA: 3\n" },
	{ "set", "A", "1", "A: 0", "A: 1\n" },
	{ "remove", "A", "", "B: 2\n", NULL },
	{ "remove", "A", "", "", NULL },
	{ "remove", "A", "", "A: 1\n", "" },
	{ "remove", "a", "", "A: 1\n\tx\nB: 2\nA: 3", "B: 2\n" },
	{ "remove", "X-I*", "", "X-I: 1\nx-internal-id: 2\nX-J: 3\n",
	    "X-J: 3\n" },
	{ "remove", "X-I*", "", "X: 1\n", NULL },
	{ "remove", "A", "", "x y\nA: 1\n\n", "x y\n\n" },
	{ "remove", "A", "", "A: 1\nx y\nA: 1\nB: 2\n", "x y\nB: 2\n" },
	{ "remove", "A", "", "B: 2\nx y\n z\nA: 1\n 2\n", "B: 2\nx y\n z\n" },
	{ "remove", "A", "", "B: 2\n\nA: 1\n", NULL },
};

static int
run(struct buf *h, unsigned i)
{
	const char *name = cases[i].name, *v = cases[i].value;
	size_t nn = strlen(name), vn = strlen(v);

	switch (cases[i].op[0]) {
	case 'a': return fixheader_add(h, name, nn, v, vn);
	case 's': return fixheader_set(h, name, nn, v, vn);
	}
	return fixheader_remove(h, name, nn);
}

static void
changes(void)
{
	struct buf h = { 0 };
	unsigned i;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&h);
		buf_puts(&h, cases[i].before);
		r = run(&h, i);
		is_num(r, cases[i].after != NULL, cases[i].op);
		buf_putc(&h, '\0');
		is_str(buf_data(&h),
		    cases[i].after == NULL ? cases[i].before : cases[i].after,
		    cases[i].before);
	}
	buf_free(&h);
}

/* the longest line of a field, and whether it says the same unfolded */
static size_t
longest(const struct buf *b)
{
	const char *p = buf_data(b), *end = p + buf_len(b), *e;
	size_t most = 0;

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			return 9999;
		if ((size_t)(e - p) > most)
			most = e - p;
		if (p > buf_data(b) && (*p != ' ' || e - p < 2 || p[1] == ' '))
			return 9998; /* a folded line has something in it */
	}
	return most;
}

static void
folding(void)
{
	static char v[FIXHEADER_VALUE_MAX + 100], back[2 * sizeof v];
	struct buf b = { 0 };
	size_t n, i, len;
	unsigned seed = 1, bad = 0, k;

	for (k = 0; k < 300; k++) {
		for (n = 0; n < 1500; n++) {
			seed = seed * 1103515245 + 12345;
			v[n] = (seed >> 16) % 5 == 0 ? ' ' : 'x';
		}
		buf_clear(&b);
		fixheader_put(&b, "Subject", 7, v, n);
		bad += longest(&b) > FIXHEADER_FOLD;
	}
	is_num(bad, 0, "words are folded at 78");
	for (n = 900; n < 3100; n++) {
		memset(v, 'x', n);
		buf_clear(&b);
		fixheader_put(&b, "A", 1, v, n);
		bad += longest(&b) > FIXHEADER_LINE_MAX;
		for (i = len = 0; i < buf_len(&b); i++)
			len += buf_data(&b)[i] == 'x';
		bad += len != n;
	}
	is_num(bad, 0, "words too long are cut at 998");
	buf_clear(&b);
	memset(v, 'x', 995);
	fixheader_put(&b, "A", 1, v, 995);
	is_num(buf_len(&b), 999, "998 bytes in one line");
	buf_clear(&b);
	memset(v, 'x', 996);
	fixheader_put(&b, "A", 1, v, 996);
	is_num(longest(&b), 997, "999 go into the next");
	/* characters of UTF-8 stay whole */
	for (i = 0; i + 2 < 3000; i += 3)
		memcpy(v + i, "\xe2\x82\xac", 3);
	for (k = 1; k < 4; k++) {
		buf_clear(&b);
		fixheader_put(&b, "ABC", k, v, 3000);
		memcpy(back, buf_data(&b), buf_len(&b));
		for (i = 1; i < buf_len(&b); i++)
			bad += back[i - 1] == ' ' &&
			    ((unsigned char)back[i] & 0xc0) == 0x80;
	}
	is_num(bad, 0, "no character is cut");
	for (n = FIXHEADER_VALUE_MAX; n <= FIXHEADER_VALUE_MAX + 1; n++) {
		memset(v, 'x', n);
		buf_clear(&b);
		fixheader_put(&b, "A", 1, v, n);
		for (i = len = 0; i < buf_len(&b); i++)
			len += buf_data(&b)[i] == 'x';
		is_num(len, FIXHEADER_VALUE_MAX, "the longest value");
	}
	buf_free(&b);
}

static void
names(void)
{
	char n[FIXHEADER_NAME_MAX + 2];

	ok(fixheader_name("X-Y_z!", 6), "a name");
	ok(!fixheader_name("", 0) && !fixheader_name("a b", 3) &&
		!fixheader_name("a:", 2) && !fixheader_name("\xc3\xa4", 2) &&
		!fixheader_name("a\n", 2),
	    "none");
	memset(n, 'a', sizeof n);
	ok(fixheader_name(n, FIXHEADER_NAME_MAX), "the longest");
	ok(!fixheader_name(n, FIXHEADER_NAME_MAX + 1), "one more");
	ok(fixheader_has("A: 1\nB: 2\n", 10, "b", 1), "is there");
	ok(fixheader_has("A: 1\nx y\nB: 2\n", 14, "b", 1),
	    "behind what is none");
	ok(!fixheader_has("A: 1\n\nB: 2\n", 11, "b", 1), "behind the end");
	ok(fixheader_has("X-Ab: 1\n", 8, "x-a*", 4), "begins so");
	ok(!fixheader_has(NULL, 0, "x", 1), "nothing");
}

/* fields that say nothing go, and a header full of them takes no time */
static void
empties(void)
{
	static const char head[] =
	    "A:\nB: 1\nno field\na: \"\"\n\t<>\nA: 2\nA:";
	struct rlimit cpu = { 5, 10 };
	struct buf b = { 0 };
	size_t i;

	is_num(fixheader_remove_empty(&b, "A", 1), 0, "no header");
	buf_puts(&b, head);
	is_num(fixheader_remove_empty(&b, "X", 1), 0, "none of that name");
	ok(buf_len(&b) == sizeof head - 1, "it stays");
	is_num(fixheader_remove_empty(&b, "A", 1), 1, "some");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "B: 1\nno field\nA: 2\n", "they are gone");
	buf_clear(&b);
	setrlimit(RLIMIT_CPU, &cpu);
	for (i = 0; i < 4 * HEADER_MAX / 3; i++)
		buf_puts(&b, "A:\n");
	buf_puts(&b, "A: 1\n");
	is_num(fixheader_remove_empty(&b, "A", 1), 1, "very many");
	is_num(buf_len(&b), 5, "but for the one");
	buf_free(&b);
}

int
main(void)
{
	changes();
	empties();
	folding();
	names();
	return done();
}
