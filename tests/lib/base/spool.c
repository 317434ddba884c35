#include "base/die.h"
#include "base/spool.h"
#include "tap.h"
#include <fcntl.h>
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

int
main(int argc, char **argv)
{
	(void)argc;
	prog_init(argv);
	memory();
	file();
	failure();
	return done();
}
