#include "base/gzip.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* what was packed, and what is none of it */
static void
check_back(const struct buf *packed, const char *text, size_t n)
{
	struct buf c = { 0 };
	const char *p = buf_data(packed);
	size_t len = buf_len(packed);

	ok(gzip_get(&c, p, len, n) == 0 && buf_len(&c) == n &&
		memcmp(buf_data(&c), text, n) == 0,
	    "comes back, as much as may");
	buf_clear(&c);
	ok(gzip_get(&c, p, len, n - 1) == -1 && errno == EFBIG,
	    "a byte more than may is told");
	ok(buf_len(&c) < n + (1 << 17), "and no more is kept");
	buf_clear(&c);
	ok(gzip_get(&c, p, len - 1, n) == -1 && errno == EIO, "cut");
	ok(gzip_get(&c, "no gzip", 7, n) == -1 && errno == EIO, "another");
	ok(gzip_get(&c, "", 0, n) == -1 && errno == EIO, "nothing is none");
	buf_free(&c);
}

int
main(void)
{
	static char text[1 << 20];
	struct buf a = { 0 }, b = { 0 };
	char path[] = "/tmp/rohrpost-gzip.XXXXXX", command[200];
	unsigned i;
	int fd = mkstemp(path);

	for (i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 2654435761u >> 13);
	ok(gzip_put(&a, text, sizeof text) == 0, "a million bytes");
	ok(buf_len(&a) > 20 && memcmp(buf_data(&a), "\037\213", 2) == 0,
	    "is gzip");
	ok(gzip_put(&b, text, sizeof text) == 0 && buf_len(&a) == buf_len(&b) &&
		memcmp(buf_data(&a), buf_data(&b), buf_len(&a)) == 0,
	    "the same each time");
	ok(write(fd, buf_data(&a), buf_len(&a)) == (ssize_t)buf_len(&a),
	    "to a file");
	snprintf(command, sizeof command, "gzip -dc <%s | wc -c | grep -qx %zu",
	    path, sizeof text);
	is_num(system(command), 0, "is whole");
	unlink(path);
	buf_clear(&a);
	ok(gzip_put(&a, "", 0) == 0 && buf_len(&a) >= 20, "nothing");
	check_back(&b, text, sizeof text);
	setenv("PATH", "/nonexistent", 1);
	ok(gzip_put(&a, "x", 1) == -1 && errno == ENOENT, "no gzip");
	buf_free(&a);
	buf_free(&b);
	return done();
}
