#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "chain/event.h"
#include "chain/link.h"
#include "format/netstring.h"
#include "stage/stagepart.h"
#include <string.h>

/* Parcels from descriptor 0 to the next link, and their receipts back. */

enum { PIPE_SIZE = 256 << 10 }; /* asked for; less does no harm */

/* reading on, or not */

static void
charge(struct stage_private *v)
{
	struct stage *s = v->stage;
	size_t now = buf_len(&v->p.env) + buf_len(&v->p.header) +
	    buf_len(&v->p.front) + buf_len(&v->body.text) +
	    buf_len(&v->other.text) + sizeof *v + s->ops->state_size;

	s->memory += now - v->charged;
	v->charged = now;
}

/* full: wait for some parcel to be answered.  The one that is being read
 * alone can never be the reason, or there would be no end to it */
static void
adjust(struct stage *s)
{
	unsigned full = s->n >= STAGE_PARCELS_MAX ||
	    (s->memory > STAGE_MEMORY_MAX && s->first != s->reading);

	if (full == s->holding)
		return;
	s->holding = full;
	if (full)
		link_hold(&s->link);
	else
		link_release(&s->link);
}

/* everything that came is on its way, and nothing more will come */
static void
maybe_close(struct stage *s)
{
	struct stage_private *v;

	if (!s->eof)
		return;
	for (v = s->first; v != NULL; v = v->next)
		if (v->at < STAGE_SENT)
			return;
	link_close_down(&s->link);
}

/* receipts, upwards */

static void
flush_receipts(struct stage *s)
{
	struct stage_private *v;

	while ((v = s->first) != NULL && v->at == STAGE_ANSWERED) {
		link_up(&s->link, buf_data(&v->receipt), buf_len(&v->receipt));
		s->first = v->next;
		if (s->first == NULL)
			s->last = &s->first;
		s->n--;
		s->memory -= v->charged;
		stage_free(v);
	}
}

static void
answered(struct stage_private *v)
{
	v->at = STAGE_ANSWERED;
	spool_free(&v->body);
	spool_free(&v->other);
	charge(v);
}

static size_t
on_answer(struct link *l, unsigned which, const char *p, size_t n)
{
	struct stage *s = (struct stage *)l;
	struct stage_private *v = s->down;
	enum receipt_kind kind;
	const char *text;
	size_t len;
	long r = receipt_get(p, n, &kind, &text, &len);

	(void)which;
	if (r == 0)
		return 0;
	if (r == -1 || v == NULL || v == s->unsent)
		die(EXIT_TEMP, "the next link answers nonsense");
	s->down = v->next_down;
	if (s->down == NULL)
		s->last_down = &s->down;
	if (s->ops->receipt != NULL)
		s->ops->receipt(&v->p, kind, text, len);
	needs(buf_put(&v->receipt, p, (size_t)r));
	answered(v);
	flush_receipts(s);
	adjust(s);
	return (size_t)r;
}

/* parcels, downwards */

static uint64_t
message_len(struct stage_private *v)
{
	if (v->replaced)
		return spool_len(&v->other);
	return buf_len(&v->p.front) + buf_len(&v->p.header) + v->p.has_body +
	    spool_len(&v->body);
}

static void
put_head(struct stage_private *v, struct buf *out)
{
	needs(parcel_head(out, &v->p.env, message_len(v)));
	v->begun = 1;
	if (v->replaced)
		return;
	needs(buf_put(out, buf_data(&v->p.front), buf_len(&v->p.front)));
	needs(buf_put(out, buf_data(&v->p.header), buf_len(&v->p.header)));
	if (v->p.has_body)
		needs(buf_putc(out, '\n'));
}

/* 1: all of it is put; 0: the wire is full */
static int
put_body(struct stage_private *v, struct wire *w)
{
	struct spool *body = v->replaced ? &v->other : &v->body;
	const char *p;
	long r;

	while ((r = spool_read(body, v->written, &p)) > 0) {
		needs(buf_put(&w->out, p, (size_t)r));
		wire_dirty(w);
		v->written += (uint64_t)r;
		if (v->written < spool_len(body) && wire_full(w))
			return 0;
	}
	/* half a parcel is on its way: only the end of the stream tells the
	 * next link to forget it */
	if (r == -1)
		die(EXIT_TEMP, "unable to read back a message: %m");
	return 1;
}

static void
work(struct stage *s)
{
	struct wire *w = &s->link.next[0].wire;
	struct stage_private *v;

	while (w->wfd != -1 && (v = s->unsent) != NULL) {
		if (wire_full(w))
			return;
		if (!v->begun)
			put_head(v, &w->out);
		wire_dirty(w);
		if (!put_body(v, w))
			return;
		needs(buf_putc(&w->out, ','));
		wire_dirty(w);
		v->at = STAGE_SENT;
		s->unsent = v->next_down;
		spool_free(&v->body);
		spool_free(&v->other);
		buf_free(&v->p.header);
		charge(v);
	}
}

static void
on_drained(struct link *l, unsigned which)
{
	struct stage *s = (struct stage *)l;

	(void)which;
	work(s);
	adjust(s);
	maybe_close(s);
}

static void
on_pass(struct stage_private *v)
{
	struct stage *s = v->stage;

	charge(v);
	*s->last_down = v;
	s->last_down = &v->next_down;
	if (s->unsent == NULL)
		s->unsent = v;
	work(s);
	adjust(s);
	maybe_close(s);
}

