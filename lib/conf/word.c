#include "conf/word.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "mail/address.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int
address_set(struct address *a, const char *p, size_t n)
{
	const char *at;
	size_t i;

	a->len = a->user_len = a->domain_len = 0;
	a->key[0] = '\0';
	a->domain = a->key;
	if (n == 0 || n > WORD_ADDRESS_MAX)
		return -1;
	n = address_plain(p, n, a->key);
	for (i = 0; i < n; i++) {
		if ((unsigned char)a->key[i] < 0x20 || a->key[i] == 0x7f)
			return -1;
		a->key[i] = ascii_lower(a->key[i]);
	}
	a->key[n] = '\0';
	a->len = n;
	at = memrchr(a->key, '@', n);
	a->user_len = at == NULL ? n : (size_t)(at - a->key);
	a->domain = at == NULL ? a->key + n : at + 1;
	a->domain_len = a->key + n - a->domain;
	return a->user_len == 0 ? -1 : 0;
}

static int
name_byte(char c)
{
	return ascii_alnum(c) || c == '-' || c == '_';
}

int
word_domain(const char *p, size_t n)
{
	size_t i, label = 0;

	if (n == 0 || n > WORD_DOMAIN_MAX)
		return 0;
	for (i = 0; i < n; i++) {
		if (p[i] == '.') {
			if (label == 0)
				return 0;
			label = 0;
			continue;
		}
		if (!name_byte(p[i]) && !((unsigned char)p[i] & 0x80))
			return 0;
		if (++label > 63)
			return 0;
	}
	return label > 0;
}

int
word_name(const char *p, size_t n)
{
	size_t i;

	if (n == 0 || n > WORD_NAME_MAX)
		return 0;
	for (i = 0; i < n; i++)
		if (!name_byte(p[i]) && p[i] != '.')
			return 0;
	return 1;
}

int
word_ip(const char *p, size_t n)
{
	unsigned char ip[IP_LEN];
	size_t len = ip_scan(p, n, ip);

	return len == 16 ? 6 : (int)len;
}

struct slice
word_tag(const struct slice *tag, unsigned n, struct slice name)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (tag[i].n > name.n && tag[i].p[name.n] == '=' &&
		    strncasecmp(tag[i].p, name.p, name.n) == 0)
			return (struct slice){ tag[i].p + name.n + 1,
				tag[i].n - name.n - 1 };
	return (struct slice){ "", 0 };
}

int
word_next(const char **pp, const char *end, char *out, size_t *n)
{
	const char *p = *pp;
	size_t len = 0;
	int quoted = 0;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == end)
		return 0;
	for (; p < end && (quoted || (*p != ' ' && *p != '\t')); p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return -1;
		if (*p == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && *p == '\\' && p + 1 < end &&
		    (p[1] == '"' || p[1] == '\\'))
			p++;
		out[len++] = *p;
	}
	out[len] = '\0';
	*n = len;
	*pp = p;
	return quoted ? -1 : 1;
}

/* the word again, in what was kept of the line: each word with its NUL */
static int
again(const char *kept, size_t used, const char *word, size_t n)
{
	const char *p;

	for (p = kept; p < kept + used; p += strlen(p) + 1)
		if (strlen(p) == n && memcmp(p, word, n) == 0)
			return 1;
	return 0;
}

const char *
word_twice(const char *p, const char *end, const char *const *names,
    char why[WORD_TWICE_MAX])
{
	char kept[WORD_LINE_MAX + 2], *word = kept;
	const char *name;
	uint64_t seen = 0;
	size_t n;
	unsigned i;
	int same, twice;

	if (end - p > WORD_LINE_MAX)
		return NULL;
	for (; word_next(&p, end, word, &n) == 1; word += n + 1)
		for (i = 0; names[i] != NULL; i++) {
			same = names[i][0] == '=';
			name = names[i] + same;
			if (strncmp(word, name, strlen(name)) != 0)
				continue;
			twice = same ? again(kept, word - kept, word, n)
				     : (int)(seen >> i & 1);
			seen |= UINT64_C(1) << i;
			if (!twice)
				continue;
			snprintf(why, WORD_TWICE_MAX, "%.64s stands twice",
			    same ? word : name);
			return why;
		}
	return NULL;
}

int
word_piece(struct slice *rest, char sep, struct slice *piece)
{
	const char *e;

	if (rest->p == NULL)
		return 0;
	e = memchr(rest->p, sep, rest->n);
	piece->p = rest->p;
	if (e == NULL) {
		piece->n = rest->n;
		rest->p = NULL;
		rest->n = 0;
		return 1;
	}
	piece->n = e - rest->p;
	rest->n -= piece->n + 1;
	rest->p = e + 1;
	return 1;
}

int
word_attribute(struct slice *rest, char letter, struct slice *value)
{
	if (!word_piece(rest, ',', value) || value->n < 2 ||
	    value->p[0] != letter || value->p[1] != '=')
		return -1;
	value->p += 2;
	value->n -= 2;
	return 0;
}

/* the finalizer of splitmix64 */
uint64_t
word_mix(uint64_t h)
{
	h ^= h >> 30;
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	h ^= h >> 27;
	h *= UINT64_C(0x94d049bb133111eb);
	return h ^ (h >> 31);
}

/* FNV-1a, mixed */
uint64_t
word_hash(uint64_t seed, const char *p, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ seed;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001b3);
	return word_mix(h);
}

static struct wordset_slot *
find(const struct wordset *s, const char *p, size_t n)
{
	size_t i = word_hash(0, p, n) & (s->cap - 1);
	struct wordset_slot *t;

	for (;; i = (i + 1) & (s->cap - 1)) {
		t = &s->slot[i];
		if (t->line == 0 ||
		    (t->n == n &&
			(n == 0 || memcmp(s->bytes.p + t->at, p, n) == 0)))
			return t;
	}
}

static int
grow(struct wordset *s)
{
	struct wordset old = *s;
	size_t i;

	s->cap = old.cap == 0 ? 64 : 2 * old.cap;
	s->slot = calloc(s->cap, sizeof *s->slot);
	if (s->slot == NULL) {
		*s = old;
		return -1;
	}
	for (i = 0; i < old.cap; i++)
		if (old.slot[i].line != 0)
			*find(s, s->bytes.p + old.slot[i].at, old.slot[i].n) =
			    old.slot[i];
	free(old.slot);
	return 0;
}

long
wordset_add(struct wordset *s, const char *p, size_t n, unsigned line)
{
	struct wordset_slot *t;

	if (2 * (s->used + 1) > s->cap && grow(s) == -1)
		return -1;
	t = find(s, p, n);
	if (t->line != 0)
		return t->line;
	if (buf_put(&s->bytes, p, n) == -1)
		return -1;
	t->at = s->bytes.end - n;
	t->n = n;
	t->line = line;
	s->used++;
	return 0;
}

int
wordset_once(struct wordset *s, const char *p, size_t n, unsigned line,
    const struct conffile_sink *sink)
{
	char t[64];
	long before = wordset_add(s, p, n, line);

	if (before == -1)
		return conffile_wrong(sink, "out of memory");
	if (before == 0)
		return 0;
	snprintf(t, sizeof t, "stands in line %ld already", before);
	return conffile_wrong(sink, t);
}

void
wordset_free(struct wordset *s)
{
	buf_free(&s->bytes);
	free(s->slot);
	memset(s, 0, sizeof *s);
}

int
wordset_finish(void *state, const struct conffile_sink *sink)
{
	(void)sink;
	wordset_free(state);
	return 0;
}
