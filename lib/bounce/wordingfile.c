#include "base/ascii.h"
#include "bounce/wording.h"
#include "bounce/wordingkeys.h"
#include "failure/failurefile.h"
#include "mail/address.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* a text as far as it was read */
struct text {
	char name[WORD_NAME_MAX + 1];
	struct buf lines;
	unsigned long has, rcpts; /* a bit for each key */
};

struct state {
	struct wordset seen; /* domains, and keys of texts */
	struct wordset used; /* names of texts, with the line */
	struct text *text;
	unsigned n_texts;
	struct buf copies;
	unsigned n_copies;
	int forged;
};

/* the word at the front, and what stands behind it */
static struct slice
cut(struct slice *rest)
{
	struct slice w = { rest->p, 0 };
	const char *end = rest->p + rest->n;

	while (w.p + w.n < end && w.p[w.n] != ' ' && w.p[w.n] != '\t')
		w.n++;
	rest->p = w.p + w.n;
	while (rest->p < end && (*rest->p == ' ' || *rest->p == '\t'))
		rest->p++;
	rest->n = end - rest->p;
	return w;
}

static int
is_name(struct slice s)
{
	return s.n > 0 && s.n <= WORD_NAME_MAX && word_name(s.p, s.n);
}

/* whom it is for */

static int
domain_line(struct state *s, struct slice rest, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct slice domain = cut(&rest), name = cut(&rest), bare = domain;
	char key[8 + WORD_DOMAIN_MAX + 1];
	size_t n = 8, i;

	if (bare.n > 1 && bare.p[0] == '.') {
		bare.p++;
		bare.n--;
	}
	if (!word_is(domain, "*") &&
	    (bare.n > WORD_DOMAIN_MAX || !word_domain(bare.p, bare.n)))
		return conffile_wrong(sink, "no domain, nor *");
	if (!is_name(name) || rest.n > 0)
		return conffile_wrong(sink,
		    "behind a domain stands the name of "
		    "one text");
	memcpy(key, "domain: ", 8);
	for (i = 0; i < domain.n; i++)
		key[n++] = ascii_lower(domain.p[i]);
	if (wordset_once(&s->seen, key, n, lineno, sink) == -1)
		return -1;
	if (wordset_add(&s->used, name.p, name.n, lineno) == -1)
		return conffile_wrong(sink, "out of memory");
	return sink->add(sink->arg, key, n, name.p, name.n);
}

/* texts */

static struct text *
text_of(struct state *s, struct slice name)
{
	struct text *t;
	unsigned i;

	for (i = 0; i < s->n_texts; i++)
		if (word_is(name, s->text[i].name))
			return &s->text[i];
	t = reallocarray(s->text, s->n_texts + 1, sizeof *t);
	if (t == NULL)
		return NULL;
	s->text = t;
	t = &t[s->n_texts++];
	memset(t, 0, sizeof *t);
	memcpy(t->name, name.p, name.n);
	return t;
}

static int
text_add(struct state *s, struct slice name, const struct wordingkey *k,
    struct slice value, const struct conffile_sink *sink)
{
	unsigned long bit = 1ul << (k - wordingkey_at(0));
	struct text *t = text_of(s, name);

	if (t == NULL ||
	    buf_printf(&t->lines, "%s %.*s\n", k->name, (int)value.n,
		value.p) == -1)
		return conffile_wrong(sink, "out of memory");
	if (s->n_texts > WORDING_TEXTS_MAX)
		return conffile_wrong(sink, "more than 100 texts");
	if (buf_len(&t->lines) > WORDING_BYTES_MAX)
		return conffile_wrong(sink,
		    "more than 32768 bytes of one text");
	t->has |= bit;
	if (word_is(value, "%{rcpts}"))
		t->rcpts |= bit;
	return 0;
}

static int
text_line(struct state *s, struct slice rest, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct slice name = cut(&rest), key = cut(&rest);
	const struct wordingkey *k = wordingkey_find(key);
	char once[2 * WORD_NAME_MAX];
	const char *why;

	if (!is_name(name))
		return conffile_wrong(sink, "no name of a text");
	if (k == NULL)
		return conffile_wrong(sink, "unknown key of a text");
	if (rest.n == 0)
		return conffile_wrong(sink, "no words behind the key");
	why = wordingkey_fault(k, rest);
	if (why != NULL)
		return conffile_wrong(sink, why);
	if (k->form != WORDINGKEY_PARAGRAPH &&
	    wordset_once(&s->seen, once,
		snprintf(once, sizeof once, "text %.*s %s", (int)name.n, name.p,
		    k->name),
		lineno, sink) == -1)
		return -1;
	return text_add(s, name, k, rest, sink);
}

/* copies, and forged senders */

static int
is_copy(struct slice one)
{
	return word_is(one, "failed") || word_is(one, "delayed") ||
	    word_is(one, "double");
}

