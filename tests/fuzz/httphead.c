#include "httpd/httpbody.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* requests on one connection: no overrun, all slices within the bytes, and the
 * same whether the bytes come at once or one by one */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct sum {
	unsigned requests, bad;
	uint64_t content, hash;
};

static void
add(struct sum *s, struct slice piece)
{
	size_t i;

	s->content += piece.n;
	for (i = 0; i < piece.n; i++)
		s->hash = (s->hash + (unsigned char)piece.p[i]) * 1099511628211;
}

static void
inside(struct slice s, const char *p, size_t n)
{
	assert(s.n == 0 || (s.p >= p && s.p + s.n <= p + n));
}

/* 1: one more request was found, *at is behind it */
static int
request(struct sum *s, const char *p, size_t n, size_t step, size_t *at)
{
	static struct httphead h;
	struct httpbody b;
	enum httpbody_event ev = HTTPBODY_MORE;
	struct slice piece;
	size_t have, used = 0;

	for (have = step; used == 0 && s->bad == 0; have += step) {
		have = have > n ? n : have;
		used = httphead_end(p, have, &s->bad);
		if (have == n)
			break;
	}
	if (used == 0 || (s->bad = httphead_parse(&h, p, used)) != 0)
		return 0;
	inside(h.path, p, used);
	inside(h.query, p, used);
	inside(h.host, p, used);
	httpbody_init(&b, &h);
	for (have = used; ev != HTTPBODY_END && ev != HTTPBODY_BAD;) {
		size_t part = n - have < step ? n - have : step;

		have += httpbody_feed(&b, p + have, part, &piece, &ev);
		inside(piece, p, n);
		add(s, piece);
		if (part == 0 && ev == HTTPBODY_MORE)
			break;
	}
	s->bad = ev == HTTPBODY_BAD ? 1 : 0;
	*at = have;
	return ev == HTTPBODY_END;
}

static struct sum
all(const char *p, size_t n, size_t step)
{
	struct sum s = { 0 };
	size_t at;

	for (; n > 0 && request(&s, p, n, step, &at); s.requests++) {
		p += at;
		n -= at;
	}
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *p = malloc(n + 1);
	struct sum once, bytes;

	assert(p != NULL);
	memcpy(p, data, n);
	once = all(p, n, n + 1);
	bytes = all(p, n, 1);
	assert(once.requests == bytes.requests);
	assert((once.bad != 0) == (bytes.bad != 0));
	assert(once.bad != 0 || once.hash == bytes.hash);
	free(p);
	return 0;
}
