#include "base/durable.h"
#include "base/fd.h"
#include "queue/done.h"
#include "queue/headread.h"
#include "queue/idemfiles.h"
#include "queue/sumcheck.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHECK_PIECE = 1 << 20 };

/* does it say what was written?  A power cut before its sync may have left a
 * part: 1, 0, -1 */
static int
is_whole(int fd, const char *id)
{
	struct message_head h;
	struct buf head = { 0 };
	struct sumcheck c;
	int r = headread(fd, &head, &h);

	if (r == 0)
		r = sumcheck_begin(&c, fd, &h, id);
	while (r == 1)
		r = sumcheck_more(&c, CHECK_PIECE);
	buf_free(&head);
	if (r == -1)
		return errno == EINVAL || errno == EBADMSG ? 0 : -1;
	return 1;
}

/* a file of the queue, durable with its name afterwards: 1, 0: none, -1 */
static int
in_queue(const struct idemstore *s, const char *id)
{
	char path[NAME_PATH_LEN + 1], folder[NAME_FOLDER_LEN + 1];
	char name[NAME_LEN + 1] = "";
	int fd, r;

	memcpy(name, id, NAME_LEN);
	name_path(path, name);
	name_folder(folder, name_dir(name));
	fd = openat(s->root, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	r = is_whole(fd, name);
	if (r == 1 &&
	    (fsync(fd) == -1 || durable_folder(s->root, folder) == -1))
		r = -1;
	fd_fail(fd);
	return r;
}

struct looked {
	const struct idemstore *store;
	char *there;
};

static int
on_done(void *arg, const struct journal_line *l, uint32_t segment)
{
	struct looked *k = arg;
	unsigned i;

	(void)segment;
	for (i = 0; l != NULL && i < k->store->n_pending; i++)
		if (memcmp(k->store->pending[i].id, l->id, NAME_LEN) == 0)
			k->there[i] = 1;
	return 0;
}

/* those that have been delivered meanwhile, or whatever has become of them */
static int
look_done(struct idemstore *s, char *there)
{
	struct looked k = { s, there };
	int dir = openat(s->root, "done", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct done d;
	int r;

	if (dir == -1)
		return errno == ENOENT ? 0 : -1;
	r = done_open(&d, dir, 0, on_done, &k);
	free(d.segment);
	fd_fail(dir);
	return r;
}

int
idemfiles_look(struct idemstore *s, char *there)
{
	unsigned i, absent = 0;
	int r;

	for (i = 0; i < s->n_pending; i++) {
		r = in_queue(s, s->pending[i].id);
		if (r == -1)
			return -1;
		there[i] = (char)r;
		absent += !r;
	}
	return absent == 0 ? 0 : look_done(s, there);
}

int
idemfiles_mark(struct idemstore *s, const char *there)
{
	char line[IDEM_LINE_LEN];
	struct buf b = { 0 };
	unsigned i, lost = 0;
	int r = 0;

	for (i = 0; i < s->n_pending; i++)
		lost += !there[i];
	/* some of them: none, and then those again */
	if (lost > 0)
		r |= buf_printf(&b, "%c\n", IDEM_NONE);
	for (i = 0; lost > 0 && i < s->n_pending; i++)
		if (there[i])
			r |= buf_put(&b, line,
			    idem_line_put(line, &s->pending[i].key,
				s->pending[i].id));
	if (lost < s->n_pending)
		r |= buf_printf(&b, "%c\n", IDEM_SAFE);
	if (r == 0)
		r = idemfiles_write(s, buf_data(&b), buf_len(&b));
	buf_free(&b);
	if (r == 0 && fdatasync(s->fd) == -1)
		r = -1;
	return r;
}
