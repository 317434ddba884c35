#include "import/maptable.h"
#include "base/ascii.h"

/* while a file is read */
struct reading {
	struct maptable *t;
	struct import *import;
	enum import_name where;
	enum maptable_kind kind;
	struct import_at at; /* of the line with those that go on with it */
	struct buf line;
	unsigned depth; /* of if ... endif */
	unsigned too_long : 1;
};

static void
left(struct reading *r, struct slice what, const char *why)
{
	import_left(r->import, r->where, &r->at, what, why);
}

static void
add(struct reading *r, struct slice key, struct slice value)
{
	struct maptable *t = r->t;
	struct maptable_line l = {
		.at = r->at, .kind = r->kind, .of = t->files
	};
	long before;

	l.key_at = buf_len(&t->bytes);
	l.key_len = key.n;
	import_put(r->import, &t->bytes, key.p, key.n);
	l.value_at = buf_len(&t->bytes);
	l.value_len = value.n;
	import_put(r->import, &t->bytes, value.p, value.n);
	if (r->import->no_memory)
		return;
	if (r->kind != MAPTABLE_REGEX) {
		ascii_lower_copy(buf_data(&t->bytes) + l.key_at,
		    buf_data(&t->bytes) + l.key_at, key.n);
		before = wordset_add(&t->keys, buf_data(&t->bytes) + l.key_at,
		    key.n, r->at.line);
		if (before > 0)
			return;
		if (before == -1)
			r->import->no_memory = 1;
	}
	import_put(r->import, &t->list, (const char *)&l, sizeof l);
}

/* in front of the value: up to `end', or with 0 up to a blank; quotes around
 * it go.  The bytes that the key took with what ends it, 0: there is none */
static size_t
cut_key(struct slice s, char end, struct buf *key, struct import *m)
{
	int quoted = 0;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && s.p[i] == '\\' && i + 1 < s.n)
			i++;
		else if (!quoted &&
		    (end == 0 ? ascii_white(s.p[i]) : s.p[i] == end))
			return i + (end != 0);
		import_put(m, key, s.p + i, 1);
	}
	return 0;
}

static void
key_line(struct reading *r, struct slice s)
{
	struct buf key = { 0 };
	char end = r->kind == MAPTABLE_ALIASES ? ':' : 0;
	size_t n = cut_key(s, end, &key, r->import);
	struct slice value = slice_trim((struct slice){ s.p + n, s.n - n });

	if (n == 0 || buf_len(&key) == 0 || value.n == 0)
		left(r, s, end ? "not NAME: VALUE" : "a key without a value");
	else
		add(r, slice_trim(import_slice(&key)), value);
	buf_free(&key);
}

/* /RE/FLAGS: how long it is, 0: it is none */
static size_t
regex_length(struct slice s)
{
	size_t i;

	if (s.n < 2 || ascii_alnum(s.p[0]) || ascii_white(s.p[0]))
		return 0;
	for (i = 1; i < s.n && s.p[i] != s.p[0]; i++)
		if (s.p[i] == '\\')
			i++;
	if (i >= s.n)
		return 0;
	while (i < s.n && !ascii_white(s.p[i]))
		i++;
	return i;
}

static void
regex_line(struct reading *r, struct slice s)
{
	struct slice value;
	size_t n;

	if (s.n > 2 && ascii_begins(s.p, 2, "if") &&
	    (s.p[2] == '/' || s.p[2] == '!' || ascii_white(s.p[2]))) {
		r->depth++;
		left(r, s, "lines between if and endif");
	} else if (ascii_is(s.p, s.n, "endif")) {
		r->depth -= r->depth > 0;
	} else if (r->depth > 0) {
		left(r, s, "a line between if and endif");
	} else if (s.p[0] == '!') {
		left(r, s, "what does not match");
	} else if ((n = regex_length(s)) == 0) {
		left(r, s, "not /EXPRESSION/ VALUE");
	} else {
		value = slice_trim((struct slice){ s.p + n, s.n - n });
		/* both slashes may be any byte */
		add(r, (struct slice){ s.p + 1, n - 1 }, value);
	}
}

static void
whole_line(struct reading *r)
{
	struct slice s = slice_trim(import_slice(&r->line));

	if (r->too_long)
		left(r, s, "a line that is too long");
	else if (s.n > 0 && r->kind == MAPTABLE_REGEX)
		regex_line(r, s);
	else if (s.n > 0)
		key_line(r, s);
	buf_clear(&r->line);
	r->too_long = 0;
}

/* one line as it stands in the file */
static void
take(struct reading *r, struct slice s, unsigned lineno)
{
	struct slice text = slice_trim(s);

	if (text.n == 0 || text.p[0] == '#')
		return;
	if (!ascii_white(s.p[0])) {
		whole_line(r);
		r->at.line = lineno;
	} else if (buf_len(&r->line) == 0) {
		r->at.line = lineno;
		left(r, text, "goes on with a line that is not there");
		return;
	}
	if (buf_len(&r->line) + s.n > MAPTABLE_LINE_MAX) {
		r->too_long = 1;
		return;
	}
	/* a line's end is a blank where it goes on */
	import_put(r->import, &r->line, s.p, s.n);
}

void
maptable_read(struct maptable *t, struct import *m, enum import_name where,
    enum maptable_kind kind, const char *file, const char *text, size_t n)
{
	struct reading r = { t, m, where, kind, { file, 0 }, { 0 }, 0, 0 };
	struct slice rest = { text, n }, one;
	unsigned lineno = 0;

	wordset_free(&t->keys);
	while (rest.p != NULL && rest.n > 0 && word_piece(&rest, '\n', &one))
		take(&r, one, ++lineno);
	whole_line(&r);
	buf_free(&r.line);
	t->files++;
}

void
maptable_free(struct maptable *t)
{
	buf_free(&t->bytes);
	buf_free(&t->list);
	wordset_free(&t->keys);
}
