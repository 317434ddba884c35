#include "queue/idemstore.h"
#include "base/clock.h"
#include "base/fd.h"
#include "queue/idemfiles.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

void
idemstore_init(struct idemstore *s, int root)
{
	memset(s, 0, sizeof *s);
	s->max = IDEM_KEYS_MAX;
	s->lifetime_s = IDEM_LIFETIME_S;
	s->root = root;
	s->dir = s->lock = s->fd = -1;
}

static int
unlock(struct idemstore *s)
{
	int saved = errno;

	flock(s->lock, LOCK_UN);
	s->held = 0;
	errno = saved;
	return -1;
}

/* what stands without a mark: into the queue's answer, and marked */
static int
recover(struct idemstore *s)
{
	char there[COMMIT_FILES_MAX];

	if (s->n_pending == 0)
		return 0;
	return idemfiles_look(s, there) == -1 ? -1 : idemfiles_mark(s, there);
}

int
idemstore_begin(struct idemstore *s)
{
	if (s->held)
		return 0;
	if (idemfiles_open(s) == -1 || fd_lock(s->lock, IDEM_LOCK_MS) == -1)
		return -1;
	s->held = 1;
	s->noted = 0;
	if (s->table.entry == NULL && idemtable_open(&s->table, s->max) == -1)
		return unlock(s);
	if (idemfiles_read(s) == -1 || recover(s) == -1 ||
	    idemfiles_turn(s, clock_wall_us()) == -1)
		return unlock(s);
	return 0;
}

int
idemstore_settle(struct idemstore *s)
{
	int r = idemfiles_clean(s);

	if (r != 0)
		return r == 1 ? 0 : -1;
	if (idemstore_begin(s) == -1)
		return -1;
	idemstore_end(s, 1);
	return 0;
}

enum idemstore_answer
idemstore_find(struct idemstore *s, const struct idem_key *k,
    char id[NAME_LEN + 1])
{
	int64_t since_us = clock_wall_us() - s->lifetime_s * 1000000;
	const struct idemtable_entry *e = NULL;
	enum idemstore_answer a = IDEMSTORE_NEW;
	struct idemstore_pending p;
	int r;

	while ((e = idemtable_find(&s->table, k, e)) != NULL) {
		r = idemfiles_line(s, e, &p);
		if (r == -1)
			return IDEMSTORE_ERROR;
		if (r == 0 || memcmp(p.key.of, k->of, IDEM_KEY_LEN) != 0 ||
		    name_time_us(p.id) < since_us)
			continue;
		memcpy(id, p.id, NAME_LEN);
		id[NAME_LEN] = '\0';
		a = p.key.has_sum && k->has_sum && p.key.sum != k->sum
		    ? IDEMSTORE_OTHER
		    : IDEMSTORE_REPEATED;
	}
	return a;
}

int
idemstore_note(struct idemstore *s, const struct idem_key *k, const char *id)
{
	char line[IDEM_LINE_LEN];
	size_t n = idem_line_put(line, k, id);

	if (s->n_pending == COMMIT_FILES_MAX) {
		errno = EAGAIN;
		return -1;
	}
	if (idemfiles_write(s, line, n) == -1)
		return -1;
	s->noted++;
	return 0;
}

void
idemstore_void(struct idemstore *s)
{
	static const char line[] = { IDEM_VOID, '\n' };

	/* unwritten, it is looked for in the queue after the end of this
	 * batch, which has no mark then */
	if (s->noted > 0 && idemfiles_write(s, line, sizeof line) == 0)
		s->noted--;
	else
		s->unmarked = 1;
}

int
idemstore_sync(struct idemstore *s)
{
	if (!s->held || s->noted == 0)
		return 0;
	return fdatasync(s->fd) == -1 || idemfiles_names(s) == -1 ? -1 : 0;
}

void
idemstore_end(struct idemstore *s, int in_queue)
{
	char line[] = { in_queue ? IDEM_SAFE : IDEM_NONE, '\n' };

	if (!s->held)
		return;
	/* where it cannot be written, whoever comes next looks in the queue */
	if (s->noted > 0 && !s->unmarked)
		idemfiles_write(s, line, sizeof line);
	s->unmarked = 0;
	s->noted = 0;
	unlock(s);
}

uint64_t
idemstore_pushed_out(struct idemstore *s)
{
	uint64_t n = s->table.pushed_out - s->told;

	s->told += n;
	return n;
}
