#include "queue/ask.h"
#include "base/fd.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	ASK_READ = 65536,
	ASK_IDS_BYTES = 64 << 20 /* of ids from a descriptor */
};

int
ask_nobody(int err)
{
	return err == ENOENT || err == ECONNREFUSED;
}

int
ask_open(struct ask *a, int root)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int saved;

	memset(a, 0, sizeof *a);
	/* by way of /proc the path is short enough, however long QUEUE is */
	snprintf(sa.sun_path, sizeof sa.sun_path, "/proc/self/fd/%d/ctl", root);
	a->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (a->fd == -1 ||
	    connect(a->fd, (struct sockaddr *)&sa, sizeof sa) == 0)
		return a->fd == -1 ? -1 : 0;
	saved = errno;
	close(a->fd);
	a->fd = -1;
	errno = saved;
	return -1;
}

int
ask_put(struct ask *a, const struct ctlrequest *o, size_t at, size_t n)
{
	buf_clear(&a->out);
	if (ctlrequest_put(o, at, n, &a->out) == -1)
		return -1;
	errno = EMSGSIZE;
	if (buf_len(&a->out) > CTLREQUEST_LINE_MAX)
		return -1;
	return fd_write_all(a->fd, buf_data(&a->out), buf_len(&a->out));
}

ssize_t
ask_line(struct ask *a, const char **line)
{
	size_t seen = 0;
	const char *e;
	ssize_t n;

	buf_consume(&a->in, a->used);
	a->used = 0;
	while (buf_len(&a->in) == seen ||
	    (e = memchr(buf_data(&a->in) + seen, '\n',
		 buf_len(&a->in) - seen)) == NULL) {
		seen = buf_len(&a->in);
		n = fd_read_more(a->fd, &a->in, ASK_READ);
		if (n <= 0)
			return n;
	}
	*line = buf_data(&a->in);
	a->used = e + 1 - *line;
	return a->used;
}

static uint64_t
number(const struct ltsv *l, const char *label, uint64_t none)
{
	uint64_t u;

	return ltsv_num(l, label, 0, INT64_MAX, &u) == -1 ? none : u;
}

int
ask_end(const struct ltsv *l, struct ask_end *end)
{
	if (l->n == 0 || ltsv_find(l, "ok") != &l->f[0])
		return 0;
	end->ok = ltsv_is(&l->f[0], "1");
	end->count += number(l, "count", 0);
	end->out += number(l, "out", 0);
	end->failed += number(l, "failed", 0);
	/* a queue-run that does not count them: as if something had matched */
	end->matched += number(l, "matched", 1);
	end->unknown += number(l, "unknown", 0);
	end->hold = number(l, "hold", 0) == 1;
	return 1;
}

const char *
ask_ids(struct selector_list *l, int fd)
{
	struct buf b = { 0 };
	const char *wrong;
	ssize_t n;

	do {
		if (buf_reserve(&b, ASK_READ) == -1)
			return "out of memory";
		n = fd_read_all(fd, buf_tail(&b), ASK_READ);
		if (n == -1)
			return "unable to read the ids";
		buf_added(&b, n);
	} while (n > 0 && buf_len(&b) <= ASK_IDS_BYTES);
	errno = 0;
	wrong = buf_len(&b) > ASK_IDS_BYTES
	    ? "too many ids"
	    : selector_ids(l, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return wrong;
}

const char *
ask_word(struct selector_list *l, const char *word, int *ids_read)
{
	if (strncmp(word, "via:", 4) == 0 || strncmp(word, "not:via:", 8) == 0)
		return "what pool mail goes by only route knows";
	if (strcmp(word, "-") != 0 || *ids_read)
		return selector_word(l, word);
	*ids_read = 1;
	return ask_ids(l, 0);
}

void
ask_close(struct ask *a)
{
	if (a->fd != -1)
		close(a->fd);
	a->fd = -1;
	buf_free(&a->in);
	buf_free(&a->out);
}
