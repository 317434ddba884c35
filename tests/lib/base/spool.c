#include "base/die.h"
#include "base/spool.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* what spool_read() gives, put together */
static const char *
all(struct spool *s)
{
	static struct buf b;
	const char *p;
	long r;

	buf_clear(&b);
	while ((r = spool_read(s, buf_len(&b), &p)) > 0)
		needs(buf_put(&b, p, (size_t)r));
	needs(buf_putc(&b, '\0'));
	return r == 0 ? buf_data(&b) : "unreadable";
}

static void
memory(void)
{
	struct spool s;

	spool_init(&s);
	is_str(all(&s), "", "nothing");
	spool_add(&s, "abc", 3, 5, "/tmp");
	spool_add(&s, "de", 2, 5, "/tmp");
	is_str(all(&s), "abcde", "as much as memory is allowed");
	ok(s.fd == -1, "is in memory");
	spool_add(&s, "f", 1, 5, "/tmp");
	ok(s.fd != -1, "one more needs a file");
	is_str(all(&s), "abcdef", "and is there");
	is_num((long long)spool_len(&s), 6, "length");
	spool_free(&s);
	is_num((long long)spool_len(&s), 0, "freed");
}

static void
file(void)
{
	static char piece[1000];
	struct spool s;
	const char *text;
	unsigned i, bad = 0;

	spool_init(&s);
	for (i = 0; i < 500; i++) {
		memset(piece, 'a' + i % 26, sizeof piece);
		spool_add(&s, piece, sizeof piece, 4096, "/tmp");
	}
	is_num((long long)spool_len(&s), 500000, "half a megabyte");
	ok(buf_len(&s.text) < SPOOL_READ, "most of it is not in memory");
	text = all(&s);
	for (i = 0; i < 500000; i++)
		bad += text[i] != (char)('a' + i / 1000 % 26);
	is_num(bad, 0, "all is what was put in");
	if (ftruncate(s.fd, 10) == -1)
		return;
	is_str(all(&s), "unreadable", "a file that was cut");
	spool_free(&s);
}

static void
failure(void)
{
	struct spool s;

	spool_init(&s);
	spool_add(&s, "abc", 3, 2, "/nothing/here");
	ok(s.failed, "no folder for the file");
	spool_add(&s, "abc", 3, 200, "/tmp");
	is_num((long long)spool_len(&s), 0, "nothing more is kept");
	spool_free(&s);
	s.fd = open("/dev/full", O_WRONLY);
	while (!s.failed && spool_len(&s) < 10 * SPOOL_READ)
		spool_add(&s, "0123456789", 10, 2, "/tmp");
	ok(s.failed, "no room in the file");
}

/* the steps, for who fills text himself */
static void
steps(void)
{
	struct spool s;

	spool_init(&s);
	is_num(spool_file(&s, "/nothing/here"), -1, "no folder");
	is_num(s.fd, -1, "no file");
	needs(buf_puts(&s.text, "one\ntwo\nthr"));
	is_num(spool_file(&s, "/tmp"), 0, "a file");
	is_num((long long)spool_len(&s), 11, "all is there");
	is_num(spool_spill(&s, 3), 0, "all but the end");
	is_num((long long)s.filed, 8, "in the file");
	needs(buf_puts(&s.text, "ee"));
	is_str(all(&s), "one\ntwo\nthree", "what came behind it");
	is_num(spool_spill(&s, 0), 0, "the rest");
	is_num((long long)buf_len(&s.text), 0, "leaves nothing");
	is_str(all(&s), "one\ntwo\nthree", "the same");
	spool_free(&s);
	s.fd = open("/dev/full", O_WRONLY);
	needs(buf_puts(&s.text, "x"));
	is_num(spool_spill(&s, 0), -1, "no room in the file");
	is_num((long long)s.filed, 0, "nothing more is in it");
	spool_free(&s);
}

/* to a descriptor */
static void
written(void)
{
	int p[2], full = open("/dev/full", O_WRONLY);
	struct spool s;
	char got[20];

	spool_init(&s);
	if (pipe(p) == -1)
		exit(111);
	is_num(spool_write(&s, full), SPOOL_OK, "nothing to write");
	needs(buf_puts(&s.text, "abcdef"));
	if (spool_file(&s, "/tmp") == -1 || spool_spill(&s, 2) == -1)
		exit(111);
	is_num(spool_write(&s, p[1]), SPOOL_OK, "from both");
	is_num(read(p[0], got, sizeof got), 6, "all");
	ok(memcmp(got, "abcdef", 6) == 0, "in order");
	is_num(spool_write(&s, full), SPOOL_UNSENT, "no room there");
	is_num(ftruncate(s.fd, 1), 0, "cut");
	is_num(spool_write(&s, p[1]), SPOOL_LOST, "is not whole any more");
	spool_free(&s);
	close(p[0]);
	close(p[1]);
	close(full);
}

int
main(int argc, char **argv)
{
	(void)argc;
	prog_init(argv);
	memory();
	file();
	failure();
	steps();
	written();
	return done();
}
