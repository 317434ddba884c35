/* tap - copy both directions of a chain to a file */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "chain/link.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "tap [-r] file next...";

enum side { DOWN, UP };
static struct copy {
	int fd;
	struct buf path;
} copies[2];
static int raw;

static void
open_copy(struct copy *c, const char *file, const char *ending)
{
	if (buf_puts(&c->path, file) == -1 ||
	    buf_put(&c->path, ending, strlen(ending) + 1) == -1)
		die(EXIT_TEMP, "out of memory");
	c->fd = folder_file(buf_data(&c->path), O_WRONLY | O_APPEND | O_CREAT,
	    0600);
	if (c->fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", buf_data(&c->path));
}

/* mail goes on when the copy cannot: said once, then no more copies */
static void
append(struct copy *c, const char *p, size_t n)
{
	if (c->fd == -1 || fd_write_all(c->fd, p, n) == 0)
		return;
	warn("unable to write %s: %m; no more copies", buf_data(&c->path));
	close(c->fd);
	copies[DOWN].fd = copies[UP].fd = -1;
}

/* whole lines, each with its mark */
static void
append_lines(struct copy *c, const char *mark, const char *p, size_t n)
{
	static struct buf marked;
	size_t len;

	buf_clear(&marked);
	for (; n > 0; p += len, n -= len) {
		len = link_line(p, n);
		if (buf_puts(&marked, mark) == -1 ||
		    buf_put(&marked, p, len) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	append(c, buf_data(&marked), buf_len(&marked));
}

/* what can be passed on: bytes, or whole lines */
static size_t
take(enum side side, const char *p, size_t n)
{
	const char *e;

	if (raw) {
		append(&copies[side], p, n);
		return n;
	}
	e = memrchr(p, '\n', n);
	if (e == NULL)
		return 0;
	n = (size_t)(e - p) + 1;
	append_lines(&copies[side], side == DOWN ? "> " : "< ", p, n);
	return n;
}

static size_t
request(struct link *l, const char *p, size_t n)
{
	n = take(DOWN, p, n);
	link_down(l, 0, p, n);
	return n;
}

static size_t
answer(struct link *l, unsigned which, const char *p, size_t n)
{
	(void)which;
	n = take(UP, p, n);
	link_up(l, p, n);
	return n;
}

static const struct link_ops ops = { .request = request, .answer = answer };

int
main(int argc, char **argv)
{
	static struct link l;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+r")) != -1) {
		if (c != 'r')
			die_usage(usage);
		raw = 1;
	}
	argv += optind;
	if (argc - optind < 2)
		die_usage(usage);
	if (raw) {
		open_copy(&copies[DOWN], argv[0], ".down");
		open_copy(&copies[UP], argv[0], ".up");
	} else {
		open_copy(&copies[DOWN], argv[0], "");
		copies[UP] = copies[DOWN];
	}
	link_open(&l, &ops);
	link_next(&l, argv + 1);
	return link_run(&l);
}
