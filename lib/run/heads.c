#include "run/run.h"
#include "base/clock.h"
#include "queue/headread.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t
heads_birth_ms(const struct run *r, const char *id)
{
	return age_birth(&r->age, name_time_us(id) / 1000,
	    clock_wall_us() / 1000);
}

/* by the clock as it is now */
static void
move_time(struct jobhead *c, int64_t birth)
{
	int64_t by_s = (birth - c->birth_ms) / 1000;

	if (c->expire > 0)
		c->expire += by_s;
	if (c->hold_until > 0)
		c->hold_until += by_s;
	if (c->notify_at > 0)
		c->notify_at += by_s;
	c->birth_ms = birth;
}

struct jobhead *
heads_make(struct run *r, int fd, const char *id)
{
	char path[RUN_PATH_MAX + NAME_PATH_LEN + 2];
	size_t n = strlen(r->queue);
	struct jobhead *c;

	if (headread(fd, &r->heads.read, NULL) == -1)
		return NULL;
	memcpy(path, r->queue, n);
	path[n++] = '/';
	name_path(path + n, id);
	c = jobhead_make(buf_data(&r->heads.read), buf_len(&r->heads.read), id,
	    path);
	if (c != NULL)
		move_time(c,
		    age_birth(&r->age, c->birth_ms, clock_wall_us() / 1000));
	if (r->heads.read.cap > BUF_KEEP)
		buf_free(&r->heads.read);
	return c;
}

int
heads_open(const struct run *r, const char *id)
{
	char path[NAME_PATH_LEN + 1];

	name_path(path, id);
	return openat(r->qfd, path, O_RDONLY | O_CLOEXEC);
}

struct jobhead *
heads_take(struct run *r, uint32_t m)
{
	struct schedule_message *x = &r->s.message[m];
	struct jobhead *c = x->head;
	int fd, saved;

	if (c != NULL) {
		r->heads.kept -= c->bytes;
		x->head = NULL;
		return c;
	}
	fd = heads_open(r, x->id);
	if (fd == -1)
		return NULL;
	c = heads_make(r, fd, x->id);
	saved = errno;
	close(fd);
	errno = saved;
	return c;
}

static void
keep(struct run *r, struct schedule_message *x, struct jobhead *c)
{
	x->head = c;
	r->heads.kept += c->bytes;
}

/* kept while more of the message may be tried now, or an order for it is under
 * way, and there is room */
void
heads_release(struct run *r, uint32_t m, struct jobhead *c)
{
	struct schedule_message *x = &r->s.message[m];

	if (x->flags & RUN_LEAVING || x->head != NULL ||
	    (x->n_lane == 0 && !(x->flags & RUN_ORDERED)) ||
	    r->heads.kept + c->bytes > HEADS_BYTES) {
		free(c);
		return;
	}
	keep(r, x, c);
}

int
heads_keep(struct run *r, uint32_t m, struct jobhead *c)
{
	struct schedule_message *x = &r->s.message[m];

	if (x->n_lane == 0 || r->heads.kept + c->bytes > HEADS_BYTES / 4 * 3)
		return 0;
	keep(r, x, c);
	return 1;
}

void
heads_drop(struct run *r, uint32_t m)
{
	struct schedule_message *x = &r->s.message[m];
	struct jobhead *c = x->head;

	if (c == NULL)
		return;
	r->heads.kept -= c->bytes;
	free(c);
	x->head = NULL;
}

void
heads_stepped(struct run *r)
{
	int64_t now = clock_wall_us() / 1000;
	struct jobhead *c;
	uint32_t m;

	for (m = 0; m < r->s.n_message; m++) {
		c = r->s.message[m].used ? r->s.message[m].head : NULL;
		if (c != NULL)
			move_time(c, age_stepped(&r->age, c->birth_ms, now));
	}
}
