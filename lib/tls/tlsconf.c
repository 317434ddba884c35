#include "tls/tlsconf.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

struct line {
	char file[WORD_LINE_MAX + 1], key[WORD_LINE_MAX + 1],
	    names[WORD_LINE_MAX + 1];
};

/* printable, without blanks, and not out of the folder: who reads it may read
 * nothing else */
static int
file_ok(const char *p)
{
	size_t i, n = strlen(p);
	const char *part, *slash;

	if (n == 0 || n > TLSCONF_FILE_MAX || p[0] == '/' || p[n - 1] == '/')
		return 0;
	for (i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] >= 0x7f)
			return 0;
	for (part = p; part != NULL; part = slash == NULL ? NULL : slash + 1) {
		slash = strchr(part, '/');
		if (strncmp(part, "..", 2) == 0 &&
		    (part[2] == '\0' || part[2] == '/'))
			return 0;
	}
	return 1;
}

static int
wrong(const struct conffile_sink *sink, const char *what, const char *p,
    size_t n)
{
	char t[64 + WORD_LINE_MAX];

	snprintf(t, sizeof t, "%s: %.*s", what, (int)n, p);
	return conffile_wrong(sink, t);
}

/* as it is asked for: in A-labels, "*." may stand for the first one */
static int
name_ok(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] >= 0x80)
			return 0;
	if (n > 2 && p[0] == '*' && p[1] == '.') {
		p += 2;
		n -= 2;
	}
	return word_domain(p, n);
}

static int
names(struct line *l, const char *p, size_t n, const struct conffile_sink *sink)
{
	struct slice rest = { p, n }, name;
	unsigned k = 0;

	while (word_piece(&rest, ',', &name)) {
		if (!name_ok(name.p, name.n))
			return wrong(sink, "not a name", name.p, name.n);
		if (++k > TLSCONF_NAMES_MAX)
			return conffile_wrong(sink, "more than 100 names");
	}
	ascii_lower_copy(l->names, p, n);
	l->names[n] = '\0';
	return 0;
}

/* the value behind a keyword, or NULL */
static const char *
value(const char *word, const char *keyword)
{
	size_t n = strlen(keyword);

	return strncmp(word, keyword, n) == 0 ? word + n : NULL;
}

/* a word behind the file */
static int
word(struct line *l, const char *w, size_t n, const struct conffile_sink *sink)
{
	const char *v = value(w, "name=");

	if (v != NULL)
		return names(l, v, w + n - v, sink);
	v = value(w, "key=");
	if (v == NULL)
		return wrong(sink, "unknown word", w, n);
	if (!file_ok(v))
		return wrong(sink, "not a file's name", v, w + n - v);
	memcpy(l->key, v, w + n - v + 1);
	return 0;
}

static int
read_line(struct line *l, const char *p, size_t n,
    const struct conffile_sink *sink)
{
	static const char *const once[] = { "key=", "name=", NULL };
	char w[WORD_LINE_MAX + 1], why[WORD_TWICE_MAX];
	const char *end = p + n;
	size_t len;
	int r;

	if (word_twice(p, end, once, why) != NULL)
		return conffile_wrong(sink, why);
	r = word_next(&p, end, l->file, &len);
	if (r == 1 &&
	    (value(l->file, "key=") != NULL || value(l->file, "name=") != NULL))
		return conffile_wrong(sink, "no file in front");
	if (r == 1 && !file_ok(l->file))
		return wrong(sink, "not a file's name", l->file, len);
	while (r == 1 && (r = word_next(&p, end, w, &len)) == 1)
		if (word(l, w, len, sink) == -1)
			return -1;
	return r == -1
	    ? conffile_wrong(sink, "quote not closed, or control byte")
	    : 0;
}

static int
add(const struct line *l, unsigned place, const struct conffile_sink *sink)
{
	const char *key = l->key[0] == '\0' ? l->file : l->key;
	struct buf data = { 0 };
	char number[16];
	int r = -1, n = snprintf(number, sizeof number, "%04u", place);

	if (buf_put(&data, l->file, strlen(l->file) + 1) == 0 &&
	    buf_put(&data, key, strlen(key) + 1) == 0 &&
	    buf_put(&data, l->names, strlen(l->names) + 1) == 0)
		r = sink->add(sink->arg, number, n, buf_data(&data),
		    buf_len(&data));
	else
		conffile_wrong(sink, "out of memory");
	buf_free(&data);
	return r;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct wordset *files = arg;
	struct line l = { .file = "" };

	if (read_line(&l, p, n, sink) == -1 ||
	    wordset_once(files, l.file, strlen(l.file), lineno, sink) == -1)
		return -1;
	if (files->used > TLSCONF_LINES_MAX)
		return conffile_wrong(sink, "more than 1000 lines");
	return add(&l, (unsigned)files->used, sink);
}

const struct conffile conffile_tls = { "tls", sizeof(struct wordset), line,
	wordset_finish };
const struct conffile conffile_tls_client = { "tls-client",
	sizeof(struct wordset), line, wordset_finish };

int
tlsconf_read(struct tlsconf *t, const char *data, size_t n)
{
	const char **part[] = { &t->file, &t->key, &t->names };
	const char *end = data + n, *nul;
	unsigned i;

	for (i = 0; i < 3; i++) {
		nul = memchr(data, '\0', end - data);
		if (nul == NULL)
			return -1;
		*part[i] = data;
		data = nul + 1;
	}
	return data == end && file_ok(t->file) && file_ok(t->key) ? 0 : -1;
}
