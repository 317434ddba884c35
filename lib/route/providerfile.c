#include "route/providerfile.h"
#include "base/ascii.h"
#include "conf/conftext.h"
#include "conf/word.h"
#include <stdio.h>

struct state {
	struct wordset patterns; /* of these lines, each as its key */
	int shipped, versions;
};

static int
lower_ascii(struct slice v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (ascii_upper(v.p[i]) || (v.p[i] & 0x80))
			return 0;
	return 1;
}

/* a pattern to its place among the letters, and what is behind it; 0, or -1:
 * it is none */
static int
read_pattern(struct slice v, unsigned *kind, struct slice *name)
{
	int mx = v.n > 3 && memcmp(v.p, "mx:", 3) == 0;
	unsigned below;

	if (mx) {
		v.p += 3;
		v.n -= 3;
		if (v.n > 2 && memcmp(v.p, "*.", 2) == 0) {
			v.p++;
			v.n--;
		}
	}
	below = v.n > 1 && v.p[0] == '.';
	*kind = 2 * (unsigned)mx + below;
	*name = (struct slice){ v.p + below, v.n - below };
	return word_domain(name->p, name->n) && lower_ascii(*name) ? 0 : -1;
}

static int
add_pattern(struct state *s, struct slice provider, struct slice pattern,
    unsigned lineno, const struct conffile_sink *sink)
{
	char key[WORD_DOMAIN_MAX + 2], data[PROVIDERFILE_NAME_MAX + 16];
	struct slice name;
	unsigned kind;
	int n;

	if (read_pattern(pattern, &kind, &name) == -1)
		return conffile_wrong(sink,
		    "want example.com, .example.com, mx:mx.example.com or "
		    "mx:.example.com, in lower case and A-labels");
	key[0] = (s->shipped ? "DSMN" : "dsmn")[kind];
	memcpy(key + 1, name.p, name.n);
	if (wordset_once(&s->patterns, key, name.n + 1, lineno, sink) == -1)
		return -1;
	n = snprintf(data, sizeof data, "%u %.*s", lineno, (int)provider.n,
	    provider.p);
	return sink->add(sink->arg, key, name.n + 1, data, (size_t)n);
}

static int
version(struct state *s, struct slice v, const struct conffile_sink *sink)
{
	if (!s->shipped || s->versions++ > 0)
		return conffile_wrong(sink,
		    "version stands once, in the shipped lines");
	return sink->add(sink->arg, "=version", 8, v.p, v.n);
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char word[WORD_LINE_MAX + 1], of[PROVIDERFILE_NAME_MAX];
	struct slice name = { of, 0 };
	const char *end = p + n;
	unsigned patterns = 0;
	size_t len;
	int r;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	if (word_next(&p, end, word, &len) != 1 || !word_name(word, len) ||
	    len > sizeof of || !lower_ascii((struct slice){ word, len }))
		return conffile_wrong(sink,
		    "the name of a provider has small letters, digits, - _ and "
		    "., at most 32");
	memcpy(of, word, len);
	name.n = len;
	while ((r = word_next(&p, end, word, &len)) == 1) {
		struct slice w = { word, len };

		patterns++;
		if (word_is(name, "version"))
			return version(arg, w, sink);
		if (add_pattern(arg, name, w, lineno, sink) == -1)
			return -1;
	}
	if (r == -1)
		return conffile_wrong(sink,
		    "quote not closed, or control byte");
	return patterns > 0 ? 0 : conffile_wrong(sink, "no pattern");
}

/* behind the site's lines, those that are shipped */
static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	const char *at = provider_shipped, *p;
	unsigned lineno = 0;
	size_t n;

	wordset_free(&s->patterns);
	memset(s, 0, sizeof *s);
	s->shipped = 1;
	while (conftext_next(&at, provider_shipped_end, &lineno, &p, &n))
		line(s, p, n, lineno, sink);
	return wordset_finish(&s->patterns, sink);
}

const struct conffile conffile_providers = { "providers", sizeof(struct state),
	line, finish };
