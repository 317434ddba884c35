#include "queue/sumcheck.h"
#include "base/crc32c.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char id[] = "0123456789abcdefghij";
static struct buf head;
static char body[300000];

/* how it ends in slices of a size, and how many slices it took */
static int
walk(int fd, const char *name, size_t slice, unsigned *slices)
{
	struct message_head h;
	struct sumcheck c;
	int k;

	*slices = 0;
	if (message_open(buf_data(&head), buf_len(&head), &h) == -1)
		return -2;
	k = sumcheck_begin(&c, fd, &h, name);
	while (k == 1) {
		k = sumcheck_more(&c, slice);
		++*slices;
	}
	return k;
}

int
main(void)
{
	FILE *f = tmpfile();
	struct message_head h;
	struct sumcheck c;
	unsigned n;
	size_t i;
	int fd;

	if (f == NULL)
		return 111;
	fd = fileno(f);
	for (i = 0; i < sizeof body; i++)
		body[i] = i * 7 >> 3;
	message_format(&head, "from a\nto b\n", 12, sizeof body, NULL);
	message_open(buf_data(&head), buf_len(&head), &h);
	is_num(sumcheck_begin(&c, fd, &h, id), 0, "no checksum");
	message_sum_put(buf_data(&head) + MESSAGE_SUM_AT,
	    message_sum_id(crc32c(message_sum_head(buf_data(&head),
				      buf_len(&head)),
			       body, sizeof body),
		id));
	if (write(fd, buf_data(&head), buf_len(&head)) == -1 ||
	    write(fd, body, sizeof body) == -1)
		return 111;
	is_num(walk(fd, id, SIZE_MAX, &n), 0, "right");
	is_num(n, 1, "at once");
	is_num(walk(fd, id, 65536, &n), 0, "right, in slices");
	is_num(n, 5, "so many");
	is_num(walk(fd, id, 1, &n), 0, "in the smallest ones");
	ok(walk(fd, "0123456789abcdefghik", 65536, &n) == -1 &&
		errno == EBADMSG,
	    "another message's name");
	if (pwrite(fd, "x", 1, buf_len(&head) + 299999) != 1)
		return 111;
	ok(walk(fd, id, 65536, &n) == -1 && errno == EBADMSG, "a wrong byte");
	if (ftruncate(fd, buf_len(&head) + 299999) == -1)
		return 111;
	ok(walk(fd, id, 65536, &n) == -1 && errno == EBADMSG, "too short");
	fd = open("/", O_RDONLY);
	ok(walk(fd, id, 65536, &n) == -1 && errno == EISDIR, "unreadable");
	buf_free(&head);
	return done();
}
