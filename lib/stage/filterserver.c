#include "stage/filterserver.h"
#include "base/child.h"
#include "base/die.h"
#include "base/errpipe.h"
#include "base/fd.h"
#include "chain/wire.h"
#include "format/netstring.h"
#include "format/parcel.h"
#include "mime/unixtext.h"
#include "stage/filterprogram.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 65536 };

struct server {
	struct filterserver *all;
	struct list_node node;
	struct child child;
	struct wire wire;
	struct errpipe err;
	struct loop_timer timer; /* for the answer to the first of asks */
	struct list asks;        /* what it has, in order */
	struct list_node *next;  /* the first of them not yet written */
	uint64_t written;        /* bytes of that */
	unsigned n;
	unsigned begun : 1; /* its head is written */
	/* the answer that comes */
	enum { HEAD, KIND, REST, COMMA } in;
	uint64_t left;
	size_t text_len;
	struct unixtext unixtext;
	unsigned lost : 1; /* nothing more is asked or heard */
};

static void serve(struct filterserver *);

static struct filterserver_ask *
of(struct list_node *n)
{
	return LIST_OF(n, struct filterserver_ask, node);
}

/* the end of a message */

static void
answered(struct filterserver_ask *a, char kind, const char *why)
{
	a->kind = kind;
	a->why = why;
	fd_drop(&a->in);
	a->done(a);
}

/* the end of a program: the message that it was at is answered, the others wait
 * for another one, also those that it may have read already */
static void
lose(struct server *s, const char *why)
{
	struct list_node *n, *at = s->asks.first;

	if (s->lost)
		return;
	s->lost = 1;
	loop_timer_stop(&s->timer);
	wire_close(&s->wire);
	child_kill(&s->child);
	if (at == s->next && !s->begun)
		at = NULL;
	while ((n = s->asks.last) != NULL) {
		list_remove(&s->asks, n);
		if (n != at)
			list_prepend(&s->all->waiting, n);
	}
	if (at != NULL)
		answered(of(at), 0, why);
}

static void
on_child(void *arg, int status)
{
	struct server *s = arg;
	struct filterserver *f = s->all;

	(void)status;
	lose(s, "the program has ended");
	errpipe_drain(&s->err);
	errpipe_close(&s->err);
	list_remove(&f->running, &s->node);
	f->n--;
	free(s);
	serve(f);
}

static void
on_time(void *arg)
{
	lose(arg, "the program took too long");
}

static void
wait_answer(struct server *s)
{
	if (s->n == 0)
		loop_timer_stop(&s->timer);
	else
		loop_timer_set(&s->timer, s->all->timeout_ms, on_time, s);
}

/* what it is handed */

/* some of a message; 1: there is more, 0: that was all, -1 with errno */
static int
write_some(struct server *s, struct filterserver_ask *a)
{
	struct buf *out = &s->wire.out;
	ssize_t n;

	if (!s->begun) {
		needs(parcel_head(out, a->env, a->size));
		s->begun = 1;
		s->written = 0;
	}
	if (s->written < a->size) {
		needs(buf_reserve(out, PIECE));
		do
			n = pread(a->in, buf_tail(out), PIECE,
			    (off_t)s->written);
		while (n == -1 && errno == EINTR);
		if (n <= 0)
			return -1;
		buf_added(out, (size_t)n);
		s->written += (uint64_t)n;
	}
	if (s->written < a->size)
		return 1;
	needs(buf_putc(out, ','));
	return 0;
}

static void
feed(struct server *s)
{
	int r;

	while (s->next != NULL && !wire_full(&s->wire)) {
		r = write_some(s, of(s->next));
		if (r == -1) {
			warn("unable to read back a message: %m");
			lose(s, "no room for the message");
			return;
		}
		wire_dirty(&s->wire);
		if (r == 0) {
			s->next = s->next->next;
			s->begun = 0;
		}
	}
}

static void
give(struct server *s, struct filterserver_ask *a)
{
	list_append(&s->asks, &a->node);
	if (s->next == NULL)
		s->next = &a->node;
	if (s->n++ == 0)
		wait_answer(s);
	feed(s);
}

/* what it answers */

/* the answer is whole: it is that to the first that it has */
static void
whole(struct server *s)
{
	struct filterserver_ask *a = of(s->asks.first);
	char kind = a->kind;

	s->in = HEAD;
	a->text[s->text_len] = '\0';
	if (kind == 'M') {
		needs(unixtext_finish(&s->unixtext, &a->output.text));
		if (a->output.failed) {
			kind = 0;
			a->why = "no room for what the program wrote";
		}
	}
	list_remove(&s->asks, &a->node);
	s->n--;
	/* what it says for people is counted for each message */
	if (!s->err.log.full)
		s->err.log.taken = 0;
	wait_answer(s);
	answered(a, kind, a->why);
}

static void
rest(struct server *s, const char *p, size_t n)
{
	struct filterserver_ask *a = of(s->asks.first);
	struct buf text = { 0 };
	enum unixtext_event ev;
	size_t i;

	s->left -= n;
	if (a->kind == 'M') {
		if (unixtext_feed(&s->unixtext, p, n, &text, &ev) < n)
			a->output.failed = 1;
		else
			spool_add(&a->output, buf_data(&text), buf_len(&text),
			    FILTERPROGRAM_MEMORY, s->all->dir);
		buf_free(&text);
		return;
	}
	for (i = 0; i < n && s->text_len < FILTERSERVER_TEXT_MAX; i++)
		a->text[s->text_len++] =
		    p[i] >= 0x20 && p[i] < 0x7f ? p[i] : '?';
}

