#include "queue/message.h"
#include <stdlib.h>
#include <string.h>

/*
 * The bytes as the head of a file: reading ends and stays inside.  The
 * bytes as an envelope: what message_format takes, message_open and the
 * two iterators give back whole; a record written in place is read back.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_record(const char *p, const struct message_rcpt *r)
{
	enum { FIXED = MESSAGE_TO_REPLY - MESSAGE_TO_STATE };
	char rec[MESSAGE_RECORD_LEN];

	message_record(rec, r);
	if (memcmp(rec, p + r->offset + MESSAGE_TO_STATE, FIXED) != 0 ||
	    memcmp(rec + FIXED, r->reply, r->reply_len) != 0)
		abort();
}

static unsigned
walk(const char *p, size_t n, struct message_head *h, int *end)
{
	struct parcel_line l;
	struct message_rcpt r;
	unsigned lines = 0;
	const char *at;

	*end = message_open(p, n, h);
	if (*end == -1)
		return 0;
	for (at = h->at; (*end = message_line(h, &l)) == 1; at = h->at, lines++)
		if (h->at <= at || h->at > p + h->head_len)
			abort();
	if (*end == -1)
		return lines;
	for (; (*end = message_rcpt(h, &r)) == 1; at = h->at) {
		if (h->at <= at || h->at > p + h->head_len ||
		    r.address_len == 0 || r.reply_len > MESSAGE_REPLY_LEN)
			abort();
		check_record(p, &r);
	}
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = { 0 };
	struct message_head h;
	char *copy = malloc(size + 1);
	unsigned lines = 0;
	size_t i;
	int end;

	memcpy(copy, data, size);
	walk(copy, size, &h, &end);
	if (message_format(&b, copy, size, size, NULL) == 0) {
		for (i = 0; i < size; i++)
			lines += copy[i] == '\n';
		if (walk(buf_data(&b), buf_len(&b), &h, &end) + h.n_rcpt !=
			lines ||
		    end != 0 || h.head_len != buf_len(&b) || h.size != size ||
		    h.seen != h.n_rcpt)
			abort();
	} else if (buf_len(&b) != 0) {
		abort();
	}
	buf_free(&b);
	free(copy);
	return 0;
}
