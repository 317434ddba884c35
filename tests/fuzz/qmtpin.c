/* QMTP and QMQP: any pieces give the same events, each is of something that
 * came, and no CR is in a message */
#include "base/buf.h"
#include "qmtp/qmtpin.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
note(struct buf *b, size_t *body, const struct qmtpin_event *ev)
{
	if (ev->kind == QMTPIN_BODY) {
		assert(memchr(ev->arg, '\r', ev->arglen) == NULL);
		assert(buf_put(b, ev->arg, ev->arglen) == 0);
		*body += ev->arglen;
		return;
	}
	/* how much is told of a message that is none depends on the pieces */
	if (ev->kind == QMTPIN_BARE)
		b->end -= *body;
	*body = 0;
	assert(buf_printf(b, "\n%d %llu %d ", (int)ev->kind,
		   (unsigned long long)ev->size, ev->too_long) == 0);
	assert(ev->arglen <= QMTPIN_ADDRESS_MAX);
	assert(buf_put(b, ev->arg, ev->arglen) == 0);
}

static void
decode(struct buf *b, int qmqp, const char *in, size_t n, size_t step)
{
	struct qmtpin q = { .qmqp = (unsigned char)qmqp };
	struct qmtpin_event ev = { 0 };
	size_t off, k, at, used, body = 0;
	char *piece;

	for (off = 0; off < n && ev.kind != QMTPIN_BAD; off += k) {
		k = n - off < step ? n - off : step;
		piece = malloc(k);
		memcpy(piece, in + off, k);
		for (at = 0; at < k && ev.kind != QMTPIN_BAD; at += used) {
			used = qmtpin_feed(&q, piece + at, k - at, &ev);
			assert(used <= k - at);
			assert(used > 0 || ev.kind == QMTPIN_BAD);
			assert(ev.kind != QMTPIN_MORE || used == k - at);
			if (ev.kind != QMTPIN_MORE)
				note(b, &body, &ev);
		}
		free(piece);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct buf a = { 0 }, b = { 0 };
	const char *in = (const char *)data + 1;
	int qmqp;

	if (size < 1)
		return 0;
	qmqp = data[0] & 1;
	decode(&a, qmqp, in, size - 1, size);
	decode(&b, qmqp, in, size - 1, data[0] / 2 % 9 + 1);
	assert(buf_len(&a) == buf_len(&b));
	assert(buf_len(&a) == 0 ||
	    memcmp(buf_data(&a), buf_data(&b), buf_len(&a)) == 0);
	buf_free(&a);
	buf_free(&b);
	return 0;
}
