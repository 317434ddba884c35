#include "ship/shipshow.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "ship/cursorfile.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_BYTES = 65536 /* gathered before a write */ };

static void
open_logs(const struct shipping *s, struct logsources *l)
{
	struct buf text = { 0 };
	int there = cursorfile_read(s->dir, &text) == 0;

	if (!there && errno != ENOENT)
		die(EXIT_TEMP, "unable to read %s/cursor: %m", s->dir);
	l->finished = NULL;
	l->gone = NULL;
	l->noted = NULL;
	if (logsources_open(l, s->root, s->only, there ? &text : NULL, 0) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", s->root);
	buf_free(&text);
}

/* of one log */
struct waiting {
	uint64_t events;
	int64_t first_us;
};

static int
tell(const struct shipping *s, const struct cursor *c, int64_t behind,
    const struct waiting *w, struct buf *out)
{
	int64_t lag = w->first_us == 0 ? 0 : clock_wall_us() - w->first_us;

	needs(ltsv_puts(out, "dest", s->name));
	needs(ltsv_puts(out, "src", c->src));
	needs(ltsv_putnum(out, "waiting", w->events));
	needs(ltsv_putnum(out, "behind", behind < 0 ? 0 : (uint64_t)behind));
	needs(ltsv_putnum(out, "lag", lag < 0 ? 0 : (uint64_t)lag / 1000000));
	needs(ltsv_putnum(out, "events", c->n.events));
	needs(ltsv_putnum(out, "taken", c->n.taken));
	needs(ltsv_putnum(out, "filtered", c->n.filtered));
	needs(ltsv_putnum(out, "dead", c->n.dead));
	needs(ltsv_putnum(out, "lost", c->n.lost));
	needs(ltsv_end(out));
	return w->events > 0 || c->n.lost > 0;
}

/* the next line of them, as it would be sent; NULL at the end.  *is says what it
 * was, and out has it */
static struct logsource *
next(const struct shipping *s, struct logsources *l, struct buf *out,
    enum eventline_is *is)
{
	int64_t wait;
	struct logsource *src = logsources_next(l, 0, INT64_MAX, &wait);

	if (src == NULL)
		return NULL;
	*is = eventline_put(&s->fill.how, src->c.src, src->line, src->line_len,
	    out);
	if (*is == EVENTLINE_NOMEM)
		needs(-1);
	return src;
}

static unsigned
place_of(const struct logsources *l, const struct logsource *src)
{
	unsigned i;

	for (i = 0; l->s[i] != src; i++)
		;
	return i;
}

int
shipshow_waiting(const struct shipping *s, int lines)
{
	struct logsources l;
	struct waiting *w;
	struct cursor *c;
	struct logsource *src;
	struct buf out = { 0 }, line = { 0 };
	enum eventline_is is;
	unsigned i;
	int bad = 0;

	open_logs(s, &l);
	w = need(calloc(l.n + 1, sizeof *w));
	c = need(calloc(l.n + 1, sizeof *c));
	for (i = 0; i < l.n; i++)
		c[i] = l.s[i]->c;
	while ((src = next(s, &l, &line, &is)) != NULL) {
		i = place_of(&l, src);
		if (is == EVENTLINE_PUT || is == EVENTLINE_BAD) {
			if (w[i].events++ == 0)
				w[i].first_us = src->line_us;
		}
		if (lines)
			needs(buf_put(&out, buf_data(&line), buf_len(&line)));
		buf_clear(&line);
		if (buf_len(&out) > OUT_BYTES)
			out_flush_plain(&out);
		logsource_taken(src);
	}
	for (i = 0; i < l.n; i++) {
		/* what is missing shows when it is read */
		c[i].n.lost = l.s[i]->c.n.lost;
		bad |= tell(s, &c[i], logsource_behind(l.s[i]->path, &c[i].at),
		    &w[i], &out);
	}
	out_flush_plain(&out);
	buf_free(&line);
	if (logsources_troubled(&l))
		bad = EXIT_TEMP;
	logsources_close(&l);
	free(w);
	free(c);
	return bad;
}

int
shipshow_next(const struct shipping *s)
{
	struct logsources l;
	struct logsource *src;
	struct buf out = { 0 };
	enum eventline_is is;
	int bad;

	open_logs(s, &l);
	while ((src = next(s, &l, &out, &is)) != NULL) {
		if (buf_len(&out) > OUT_BYTES)
			out_flush(&out);
		logsource_taken(src);
	}
	out_flush(&out);
	bad = logsources_troubled(&l);
	logsources_close(&l);
	return bad ? EXIT_TEMP : EXIT_OK;
}
