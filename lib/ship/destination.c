#include "ship/destination.h"
#include "base/die.h"
#include "base/fd.h"
#include "conf/conftext.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int
destination_filter(struct eventline *l, const char *text)
{
	size_t at;
	const char *why = filter_parse(&l->filter, text, strlen(text), &at);

	if (why == NULL)
		return 0;
	warn("filter: %s, at \"%.40s\"", why, text + at);
	return -1;
}

/* what begins with a slash, else below the folder */
static char *
below(const char *dir, const char *path)
{
	char *out;

	if (path[0] == '/' || dir == NULL)
		return need(strdup(path));
	needs(asprintf(&out, "%s/%s", dir, path) == -1 ? -1 : 0);
	return out;
}

static int
read_key(struct relabel *r, const char *table)
{
	const char *slash = strrchr(table, '/');
	char *dir = slash == NULL
	    ? need(strdup("."))
	    : need(strndup(table, (size_t)(slash - table)));
	char *path = below(dir, r->key_file), *text = NULL;
	size_t n = 0;
	int r2 = fd_slurp(path, RELABEL_KEY_MAX, &text, &n);

	if (r2 == -1)
		warn("unable to read %s: %m", path);
	while (r2 == 0 && n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	if (r2 == 0 && n < RELABEL_KEY_MIN) {
		warn("%s: a key has %d bytes at least", path, RELABEL_KEY_MIN);
		r2 = -1;
	}
	if (r2 == 0) {
		memcpy(r->key, text, n);
		r->key_len = n;
	}
	free(text);
	free(path);
	free(dir);
	return r2;
}

int
destination_labels(struct eventline *l, const char *path)
{
	const char *p, *line, *why = NULL;
	unsigned lineno = 0;
	char *text;
	size_t n;

	if (fd_slurp(path, DESTINATION_LABELS_MAX, &text, &n) == -1) {
		warn("unable to read %s: %m", path);
		return -1;
	}
	relabel_begin(&l->labels);
	p = text;
	while (why == NULL &&
	    conftext_next(&p, text + strlen(text), &lineno, &line, &n))
		why = relabel_line(&l->labels, line, n);
	if (why == NULL) {
		why = relabel_end(&l->labels);
		lineno = why == NULL ? lineno : 0;
	}
	free(text);
	if (why != NULL) {
		warn("%s:%u: %s", path, lineno, why);
		return -1;
	}
	l->relabeled = 1;
	return l->labels.key_file[0] == '\0' ? 0 : read_key(&l->labels, path);
}

/* PROGRAM KIND PLACE [KEY=VALUE]..., without the keys of the head */
static char *const *
command(const struct shipkeys *k, const char *confdir)
{
	char **argv = need(calloc(k->n + 4, sizeof *argv));
	unsigned i, n = 0;
	char *value;

	if (k->program == NULL) {
		argv[0] = need(strdup("/bin/sh"));
		argv[1] = need(strdup("-c"));
		argv[2] = need(strdup(k->place));
		return argv;
	}
	argv[n++] = need(strdup(k->program));
	argv[n++] = need(strdup(k->kind->name));
	argv[n++] = k->kind->place == SHIPKEYS_PATH ? below(confdir, k->place)
						    : need(strdup(k->place));
	for (i = 0; i < k->n; i++) {
		if ((k->key[i]->flags & SHIPKEY_HEAD) ||
		    k->value[i] == k->key[i]->standard)
			continue;
		value = k->key[i]->type == SHIPKEY_FILE
		    ? below(confdir, k->value[i])
		    : need(strdup(k->value[i]));
		needs(asprintf(&argv[n++], "%s=%s", k->key[i]->name, value) ==
			    -1
			? -1
			: 0);
		free(value);
	}
	return argv;
}

/* when a file was changed; 0: it is not there */
static int64_t
changed_ns(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

/* another table of labels: one with a fault changes nothing */
static void
look(struct shipping *s)
{
	int64_t ns = changed_ns(s->labels);
	struct eventline *new;

	if (ns == 0 || ns == s->labels_ns)
		return;
	s->labels_ns = ns;
	new = need(malloc(sizeof *new));
	eventline_begin(new);
	if (destination_labels(new, s->labels) == 0)
		s->fill.how.labels = new->labels;
	free(new);
}

int
destination_set(struct shipping *s, const struct shipfile_line *l,
    const char *confdir)
{
	const struct shipkeys *k = &l->keys;
	const char *filter = shipkeys_text(k, "filter");
	const char *labels = shipkeys_text(k, "labels");
	uint64_t min, max;
	int r = 0;

	s->only = shipkeys_text(k, "logs");
	s->fill.most.events = (unsigned)shipkeys_num(k, "batch");
	s->fill.most.bytes = shipkeys_num(k, "batch-bytes");
	s->wait_ms = (int64_t)shipkeys_num(k, "wait");
	s->send.timeout_ms = (int64_t)shipkeys_num(k, "timeout");
	shipkeys_range(k, "retry", &min, &max);
	s->send.pause.first_ms = (int64_t)min;
	s->send.pause.max_ms = (int64_t)max;
	s->fill.how.all = shipkeys_num(k, "what") == 1;
	s->send.link.argv = command(k, confdir);
	s->send.link.beside = k->program != NULL;
	if (filter != NULL)
		r = destination_filter(&s->fill.how, filter);
	if (r == 0 && labels != NULL) {
		s->labels = below(confdir, labels);
		s->labels_ns = changed_ns(s->labels);
		s->look = look;
		r = destination_labels(&s->fill.how, s->labels);
	}
	return r;
}
