#include "base/out.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/plain.h"

static void
check(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "unable to write: %m");
}

void
out_bytes(const char *p, size_t n)
{
	check(fd_write_all(1, p, n));
}

void
out_plain(const char *p, size_t n)
{
	check(plain_write(1, p, n));
}

void
out_flush(struct buf *b)
{
	out_bytes(buf_data(b), buf_len(b));
	buf_clear(b);
}

void
out_flush_plain(struct buf *b)
{
	out_plain(buf_data(b), buf_len(b));
	buf_clear(b);
}
