#include "queue/idemcheck.h"
#include "base/fd.h"
#include "queue/idemline.h"
#include <fcntl.h>

enum { READ_BYTES = 65536 };

/* takes the whole lines out of b */
static void
lines(struct buf *b, unsigned *bad)
{
	enum idem_kind kind;
	struct idem_key k;
	const char *id;
	size_t used;

	while ((kind = idem_line_next(buf_data(b), buf_len(b), &k, &id,
		    &used)) != IDEM_MORE) {
		*bad += kind == IDEM_OTHER;
		buf_consume(b, used);
	}
}

int
idemcheck(int at, const char *path, unsigned *bad, unsigned *cut)
{
	int fd = openat(at, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct buf b = { 0 };
	ssize_t n;

	*bad = *cut = 0;
	if (fd == -1)
		return -1;
	while ((n = fd_read_more(fd, &b, READ_BYTES)) > 0)
		lines(&b, bad);
	*cut = buf_len(&b) > 0;
	buf_free(&b);
	fd_fail(fd);
	return n == -1 ? -1 : 0;
}
