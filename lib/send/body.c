#include "send/body.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
sendbody_close(struct sendbody *b, struct sendbody_share *s)
{
	if (b->file == -1)
		return;
	close(b->file);
	b->file = -1;
	s->files--;
}

static int
open_file(struct sendbody *b, struct sendbody_share *s, const struct sendtxn *t)
{
	if (b->file != -1)
		return 0;
	b->file = open(t->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (b->file == -1)
		return -1;
	s->files++;
	return 0;
}

/* the chunk at b->pos into s->chunk; its size, or -1 */
static ssize_t
read_chunk(struct sendbody *b, struct sendbody_share *s,
    const struct sendtxn *t)
{
	uint64_t left = t->size - b->pos;
	size_t want = left < SENDBODY_CHUNK ? left : SENDBODY_CHUNK, got = 0;
	ssize_t n;

	if (open_file(b, s, t) == -1)
		return -1;
	while (got < want) {
		n = pread(b->file, s->chunk + got, want - got,
		    t->off + b->pos + got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENODATA; /* shorter than the job says */
		if (n <= 0)
			return -1;
		got += n;
	}
	return got;
}

/* how long all of it is as BDAT sends it: the length goes first, so it is read
 * twice; nobody but a server without DATA costs that.  0, or -1 */
static int
measure(struct sendbody *b, struct sendbody_share *s, const struct sendtxn *t,
    struct buf *room)
{
	struct chunkout c = { 0 };
	ssize_t n;

	b->bdat_len = 0;
	for (b->pos = 0; b->pos < t->size; b->pos += (uint64_t)n) {
		if ((n = read_chunk(b, s, t)) == -1)
			return -1;
		b->bdat_len +=
		    chunkout_feed(&c, s->chunk, (size_t)n, buf_tail(room));
	}
	b->pos = 0;
	b->bdat_len += chunkout_end(&c, buf_tail(room));
	return 0;
}

/* the chunk of n bytes, encoded */
static void
encode(struct sendbody *b, struct sendbody_share *s, size_t n, int last,
    struct buf *out)
{
	b->to = b->at;
	buf_added(out, dotout_feed(&b->to, s->chunk, n, buf_tail(out)));
	if (last)
		buf_added(out, dotout_end(&b->to, buf_tail(out)));
}

/* the chunk, with its length in front, which is known when it is encoded */
static void
encode_piece(struct sendbody *b, struct sendbody_share *s, size_t n, int last,
    struct buf *out)
{
	char head[SENDBODY_BDAT], *text = buf_tail(out) + SENDBODY_BDAT;
	size_t len, k;

	b->bdat_to = b->bdat_at;
	len = chunkout_feed(&b->bdat_to, s->chunk, n, text);
	if (last)
		len += chunkout_end(&b->bdat_to, text + len);
	k = (size_t)snprintf(head, sizeof head, "BDAT %zu%s\r\n", len,
	    last ? " LAST" : "");
	memcpy(buf_tail(out), head, k);
	memmove(buf_tail(out) + k, text, len);
	buf_added(out, k + len);
}

static int
encode_bdat(struct sendbody *b, struct sendbody_share *s, size_t n, int last,
    struct buf *out)
{
	if (b->pos == 0 &&
	    buf_printf(out, "BDAT %llu LAST\r\n",
		(unsigned long long)b->bdat_len) == -1)
		return -1;
	b->bdat_to = b->bdat_at;
	buf_added(out, chunkout_feed(&b->bdat_to, s->chunk, n, buf_tail(out)));
	if (last)
		buf_added(out, chunkout_end(&b->bdat_to, buf_tail(out)));
	return 0;
}

int
sendbody_load(struct sendbody *b, struct sendbody_share *s,
    const struct sendtxn *t, struct buf *out)
{
	ssize_t n;
	int last;

	buf_clear(out);
	if (buf_reserve(out,
		DOTOUT_ROOM(SENDBODY_CHUNK) + DOTOUT_END_MAX + SENDBODY_BDAT) ==
	    -1)
		die(EXIT_TEMP, "out of memory");
	if (b->bdat && !b->pieces && b->pos == 0 && b->skip == 0 &&
	    measure(b, s, t, out) == -1)
		return -1;
	n = read_chunk(b, s, t);
	if (n == -1)
		return -1;
	last = b->pos + (uint64_t)n == t->size;
	b->n = (uint32_t)n;
	if (!b->bdat)
		encode(b, s, (size_t)n, last, out);
	else if (b->pieces)
		encode_piece(b, s, (size_t)n, last, out);
	else if (encode_bdat(b, s, (size_t)n, last, out) == -1)
		die(EXIT_TEMP, "out of memory");
	if (last)
		sendbody_close(b, s);
	if (b->skip > 0 && b->skip >= buf_len(out)) {
		errno = ESTALE; /* another message than before */
		return -1;
	}
	buf_consume(out, b->skip);
	return last;
}

void
sendbody_part(struct sendbody *b, struct sendbody_share *s, size_t n)
{
	b->skip += n;
	if (s->files > SENDBODY_FILES)
		sendbody_close(b, s);
}

void
sendbody_next(struct sendbody *b, int last)
{
	b->pos = last ? 0 : b->pos + b->n;
	b->at = b->to;
	b->bdat_at = b->bdat_to;
	b->skip = 0;
	b->told = 0;
}

int
sendbody_plain_header(struct sendbody *b, struct sendbody_share *s,
    const struct sendtxn *t)
{
	const char *in = s->chunk, *end;
	ssize_t n = read_chunk(b, s, t), i;
	int why = errno;

	sendbody_close(b, s);
	errno = why;
	if (n <= 0)
		return n == 0 ? 1 : -1;
	end = in[0] == '\n' ? in : memmem(in, n, "\n\n", 2);
	if (end == NULL && (uint64_t)n < t->size)
		return 0;
	if (end != NULL)
		n = end - in;
	for (i = 0; i < n; i++)
		if ((unsigned char)in[i] >= 0x80)
			return 0;
	return 1;
}
