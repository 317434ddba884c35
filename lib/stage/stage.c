#include "base/die.h"
#include "format/ltsv.h"
#include "mail/header.h"
#include "stage/stagepart.h"
#include <stdlib.h>
#include <string.h>

/* one parcel */

void
stage_find_dir(struct stage *s)
{
	if (s->dir == NULL)
		s->dir = getenv("TMPDIR");
	if (s->dir == NULL || *s->dir == '\0')
		s->dir = "/tmp";
}

void *
stage_arg(const struct stage_parcel *p)
{
	return p->private->stage->arg;
}

struct stage_private *
stage_new(struct stage *s)
{
	struct stage_private *v =
	    need(calloc(1, sizeof *v + s->ops->state_size));

	v->stage = s;
	v->p.private = v;
	v->p.state = v + 1;
	v->bol = 1;
	spool_init(&v->body);
	spool_init(&v->other);
	return v;
}

void
stage_free(struct stage_private *v)
{
	if (v->stage->ops->forget != NULL)
		v->stage->ops->forget(&v->p);
	buf_free(&v->p.env);
	buf_free(&v->p.header);
	buf_free(&v->p.front);
	buf_free(&v->receipt);
	spool_free(&v->body);
	spool_free(&v->other);
	free(v);
}

int
stage_header(struct stage_private *v, const char *p, size_t n,
    const char **rest)
{
	const char *at = p, *end = p + n, *lf;

	while (at < end) {
		if (v->bol && *at == '\n') {
			needs(buf_put(&v->p.header, p, at - p));
			v->p.has_body = 1;
			*rest = at + 1;
			return 1;
		}
		lf = memchr(at, '\n', end - at);
		v->bol = lf != NULL;
		at = lf == NULL ? end : lf + 1;
	}
	needs(buf_put(&v->p.header, p, n));
	return 0;
}

void
stage_begin(struct stage_private *v)
{
	const struct stage_ops *ops = v->stage->ops;

	v->in_body = 1;
	v->wants_body = ops->begin != NULL && ops->begin(&v->p);
}

int
stage_env(const struct stage_parcel *p, const char *key, struct buf *out)
{
	const char *at = buf_data(&p->env), *end = at + buf_len(&p->env);
	struct parcel_line l;
	struct ltsv_field f;

	buf_clear(out);
	while (at < end && parcel_next(&at, end, &l) == 1) {
		if (!parcel_is(&l, key))
			continue;
		needs(buf_reserve(out, l.value_len + 1));
		f = (struct ltsv_field){ l.key, l.value, l.key_len,
			l.value_len };
		buf_added(out,
		    (size_t)ltsv_value(&f, buf_tail(out), l.value_len + 1));
		return 1;
	}
	needs(buf_reserve(out, 1));
	*buf_tail(out) = '\0';
	return 0;
}

int
stage_inside(const struct stage_parcel *p)
{
	const char *at = buf_data(&p->env), *end = at + buf_len(&p->env);
	struct parcel_line l;

	while (at < end && parcel_next(&at, end, &l) == 1)
		if (parcel_is(&l, "origin"))
			return l.value_len == 6 &&
			    memcmp(l.value, "inside", 6) == 0;
	return 0;
}

int
stage_tells(const struct stage_parcel *p, unsigned code)
{
	static struct buf ip;

	if (!stage_env(p, "client", &ip))
		return 1;
	return refused_client(&p->private->stage->refused, buf_data(&ip),
	    stage_inside(p), code);
}

uint64_t
stage_body_len(const struct stage_parcel *p)
{
	return spool_len(&p->private->body);
}

long
stage_body_at(const struct stage_parcel *p, uint64_t at, const char **out)
{
	return spool_read(&p->private->body, at, out);
}

void
stage_end_front(struct stage_parcel *p)
{
	struct stage_private *v = p->private;

	if (v->front_ended)
		return;
	v->front_ended = 1;
	/* a header that begins with a line too long to be kept is in body */
	if (buf_len(&p->front) > 0 &&
	    (buf_len(&p->header) == 0 ? p->long_header
				      : !header_fits(buf_data(&p->header),
					    buf_len(&p->header), 1)))
		needs(buf_putc(&p->front, '\n'));
}

void
stage_pass(struct stage_parcel *p)
{
	struct stage_private *v = p->private;

	v->at = STAGE_PASSED;
	stage_end_front(p);
	v->stage->pass(v);
}

void
stage_replace(struct stage_parcel *p, struct buf *message, int fd, uint64_t len)
{
	struct stage_private *v = p->private;

	v->replaced = 1;
	if (fd != -1) {
		v->other.fd = fd;
		v->other.filed = len;
	} else {
		v->other.text = *message;
		memset(message, 0, sizeof *message);
	}
	stage_pass(p);
}

void
stage_refuse(struct stage_parcel *p, enum receipt_kind kind, const char *text)
{
	p->private->stage->refuse(p->private, kind, text);
}
