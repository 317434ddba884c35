#include "feedback/addrfind.h"
#include "base/ascii.h"
#include "mail/header.h"
#include <string.h>

static int
local_byte(char c)
{
	return ascii_alnum(c) || (unsigned char)c >= 0x80 ||
	    (c != '\0' && strchr("!#$%&'*+/=?^_`{|}~.-", c) != NULL);
}

static int
domain_byte(char c)
{
	return ascii_alnum(c) || c == '-' || c == '.' || c == '_' ||
	    (unsigned char)c >= 0x80;
}

/* from the quote before an @ back to the one that opens it; NULL: none */
static const char *
open_quote(const char *begin, const char *p)
{
	const char *stop =
	    p - begin > ADDRFIND_LOCAL_MAX ? p - ADDRFIND_LOCAL_MAX : begin;

	while (p > stop) {
		p--;
		if (*p == '"' && (p == stop || p[-1] != '\\'))
			return p;
		if (*p == '\n')
			break;
	}
	return NULL;
}

/* where the local part before this @ begins; at itself: there is none */
static const char *
local_begin(const char *begin, const char *at)
{
	const char *p = at;

	if (p - begin > 1 && p[-1] == '"') {
		p = open_quote(begin, p - 1);
		return p == NULL ? at : p;
	}
	while (p > begin && local_byte(p[-1]))
		p--;
	/* bytes of another script before an address are text, not part of it,
	 * unless all of it is in that script; nor are these in front */
	while (p < at && (strchr("'`*=/|{~!&.?", *p) != NULL))
		p++;
	if (p < at && ascii_alnum(at[-1]))
		while (p < at && (unsigned char)*p >= 0x80)
			p++;
	return at - p > ADDRFIND_LOCAL_MAX ? at : p;
}

/* where the domain behind this @ ends; at its begin: there is none */
static const char *
domain_end(const char *p, const char *end)
{
	const char *q = p, *close;

	if (p < end && *p == '[') {
		close = memchr(p, ']', end - p > 64 ? 64 : end - p);
		return close == NULL ? p : close + 1;
	}
	while (q < end && domain_byte(*q))
		q++;
	/* text in another script may follow without a blank */
	if (p < end && ascii_alnum(*p))
		for (close = p; close < q; close++)
			if ((unsigned char)*close >= 0x80)
				q = close;
	while (q > p && !ascii_alnum(q[-1]) && (unsigned char)q[-1] < 0x80)
		q--;
	if (q == p || memchr(p, '.', q - p) == NULL || *p == '.')
		return p;
	return q;
}

/* part of an URL, or of an id in angle brackets behind its field's name? */
static int
in_url(const char *begin, const char *p)
{
	const char *q = p;

	if (p - begin > ADDRFIND_URL_MAX)
		begin = p - ADDRFIND_URL_MAX;
	while (q > begin && !ascii_white(q[-1]) && q[-1] != '<' && q[-1] != '>')
		q--;
	return memmem(q, p - q, "://", 3) != NULL;
}

int
addrfind_next(const char **from, const char *end, struct slice *a)
{
	const char *begin = *from, *at, *p, *q;

	while (*from < end && (at = memchr(*from, '@', end - *from)) != NULL) {
		*from = at + 1;
		p = local_begin(begin, at);
		q = domain_end(at + 1, end);
		if (p == at || q == at + 1 || in_url(begin, p))
			continue;
		a->p = p;
		a->n = q - p;
		*from = q;
		return 1;
	}
	*from = end;
	return 0;
}

int
addrfind_has(struct slice t, const char *phrase)
{
	size_t n = strlen(phrase), i;

	for (i = 0; i + n <= t.n; i++)
		if (ascii_lower(t.p[i]) == ascii_lower(phrase[0]) &&
		    ascii_same(t.p + i, n, phrase, n))
			return 1;
	return 0;
}

int
addrfind_any(struct slice t, const char *const *phrases)
{
	for (; *phrases != NULL; phrases++)
		if (addrfind_has(t, *phrases))
			return 1;
	return 0;
}

static int
is_one(const struct header_field *f, const char *const *names)
{
	for (; *names != NULL; names++)
		if (header_is(f, *names))
			return 1;
	return 0;
}

int
addrfind_each(struct slice header, const char *const *names,
    int (*give)(void *arg, struct slice a), void *arg)
{
	const char *p = header.p, *end, *v;
	struct header_field f;
	struct slice a;
	int r = 0;

	if (header.n == 0)
		return 0;
	end = header.p + header.n;
	while (r == 0 && header_field(&p, end, &f)) {
		if (!is_one(&f, names))
			continue;
		v = f.value;
		while (r == 0 && addrfind_next(&v, f.value + f.value_len, &a))
			r = give(arg, a);
	}
	return r;
}

struct kept {
	struct slice *a;
	size_t n, max;
};

static int
keep(void *arg, struct slice a)
{
	struct kept *k = arg;

	if (k->n == k->max)
		return 1;
	k->a[k->n++] = a;
	return 0;
}

size_t
addrfind_fields(struct slice header, const char *const *names, struct slice *a,
    size_t max)
{
	struct kept k = { a, 0, max };

	addrfind_each(header, names, keep, &k);
	return k.n;
}