/* the classes of class=, cut off; "-" without */
static const char *
copy_classes(struct slice *rest, struct slice *classes)
{
	struct slice all, one;

	*classes = (struct slice){ "-", 1 };
	if (!ascii_begins(rest->p, rest->n, "class="))
		return NULL;
	*classes = cut(rest);
	classes->p += 6;
	classes->n -= 6;
	all = *classes;
	while (word_piece(&all, ',', &one))
		if (failure_class_hard(one) == -1)
			return "no class of failures, see conf-classes(5)";
	return NULL;
}

static int
copy_line(struct state *s, struct slice rest, const struct conffile_sink *sink)
{
	struct slice kinds = cut(&rest), all = kinds, one, classes;
	char text[WORD_ADDRESS_MAX + 3];
	const char *why;

	if (kinds.n == 0)
		return conffile_wrong(sink, "no kinds of reports");
	while (word_piece(&kinds, ',', &one))
		if (!is_copy(one))
			return conffile_wrong(sink,
			    "kinds are failed, delayed and double");
	why = copy_classes(&rest, &classes);
	if (why != NULL)
		return conffile_wrong(sink, why);
	if (rest.n == 0 || rest.n > WORD_ADDRESS_MAX)
		return conffile_wrong(sink, "not an address");
	snprintf(text, sizeof text, "%.*s%s", (int)rest.n, rest.p,
	    memchr(rest.p, '@', rest.n) == NULL ? "@x" : "");
	if (!address_valid(text, strlen(text)))
		return conffile_wrong(sink, "not an address");
	if (++s->n_copies > WORDING_COPIES_MAX)
		return conffile_wrong(sink, "more than 32 lines of copies");
	if (buf_printf(&s->copies, "%.*s %.*s %.*s\n", (int)all.n, all.p,
		(int)classes.n, classes.p, (int)rest.n, rest.p) == -1)
		return conffile_wrong(sink, "out of memory");
	return 0;
}

static int
forged_line(struct state *s, struct slice rest,
    const struct conffile_sink *sink)
{
	if (!word_is(rest, "drop") && !word_is(rest, "doublebounce"))
		return conffile_wrong(sink,
		    "behind forged stands drop or "
		    "doublebounce");
	if (s->forged)
		return conffile_wrong(sink, "forged stands twice");
	s->forged = 1;
	return sink->add(sink->arg, "forged", 6, rest.p, rest.n);
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct slice rest = { p, n }, word = cut(&rest);

	if (word_is(word, "domain"))
		return domain_line(arg, rest, lineno, sink);
	if (word_is(word, "text"))
		return text_line(arg, rest, lineno, sink);
	if (word_is(word, "copy"))
		return copy_line(arg, rest, sink);
	if (word_is(word, "forged"))
		return forged_line(arg, rest, sink);
	return conffile_wrong(sink,
	    "a line begins with domain, text, copy or forged");
}

/* at the end */

/* paragraphs that do not say who it is about */
static int
check_text(const struct text *t, const struct conffile_sink *sink)
{
	const struct wordingkey *k;
	char why[2 * WORD_NAME_MAX + 64];
	unsigned i;

	for (i = 0; (k = wordingkey_at(i)) != NULL; i++)
		if (k->rcpts && (t->has >> i & 1) && !(t->rcpts >> i & 1)) {
			snprintf(why, sizeof why,
			    "text %s: no paragraph of %s is %%{rcpts}", t->name,
			    k->name);
			return conffile_wrong(sink, why);
		}
	return 0;
}

static int
check_used(struct state *s, const struct conffile_sink *sink)
{
	char why[WORD_NAME_MAX + 64];
	struct slice name;
	unsigned known;
	size_t i, j;
	int bad = 0;

	for (i = 0; i < s->used.cap; i++) {
		if (s->used.slot[i].line == 0)
			continue;
		name.p = buf_data(&s->used.bytes) + s->used.slot[i].at;
		name.n = s->used.slot[i].n;
		known = wording_builtin(name).n > 0;
		for (j = 0; j < s->n_texts && !known; j++)
			known = word_is(name, s->text[j].name);
		snprintf(why, sizeof why, "line %u: there is no text %.*s",
		    s->used.slot[i].line, (int)name.n, name.p);
		if (!known)
			bad = conffile_wrong(sink, why);
	}
	return bad;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	char key[5 + WORD_NAME_MAX + 1];
	int bad = check_used(s, sink);
	unsigned i;

	for (i = 0; i < s->n_texts; i++) {
		bad |= check_text(&s->text[i], sink);
		bad |= sink->add(sink->arg, key,
		    snprintf(key, sizeof key, "text %s", s->text[i].name),
		    buf_data(&s->text[i].lines), buf_len(&s->text[i].lines));
		buf_free(&s->text[i].lines);
	}
	if (s->n_copies > 0)
		bad |= sink->add(sink->arg, "copy", 4, buf_data(&s->copies),
		    buf_len(&s->copies));
	free(s->text);
	buf_free(&s->copies);
	wordset_free(&s->seen);
	wordset_free(&s->used);
	return bad;
}

const struct conffile conffile_bounces = { "bounces", sizeof(struct state),
	line, finish };
