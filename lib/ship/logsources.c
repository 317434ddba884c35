#include "ship/logsources.h"
#include "base/die.h"
#include "base/fd.h"
#include "conf/word.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ_BYTES = 4096, /* of inotify at a time */
	ROOT_EVENTS = IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM,
	LOG_EVENTS = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM
};

/* is a log of this name wanted?  `smtp` stands for smtp-final, too */
static int
wanted(const struct logsources *l, const char *name)
{
	static const char final[] = "-final";
	struct slice rest, one;
	size_t n = strlen(name);

	if (l->only == NULL)
		return 1;
	rest = (struct slice){ l->only, strlen(l->only) };
	while (word_piece(&rest, ',', &one))
		if (word_is(one, name) ||
		    (n == one.n + sizeof final - 1 &&
			strcmp(name + one.n, final) == 0 &&
			memcmp(name, one.p, one.n) == 0))
			return 1;
	return 0;
}

struct logsource *
logsources_find(const struct logsources *l, const char *src, size_t n)
{
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (strlen(l->s[i]->c.src) == n &&
		    memcmp(l->s[i]->c.src, src, n) == 0)
			return l->s[i];
	return NULL;
}

static int
grow(struct logsources *l)
{
	void *p;

	if (l->n % 32 != 0)
		return 0;
	p = realloc(l->s, (l->n + 32) * sizeof *l->s);
	if (p == NULL)
		return -1;
	l->s = p;
	p = realloc(l->watch, (l->n + 32) * sizeof *l->watch);
	if (p == NULL)
		return -1;
	l->watch = p;
	return 0;
}

/* the new one, or NULL with errno */
static struct logsource *
add(struct logsources *l, const char *name)
{
	struct logsource *s;

	if (l->n == CURSOR_SOURCES_MAX) {
		errno = E2BIG;
		return NULL;
	}
	s = grow(l) == -1 ? NULL : malloc(sizeof *s);
	if (s == NULL)
		return NULL;
	if (logsource_init(s, l->root, name) == -1) {
		free(s);
		return NULL;
	}
	s->finished = l->finished;
	s->gone = l->gone;
	s->noted = l->noted;
	s->arg = l->finished_arg;
	l->watch[l->n] = -1;
	l->s[l->n++] = s;
	return s;
}

static int
is_folder(int at, const char *name)
{
	struct stat st;

	return name[0] != '.' && fstatat(at, name, &st, 0) == 0 &&
	    S_ISDIR(st.st_mode);
}

/* folders that are not known yet.  0, or -1 with errno */
static int
scan(struct logsources *l, int from_now)
{
	DIR *d = opendir(l->root);
	struct logsource *s;
	struct dirent *e;
	int r = 0;

	if (d == NULL)
		return -1;
	while (r == 0 && (errno = 0, e = readdir(d)) != NULL) {
		if (logsources_find(l, e->d_name, strlen(e->d_name)) != NULL ||
		    !wanted(l, e->d_name) || !is_folder(dirfd(d), e->d_name))
			continue;
		s = add(l, e->d_name);
		r = s == NULL || (from_now && logsource_to_end(s) == -1) ? -1
									 : 0;
		if (r == 0 && s->finished != NULL && s->c.at.off == 0)
			s->finished(s->arg, &s->c);
	}
	if (e == NULL && errno != 0)
		r = -1;
	closedir(d);
	return r;
}

static int
read_cursor(struct logsources *l, const struct buf *text)
{
	const char *p = buf_data(text), *end = p + buf_len(text);
	struct logsource *s;
	struct cursor c;
	int r;

	while ((r = cursor_next(&p, end, &c)) == 1) {
		if (logsources_find(l, c.src, strlen(c.src)) != NULL)
			break;
		s = add(l, c.src);
		if (s == NULL)
			return -1;
		s->c = c;
	}
	if (r == 0)
		return 0;
	errno = EINVAL;
	return -1;
}

int
logsources_open(struct logsources *l, const char *root, const char *only,
    const struct buf *cursor, int from_now)
{
	const struct logsources new = { .finished = l->finished,
		.gone = l->gone,
		.noted = l->noted,
		.finished_arg = l->finished_arg };

	*l = new;
	l->root = root;
	l->only = only;
	l->inotify = l->root_watch = -1;
	if (cursor != NULL && read_cursor(l, cursor) == -1)
		return -1;
	return scan(l, from_now && cursor == NULL);
}

/* what cannot be watched is looked at with each tick */
static void
add_watches(struct logsources *l)
{
	unsigned i;

	if (l->inotify == -1)
		return;
	if (l->root_watch == -1)
		l->root_watch =
		    inotify_add_watch(l->inotify, l->root, ROOT_EVENTS);
	for (i = 0; i < l->n; i++)
		if (l->watch[i] == -1)
			l->watch[i] = inotify_add_watch(l->inotify,
			    l->s[i]->path, LOG_EVENTS);
}

