#include "ship/shipaudit.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "ship/cursorfile.h"
#include "ship/filebook.h"
#include "ship/logsource.h"
#include "ship/shipfile.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* one log of one destination */
struct audit_log {
	const struct cursor *c; /* as it is kept */
	const struct buf *book;
	uint64_t files, unproved, proved, wrong, waiting;
	/* what was read of it until the file that is being counted */
	uint64_t logged, sum;
	unsigned known : 1;
};

/* a file, or what was read of one, from a to b */
static void
compare(struct audit_log *a, const struct cursor *from, const struct cursor *to,
    uint64_t logged, uint64_t sum, int known)
{
	uint64_t events = to->n.logged - from->n.logged;

	if (a->known && known) {
		a->files++;
		a->proved += events;
		if (logged - a->logged != events ||
		    sum - a->sum != to->n.sum - from->n.sum)
			a->wrong++;
	} else if (events > 0) {
		a->unproved += events;
	}
	a->known = (unsigned)known & 1;
	a->logged = logged;
	a->sum = sum;
}

/* is this place the kept one, or behind it? */
static int
reached(const struct cursor *now, const struct cursor *kept)
{
	int order = strcmp(now->at.behind, kept->at.behind);

	return order > 0 || (order == 0 && now->at.off >= kept->at.off);
}

/* a file is behind us: what had been written down of it then */
struct counting {
	struct audit_log *a;
	struct cursor from; /* the place at the beginning of the file */
	int past;           /* the kept place is behind us */
};

static void
on_finished(void *arg, const struct cursor *c)
{
	struct counting *n = arg;
	uint64_t logged = 0, sum = 0;
	int known;

	if (n->past)
		return;
	known =
	    filebook_find(n->a->book, c->src, c->at.behind, 0, &logged, &sum);
	compare(n->a, &n->from, c, logged, sum, known);
	n->from = *c;
}

static int
is_there(const struct logsource *s, const char *file)
{
	char path[PATH_MAX];
	int i;

	for (i = 0; i < 2; i++)
		if (snprintf(path, sizeof path, "%s/%s.%c", s->path, file,
			"su"[i]) < PATH_MAX &&
		    access(path, F_OK) == 0)
			return 1;
	return 0;
}

static void
count(struct audit_log *a, const char *root)
{
	struct counting n = { .a = a };
	struct logsource s;
	int begun = 0;

	needs(logsource_init(&s, root, a->c->src));
	s.finished = on_finished;
	s.arg = &n;
	/* with all those gone that were read, the next one is the kept one */
	if (!is_there(&s, a->c->at.behind))
		memcpy(s.c.at.behind, a->c->at.behind, sizeof s.c.at.behind);
	n.from = s.c;
	while (logsource_line(&s) == 1) {
		if (!begun)
			a->known = (unsigned)filebook_find(a->book, a->c->src,
				       s.name, 1, &a->logged, &a->sum) &
			    1;
		begun = 1;
		/* at the kept place the file that is being read is compared */
		if (!n.past && reached(&s.c, a->c)) {
			compare(a, &n.from, &s.c, a->c->n.logged, a->c->n.sum,
			    1);
			n.past = 1;
		}
		if (n.past)
			a->waiting +=
			    (uint64_t)eventline_event(s.line, s.line_len);
		logsource_taken(&s);
	}
	if (!n.past && reached(&s.c, a->c))
		compare(a, &n.from, &s.c, a->c->n.logged, a->c->n.sum, 1);
	logsource_close(&s);
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
	needs(ltsv_putnum(out, "lost", n->lost));
	needs(ltsv_putnum(out, "proved", a->proved));
	needs(ltsv_putnum(out, "unproved", a->unproved));
	needs(ltsv_putnum(out, "wrong", a->wrong));
	needs(ltsv_end(out));
	return a->wrong > 0 || a->waiting > 0 || n->lost > 0 ||
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
