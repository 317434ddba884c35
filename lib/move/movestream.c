#include "move/movestream.h"
#include "base/crc32c.h"
#include "base/num.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
movestream_end(struct buf *b, uint64_t messages, uint64_t rcpts)
{
	return buf_printf(b, "messages %llu\nrecipients %llu\n",
	    (unsigned long long)messages, (unsigned long long)rcpts);
}

static enum movestream_kind tell(struct movestream *, enum movestream_kind,
    const char *, ...) __attribute__((format(printf, 3, 4)));

/* what is wrong; where it was found stands before it */
static enum movestream_kind
tell(struct movestream *s, enum movestream_kind kind, const char *fmt, ...)
{
	int n = snprintf(s->why, sizeof s->why,
	    "byte %llu: ", (unsigned long long)s->at);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why + n, sizeof s->why - (size_t)n, fmt, ap);
	va_end(ap);
	if (kind == MOVESTREAM_BROKEN)
		s->state = MOVESTREAM_STOPPED;
	return kind;
}

/* is the name FOLDER/what, whatever stands before it, and FOLDER an id? */
static int
is_member(const char *name, const char *what, char id[NAME_LEN + 1])
{
	size_t n = strlen(name), k = strlen(what) + 1;

	if (n < NAME_LEN + k || name[n - k] != '/' ||
	    strcmp(name + n - k + 1, what) != 0 ||
	    (n > NAME_LEN + k && name[n - k - NAME_LEN - 1] != '/') ||
	    name_check(name + n - k - NAME_LEN, NAME_LEN) == -1)
		return 0;
	memcpy(id, name + n - k - NAME_LEN, NAME_LEN);
	id[NAME_LEN] = '\0';
	return 1;
}

static int
is_end(const char *name)
{
	const char *base = strrchr(name, '/');

	return strcmp(base == NULL ? name : base + 1, "end") == 0;
}

/* a member begins: what it holds comes next */
static enum movestream_kind
begin(struct movestream *s, int state)
{
	s->state = state;
	s->left = s->head.size;
	s->pad = ustar_padding(s->head.size);
	buf_clear(&s->text);
	return MOVESTREAM_MORE;
}

static enum movestream_kind
begin_message(struct movestream *s, const char *id)
{
	if (s->bad_env)
		return begin(s, MOVESTREAM_SKIP);
	if (!s->wanted || strcmp(id, s->env.id) != 0)
		return tell(s, MOVESTREAM_BROKEN,
		    "%s/message without its envelope before it", id);
	if (s->head.size != s->env.size)
		return tell(s, MOVESTREAM_BROKEN,
		    "%s/message has another size than its envelope says", id);
	begin(s, MOVESTREAM_TEXT);
	s->sum = 0;
	s->messages++;
	return MOVESTREAM_MESSAGE;
}

static enum movestream_kind
begin_envelope(struct movestream *s, const char *id)
{
	if (s->head.size > MOVEENV_BYTES_MAX)
		return tell(s, MOVESTREAM_BROKEN, "%s/envelope is too long",
		    id);
	memcpy(s->env.id, id, NAME_LEN + 1);
	s->ended = 0;
	return begin(s, MOVESTREAM_ENVELOPE);
}

static enum movestream_kind
begin_end(struct movestream *s)
{
	if (s->head.size > MOVESTREAM_END_MAX)
		return tell(s, MOVESTREAM_BROKEN, "end is too long");
	return begin(s, MOVESTREAM_END);
}

/* a block where a header must be */
static enum movestream_kind
on_header(struct movestream *s)
{
	char id[NAME_LEN + 1];
	enum ustar_type type = ustar_read(s->block, &s->head);

	if (type == USTAR_ZERO && !s->wanted)
		return MOVESTREAM_MORE;
	if (type == USTAR_NONE || type == USTAR_ZERO)
		return tell(s, MOVESTREAM_BROKEN, "no header of a member");
	if (type == USTAR_OTHER)
		return begin(s, MOVESTREAM_SKIP);
	if (is_member(s->head.name, "message", id))
		return begin_message(s, id);
	if (s->wanted)
		return tell(s, MOVESTREAM_BROKEN,
		    "%s/envelope without its message", s->env.id);
	s->bad_env = 0;
	if (is_member(s->head.name, "envelope", id))
		return begin_envelope(s, id);
	return is_end(s->head.name) ? begin_end(s) : begin(s, MOVESTREAM_SKIP);
}

/* an envelope is whole */
static enum movestream_kind
on_envelope(struct movestream *s)
{
	char id[NAME_LEN + 1];
	const char *why;

	memcpy(id, s->env.id, sizeof id);
	why = moveenv_read(buf_data(&s->text), buf_len(&s->text), &s->env);
	if (why == NULL && strcmp(id, s->env.id) != 0)
		why = "of another id";
	s->wanted = why == NULL;
	s->bad_env = why != NULL;
	s->state = MOVESTREAM_BETWEEN;
	if (why == NULL)
		return MOVESTREAM_MORE;
	s->messages++;
	if (why == moveenv_no_memory)
		return tell(s, MOVESTREAM_BROKEN, "%s", why);
	return tell(s, MOVESTREAM_DAMAGED, "%s/envelope: %s", id, why);
}

