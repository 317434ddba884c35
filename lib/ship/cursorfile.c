#include "ship/cursorfile.h"
#include "base/fd.h"
#include "ship/cursor.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int
cursorfile_read(const char *dir, struct buf *out)
{
	char path[4096], *text;
	size_t n;
	int r;

	if (snprintf(path, sizeof path, "%s/cursor", dir) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (fd_slurp(path, CURSOR_BYTES_MAX, &text, &n) == -1)
		return -1;
	r = buf_put(out, text, n);
	free(text);
	return r;
}
