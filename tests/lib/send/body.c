/*
 * Messages from their files in chunks, whole and in pieces, and back:
 * send/body.
 */
#include "send/body.h"
#include "base/die.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { HEAD = 4 }; /* bytes before the message in its file */

static char path[] = "/tmp/rohrpost-sendbody.XXXXXX";
static int file;
static char space[SENDBODY_CHUNK];
static struct sendbody_share share = { .chunk = space };
static struct buf out;

static void
fill(const char *p, size_t n)
{
	if (ftruncate(file, 0) == -1 || pwrite(file, "HEAD", HEAD, 0) != HEAD ||
	    pwrite(file, p, n, HEAD) != (ssize_t)n)
		exit(111);
}

/* all of it, of each chunk no more than `most' bytes taken at a time; its
 * length, or -1 */
static long
send_all(struct sendbody *b, const struct sendtxn *t, size_t most,
    struct buf *wire)
{
	size_t n;
	int last = 0;

	for (;;) {
		last = sendbody_load(b, &share, t, &out);
		if (last == -1)
			return -1;
		n = buf_len(&out) < most ? buf_len(&out) : most;
		buf_put(wire, buf_data(&out), n);
		if (n < buf_len(&out))
			sendbody_part(b, &share, n);
		else
			sendbody_next(b, last);
		if (last && n == buf_len(&out))
			return buf_len(wire);
	}
}

/* the same, as one piece: what must come out */
static size_t
encode(const char *p, size_t n, char *to)
{
	struct dotout d = { 0 };
	size_t len = dotout_feed(&d, p, n, to);

	return len + dotout_end(&d, to + len);
}

static void
one(struct sendbody *b, const char *p, size_t n, size_t most, const char *name)
{
	struct sendtxn t = { .file = path, .off = HEAD, .size = n };
	struct buf wire = { 0 };
	char *want = malloc(DOTOUT_ROOM(n) + DOTOUT_END_MAX);
	size_t len = encode(p, n, want);

	fill(p, n);
	is_num(send_all(b, &t, most, &wire), len, name);
	ok(buf_len(&wire) == len && memcmp(buf_data(&wire), want, len) == 0,
	    "byte by byte the same");
	ok(b->file == -1 && b->pos == 0 && b->skip == 0 && share.files == 0,
	    "ready for the next");
	buf_free(&wire);
	free(want);
}

static void
wholes(void)
{
	static const struct {
		const char *text, *name;
	} c[] = { { "", "nothing" }, { "a", "no line end" }, { "a\n", "line" },
		{ "\n", "no header" }, { ".\n..\n.", "dots" },
		{ "a\n.b\n\n.\n", "dots in lines" } };
	static const size_t sizes[] = { SENDBODY_CHUNK - 1, SENDBODY_CHUNK,
		SENDBODY_CHUNK + 1, 3 * SENDBODY_CHUNK };
	static char big[3 * SENDBODY_CHUNK];
	struct sendbody b = { .file = -1 };
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		one(&b, c[i].text, strlen(c[i].text), 1000, c[i].name);
		one(&b, c[i].text, strlen(c[i].text), 1, c[i].name);
	}
	for (i = 0; i < sizeof big; i++)
		big[i] = i % 61 == 0 ? '\n' : i % 61 == 1 ? '.' : 'x';
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		one(&b, big, sizes[i], SIZE_MAX, "chunks");
		one(&b, big, sizes[i], 5000, "chunks in pieces");
	}
}

