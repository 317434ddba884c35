#include "tap.h"
#include "base/crc32c.h"
#include "move/movestream.h"

#define ONE "1irvrd2bo09000000109"
#define TWO "1irvrd2bo0900000020a"

static void
member(struct buf *b, const char *name, const char *p, size_t n)
{
	ustar_put(b, name, n, 1790000000);
	buf_put(b, p, n);
	ustar_pad(b, n);
}

static void
put_envelope(struct buf *b, const char *id, uint64_t size, uint32_t sum)
{
	struct buf e = { 0 };
	char name[40];

	moveenv_begin(&e, id, size, sum);
	buf_puts(&e, "from a\nto b\nrcpt 0 Q - 0 0\n");
	moveenv_end(&e, 0);
	snprintf(name, sizeof name, "%s/envelope", id);
	member(b, name, buf_data(&e), buf_len(&e));
	buf_free(&e);
}

static void
put_text(struct buf *b, const char *id, const char *text)
{
	char name[40];

	snprintf(name, sizeof name, "./x/%s/message", id);
	member(b, name, text, strlen(text));
}

static void
put_message(struct buf *b, const char *id, const char *text)
{
	put_envelope(b, id, strlen(text), crc32c(0, text, strlen(text)));
	put_text(b, id, text);
}

static void
put_end(struct buf *b, uint64_t messages)
{
	struct buf e = { 0 };

	movestream_end(&e, messages, messages);
	member(b, "end", buf_data(&e), buf_len(&e));
	ustar_end(b);
	buf_free(&e);
}

/* what comes of it, read in pieces of so many bytes, as text */
static void
play(const struct buf *b, size_t n, size_t piece, struct buf *out)
{
	struct movestream s = { .at = 0 };
	struct movestream_event e;
	const char *p = buf_data(b), *why;
	size_t at = 0, k;

	buf_clear(out);
	while (at < n) {
		k = n - at < piece ? n - at : piece;
		k = movestream_feed(&s, p + at, k, &e);
		at += k;
		switch (e.kind) {
		case MOVESTREAM_MORE: break;
		case MOVESTREAM_MESSAGE:
			buf_printf(out, "<%s:", s.env.id);
			break;
		case MOVESTREAM_BODY: buf_put(out, e.p, e.n); break;
		case MOVESTREAM_WHOLE: buf_puts(out, ">"); break;
		case MOVESTREAM_DAMAGED: buf_printf(out, "[%s]", s.why); break;
		case MOVESTREAM_BROKEN: buf_printf(out, "{%s}", s.why); break;
		}
	}
	why = movestream_eof(&s);
	if (why != NULL)
		buf_printf(out, "{%s}", why);
	buf_putc(out, '\0');
	movestream_free(&s);
}

/* whole, and byte by byte, and in odd pieces */
static void
is_stream(const struct buf *b, size_t n, const char *want, const char *name)
{
	static const size_t pieces[] = { 1 << 20, 1, 7, 511, 512, 513 };
	struct buf out = { 0 };
	unsigned i;

	for (i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		play(b, n, pieces[i], &out);
		is_str(buf_data(&out), want, name);
	}
	buf_free(&out);
}

static void
good(void)
{
	struct buf b = { 0 };

	put_end(&b, 0);
	is_stream(&b, buf_len(&b), "", "nothing");
	buf_clear(&b);
	put_message(&b, ONE, "one\n");
	put_message(&b, TWO, "");
	put_message(&b, TWO, "two\n");
	put_end(&b, 3);
	is_stream(&b, buf_len(&b), "<" ONE ":one\n><" TWO ":><" TWO ":two\n>",
	    "messages, one is empty");
	member(&b, "README", "what others add\n", 16);
	put_message(&b, ONE, "again\n");
	put_end(&b, 1);
	is_stream(&b, buf_len(&b),
	    "<" ONE ":one\n><" TWO ":><" TWO ":two\n><" ONE ":again\n>",
	    "two streams, and a member between");
	buf_free(&b);
}

static void
is_bad(struct buf *b, const char *want, const char *name)
{
	is_stream(b, buf_len(b), want, name);
	buf_clear(b);
}

