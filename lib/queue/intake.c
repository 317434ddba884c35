#include "queue/intake.h"
#include "base/clock.h"
#include "base/crc32c.h"
#include "format/envlines.h"
#include "format/netstring.h"
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int
intake_open(struct intake *in, const char *queue, enum commit_method method)
{
	if (commit_open(&in->commit, queue, method) == -1)
		return -1;
	idemstore_init(&in->keys, in->commit.root);
	return 0;
}

static const char bad_envelope[] = "5.6.0 malformed envelope",
		  too_many[] = "5.5.3 too many recipients",
		  too_big[] = "5.3.4 message too big for this queue",
		  full[] = "4.3.1 queue file system is full",
		  local[] = "4.3.0 unable to write to the queue",
		  other_sum[] = "5.5.0 key has been used for another message";

/* a local failure is never the message's fault */
static const char *
trouble(void)
{
	return errno == ENOSPC || errno == EDQUOT ? full : local;
}

/*
 * Which lines are kept.  time is said by us, and so is uid where the peer is
 * known, unless one that is trusted knows whose message it is.  From a
 * stranger only what a user may decide about his own message.
 */
static int
kept(const struct intake_stream *s, const struct parcel_line *l)
{
	return !parcel_is(l, "time") && (!s->stranger || envlines_user(l));
}

/* a line is named in what is answered */
static const char *
bad_line(struct intake_stream *s, const char *line, const char *end,
    const char *why)
{
	envcheck_text(s->said, line, end, why);
	return s->said;
}

/*
 * the envelope in p[0..end) into out, as it will stand in the file; NULL,
 * or what is wrong with it; *message receives where the message begins, and
 * stays as it is when a line is faulty
 */
static const char *
take_envelope(struct intake *in, struct intake_stream *s, const char *p,
    const char *end, struct buf *out, const char **message)
{
	struct envcheck check = { 0 };
	const char *line = p, *why;
	struct parcel_line l;
	uint64_t rcpts = 0;
	int k, e = 0, uid = 0;

	s->probe = s->keyed = 0;
	for (; (k = parcel_next(&p, end, &l)) == 1; line = p) {
		why = envcheck_line(&check, &l);
		if (why != NULL)
			return bad_line(s, line, end, why);
		if (!kept(s, &l))
			continue;
		rcpts += parcel_is(&l, "to");
		uid |= parcel_is(&l, "uid");
		s->probe |= parcel_is(&l, "probe");
		s->keyed |= parcel_is(&l, "key");
		e |= buf_put(out, line, p - line);
	}
	if (s->has_uid && !uid)
		e |= buf_printf(out, "uid %u\n", s->uid);
	s->rcpts = rcpts;
	if (k == -1)
		return bad_line(s, line, end, envcheck_none(line, end));
	if (k != 0)
		return bad_envelope;
	*message = p;
	if (rcpts > in->rcpts_max)
		return too_many;
	return e == 0 ? NULL : local;
}

/* the file's head into in->head; NULL, or what is wrong */
static const char *
make_head(struct intake *in, const char *env, size_t n, uint64_t size)
{
	int64_t us = clock_wall_us();

	if (size > in->size_max)
		return too_big;
	if (!commit_room(&in->commit, n + size))
		return full;
	buf_clear(&in->head);
	buf_clear(&in->extra);
	if (buf_printf(&in->extra, "time %lld.%06d\n",
		(long long)(us / 1000000), (int)(us % 1000000)) == -1)
		return local;
	if (message_format(&in->head, env, n, size, &in->extra) == 0)
		return NULL;
	return errno == EINVAL ? bad_envelope : local;
}

/* an answer in the order of the parcels */
static struct intake_done *
add_done(struct intake *in, struct intake_stream *s, const char *text)
{
	struct intake_done *d = &in->done[in->n_done++];

	memset(d, 0, offsetof(struct intake_done, said));
	d->owner = s->owner;
	d->text = text;
	if (text == s->said)
		d->text = memcpy(d->said, text, sizeof d->said);
	d->kind = text == NULL ? RECEIPT_OK
	    : text[0] == '5'   ? RECEIPT_PERM
			       : RECEIPT_TEMP;
	d->size = s->size;
	d->rcpts = s->rcpts;
	return d;
}