/* BDAT: the length that is said first is that of what follows */
static void
chunks(void)
{
#define SAID(text) text, sizeof(text) - 1
	static const struct {
		const char *in;
		size_t n;
		const char *wire;
		size_t len;
	} c[] = {
		{ SAID(""), SAID("BDAT 0 LAST\r\n") },
		{ SAID("a"), SAID("BDAT 3 LAST\r\na\r\n") },
		{ SAID("a\n"), SAID("BDAT 3 LAST\r\na\r\n") },
		{ SAID("\n"), SAID("BDAT 2 LAST\r\n\r\n") },
		{ SAID(".\n.a\n"), SAID("BDAT 7 LAST\r\n.\r\n.a\r\n") },
		{ SAID("a\rb\n"), SAID("BDAT 5 LAST\r\na b\r\n") },
		{ SAID("a\r\nb\r"), SAID("BDAT 7 LAST\r\na\r\nb \r\n") },
		{ SAID("a\0b\n"), SAID("BDAT 5 LAST\r\na b\r\n") },
	};
#undef SAID
	struct sendbody b = { .file = -1, .bdat = 1 };
	struct sendtxn t = { .file = path, .off = HEAD };
	struct buf wire = { 0 };
	size_t i, most;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		t.size = c[i].n;
		fill(c[i].in, c[i].n);
		for (most = 1; most <= 1000; most += 999) {
			buf_clear(&wire);
			is_num(send_all(&b, &t, most, &wire),
			    (long long)c[i].len, c[i].in);
			ok(buf_len(&wire) == c[i].len &&
				memcmp(buf_data(&wire), c[i].wire, c[i].len) ==
				    0,
			    "byte by byte");
		}
	}
	buf_free(&wire);
}

/* a CR that ends a piece of the file, and one byte before and behind */
static void
long_chunks(void)
{
	static char big[2 * SENDBODY_CHUNK + 1];
	struct sendbody b = { .file = -1, .bdat = 1 };
	struct sendtxn t = { .file = path, .off = HEAD, .size = sizeof big };
	struct buf wire = { 0 };
	unsigned long long said;
	char *lf;
	int i;

	for (i = -1; i <= 1; i++) {
		memset(big, 'x', sizeof big);
		memcpy(big + SENDBODY_CHUNK - 1 + i, "\r\n", 2);
		big[2 * SENDBODY_CHUNK - 1 + i] = '\r';
		fill(big, sizeof big);
		buf_clear(&wire);
		ok(send_all(&b, &t, 5000, &wire) > 0, "it is sent");
		buf_putc(&wire, '\0');
		said = strtoull(buf_data(&wire) + 5, NULL, 10);
		lf = strchr(buf_data(&wire), '\n');
		is_num((long long)strlen(lf + 1), (long long)said,
		    "as long as was said");
		ok(b.file == -1 && b.pos == 0 && share.files == 0,
		    "ready for the next");
	}
	buf_free(&wire);
}

/* a BDAT for each chunk: the sum of what is said is what comes */
static void
pieces(void)
{
	static const size_t sizes[] = { 0, 1, SENDBODY_CHUNK - 1,
		SENDBODY_CHUNK, SENDBODY_CHUNK + 1, 2 * SENDBODY_CHUNK,
		2 * SENDBODY_CHUNK + 1 };
	static const unsigned want[] = { 1, 1, 1, 1, 2, 2, 3 };
	static char big[2 * SENDBODY_CHUNK + 1];
	struct sendbody b = { .file = -1, .bdat = 1, .pieces = 1 };
	struct sendtxn t = { .file = path, .off = HEAD };
	struct buf wire = { 0 };
	unsigned long long said;
	unsigned n, last;
	size_t i, most;
	char *p, *end;

	memset(big, '\n', sizeof big);
	fill(big, sizeof big);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (most = 5000; most > 0;
		     most = most == 5000 ? SIZE_MAX : 0) {
			t.size = sizes[i];
			buf_clear(&wire);
			send_all(&b, &t, most, &wire);
			p = buf_data(&wire);
			end = p + buf_len(&wire);
			for (n = last = 0; p < end && last == 0; n++) {
				said = strtoull(p + 5, &p, 10);
				last = *p == ' ';
				p = strchr(p, '\n') + 1 + said;
			}
			is_num(n, want[i], "as many as there are to be");
			ok(p == end && last, "each as long as was said");
		}
	buf_free(&wire);
}