static void
on_refuse(struct stage_private *v, enum receipt_kind kind, const char *text)
{
	struct stage *s = v->stage;

	needs(receipt_put(&v->receipt, kind, text));
	answered(v);
	flush_receipts(s);
	adjust(s);
	maybe_close(s);
}

/* parcels, from above */

static void
finish(struct stage_private *v)
{
	struct stage *s = v->stage;

	s->reading = NULL;
	v->at = STAGE_WORK;
	charge(v);
	if (v->body.failed)
		stage_refuse(&v->p, RECEIPT_TEMP,
		    "4.3.0 no room to keep the message, try again later");
	else
		s->ops->whole(&v->p);
}

static void
body(struct stage_private *v, const char *p, size_t n)
{
	struct stage *s = v->stage;

	if (n == 0)
		return;
	spool_add(&v->body, p, n, STAGE_BODY_MEMORY, s->dir);
	if (v->wants_body)
		s->ops->body(&v->p, p, n);
}

/* a header that is too long keeps its whole lines; the rest is body.
 * Returns the bytes taken off */
static size_t
cut_header(struct stage_private *v)
{
	struct buf *h = &v->p.header;
	const char *lf = memrchr(buf_data(h), '\n', STAGE_HEADER_MAX);
	size_t keep = lf == NULL ? 0 : (size_t)(lf - buf_data(h)) + 1;
	size_t cut = buf_len(h) - keep;

	h->end -= cut;
	v->p.long_header = 1;
	return cut;
}

static void
message(struct stage_private *v, const char *p, size_t n)
{
	const char *rest;
	size_t cut;

	v->p.size += n;
	if (v->in_body) {
		body(v, p, n);
		return;
	}
	if (stage_header(v, p, n, &rest)) {
		stage_begin(v);
		body(v, rest, p + n - rest);
	} else if (buf_len(&v->p.header) > STAGE_HEADER_MAX) {
		cut = cut_header(v);
		stage_begin(v);
		body(v, buf_tail(&v->p.header), cut);
	}
}

/* the envelope's lines that are whole; 0: more is needed */
static size_t
envelope(struct stage_private *v, const char *p, size_t n)
{
	const char *at = p, *end = p + n, *lf;

	while ((lf = memchr(at, '\n', end - at)) != NULL) {
		if (lf == at) {
			needs(buf_put(&v->p.env, p, at - p));
			v->stage->in = STAGE_MESSAGE;
			return at + 1 - p;
		}
		at = lf + 1;
	}
	if (end - at >= PARCEL_LINE_MAX ||
	    buf_len(&v->p.env) + n > PARCEL_ENVELOPE_MAX)
		die(EXIT_PERM, "no parcel: a line of its envelope is too long");
	needs(buf_put(&v->p.env, p, at - p));
	return at - p;
}

static size_t
head(struct stage *s, const char *p, size_t n)
{
	int r = netstring_head(p, n, INT64_MAX, &s->left);

	if (r == -1)
		die(EXIT_PERM, "no parcel: not a netstring");
	if (r == 0)
		return 0;
	s->reading = stage_new(s);
	*s->last = s->reading;
	s->last = &s->reading->next;
	s->n++;
	s->in = STAGE_ENVELOPE;
	return (size_t)r;
}

static size_t
on_request(struct link *l, const char *p, size_t n)
{
	struct stage *s = (struct stage *)l;
	struct stage_private *v = s->reading;
	size_t used;

	if (v == NULL) {
		used = head(s, p, n);
		adjust(s);
		return used;
	}
	if (s->left == 0) {
		if (*p != ',' || s->in == STAGE_ENVELOPE)
			die(EXIT_PERM, "no parcel: no comma behind it");
		if (!v->in_body)
			stage_begin(v);
		finish(v);
		adjust(s);
		return 1;
	}
	if (n > s->left)
		n = s->left;
	if (s->in == STAGE_ENVELOPE) {
		used = envelope(v, p, n);
		if (used == 0 && n == s->left)
			die(EXIT_PERM, "no parcel: its envelope has no end");
	} else {
		message(v, p, n);
		used = n;
	}
	s->left -= used;
	charge(v);
	adjust(s);
	return used;
}

static void
on_closing(struct link *l)
{
	struct stage *s = (struct stage *)l;

	s->eof = 1;
	if (s->reading != NULL) {
		warn("parcel cut short by end of input");
		s->status = EXIT_TEMP;
		/* it was the last one */
		for (s->last = &s->first; *s->last != s->reading;)
			s->last = &(*s->last)->next;
		*s->last = NULL;
		stage_free(s->reading);
		s->reading = NULL;
	}
	maybe_close(s);
}

int
stage_link(struct stage *s, char *const next[])
{
	static const struct link_ops link_ops = { .request = on_request,
		.answer = on_answer,
		.closing = on_closing,
		.drained = on_drained };
	int r;

	stage_find_dir(s);
	s->pass = on_pass;
	s->refuse = on_refuse;
	s->last = &s->first;
	s->last_down = &s->down;
	link_open(&s->link, &link_ops);
	link_next(&s->link, next);
	fd_pipe_size(0, PIPE_SIZE);
	r = link_run(&s->link);
	refused_end(&s->refused);
	event_flush();
	/* the next link ended before it had answered everything */
	if (s->first != NULL)
		s->status = EXIT_TEMP;
	return r != EXIT_OK ? r : s->status;
}
