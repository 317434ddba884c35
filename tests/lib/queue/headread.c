#include "queue/headread.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct buf file, head;

/* a message to so many, with a body of so many bytes; its head's length */
static size_t
make(unsigned rcpts, size_t size)
{
	struct buf env = { 0 };
	size_t n;

	buf_clear(&file);
	buf_puts(&env, "from a@example.org\n");
	while (rcpts-- > 0)
		buf_puts(&env, "to b@example.net\n");
	if (message_format(&file, buf_data(&env), buf_len(&env), size, NULL) ==
	    -1)
		abort();
	n = buf_len(&file);
	buf_free(&env);
	while (size-- > 0)
		buf_putc(&file, 'x');
	return n;
}

/* a file with the first n bytes of it */
static int
open_file(size_t n)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	if (fd == -1 || write(fd, buf_data(&file), n) != (ssize_t)n)
		abort();
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* "ok RECIPIENTS", or the error */
static const char *
reads(size_t n)
{
	static char t[80];
	struct message_head h;
	struct message_rcpt r;
	int fd = open_file(n), k = headread(fd, &head, &h), e = errno;
	unsigned rcpts = 0;

	if (k == 0)
		while (message_rcpt(&h, &r) == 1)
			rcpts++;
	snprintf(t, sizeof t, "%s", strerror(e));
	if (k == 0)
		snprintf(t, sizeof t, "ok %u", rcpts);
	if (lseek(fd, 0, SEEK_CUR) != 0)
		strcpy(t, "the offset has moved");
	close(fd);
	return t;
}

int
main(void)
{
	const char *bad = strerror(EINVAL);
	struct message_head h;
	size_t n, i, wrong = 0;
	int fd;

	n = make(2, 100);
	is_str(reads(n + 100), "ok 2", "a short message");
	is_num(buf_len(&head), n + 100, "all of it in one read");
	is_str(reads(n), "ok 2", "the message itself may be missing");
	for (i = 0; i < n; i++)
		wrong += strcmp(reads(i), bad) != 0;
	is_num(wrong, 0, "a head cut anywhere is damaged");
	reads(60);
	is_num(buf_len(&head), 60, "and what there is can be looked at");

	/* longer than the first read, by many reads and by one byte */
	n = make(3000, 5000);
	is_str(reads(n + 5000), "ok 3000", "a long head");
	ok(buf_len(&head) == n, "no more of it than the head");
	is_str(reads(n - 1), bad, "a byte less is damaged");
	is_str(reads(4096), bad, "so is the first read alone");

	n = make(1, 10);
	buf_data(&file)[n - 1] = 'x';
	is_str(reads(n + 10), bad, "a head without its empty line");
	fd = open_file(n + 10);
	is_num(headread(fd, &head, NULL), 0, "is for the caller to judge");
	close(fd);
	is_num(headread(fd, &head, &h), -1, "a file that cannot be read");
	is_num(errno, EBADF, "says why");
	fd = open("/", O_RDONLY | O_CLOEXEC);
	is_num(headread(fd, &head, &h), -1, "nor can a folder");
	is_num(errno, EISDIR, "says why, too");
	close(fd);
	buf_free(&file);
	buf_free(&head);
	return done();
}