/* files that are not what the job says */
static void
faults(void)
{
	struct sendtxn t = { .file = path, .off = HEAD, .size = 5 };
	struct sendbody b = { .file = -1 }, c = { .file = -1 };
	struct buf wire = { 0 };

	fill("abcd", 4);
	is_num(send_all(&b, &t, 1000, &wire), -1, "too short");
	is_num(errno, ENODATA, "so it is said");
	sendbody_close(&b, &share);
	t.file = "/nowhere/at/all";
	is_num(send_all(&b, &t, 1000, &wire), -1, "not there");
	is_num(errno, ENOENT, "so it is said");
	t.file = path;
	fill(".\n.\n.", 5);
	is_num(sendbody_load(&c, &share, &t, &out), 1, "one chunk");
	sendbody_part(&c, &share, 12);
	fill("abcde", 5);
	is_num(sendbody_load(&c, &share, &t, &out), -1,
	    "another one than that of which a part is sent");
	is_num(errno, ESTALE, "so it is said");
	is_num(share.files, 0, "no file is left open");
	buf_free(&wire);
}

/* who waits in the middle of a message keeps it open, up to a limit */
static void
open_files(void)
{
	struct sendtxn t = { .file = path, .off = HEAD };
	static struct sendbody b[SENDBODY_FILES + 1];
	static char text[SENDBODY_CHUNK + 1];
	size_t i;

	t.size = sizeof text;
	fill(text, sizeof text);
	for (i = 0; i <= SENDBODY_FILES; i++) {
		b[i].file = -1;
		sendbody_load(&b[i], &share, &t, &out);
		sendbody_part(&b[i], &share, 1);
	}
	ok(b[SENDBODY_FILES - 1].file != -1, "so many are kept open");
	ok(b[SENDBODY_FILES].file == -1, "one more is not");
	is_num(share.files, SENDBODY_FILES, "and counted");
	for (i = 0; i <= SENDBODY_FILES; i++)
		sendbody_close(&b[i], &share);
	is_num(share.files, 0, "none is");
}

static void
headers(void)
{
	static const struct {
		const char *text;
		int plain;
	} c[] = { { "", 1 }, { "A: b\n\nc\n", 1 }, { "A: b\n\n\xe4\n", 1 },
		{ "A: \xc3\xa4\n\nc\n", 0 }, { "\n\xe4", 1 }, { "A: b", 1 },
		{ "A: \xe4", 0 } };
	static char big[SENDBODY_CHUNK + 2];
	struct sendtxn t = { .file = path, .off = HEAD };
	struct sendbody b = { .file = -1 };
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		t.size = strlen(c[i].text);
		fill(c[i].text, t.size);
		is_num(sendbody_plain_header(&b, &share, &t), c[i].plain,
		    c[i].text);
	}
	memset(big, 'x', sizeof big);
	big[SENDBODY_CHUNK - 2] = big[SENDBODY_CHUNK - 1] = '\n';
	fill(big, sizeof big);
	t.size = sizeof big;
	is_num(sendbody_plain_header(&b, &share, &t), 1, "as long as a chunk");
	memmove(big + 1, big, sizeof big - 1);
	fill(big, sizeof big);
	is_num(sendbody_plain_header(&b, &share, &t), 0, "one longer");
	t.file = "/nowhere/at/all";
	is_num(sendbody_plain_header(&b, &share, &t), -1, "not there");
	is_num(errno, ENOENT, "which is said");
	t.file = path;
	fill(big, 10);
	is_num(sendbody_plain_header(&b, &share, &t), -1, "too short");
	is_num(errno, ENODATA, "which is said, too");
	is_num(share.files, 0, "closed again");
}

int
main(void)
{
	static char *args[] = { "sendbody", NULL };

	prog_init(args);
	file = mkstemp(path);
	if (file == -1)
		return 111;
	wholes();
	chunks();
	long_chunks();
	pieces();
	faults();
	open_files();
	headers();
	unlink(path);
	return done();
}
