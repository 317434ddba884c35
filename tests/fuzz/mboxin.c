/* mailboxes: any pieces give the same messages, and no byte is told that did not
 * come */
#include "base/buf.h"
#include "feed/mboxin.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static size_t told;

static void
note(struct buf *b, const struct mboxin *m, const struct mboxin_event *ev)
{
	assert(ev->kind != MBOXIN_BEGIN ||
	    mboxin_sender(ev->arg, ev->n) <= ev->n);
	told += ev->n;
	if (ev->kind == MBOXIN_TEXT) {
		assert(buf_put(b, ev->arg, ev->n) == 0);
		return;
	}
	if (ev->kind == MBOXIN_MORE)
		return;
	assert(buf_printf(b, "\n%d %llu ", (int)ev->kind,
		   ev->kind == MBOXIN_END ? (unsigned long long)m->at : 0ULL) ==
	    0);
	assert(ev->n == 0 || buf_put(b, ev->arg, ev->n) == 0);
}

static void
take_apart(struct buf *b, const char *in, size_t n, size_t step)
{
	struct mboxin m = { 0 };
	struct mboxin_event ev = { 0 };
	size_t off, at, k;
	char *piece;

	told = 0;
	for (off = 0; off < n && ev.kind != MBOXIN_BAD; off += k) {
		k = n - off < step ? n - off : step;
		piece = malloc(k);
		memcpy(piece, in + off, k);
		at = 0;
		do {
			at += mboxin_feed(&m, piece + at, k - at, &ev);
			assert(at <= k);
			note(b, &m, &ev);
		} while (ev.kind != MBOXIN_BAD &&
		    (ev.kind != MBOXIN_MORE || at < k));
		free(piece);
	}
	while (ev.kind != MBOXIN_BAD) {
		mboxin_end(&m, &ev);
		note(b, &m, &ev);
		if (ev.kind == MBOXIN_MORE)
			break;
	}
	assert(told <= n);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct buf a = { 0 }, b = { 0 };
	const char *in = (const char *)data + 1;

	if (size < 1)
		return 0;
	take_apart(&a, in, size - 1, size);
	take_apart(&b, in, size - 1, data[0] % 9 + 1);
	assert(buf_len(&a) == buf_len(&b));
	assert(buf_len(&a) == 0 ||
	    memcmp(buf_data(&a), buf_data(&b), buf_len(&a)) == 0);
	buf_free(&a);
	buf_free(&b);
	return 0;
}
