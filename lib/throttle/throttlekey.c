#include "throttle/throttlekey.h"
#include "base/ascii.h"
#include <string.h>

const char *const throttle_labels[THROTTLE_TAG] = { "site", "domain", "via",
	"tenant", "provider", "src", "user" };

static const char tag[] = "tag";

const struct throttle_words throttle_words = { throttle_labels,
	"the key is not *, nor made of site: domain: via: tenant: provider: "
	"src: user: tag:",
	"throttle", 1 };

static const struct throttle_words *
words(const struct throttle_parts *p)
{
	return p->words == NULL ? &throttle_words : p->words;
}

/* reading */

static const char *
bad_value(const struct slice *v)
{
	size_t i;

	if (v->n == 0)
		return "a value is missing in the key";
	if (v->n > THROTTLE_VALUE_MAX)
		return "a value in the key is too long";
	if (v->p[0] == '.' && v->n == 1)
		return "a domain is missing behind the dot";
	for (i = 0; i < v->n; i++)
		if ((unsigned char)v->p[i] <= ' ' || v->p[i] == '\\' ||
		    v->p[i] == 0x7f || (v->p[i] == '*' && v->n > 1))
			return "a value in the key has a forbidden byte";
	return NULL;
}

static const char *
split_tag(struct throttle_part *p)
{
	const char *eq = memchr(p->value.p, '=', p->value.n);

	p->name = p->value;
	if (eq == NULL)
		return "a tag in the key is not tag:NAME=VALUE";
	p->name.n = eq - p->name.p;
	p->value.p = eq + 1;
	p->value.n -= p->name.n + 1;
	if (p->name.n > THROTTLE_TAG_MAX)
		return "the name of a tag in the key is too long";
	return word_name(p->name.p, p->name.n)
	    ? NULL
	    : "the name of a tag in the key is not letters, digits, - _ .";
}

/* one part, [p, end) */
static const char *
parse_part(const struct throttle_words *w, const char *p, const char *end,
    struct throttle_part *out)
{
	const char *colon = memchr(p, ':', end - p), *bad = NULL;
	struct slice label = { p, colon == NULL ? 0 : colon - p };
	unsigned l;

	for (l = 0; l < THROTTLE_TAG; l++)
		if (w->label[l] != NULL && word_is(label, w->label[l]))
			break;
	if (l == THROTTLE_TAG && (!w->tags || !word_is(label, tag)))
		return w->fault;
	out->label = l;
	out->value.p = colon + 1;
	out->value.n = end - out->value.p;
	out->name.n = 0;
	if (l == THROTTLE_TAG)
		bad = split_tag(out);
	return bad != NULL ? bad : bad_value(&out->value);
}

static int
compare_names(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : strncasecmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

static int
compare(const struct throttle_part *a, const struct throttle_part *b)
{
	if (a->label != b->label)
		return a->label < b->label ? -1 : 1;
	return a->label == THROTTLE_TAG ? compare_names(a->name, b->name) : 0;
}

/* at its place; -1: it is there already */
static int
insert(struct throttle_parts *all, const struct throttle_part *p)
{
	unsigned i = all->n;
	int c = 1;

	while (i > 0 && (c = compare(p, &all->part[i - 1])) < 0)
		i--;
	if (c == 0)
		return -1;
	memmove(all->part + i + 1, all->part + i,
	    (all->n - i) * sizeof all->part[0]);
	all->part[i] = *p;
	all->n++;
	return 0;
}

const char *
throttlekey_parse(const struct slice *key, struct throttle_parts *out)
{
	const char *p = key->p, *end = key->p + key->n, *plus, *bad;
	struct throttle_part part;

	out->n = 0;
	if (key->n == 1 && key->p[0] == '*')
		return NULL;
	for (; p <= end; p = plus + 1) {
		plus = memchr(p, '+', end - p);
		if (plus == NULL)
			plus = end;
		bad = parse_part(words(out), p, plus, &part);
		if (bad != NULL)
			return bad;
		if (out->n == THROTTLE_LABELS)
			return "too many labels in the key";
		if (insert(out, &part) == -1)
			return "a label stands twice in the key";
	}
	return NULL;
}

/* writing */

static size_t
put_lower(char *out, struct slice s)
{
	ascii_lower_copy(out, s.p, s.n);
	return s.n;
}

size_t
throttlekey_print(char out[THROTTLE_KEY_MAX], const struct throttle_parts *all)
{
	const struct throttle_part *p;
	const char *label;
	size_t n = 0;

	for (p = all->part; p < all->part + all->n; p++) {
		if (n > 0)
			out[n++] = '+';
		label = p->label == THROTTLE_TAG ? tag
						 : words(all)->label[p->label];
		memcpy(out + n, label, strlen(label));
		n += strlen(label);
		out[n++] = ':';
		if (p->label == THROTTLE_TAG) {
			n += put_lower(out + n, p->name);
			out[n++] = '=';
		}
		n += put_lower(out + n, p->value);
	}
	if (n == 0)
		out[n++] = '*';
	return n;
}

/* names of tags */

static struct slice
name_of(const struct throttle_tags *t, unsigned i)
{
	struct slice s = { t->name[i], strlen(t->name[i]) };

	return s;
}

int
throttlekey_slot(struct throttle_tags *t, struct slice name)
{
	unsigned i;

	for (i = 0; i < t->n; i++)
		if (compare_names(name_of(t, i), name) == 0)
			return THROTTLE_TAG + i;
	if (t->n == THROTTLE_TAGS_MAX)
		return -1;
	ascii_lower_copy(t->name[t->n], name.p, name.n);
	t->name[t->n][name.n] = '\0';
	for (i = t->n; i > 0; i--) {
		if (compare_names(name_of(t, t->order[i - 1]), name) < 0)
			break;
		t->order[i] = t->order[i - 1];
	}
	t->order[i] = t->n;
	return THROTTLE_TAG + t->n++;
}

int
throttlekey_find(const struct throttle_tags *t, const char *p, size_t n,
    size_t *value)
{
	const char *eq = memchr(p, '=', n);
	struct slice name = { p, eq == NULL ? 0 : eq - p };
	unsigned i;

	for (i = 0; eq != NULL && i < t->n; i++)
		if (compare_names(name_of(t, i), name) == 0) {
			*value = name.n + 1;
			return THROTTLE_TAG + i;
		}
	return -1;
}
