#include "route/prohibited.h"
#include "base/num.h"
#include "conf/rules.h"
#include <string.h>

/* the file */

struct state {
	struct wordset seen;
	size_t lines;
};

static const char by_default[] = "this address is prohibited";

/* t, f or b; the word is taken off.  0: there is another */
static char
take_side(struct slice *v)
{
	struct slice rest = *v, label;

	if (!word_piece(&rest, ':', &label) || rest.p == NULL)
		return 'b';
	/* a colon behind the @ is that of an address in brackets */
	if (memchr(label.p, '@', label.n) != NULL || *label.p == '"')
		return 'b';
	if (!word_is(label, "to") && !word_is(label, "from"))
		return 0;
	*v = rest;
	return label.p[0];
}

static const char *
text_fault(struct slice t)
{
	size_t i;

	if (t.n > PROHIBITED_TEXT_MAX)
		return "text too long";
	for (i = 0; i < t.n; i++)
		if ((unsigned char)t.p[i] < 0x20 || t.p[i] == 0x7f)
			return "control byte";
	return NULL;
}

/* the key of a pattern: a letter, and it in lower case; 0: it is none */
static size_t
make_key(char key[WORD_ADDRESS_MAX + 2], struct slice v)
{
	char side = take_side(&v);
	struct address a;

	if (side == 0 || rules_pattern(&a, v.p, v.n) == -1 || a.domain_len == 0)
		return 0;
	key[0] = side;
	memcpy(key + 1, a.key, a.len);
	return a.len + 1;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	char key[WORD_ADDRESS_MAX + 2];
	size_t len = 0, key_len;
	struct buf rec = { 0 };
	struct slice text;
	const char *fault;
	int r;

	while (len < n && p[len] != ' ' && p[len] != '\t')
		len++;
	text = (struct slice){ p + len, n - len };
	while (text.n > 0 && (*text.p == ' ' || *text.p == '\t')) {
		text.p++;
		text.n--;
	}
	if (text.n == 0)
		text = (struct slice){ by_default, sizeof by_default - 1 };
	if (s->lines++ == PROHIBITED_LINES_MAX)
		return conffile_wrong(sink, "too many lines");
	key_len = make_key(key, (struct slice){ p, len });
	if (key_len == 0)
		return conffile_wrong(sink,
		    "not an address: [to:|from:]USER@DOMAIN, @DOMAIN or "
		    "@.DOMAIN");
	fault = text_fault(text);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (wordset_once(&s->seen, key, key_len, lineno, sink) == -1)
		return -1;
	r = buf_printf(&rec, "%u\t%.*s", lineno, (int)text.n, text.p) == -1
	    ? conffile_wrong(sink, "out of memory")
	    : sink->add(sink->arg, key, key_len, buf_data(&rec), buf_len(&rec));
	buf_free(&rec);
	return r;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;

	return wordset_finish(&s->seen, sink);
}

const struct conffile conffile_prohibited = { "prohibited",
	sizeof(struct state), line, finish };

/* looking up */

/* a pattern under either letter; 1, 0, -1 */
static int
get(const struct lookup *l, char side, struct slice pattern,
    struct prohibited *out)
{
	char key[WORD_ADDRESS_MAX + 2];
	struct slice rec, number;
	uint64_t u;
	int r;

	if (pattern.n > WORD_ADDRESS_MAX)
		return 0;
	key[0] = side;
	memcpy(key + 1, pattern.p, pattern.n);
	r = lookup_get(l, key, pattern.n + 1, &rec.p, &rec.n);
	if (r == 0) {
		key[0] = 'b';
		r = lookup_get(l, key, pattern.n + 1, &rec.p, &rec.n);
	}
	if (r != 1)
		return r;
	if (!word_piece(&rec, '\t', &number) || rec.p == NULL ||
	    num_scan(number.p, number.n, 1, UINT32_MAX, &u) == -1)
		return -1;
	out->line = (unsigned)u;
	out->text = rec;
	return 1;
}

/* the domain and all above it, as @.DOMAIN */
static int
get_parents(const struct lookup *l, char side, const struct address *a,
    struct prohibited *out)
{
	char key[WORD_DOMAIN_MAX + 3] = "@.";
	const char *p = a->domain, *end = p + a->domain_len;
	int r = 0;

	if (a->domain_len > WORD_DOMAIN_MAX)
		return 0;
	while (r == 0 && p != NULL && p < end) {
		memcpy(key + 2, p, (size_t)(end - p));
		r = get(l, side, (struct slice){ key, (size_t)(end - p) + 2 },
		    out);
		p = memchr(p, '.', (size_t)(end - p));
		p = p == NULL ? NULL : p + 1;
	}
	return r;
}

int
prohibited_find(const struct lookup *l, enum prohibited_side side,
    const struct address *a, struct prohibited *out)
{
	int r;

	if (a->len == 0 || a->domain_len == 0)
		return 0;
	r = get(l, (char)side, (struct slice){ a->key, a->len }, out);
	if (r == 0)
		r = get(l, (char)side,
		    (struct slice){ a->domain - 1, a->domain_len + 1 }, out);
	return r != 0 ? r : get_parents(l, (char)side, a, out);
}