static enum movestream_kind
on_message(struct movestream *s)
{
	s->state = MOVESTREAM_BETWEEN;
	s->wanted = 0;
	if (s->sum == s->env.sum)
		return MOVESTREAM_WHOLE;
	return tell(s, MOVESTREAM_DAMAGED, "%s/message: its checksum is wrong",
	    s->env.id);
}

/* the member "end" */
static enum movestream_kind
on_end(struct movestream *s)
{
	const char *p = buf_data(&s->text);
	const char *end = p == NULL ? p : p + buf_len(&s->text);
	struct parcel_line l;
	uint64_t want, had = s->messages;

	s->state = MOVESTREAM_BETWEEN;
	s->ended = 1;
	s->messages = 0;
	if (p == NULL || parcel_next(&p, end, &l) != 1 ||
	    !parcel_is(&l, "messages") ||
	    num_scan(l.value, l.value_len, 0, INT64_MAX, &want) == -1)
		return tell(s, MOVESTREAM_BROKEN, "end: no number of messages");
	if (want == had)
		return MOVESTREAM_MORE;
	return tell(s, MOVESTREAM_BROKEN,
	    "end: %llu messages were written, %llu have come",
	    (unsigned long long)want, (unsigned long long)had);
}

static enum movestream_kind
on_whole(struct movestream *s)
{
	switch (s->state) {
	case MOVESTREAM_ENVELOPE: return on_envelope(s);
	case MOVESTREAM_TEXT: return on_message(s);
	case MOVESTREAM_END: return on_end(s);
	default: s->state = MOVESTREAM_BETWEEN; return MOVESTREAM_MORE;
	}
}

/* bytes of a header block */
static size_t
feed_block(struct movestream *s, const char *p, size_t n,
    enum movestream_kind *kind)
{
	size_t k = USTAR_BLOCK - s->have;

	if (k > n)
		k = n;
	memcpy(s->block + s->have, p, k);
	s->have += k;
	s->at += k;
	if (s->have == USTAR_BLOCK) {
		s->have = 0;
		*kind = on_header(s);
	}
	return k;
}

/* bytes that a member holds, and the zeros behind them */
static size_t
feed_member(struct movestream *s, const char *p, size_t n,
    struct movestream_event *e)
{
	size_t k = s->left < n ? s->left : n, z;

	if (s->state == MOVESTREAM_TEXT && k > 0) {
		s->sum = crc32c(s->sum, p, k);
		e->kind = MOVESTREAM_BODY;
		e->p = p;
		e->n = k;
	} else if ((s->state == MOVESTREAM_ENVELOPE ||
		       s->state == MOVESTREAM_END) &&
	    buf_put(&s->text, p, k) == -1) {
		e->kind = tell(s, MOVESTREAM_BROKEN, "%s", moveenv_no_memory);
	}
	s->left -= k;
	s->at += k;
	if (e->kind != MOVESTREAM_MORE)
		return k;
	z = s->pad < n - k ? s->pad : n - k;
	s->pad -= z;
	s->at += z;
	if (s->left == 0 && s->pad == 0)
		e->kind = on_whole(s);
	return k + z;
}

size_t
movestream_feed(struct movestream *s, const char *p, size_t n,
    struct movestream_event *e)
{
	size_t used = 0;

	e->kind = MOVESTREAM_MORE;
	e->p = NULL;
	e->n = 0;
	if (s->state == MOVESTREAM_STOPPED)
		return n;
	/* a member may be empty, and then nothing has to come for its end */
	while (e->kind == MOVESTREAM_MORE && s->state != MOVESTREAM_STOPPED &&
	    (used < n ||
		(s->state != MOVESTREAM_BETWEEN && s->left + s->pad == 0)))
		if (s->state == MOVESTREAM_BETWEEN)
			used += feed_block(s, p + used, n - used, &e->kind);
		else
			used += feed_member(s, p + used, n - used, e);
	return used;
}

const char *
movestream_eof(struct movestream *s)
{
	if (s->state == MOVESTREAM_STOPPED)
		return NULL; /* it has been told */
	if (s->state == MOVESTREAM_BETWEEN && s->have == 0 && !s->wanted &&
	    s->ended)
		return NULL;
	if (s->state == MOVESTREAM_TEXT || s->wanted)
		tell(s, MOVESTREAM_BROKEN, "%s/message is cut short",
		    s->env.id);
	else if (s->state == MOVESTREAM_ENVELOPE)
		tell(s, MOVESTREAM_BROKEN, "%s/envelope is cut short",
		    s->env.id);
	else
		tell(s, MOVESTREAM_BROKEN, "cut short: no end has come");
	return s->why;
}

void
movestream_free(struct movestream *s)
{
	moveenv_free(&s->env);
	buf_free(&s->text);
}
