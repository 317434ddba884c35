#include "import/metis.h"
#include "base/ascii.h"

int
metis_add(struct metis *m, const char *name, const char *text, size_t n)
{
	if (m->files == METIS_FILES_MAX)
		return -1;
	m->file[m->files].name = name;
	m->file[m->files++].text = (struct slice){ text, n };
	return 0;
}

/* what stands behind the last slash */
static struct slice
last(struct slice name)
{
	const char *slash = memrchr(name.p, '/', name.n);

	return slash == NULL ? name
			     : (struct slice){ slash + 1,
				       (size_t)(name.p + name.n - slash) - 1 };
}

/* the file that is meant; -1: it is not there */
static int
find(const struct metis *m, struct slice name)
{
	struct slice a = last(name), b;
	unsigned i;

	for (i = 0; i < m->files; i++)
		if (word_is(name, m->file[i].name))
			return (int)i;
	for (i = 0; i < m->files; i++) {
		b = last((struct slice){
		    m->file[i].name, strlen(m->file[i].name) });
		if (a.n == b.n && memcmp(a.p, b.p, a.n) == 0)
			return (int)i;
	}
	return -1;
}

/* WORD(NAME): the name, perhaps in quotes; 0, or -1: it is no such thing */
static int
call(struct slice s, const char *word, struct slice *name)
{
	size_t n = strlen(word);

	if (s.n < n + 2 || memcmp(s.p, word, n) != 0 || s.p[n] != '(' ||
	    s.p[s.n - 1] != ')')
		return -1;
	*name = slice_trim((struct slice){ s.p + n + 1, s.n - n - 2 });
	if (name->n > 1 && (name->p[0] == '"' || name->p[0] == '\'')) {
		name->p++;
		name->n -= 2;
	}
	return 0;
}

static void
left(struct metis *m, const struct import_at *at, struct slice what,
    const char *why)
{
	import_left(m->import, IMPORT_ROUTES, at, what, why);
}

/* the term of a line */
static void
read_term(struct metis *m, struct metis_line *l)
{
	struct slice name;
	int i;

	l->file = l->at.file;
	if (call(l->value, "CONSULT", &name) == -1) {
		l->term = erlterm_read(&m->terms, l->value, l->at.line, 0);
	} else if ((i = find(m, name)) == -1) {
		left(m, &l->at, l->value,
		    "name this file on the command line, too");
		return;
	} else {
		l->file = m->file[i].name;
		l->term = erlterm_read(&m->terms, m->file[i].text, 1, 1);
	}
	if (l->term == 0)
		import_broken(m->import,
		    &(struct import_at){ l->file, m->terms.line }, l->value,
		    m->terms.why);
}

static void
pair(struct metis *m, const struct import_at *at, struct slice section,
    struct slice s)
{
	struct metis_line l = { .at = *at, .section = section };
	struct slice rest = s;

	if (!word_piece(&rest, ':', &l.key) || rest.p == NULL) {
		import_broken(m->import, at, s, "not KEY: VALUE");
		return;
	}
	l.key = slice_trim(l.key);
	l.value = slice_trim(rest);
	if (metis_lines(m) == METIS_LINES_MAX) {
		left(m, at, s, "too many lines");
		return;
	}
	read_term(m, &l);
	import_put(m->import, &m->lines, (const char *)&l, sizeof l);
}

/* a file from its begin, in this section: that at its end */
static struct slice
lines(struct metis *m, unsigned file, struct slice section, unsigned depth)
{
	struct slice rest = m->file[file].text, one, name;
	struct import_at at = { m->file[file].name, 0 };
	int i;

	while (rest.p != NULL && rest.n > 0 && !m->import->broken &&
	    word_piece(&rest, '\n', &one)) {
		at.line++;
		one = slice_trim(one);
		if (one.n == 0 || one.p[0] == '#')
			continue;
		if (one.p[0] == '[') {
			section = (struct slice){ one.p + 1, one.n - 1 };
			while (section.n > 0 && section.p[section.n - 1] == ']')
				section.n--;
		} else if (call(one, "INCLUDE", &name) == -1) {
			pair(m, &at, section, one);
		} else if ((i = find(m, name)) == -1) {
			left(m, &at, one,
			    "name this file on the command line, too");
		} else if (depth == METIS_INCLUDES_MAX) {
			import_broken(m->import, &at, one, "includes too deep");
		} else {
			lines(m, (unsigned)i, section, depth + 1);
		}
	}
	return section;
}

void
metis_read(struct metis *m)
{
	static const struct slice none = { "", 0 };

	lines(m, 0, none, 0);
}

const struct erlterm *
metis_get(const struct metis *m, struct slice section, const char *key)
{
	const struct metis_line *l;
	size_t i = metis_lines(m);

	/* of two lines the last counts */
	while (i-- > 0) {
		l = metis_line(m, i);
		if (l->term != 0 && word_is(l->key, key) &&
		    l->section.n == section.n &&
		    (section.n == 0 ||
			memcmp(l->section.p, section.p, section.n) == 0))
			return erlterm_node(&m->terms, l->term);
	}
	return NULL;
}

int
metis_pool(char out[WORD_NAME_MAX + 1], struct slice section)
{
	size_t i;

	if (section.n == 0 || section.n > WORD_NAME_MAX)
		return -1;
	for (i = 0; i < section.n; i++)
		out[i] = ascii_alnum(section.p[i]) || section.p[i] == '.' ||
			section.p[i] == '_'
		    ? section.p[i]
		    : '-';
	out[i] = '\0';
	return 0;
}

int
metis_is_queue(const struct metis *m, struct slice section)
{
	return metis_get(m, section, "queue_dir") != NULL ||
	    metis_get(m, section, "relay_from") != NULL ||
	    metis_get(m, section, "relay_to") != NULL;
}
