#include "move/moveout.h"
#include "base/crc32c.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "move/movestream.h"
#include "queue/sumcheck.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* n bytes of the message from at on, or the program ends */
static void
read_part(struct moveout *o, uint64_t at, size_t n, struct buf *b)
{
	ssize_t r;

	needs(buf_reserve(b, n));
	while (n > 0) {
		r = pread(o->fd, buf_tail(b), n, (off_t)(o->head_len + at));
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			die(EXIT_TEMP, "unable to read message %s: %s", o->id,
			    r == 0 ? "it is too short" : strerror(errno));
		buf_added(b, (size_t)r);
		at += (uint64_t)r;
		n -= (size_t)r;
	}
}

static size_t
piece(const struct moveout *o, uint64_t at)
{
	return o->size - at < MOVEOUT_BYTES ? (size_t)(o->size - at)
					    : MOVEOUT_BYTES;
}

/* a small one stays in memory for its second turn */
static uint32_t
sum_message(struct moveout *o)
{
	uint32_t sum = 0;
	uint64_t at;
	size_t n;

	buf_clear(&o->small);
	for (at = 0; at < o->size; at += n) {
		n = piece(o, at);
		if (o->size > MOVEOUT_SMALL)
			buf_clear(&o->small);
		read_part(o, at, n, &o->small);
		sum = crc32c(sum, buf_tail(&o->small) - n, n);
	}
	return sum;
}

static void
put_message(struct moveout *o)
{
	uint64_t at;
	size_t n;

	if (o->size <= MOVEOUT_SMALL) {
		needs(buf_put(&o->out, buf_data(&o->small),
		    buf_len(&o->small)));
		return;
	}
	for (at = 0; at < o->size; at += n) {
		n = piece(o, at);
		read_part(o, at, n, &o->out);
		out_flush(&o->out);
	}
}

static void
begin_member(struct moveout *o, const char *what, uint64_t size)
{
	char name[NAME_LEN + sizeof "/envelope"];
	int64_t us = name_time_us(o->id);

	snprintf(name, sizeof name, "%s/%s", o->id, what);
	if (ustar_put(&o->out, name, size,
		us < 0 ? 0 : (uint64_t)us / 1000000) == -1)
		die(EXIT_TEMP, "unable to write message %s: %m", o->id);
}

/* the message that was under way has no more recipients */
static void
finish(struct moveout *o)
{
	if (o->id[0] == '\0')
		return;
	if (!o->only_count) {
		needs(moveenv_end(&o->env, 0));
		begin_member(o, "envelope", buf_len(&o->env));
		needs(buf_put(&o->out, buf_data(&o->env), buf_len(&o->env)));
		needs(ustar_pad(&o->out, buf_len(&o->env)));
		begin_member(o, "message", o->size);
		put_message(o);
		needs(ustar_pad(&o->out, o->size));
		if (buf_len(&o->out) >= MOVEOUT_BYTES)
			out_flush(&o->out);
		close(o->fd);
	}
	o->messages++;
	o->bytes += o->size;
	o->id[0] = '\0';
}

/* does the file say what was written?  Where there is no checksum, yes */
static int
is_right(struct moveout *o, const struct walkmessage *m)
{
	struct sumcheck c;
	int k = sumcheck_begin(&c, o->fd, &m->h, m->id);

	while (k == 1)
		k = sumcheck_more(&c, SIZE_MAX);
	if (k == 0)
		return 1;
	if (errno != EBADMSG)
		die(EXIT_TEMP, "unable to read message %s: %m", m->id);
	warn("the checksum of message %s is wrong: it is left out", m->id);
	o->damaged = 1;
	return 0;
}

/* the lines that all recipients have in common */
static void
put_common(struct moveout *o, const struct walkmessage *m)
{
	struct message_head h;
	struct parcel_line l;

	/* m->h stands behind these lines already */
	if (message_open(m->h.p, m->h.head_len, &h) == -1)
		die(EXIT_TEMP, "unable to read message %s: its head is damaged",
		    m->id);
	buf_clear(&o->env);
	needs(moveenv_begin(&o->env, m->id, o->size, sum_message(o)));
	while (message_line(&h, &l) == 1)
		needs(moveenv_line(&o->env, &l));
}

/* 0, or -1: it is left out */
static int
begin(struct moveout *o, const struct walkmessage *m)
{
	char path[NAME_PATH_LEN + 1];

	finish(o);
	o->size = m->h.size;
	o->head_len = m->h.head_len;
	if (!o->only_count) {
		name_path(path, m->id);
		o->fd =
		    openat(o->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (o->fd == -1 && errno != ENOENT)
			die(EXIT_TEMP, "unable to open %s: %m", path);
		if (o->fd == -1 || !is_right(o, m)) {
			if (o->fd != -1)
				close(o->fd);
			memcpy(o->left, m->id, sizeof o->left);
			return -1;
		}
	}
	memcpy(o->id, m->id, sizeof o->id);
	if (!o->only_count)
		put_common(o, m);
	return 0;
}

int
moveout_rcpt(struct moveout *o, const struct walkrcpt *l,
    enum message_state state, int64_t next)
{
	if (strcmp(o->left, l->m->id) == 0)
		return 0;
	if (strcmp(o->id, l->m->id) != 0 && begin(o, l->m) == -1)
		return 0;
	o->rcpts++;
	if (!o->only_count)
		needs(moveenv_rcpt(&o->env, l->n, state, next, l->r));
	return 1;
}

void
moveout_end(struct moveout *o)
{
	struct buf end = { 0 };

	finish(o);
	if (o->only_count)
		return;
	needs(movestream_end(&end, o->messages, o->rcpts));
	needs(ustar_put(&o->out, "end", buf_len(&end), 0));
	needs(buf_put(&o->out, buf_data(&end), buf_len(&end)));
	needs(ustar_pad(&o->out, buf_len(&end)));
	needs(ustar_end(&o->out));
	out_flush(&o->out);
	buf_free(&end);
}
