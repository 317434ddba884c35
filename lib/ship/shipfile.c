#include "ship/shipfile.h"
#include "base/ascii.h"
#include "ship/filter.h"
#include <stdio.h>
#include <string.h>

int
shipfile_name(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_alnum(p[i]) && p[i] != '-' && p[i] != '_' &&
		    (p[i] != '.' || i == 0))
			return 0;
	return n > 0 && n <= SHIPFILE_NAME_MAX && p[0] != '-';
}

static int
wrong(struct shipfile_line *l, const char *why)
{
	snprintf(l->keys.why, sizeof l->keys.why, "%s", why);
	return -1;
}

/* the words of the line, one behind the other in text; the first two are kind
 * and place */
static int
cut(struct shipfile_line *l, const char *p, const char *end, char *first[2])
{
	char *out = l->text;
	unsigned i = 0;
	size_t n;
	int got;

	while ((got = word_next(&p, end, out, &n)) == 1) {
		if (i < 2)
			first[i] = out;
		else if (l->n_word == SHIPKEYS_MAX)
			return wrong(l, "too many words");
		else
			l->word[l->n_word++] = out;
		out += n + 1;
		i++;
	}
	if (got == -1)
		return wrong(l, "a quote is not closed");
	return i < 2 ? wrong(l, "want NAME KIND URL-OR-PATH [KEY=VALUE]...")
		     : 0;
}

static int
check_filter(struct shipfile_line *l)
{
	const char *text = shipkeys_text(&l->keys, "filter"), *why;
	struct filter f;
	size_t at;

	if (text == NULL)
		return 0;
	why = filter_parse(&f, text, strlen(text), &at);
	if (why == NULL)
		return 0;
	snprintf(l->keys.why, sizeof l->keys.why, "filter: %s, at \"%.40s\"",
	    why, text + at);
	return -1;
}

int
shipfile_read(struct shipfile_line *l, const char *data, size_t n)
{
	char *first[2];

	memset(l, 0, sizeof *l);
	if (n > WORD_LINE_MAX)
		return wrong(l, "too long");
	if (cut(l, data, data + n, first) == -1 ||
	    shipkeys_parse(&l->keys, first[0], first[1], l->word, l->n_word) ==
		-1)
		return -1;
	return check_filter(l);
}

struct state {
	struct wordset names;
	unsigned n;
};

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char name[WORD_LINE_MAX + 1];
	struct state *s = arg;
	struct shipfile_line l;
	const char *end = p + n;
	size_t len;

	if (word_next(&p, end, name, &len) != 1 || !shipfile_name(name, len))
		return conffile_wrong(sink,
		    "not a destination's name: letters, digits, - _ .");
	if (shipfile_read(&l, p, (size_t)(end - p)) == -1)
		return conffile_wrong(sink, l.keys.why);
	if (wordset_once(&s->names, name, len, lineno, sink) == -1)
		return -1;
	if (++s->n > SHIPFILE_DESTINATIONS_MAX)
		return conffile_wrong(sink, "too many destinations");
	return sink->add(sink->arg, name, len, p, (size_t)(end - p));
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;

	return wordset_finish(&s->names, sink);
}

const struct conffile conffile_ship = { "ship", sizeof(struct state), line,
	finish };
