#include "base/in.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"

int
in_more(struct buf *b)
{
	ssize_t n;

	needs(buf_reserve(b, IN_BYTES));
	n = fd_read_more(0, b, IN_BYTES);
	if (n == -1)
		die(EXIT_TEMP, "unable to read: %m");
	return n > 0;
}
