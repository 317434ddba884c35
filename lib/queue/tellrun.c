#include "queue/tellrun.h"
#include "queue/name.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

void
tellrun(int root, int *fifo, struct buf *ids)
{
	enum { PIECE = PIPE_BUF - PIPE_BUF % (NAME_LEN + 1) };
	size_t n;

	if (buf_len(ids) == 0)
		return;
	if (*fifo == -1)
		*fifo =
		    openat(root, "trigger", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	while (*fifo != -1 && (n = buf_len(ids)) > 0) {
		if (n > PIECE)
			n = PIECE;
		if (write(*fifo, buf_data(ids), n) == -1) {
			if (errno == EINTR)
				continue;
			if (errno != EAGAIN) {
				close(*fifo);
				*fifo = -1;
			}
			break;
		}
		buf_consume(ids, n);
	}
	buf_clear(ids);
}