static void
kind(struct server *s, char c)
{
	struct filterserver_ask *a = of(s->asks.first);

	a->kind = c;
	a->why = NULL;
	s->left--;
	s->text_len = 0;
	memset(&s->unixtext, 0, sizeof s->unixtext);
	s->unixtext.body = s->unixtext.whole = 1;
}

/* the bytes used, 0 when more are needed, -1: that is no answer */
static long
take(struct server *s, const char *p, size_t n)
{
	int r;

	switch (s->in) {
	case HEAD:
		r = netstring_head(p, n, FILTERPROGRAM_OUTPUT_MAX, &s->left);
		if (r == -1 || (r > 0 && s->left == 0) ||
		    s->asks.first == NULL || s->asks.first == s->next)
			return -1;
		s->in = r > 0 ? KIND : HEAD;
		return r;
	case KIND:
		if (strchr("KMTZD", *p) == NULL || *p == '\0')
			return -1;
		kind(s, *p);
		s->in = s->left > 0 ? REST : COMMA;
		return 1;
	case REST:
		if (n > s->left)
			n = (size_t)s->left;
		rest(s, p, n);
		s->in = s->left > 0 ? REST : COMMA;
		return (long)n;
	default: return *p == ',' ? 1 : -1;
	}
}

static size_t
on_bytes(void *arg, const char *p, size_t n)
{
	struct server *s = arg;
	struct filterserver *f = s->all;
	int ends = s->in == COMMA;
	long used = take(s, p, n);

	if (used == -1) {
		warn("%s answers nonsense", f->name);
		lose(s, "the program answers nonsense");
		return n;
	}
	if (ends) {
		whole(s);
		serve(f);
	}
	return (size_t)used;
}

static void
on_ended(void *arg, int err)
{
	(void)err;
	lose(arg, "the program has ended");
}

static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err;
}

static void
on_drained(void *arg)
{
	feed(arg);
}

static const struct wire_ops ops = { on_bytes, on_ended, on_gone, on_drained };

/* its beginning */

/* 0, or -1 with errno */
static int
run(struct server *s, int in, int out, int err)
{
	struct spawn x = { .argv = s->all->argv,
		.fd = { in, out, err },
		.parting = SIGKILL,
		.apart = 1 };

	s->child.all = 1;
	return child_start(&s->child, &x, on_child, s);
}

static int
start_on(struct server *s, int in[2], int out[2], int err[2])
{
	if (fd_pipe(in) == -1 || fd_pipe(out) == -1 || fd_pipe(err) == -1 ||
	    fd_nonblock(in[1]) == -1 || fd_nonblock(out[0]) == -1 ||
	    fd_nonblock(err[0]) == -1)
		return -1;
	return run(s, in[0], out[1], err[1]);
}

/* one more; NULL with errno */
static struct server *
start(struct filterserver *f)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 };
	struct server *s = need(calloc(1, sizeof *s));
	int r, saved;

	s->all = f;
	r = start_on(s, in, out, err);
	saved = errno;
	fd_drop(&in[0]);
	fd_drop(&out[1]);
	fd_drop(&err[1]);
	if (r == -1) {
		fd_drop(&in[1]);
		fd_drop(&out[0]);
		fd_drop(&err[0]);
		free(s);
		errno = saved;
		return NULL;
	}
	wire_open(&s->wire, out[0], in[1], &ops, s);
	errpipe_start(&s->err, err[0], f->name, s->child.pid);
	list_append(&f->running, &s->node);
	f->n++;
	return s;
}

/* the one with the least to do; NULL: all have enough */
static struct server *
idlest(struct filterserver *f)
{
	struct server *best = NULL, *s;
	struct list_node *n;

	for (n = f->running.first; n != NULL; n = n->next) {
		s = LIST_OF(n, struct server, node);
		if (!s->lost && s->n < FILTERSERVER_WINDOW_MAX &&
		    (best == NULL || s->n < best->n))
			best = s;
	}
	return best;
}

static void
serve(struct filterserver *f)
{
	struct list_node *n;
	struct server *s;

	while (f->waiting.first != NULL) {
		s = idlest(f);
		if ((s == NULL || s->n > 0) && f->n < f->most) {
			s = start(f);
			if (s == NULL) {
				warn("unable to run %s: %m", f->argv[0]);
				n = list_take(&f->waiting);
				answered(of(n), 0, "the program did not start");
				continue;
			}
		}
		if (s == NULL)
			return;
		give(s, of(list_take(&f->waiting)));
	}
}

void
filterserver_ask(struct filterserver *f, struct filterserver_ask *a)
{
	struct stat st;

	spool_init(&a->output);
	if (fstat(a->in, &st) == -1) {
		answered(a, 0, "no room for the message");
		return;
	}
	a->size = (uint64_t)st.st_size;
	list_append(&f->waiting, &a->node);
	serve(f);
}

void
filterserver_close(struct filterserver *f)
{
	struct list_node *n;
	struct server *s;

	while ((n = list_take(&f->running)) != NULL) {
		s = LIST_OF(n, struct server, node);
		if (!s->lost)
			wire_close(&s->wire);
		child_end(&s->child);
		errpipe_drain(&s->err);
		errpipe_close(&s->err);
		loop_timer_stop(&s->timer);
		free(s);
	}
}
