#include "base/crc32c.h"
#include "suppress/suppressline.h"
#include <stdlib.h>
#include <string.h>

/*
 * A line of the journal of suppressed addresses.  What was read can be written,
 * reads as the same, and has no control byte in it; no text is longer than its
 * room.  With the first byte odd the line gets the right sum, or hardly one
 * would be looked into.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct suppressline *l)
{
	struct suppressline again;
	struct buf b = { 0 };
	char a[SUPPRESSLINE_KEY], c[SUPPRESSLINE_KEY];
	size_t i;

	if (l->n_times > SUPPRESSLINE_TIMES_MAX ||
	    strlen(l->tenant) > SUPPRESSLINE_NAME_MAX ||
	    strlen(l->stream) > SUPPRESSLINE_NAME_MAX ||
	    strlen(l->text) > SUPPRESSLINE_TEXT_MAX)
		abort();
	if (suppressline_put(&b, l, 0) == -1)
		abort();
	for (i = 0; i + 1 < buf_len(&b); i++)
		if ((unsigned char)buf_data(&b)[i] < ' ' &&
		    buf_data(&b)[i] != '\t')
			abort();
	memset(&again, 0, sizeof again);
	/* escapes may make it longer than a line can be */
	if (buf_len(&b) <= SUPPRESSLINE_MAX) {
		if (suppressline_read(&again, buf_data(&b), buf_len(&b) - 1) ==
		    -1)
			abort();
		suppressline_own_key(a, l);
		suppressline_own_key(c, &again);
		if (memcmp(a, c, sizeof a) != 0 || again.act != l->act ||
		    again.since_s != l->since_s ||
		    again.until_s != l->until_s ||
		    again.n_times != l->n_times ||
		    strcmp(again.text, l->text) != 0 ||
		    strcmp(again.reason, l->reason) != 0)
			abort();
	}
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data + 1;
	struct suppressline l;
	struct buf b = { 0 };

	if (size == 0)
		return 0;
	size--;
	memset(&l, 0, sizeof l);
	if (suppressline_address(&l, p, size) == 0 &&
	    suppressline_address(&l, l.to, strlen(l.to)) == -1)
		abort();
	memset(&l, 0, sizeof l);
	if (data[0] & 1) {
		if (buf_put(&b, p, size) == -1 ||
		    buf_printf(&b, "\tsum:%08x",
			(unsigned)crc32c(0, p, size)) == -1)
			abort();
		if (suppressline_read(&l, buf_data(&b), buf_len(&b)) == 0)
			check(&l);
		buf_free(&b);
	} else if (suppressline_read_shown(&l, p, size) == 0) {
		check(&l);
	}
	return 0;
}
