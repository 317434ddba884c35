#include "ship/shipaudit.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "ship/cursorfile.h"
#include "ship/filebook.h"
#include "ship/loglist.h"
#include "ship/logsource.h"
#include "ship/shipfile.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* one log of one destination */
struct audit_log {
	const struct cursor *c; /* as it is kept */
	const struct buf *book;
	uint64_t unproved, proved, wrong, waiting, lost;
};

/* what is in a file, or in a part of one, and what was read of it */
static void
compare(struct audit_log *a, const struct cursor_counts *is, int known,
    const struct filebook_state *before, const struct filebook_state *behind)
{
	if (!known) {
		a->unproved += is->logged;
		return;
	}
	a->proved += is->logged;
	if (behind->logged - before->logged != is->logged ||
	    behind->sum - before->sum != is->sum)
		a->wrong++;
}

static void
on_end(void *arg, const struct cursor *c)
{
	struct cursor_counts *n = arg;

	(void)c;
	n->events = 1;
}

/* a file that was read, by its name: no other waits */
static void
count_file(struct audit_log *a, const char *root, const struct logfiles_one *f)
{
	struct filebook_state before, behind;
	struct cursor_counts end = { 0 };
	struct logsource s;
	int known;

	needs(logsource_init(&s, root, a->c->src));
	s.finished = on_end;
	s.arg = &end;
	logfiles_read_to(&s.c.at.files, LOGFILES_HIGHEST);
	s.c.at.files.waiting[s.c.at.files.n_waiting++] = *f;
	while (logsource_line(&s) == 1 && !end.events)
		logsource_taken(&s);
	known = filebook_find(a->book, a->c->src, f->name, &before, &behind);
	compare(a, &s.c.n, known, &before, &behind);
	logsource_close(&s);
}

/* the file of the place, up to it */
struct part {
	struct audit_log *a;
	int past; /* the place is behind us */
};

static void
part_read(struct part *p, const struct cursor_counts *n)
{
	const struct filebook_state to = { p->a->c->n.logged, p->a->c->n.sum };
	struct filebook_state from;
	int known = filebook_begun(p->a->book, p->a->c->src, to.logged, &from);

	if (!p->past)
		compare(p->a, n, known, &from, &to);
	p->past = 1;
}

static void
on_finished(void *arg, const struct cursor *c)
{
	part_read(arg, &c->n);
}

/* what is there of the file of the place, and all that waits behind it */
static void
count_rest(struct audit_log *a, const char *root)
{
	const struct cursor_at *kept = &a->c->at;
	struct part part = { .a = a };
	struct logsource s;
	int begun = 0;

	needs(logsource_init(&s, root, a->c->src));
	s.finished = on_finished;
	s.arg = &part;
	s.c.at = *kept;
	s.c.at.off = 0;
	s.c.n.lost = a->c->n.lost;
	s.c.n.last_us = a->c->n.last_us;
	while (logsource_line(&s) == 1) {
		/* it is not there any more */
		if (!begun && strcmp(s.c.at.head, kept->head) != 0)
			part.past = 1;
		begun = 1;
		if (s.c.at.off >= kept->off)
			part_read(&part, &s.c.n);
		if (part.past)
			a->waiting +=
			    (uint64_t)eventline_event(s.line, s.line_len);
		logsource_taken(&s);
	}
	if (begun || kept->off == 0)
		part_read(&part, &s.c.n);
	a->lost = s.c.n.lost;
	logsource_close(&s);
}

static void
count(struct audit_log *a, const char *root)
{
	char path[PATH_MAX];
	struct loglist x;
	size_t i;

	if (snprintf(path, sizeof path, "%s/%s", root, a->c->src) < PATH_MAX &&
	    loglist_open(&x, path) == 0) {
		for (i = 0; i < x.n; i++)
			if (logfiles_is_read(&a->c->at.files, x.file[i].name))
				count_file(a, root, x.file + i);
		loglist_close(&x);
	}
	count_rest(a, root);
}

static int
tell(const struct audit_log *a, const char *dest, struct buf *out)
{
	const struct cursor_counts *n = &a->c->n;
	uint64_t ends = n->taken + n->filtered + n->dead;

	needs(ltsv_puts(out, "dest", dest));
	needs(ltsv_puts(out, "src", a->c->src));
	needs(ltsv_putnum(out, "logged", n->logged));
	needs(ltsv_putnum(out, "taken", n->taken));
	needs(ltsv_putnum(out, "filtered", n->filtered));
	needs(ltsv_putnum(out, "dead", n->dead));
	needs(ltsv_putnum(out, "waiting", a->waiting));
	needs(ltsv_putnum(out, "lost", a->lost));
	needs(ltsv_putnum(out, "proved", a->proved));
	needs(ltsv_putnum(out, "unproved", a->unproved));
	needs(ltsv_putnum(out, "wrong", a->wrong));
	needs(ltsv_end(out));
	return a->wrong > 0 || a->waiting > 0 || a->lost > 0 ||
	    ends != n->events || n->events < n->logged;
}

/* one destination: 1, something is not as it should be */
static int
one(const char *state, const char *name, const char *root, struct buf *out)
{
	struct buf text = { 0 }, book = { 0 };
	char dir[PATH_MAX];
	struct cursor c;
	const char *p;
	int r, bad = 0;

	if (snprintf(dir, sizeof dir, "%s/%s", state, name) >= PATH_MAX)
		return 0;
	if (cursorfile_read(dir, &text) == -1) {
		if (errno == ENOENT)
			return 0;
		die(EXIT_TEMP, "unable to read %s/cursor: %m", dir);
	}
	if (filebook_read(dir, &book) == -1)
		die(EXIT_TEMP, "unable to read %s/files: %m", dir);
	p = buf_data(&text);
	while ((r = cursor_next(&p, buf_data(&text) + buf_len(&text), &c)) ==
	    1) {
		struct audit_log a = { .c = &c, .book = &book };

		count(&a, root);
		bad |= tell(&a, name, out);
	}
	if (r == -1)
		die(EXIT_TEMP, "%s/cursor is damaged", dir);
	buf_free(&text);
	buf_free(&book);
	return bad;
}

static int
all(const char *state, const char *root, struct buf *out, unsigned *n)
{
	struct dirent **d;
	int i, count_of = scandir(state, &d, NULL, alphasort), bad = 0;

	if (count_of == -1)
		die(EXIT_TEMP, "unable to read %s: %m", state);
	for (i = *n = 0; i < count_of; i++) {
		if (shipfile_name(d[i]->d_name, strlen(d[i]->d_name))) {
			size_t before = buf_len(out);

			bad |= one(state, d[i]->d_name, root, out);
			*n += buf_len(out) > before;
		}
		free(d[i]);
	}
	free(d);
	return bad;
}

int
shipaudit_run(const char *state, const char *root)
{
	int64_t until_ms = clock_mono_ms() + SHIPAUDIT_YOUNG_MS;
	struct buf out = { 0 };
	unsigned n;
	int bad;

	while ((bad = all(state, root, &out, &n)) &&
	    clock_mono_ms() < until_ms) {
		buf_clear(&out);
		poll(NULL, 0, SHIPAUDIT_AGAIN_MS);
	}
	if (n == 0) {
		warn("no destination in %s", state);
		bad = 1;
	}
	out_flush_plain(&out);
	buf_free(&out);
	return bad;
}
