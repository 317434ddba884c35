#include "ship/gelfchunk.h"

size_t
gelfchunk_count(size_t n, size_t size)
{
	size_t room = size - GELFCHUNK_HEAD_BYTES, count;

	if (n <= size)
		return 1;
	count = (n + room - 1) / room;
	return count <= GELFCHUNK_CHUNKS_MAX ? count : 0;
}

int
gelfchunk_put(struct buf *out, const char *p, size_t n, size_t size,
    const unsigned char id[GELFCHUNK_ID_BYTES], size_t i, size_t count)
{
	size_t room = size - GELFCHUNK_HEAD_BYTES, from = i * room;
	size_t len = n - from < room ? n - from : room;

	if (buf_put(out, "\x1e\x0f", 2) == -1 ||
	    buf_put(out, id, GELFCHUNK_ID_BYTES) == -1 ||
	    buf_putc(out, (char)i) == -1 || buf_putc(out, (char)count) == -1)
		return -1;
	return buf_put(out, p + from, len);
}