/* all of it, or -1 */
static int
write_both(int fd, struct iovec *v, int n)
{
	size_t left = 0;
	ssize_t w;
	int i;

	for (i = 0; i < n; i++)
		left += v[i].iov_len;
	while (left > 0) {
		w = writev(fd, v, n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			return -1;
		left -= w;
		for (i = 0; i < n; i++) {
			size_t k =
			    v[i].iov_len < (size_t)w ? v[i].iov_len : (size_t)w;

			v[i].iov_base = (char *)v[i].iov_base + k;
			v[i].iov_len -= k;
			w -= k;
		}
	}
	return 0;
}

/* the head as it stands in in->head, its checksum complete */
static void
seal(struct intake *in, uint32_t sum, const char *id)
{
	message_sum_put(buf_data(&in->head) + MESSAGE_SUM_AT,
	    message_sum_id(sum, id));
}

/* in->head and, when it is whole, the message into a new file */
static const char *
start_file(struct intake *in, struct intake_stream *s, const char *message,
    size_t n)
{
	struct iovec v[2] = {
		{ buf_data(&in->head), buf_len(&in->head) },
		{ (char *)message, n },
	};
	const char *why;

	s->sum = message_sum_head(buf_data(&in->head), buf_len(&in->head));
	if (commit_start(&in->commit, &s->file) == -1)
		return trouble();
	if (message != NULL) {
		if (commit_name(&in->commit, &s->file) == -1)
			return trouble();
		seal(in, crc32c(s->sum, message, n), s->file.id);
	}
	if (write_both(s->file.fd, v, 2) == 0)
		return NULL;
	why = trouble();
	commit_drop(&in->commit, &s->file);
	return why;
}

/*
 * the key of an envelope, where it has one: 1 when the parcel is answered by
 * what is known of it, and *why NULL or the answer; 0: it is new, or has none
 */
static int
look_up(struct intake *in, struct intake_stream *s, const char *env, size_t n,
    const char **why)
{
	*why = NULL;
	s->repeated = 0;
	s->keyed &= !s->probe;
	if (!s->keyed)
		return 0;
	idem_key(&s->key, env, n);
	if (idemstore_begin(&in->keys) == -1) {
		*why = trouble();
		return 1;
	}
	switch (idemstore_find(&in->keys, &s->key, s->known)) {
	case IDEMSTORE_NEW: return 0;
	case IDEMSTORE_REPEATED: s->repeated = 1; return 1;
	case IDEMSTORE_OTHER: *why = other_sum; return 1;
	default: *why = trouble(); return 1;
	}
}

/* the same again: what was said of it, from the envelope in in->env */
static void
add_known(struct intake *in, struct intake_stream *s, size_t env_at,
    const char *why)
{
	struct intake_done *d = add_done(in, s, why);

	if (why != NULL) {
		in->env.end = in->env.off + env_at;
		return;
	}
	d->repeated = 1;
	memcpy(d->id, s->known, sizeof d->id);
	d->env_at = env_at;
	d->env_len = buf_len(&in->env) - env_at;
}

/* the name of a file that is complete, and before it its key; 0, or -1 with
 * errno and the file is gone */
static int
link_file(struct intake *in, struct intake_stream *s)
{
	if (s->keyed && idemstore_note(&in->keys, &s->key, s->file.id) == -1) {
		commit_drop(&in->commit, &s->file);
		return -1;
	}
	if (commit_link(&in->commit, &s->file) == 0)
		return 0;
	if (s->keyed)
		idemstore_void(&in->keys);
	return -1;
}

/* the file of a probe is complete: it has shown what it can show */
static int
drop_probe(struct intake *in, struct intake_stream *s)
{
	int r = fsync(s->file.fd);

	commit_drop(&in->commit, &s->file);
	memcpy(s->file.id, "probe", sizeof "probe");
	return r;
}

/* the file is complete: name and answer.  The envelope stands in in->env */
static void
finish_file(struct intake *in, struct intake_stream *s, size_t env_at)
{
	struct intake_done *d;
	const char *why = NULL;

	if ((s->probe ? drop_probe(in, s) : link_file(in, s)) == -1)
		why = trouble();
	d = add_done(in, s, why);
	d->probe = s->probe;
	memcpy(d->id, s->file.id, sizeof d->id);
	d->env_at = env_at;
	d->env_len = buf_len(&in->env) - env_at;
	in->bytes += s->size;
}

/* the checksum of a large parcel, whose id is only known now; 0, or -1 and
 * its file is gone */
static int
seal_file(struct intake *in, struct intake_stream *s)
{
	char digits[MESSAGE_SUM_DIGITS];

	if (commit_name(&in->commit, &s->file) == -1)
		return -1;
	message_sum_put(digits, message_sum_id(s->sum, s->file.id));
	if (pwrite(s->file.fd, digits, sizeof digits, MESSAGE_SUM_AT) ==
	    sizeof digits)
		return 0;
	commit_drop(&in->commit, &s->file);
	return -1;
}

/* a parcel that is whole in memory; n bytes without comma */
static void
take_small(struct intake *in, struct intake_stream *s, const char *p, size_t n)
{
	size_t env_at = buf_len(&in->env);
	const char *why, *known, *end = p + n, *message = end;

	why = take_envelope(in, s, p, end, &in->env, &message);
	s->size = end - message;
	if (why == NULL &&
	    look_up(in, s, buf_data(&in->env) + env_at,
		buf_len(&in->env) - env_at, &known)) {
		add_known(in, s, env_at, known);
		return;
	}
	if (why == NULL)
		why = make_head(in, buf_data(&in->env) + env_at,
		    buf_len(&in->env) - env_at, s->size);
	if (why == NULL)
		why = start_file(in, s, message, s->size);
	if (why != NULL) {
		in->env.end = in->env.off + env_at;
		add_done(in, s, why);
		return;
	}
	finish_file(in, s, env_at);
}

/* nothing more of it is wanted but its end */
static void
skip(struct intake *in, struct intake_stream *s, const char *why)
{
	if (s->state == INTAKE_BODY)
		commit_drop(&in->commit, &s->file);
	s->text = why;
	s->state = INTAKE_SKIP;
}

/*
 * the end of the envelope of a large parcel: the place behind its empty
 * line, NULL when more must come or it is none (then too long says which)
 */
static const char *
find_message(struct intake_stream *s, const char *p, size_t n)
{
	const char *e;
	size_t at = s->seen;

	if (at == 0 && n > 0 && p[0] == '\n')
		return p + 1;
	e = memmem(p + at, n - at, "\n\n", 2);
	if (e != NULL)
		return e + 2;
	s->seen = n > 0 ? n - 1 : 0;
	return NULL;
}

static long
feed_body(struct intake *in, struct intake_stream *s, const char *p, size_t n)
{
	struct iovec v = { (char *)p, n < s->left ? n : s->left };
	size_t used = v.iov_len;

	if (s->state == INTAKE_BODY) {
		s->sum = crc32c(s->sum, p, used);
		if (write_both(s->file.fd, &v, 1) == -1)
			skip(in, s, trouble());
	}
	s->left -= used;
	if (s->left == 0)
		s->state = INTAKE_COMMA;
	return used;
}

/* the envelope of a parcel that is not waited for; then its file begins */
static long
feed_envelope(struct intake *in, struct intake_stream *s, const char *p,
    size_t n)
{
	size_t max =
	    s->stranger ? INTAKE_STRANGER_ENVELOPE_MAX : PARCEL_ENVELOPE_MAX;
	const char *message, *why;

	if (n > s->left)
		n = s->left;
	message = find_message(s, p, n);
	if (message == NULL && n < max && n < s->left)
		return 0;
	if (message == NULL || (size_t)(message - p) > max) {
		skip(in, s, bad_envelope);
		return feed_body(in, s, p, n);
	}
	s->left -= message - p;
	s->size = s->left;
	why = take_envelope(in, s, p, message, &s->env, &message);
	if (why == NULL)
		why =
		    make_head(in, buf_data(&s->env), buf_len(&s->env), s->size);
	if (why == NULL)
		why = start_file(in, s, NULL, 0);
	if (why != NULL)
		skip(in, s, why);
	else
		s->state = INTAKE_BODY;
	if (s->left == 0)
		s->state = INTAKE_COMMA;
	return message - p;
}

/* at the start of a parcel */
static long
feed_head(struct intake *in, struct intake_stream *s, const char *p, size_t n)
{
	uint64_t len;
	int h = netstring_head(p, n, INT64_MAX, &len);

	if (h <= 0)
		return h;
	if (len > INTAKE_SMALL) {
		s->state = INTAKE_ENVELOPE;
		s->left = s->size = len;
		s->seen = 0;
		s->rcpts = 0;
		s->text = NULL;
		s->file.fd = -1;
		return h;
	}
	if (n - h <= len)
		return 0;
	if (p[h + len] != ',')
		return -1;
	take_small(in, s, p + h, len);
	return h + len + 1;
}

/* a large parcel is whole, and nothing was wrong with it */
static void
take_large(struct intake *in, struct intake_stream *s)
{
	size_t env_at = buf_len(&in->env);
	const char *known;

	if (buf_put(&in->env, buf_data(&s->env), buf_len(&s->env)) == -1) {
		commit_drop(&in->commit, &s->file);
		add_done(in, s, local);
	} else if (look_up(in, s, buf_data(&s->env), buf_len(&s->env),
		       &known)) {
		commit_drop(&in->commit, &s->file);
		add_known(in, s, env_at, known);
	} else if (seal_file(in, s) == -1) {
		in->env.end = in->env.off + env_at;
		add_done(in, s, trouble());
	} else {
		finish_file(in, s, env_at);
	}
}

/* the comma behind a large parcel */
static long
feed_comma(struct intake *in, struct intake_stream *s, const char *p)
{
	s->state = INTAKE_HEAD;
	if (*p != ',') {
		if (s->text == NULL)
			commit_drop(&in->commit, &s->file);
		return -1;
	}
	if (s->text != NULL)
		add_done(in, s, s->text);
	else
		take_large(in, s);
	s->text = NULL;
	buf_free(&s->env);
	return 1;
}

int
intake_full(const struct intake *in)
{
	return in->n_done == INTAKE_DONE_MAX || commit_full(&in->commit) ||
	    in->bytes >= INTAKE_BATCH_BYTES ||
	    buf_len(&in->env) >= INTAKE_BATCH_BYTES;
}

long
intake_feed(struct intake *in, struct intake_stream *s, const char *p, size_t n)
{
	if (n == 0 || intake_full(in))
		return 0;
	switch (s->state) {
	case INTAKE_HEAD: return feed_head(in, s, p, n);
	case INTAKE_ENVELOPE: return feed_envelope(in, s, p, n);
	case INTAKE_COMMA: return feed_comma(in, s, p);
	default: return feed_body(in, s, p, n);
	}
}

void
intake_end(struct intake *in, struct intake_stream *s)
{
	if ((s->state == INTAKE_BODY || s->state == INTAKE_COMMA) &&
	    s->text == NULL)
		commit_drop(&in->commit, &s->file);
	s->state = INTAKE_HEAD;
	buf_free(&s->env);
}

void
intake_forget(struct intake *in, const void *owner)
{
	unsigned i;

	for (i = 0; i < in->n_done; i++)
		if (in->done[i].owner == owner)
			in->done[i].owner = NULL;
}

int
intake_midway(const struct intake_stream *s, size_t n)
{
	return s->state != INTAKE_HEAD || n > 0;
}

/* the keys first: no message may be there whose key could be lost */
static int
sync_all(struct intake *in)
{
	if (idemstore_sync(&in->keys) == -1) {
		commit_cancel(&in->commit);
		return -1;
	}
	return commit_sync(&in->commit);
}

int
intake_commit(struct intake *in)
{
	const char *why;
	unsigned i;
	int r = sync_all(in);

	why = trouble();
	idemstore_end(&in->keys, r == 0);
	if (r == 0)
		return 0;
	for (i = 0; i < in->n_done; i++)
		if (in->done[i].kind == RECEIPT_OK) {
			in->done[i].kind = RECEIPT_TEMP;
			in->done[i].text = why;
		}
	return -1;
}

void
intake_clear(struct intake *in)
{
	in->n_done = 0;
	in->bytes = 0;
	buf_clear(&in->env);
	if (in->env.cap > (1 << 20))
		buf_free(&in->env);
}