void
logsources_look(struct logsources *l)
{
	unsigned i;

	if (scan(l, 0) == -1) {
		if (l->troubled != errno)
			warn("unable to read %s: %m", l->root);
		l->troubled = errno;
	} else {
		l->troubled = 0;
	}
	add_watches(l);
	for (i = 0; i < l->n; i++)
		logsource_look(l->s[i], 1);
}

int
logsources_list(struct logsources *l, int64_t now_ms)
{
	int all = now_ms - l->listed_ms >= LOGSOURCES_LIST_MS, changed = 0;
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (all || l->s[i]->unlisted)
			changed |= logsource_list(l->s[i]);
	if (all)
		l->listed_ms = now_ms;
	return changed;
}

static void
told(struct logsources *l, const struct inotify_event *e)
{
	unsigned i;

	if (e->mask & IN_Q_OVERFLOW || e->wd == l->root_watch) {
		if (e->mask & IN_IGNORED)
			l->root_watch = -1;
		l->whole = 1;
		return;
	}
	for (i = 0; i < l->n; i++)
		if (l->watch[i] == e->wd) {
			if (e->mask & IN_IGNORED)
				l->watch[i] = -1;
			logsource_look(l->s[i], e->mask != IN_MODIFY);
			l->s[i]->unlisted |= e->mask != IN_MODIFY;
			return;
		}
}

static void
on_inotify(void *arg, int events)
{
	struct logsources *l = arg;
	_Alignas(struct inotify_event) char b[READ_BYTES];
	const struct inotify_event *e;
	ssize_t n, at;

	(void)events;
	while ((n = read(l->inotify, b, sizeof b)) > 0)
		for (at = 0; at < n; at += (ssize_t)(sizeof *e + e->len)) {
			e = (const void *)(b + at);
			told(l, e);
		}
	if (l->whole)
		logsources_look(l);
	l->whole = 0;
	l->changed(l->arg);
}

void
logsources_watch(struct logsources *l, void (*changed)(void *), void *arg)
{
	l->changed = changed;
	l->arg = arg;
	l->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (l->inotify == -1) {
		warn("unable to watch the logs, looking each %d ms: %m",
		    LOGSOURCES_TICK_MS);
		return;
	}
	loop_io_start(&l->io, l->inotify, LOOP_READ, on_inotify, l);
	add_watches(l);
	/* what came between the first look and this */
	logsources_look(l);
}

/* of the lines that are there the one that is next.  A time that is still to come
 * is from before the clock was set back: such a line has been logged before all
 * that others have, and waiting for its time, a busy log in front of it, would
 * hold its log up for as long as the clock jumped */
static struct logsource *
earliest(struct logsources *l, int64_t now_us)
{
	const int64_t hold_us = LOGSOURCES_HOLD_MS * 1000;
	const int64_t late_us =
	    now_us > INT64_MAX - hold_us ? INT64_MAX : now_us + hold_us;
	struct logsource *s, *best = NULL;
	unsigned i;

	for (i = 0; i < l->n; i++) {
		s = l->s[i];
		if (logsource_line(s) != 1)
			continue;
		if (s->line_us > late_us)
			return s;
		if (best == NULL || s->line_us < best->line_us)
			best = s;
	}
	return best;
}

struct logsource *
logsources_next(struct logsources *l, int64_t now_ms, int64_t now_us,
    int64_t *wait_ms)
{
	const int64_t hold_us = LOGSOURCES_HOLD_MS * 1000;
	struct logsource *best = earliest(l, now_us);
	int64_t left;

	*wait_ms = -1;
	if (best == NULL || best->line_us <= now_us - hold_us ||
	    best->line_us - hold_us > now_us)
		return best;
	left = best->seen_ms + LOGSOURCES_HOLD_MS - now_ms;
	if (left <= 0)
		return best;
	*wait_ms = (best->line_us - (now_us - hold_us)) / 1000 + 1;
	if (*wait_ms > left)
		*wait_ms = left;
	return NULL;
}

int
logsources_troubled(const struct logsources *l)
{
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (l->s[i]->troubled != 0)
			return 1;
	return 0;
}

void
logsources_close(struct logsources *l)
{
	unsigned i;

	if (l->inotify != -1) {
		loop_io_stop(&l->io);
		close(l->inotify);
	}
	for (i = 0; i < l->n; i++) {
		logsource_close(l->s[i]);
		free(l->s[i]);
	}
	free(l->s);
	free(l->watch);
}
