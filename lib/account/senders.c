#include "account/senders.h"
#include "base/utf8.h"
#include "conf/word.h"
#include <string.h>

static int
is_star(struct slice s)
{
	return s.n == 1 && s.p[0] == '*';
}

/* where the last @ is; -1: there is none */
static long
at(struct slice s)
{
	const char *p = s.n == 0 ? NULL : memrchr(s.p, '@', s.n);

	return p == NULL ? -1 : p - s.p;
}

/* bytes that stand in lists and lines as they are */
static int
is_plain(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != '\0' && strchr(" <>\"\\", s.p[i]) != NULL)
			return 0;
	return utf8_printable(s.p, s.n);
}

const char *
senders_fault(struct slice list)
{
	struct slice s;
	long i;

	if (list.n == 0)
		return NULL;
	while (word_piece(&list, ',', &s)) {
		if (is_star(s))
			continue;
		i = at(s);
		if (i == -1 || (size_t)i + 1 == s.n || !is_plain(s) ||
		    memchr(s.p, '*', s.n) != NULL)
			return "senders are addresses, @domain and *, commas "
			       "between them";
	}
	return NULL;
}

/* is all that b lets among what a lets? */
static int
covers(struct slice a, struct slice b)
{
	long i;

	if (is_star(a) || is_star(b))
		return is_star(a);
	if (a.n == 0 || a.p[0] != '@')
		return ascii_same(a.p, a.n, b.p, b.n);
	i = at(b);
	return i != -1 && ascii_same(a.p, a.n, b.p + i, b.n - (size_t)i);
}

/* does one of a list cover it? */
static int
among(struct slice list, struct slice s)
{
	struct slice one;

	while (list.n > 0 && word_piece(&list, ',', &one))
		if (covers(one, s))
			return 1;
	return 0;
}

int
senders_allow(struct slice list, struct slice address)
{
	/* "@domain" and "*" are words of lists, and no addresses */
	if (address.n == 0)
		return among(list, (struct slice){ "*", 1 });
	return address.p[0] != '@' && !is_star(address) && among(list, address);
}

/* those of a that b covers, but none that is there already */
static int
add(struct buf *out, size_t begin, struct slice a, struct slice b)
{
	struct slice s, there;

	while (a.n > 0 && word_piece(&a, ',', &s)) {
		there = (struct slice){ NULL, buf_len(out) - begin };
		if (there.n > 0)
			there.p = buf_data(out) + begin;
		if (!among(b, s) || (there.n > 0 && among(there, s)))
			continue;
		if (there.n > 0 && buf_putc(out, ',') == -1)
			return -1;
		if (buf_put(out, s.p, s.n) == -1)
			return -1;
	}
	return 0;
}

int
senders_meet(struct buf *out, struct slice a, struct slice b)
{
	size_t begin = buf_len(out);

	return add(out, begin, a, b) == -1 || add(out, begin, b, a) == -1 ? -1
									  : 0;
}