static void
bad(void)
{
	struct buf b = { 0 };

	put_envelope(&b, ONE, 4, 1);
	put_text(&b, ONE, "one\n");
	put_message(&b, TWO, "two\n");
	put_end(&b, 2);
	is_bad(&b,
	    "<" ONE ":one\n[byte 2048: " ONE "/message: its checksum is "
	    "wrong]<" TWO ":two\n>",
	    "a message of which a byte is wrong");
	put_message(&b, ONE, "one\n");
	buf_data(&b)[USTAR_BLOCK + 3] ^= 1;
	put_message(&b, TWO, "two\n");
	put_end(&b, 2);
	is_bad(&b,
	    "[byte 1024: " ONE "/envelope: its checksum is wrong]<" TWO
	    ":two\n>",
	    "an envelope");
	put_message(&b, ONE, "one\n");
	buf_data(&b)[2 * USTAR_BLOCK] ^= 1;
	put_message(&b, TWO, "two\n");
	is_bad(&b, "{byte 1536: no header of a member}",
	    "behind a damaged header nothing is looked for");
	put_text(&b, ONE, "one\n");
	is_bad(&b, "{byte 512: " ONE "/message without its envelope before it}",
	    "a message by itself");
	put_envelope(&b, ONE, 4, 0);
	put_text(&b, TWO, "one\n");
	is_bad(&b,
	    "{byte 1536: " TWO "/message without its envelope before it}",
	    "another one's");
	put_envelope(&b, ONE, 5, 0);
	put_text(&b, ONE, "one\n");
	is_bad(&b,
	    "{byte 1536: " ONE
	    "/message has another size than its envelope says}",
	    "of another size");
	put_envelope(&b, ONE, 4, 0);
	put_message(&b, TWO, "two\n");
	is_bad(&b, "{byte 1536: " ONE "/envelope without its message}",
	    "an envelope by itself");
	put_message(&b, ONE, "one\n");
	put_end(&b, 2);
	is_bad(&b,
	    "<" ONE ":one\n>{byte 3072: end: 2 messages were written, 1 have "
	    "come}",
	    "one is missing");
	member(&b, "end", "x\n", 2);
	is_bad(&b, "{byte 1024: end: no number of messages}",
	    "an end without a number");
	ustar_put(&b, "end", MOVESTREAM_END_MAX + 1, 0);
	is_bad(&b, "{byte 512: end is too long}", "an end that is too long");
	ustar_put(&b, ONE "/envelope", MOVEENV_BYTES_MAX + 1, 0);
	is_bad(&b, "{byte 512: " ONE "/envelope is too long}",
	    "an envelope that is too long");
	put_envelope(&b, ONE, 4, 0);
	ustar_end(&b);
	is_bad(&b, "{byte 1536: no header of a member}",
	    "the end in the place of a message");
	buf_free(&b);
}

/* wherever it is cut, what was whole has come, and the cut is noticed */
static void
cut(void)
{
	enum { MESSAGE = 4 * USTAR_BLOCK };
	struct buf b = { 0 }, out = { 0 };
	size_t n, unsaid = 0, lost = 0, whole;

	put_message(&b, ONE, "one\n");
	put_message(&b, TWO, "two\n");
	put_end(&b, 2);
	whole = buf_len(&b) - 2 * USTAR_BLOCK;
	for (n = 0; n < whole; n += n % 512 == 0 ? 1 : 73) {
		play(&b, n, 4096, &out);
		unsaid += strchr(buf_data(&out), '{') == NULL;
		lost +=
		    n >= MESSAGE && strstr(buf_data(&out), "one\n>") == NULL;
	}
	is_num((long long)unsaid, 0, "no cut goes unnoticed");
	is_num((long long)lost, 0, "what was whole has come");
	play(&b, whole, 4096, &out);
	ok(strchr(buf_data(&out), '{') == NULL,
	    "the zeros at its end may be missing");
	buf_free(&b);
	buf_free(&out);
}

int
main(void)
{
	good();
	bad();
	cut();
	return done();
}
