#include "dmarc/gzip.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

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
	setenv("PATH", "/nonexistent", 1);
	ok(gzip_put(&a, "x", 1) == -1, "no gzip");
	buf_free(&a);
	buf_free(&b);
	return done();
}
