#include "queue/imported.h"
#include "base/fd.h"
#include "queue/name.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMPORTED_BYTES_MAX = 1 << 30 };

/* with an empty line in front, so that there is a text, though there may be no file */
static int
read_it(int root, struct buf *text)
{
	char path[64], *p;
	size_t n;
	int k;

	snprintf(path, sizeof path, "/proc/self/fd/%d/imported", root);
	if (fd_slurp(path, IMPORTED_BYTES_MAX, &p, &n) == -1)
		return errno == ENOENT ? buf_putc(text, '\n') : -1;
	k = buf_putc(text, '\n');
	k |= buf_put(text, p, n);
	free(p);
	return k;
}

int
imported_has(int root, const char *id, struct buf *text)
{
	char word[NAME_LEN + 3];

	if (buf_len(text) == 0 && read_it(root, text) == -1)
		return -1;
	snprintf(word, sizeof word, " %.20s ", id);
	return memmem(buf_data(text), buf_len(text), word, strlen(word)) !=
	    NULL;
}
