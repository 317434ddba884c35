/*
 * Lines of auth-socket(5): the same in pieces, words within the line, what is
 * put is what is read, and of any answer comes nothing that may not be told.
 */
#include "sasl/authtalk.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static void
check_words(const struct authwire_line *l, const char *p, long n)
{
	unsigned i;

	must(l->n >= 1 && l->n <= AUTHWIRE_WORDS_MAX);
	for (i = 0; i < l->n; i++) {
		must(l->w[i].p >= p && l->w[i].p + l->w[i].n < p + n);
		must(memchr(l->w[i].p, '\t', l->w[i].n) == NULL);
		must(memchr(l->w[i].p, '\n', l->w[i].n) == NULL);
	}
}

/* a value with its escapes undone, put, and read again */
static void
round_trip(struct slice v)
{
	static char a[AUTHWIRE_LINE_MAX], b[AUTHWIRE_LINE_MAX];
	struct authwire_line l;
	struct buf out = { 0 };
	struct slice again;
	long n = authwire_value(v, a, sizeof a), m;

	if (n == -1)
		return;
	authwire_begin(&out, "OK", 1);
	authwire_put(&out, "user=", a, (size_t)n);
	buf_putc(&out, '\n');
	m = authwire_get(buf_data(&out), buf_len(&out), &l);
	if (m != -1) {
		must(m == (long)buf_len(&out) && l.n == 3);
		must(authwire_find(&l, 2, "user", &again));
		must(authwire_value(again, b, sizeof b) == n);
		must(memcmp(a, b, (size_t)n) == 0);
	}
	buf_free(&out);
}

static void
check_answer(const struct authwire_line *l)
{
	static char text[AUTHWIRE_LINE_MAX];
	enum authtalk_answer how = authtalk_answer(l, text);

	must(how != AUTHTALK_GOOD || saslname_login_ok(text, strlen(text)));
	must(how != AUTHTALK_WRONG || text[0] == '\0' ||
	    saslname_login_ok(text, strlen(text)));
	must(how != AUTHTALK_MORE || strpbrk(text, " \r\n\t\001") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *p = (const char *)bytes;
	struct authtalk_mechs mechs = { .n = 0 };
	struct authwire_line l;
	uint32_t id;
	size_t at = 0, i;
	long r;

	while ((r = authwire_get(p + at, n - at, &l)) > 0) {
		check_words(&l, p + at, r);
		/* no part of it is a line, nor a fault that it has not */
		for (i = 0; i < (size_t)r && i < 64; i++)
			must(authwire_get(p + at, i, &l) == 0);
		authwire_get(p + at, n - at, &l);
		authwire_id(&l, &id);
		authtalk_mech(&mechs, &l);
		must(strlen(mechs.names) <= AUTHTALK_MECHS_BYTES);
		check_answer(&l);
		round_trip(l.w[l.n - 1]);
		at += (size_t)r;
	}
	return 0;
}
