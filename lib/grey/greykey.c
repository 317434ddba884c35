#include "grey/greykey.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

/* a word this long with a digit in it is an identifier */
enum { ID_WORD = 10 };

/* the client */

int
greykey_ip(struct slice client, struct hostaddr *a)
{
	static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0xff, 0xff };

	if (hostaddr_scan(client.p, client.n, a) == -1)
		return -1;
	if (a->family == 6 && memcmp(a->ip, mapped, sizeof mapped) == 0) {
		a->family = 4;
		memmove(a->ip, a->ip + 12, 4);
		memset(a->ip + 4, 0, 12);
	}
	return 0;
}

void
greykey_mask(struct hostaddr *a, unsigned bits)
{
	unsigned i;

	for (i = 0; i < 16; i++, bits = (bits > 8 ? bits - 8 : 0))
		if (bits < 8)
			a->ip[i] &= (unsigned char)(0xff00 >> bits);
}

/* the sender */

/* at p: a word in which digits do not count; returns its length */
static size_t
fold_word(const char *p, size_t n, char *out, size_t *len)
{
	size_t k, i, digits = 0;

	for (k = 0; k < n && ascii_alnum(p[k]); k++)
		digits += ascii_digit(p[k]);
	if (digits > 0 && k >= ID_WORD) {
		out[(*len)++] = '#';
		return k;
	}
	for (i = 0; i < k; i++)
		if (!ascii_digit(p[i]))
			out[(*len)++] = ascii_lower(p[i]);
		else if (i == 0 || !ascii_digit(p[i - 1]))
			out[(*len)++] = '#';
	return k;
}

static int
begins(const char *p, size_t n, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++)
		if (i == n || ascii_lower(p[i]) != word[i])
			return 0;
	return i < n;
}

/* copies "NAME=", and a # for each of the `parts` behind it, each up to = */
static size_t
fold_parts(const char *p, size_t n, size_t name, unsigned parts, char *out,
    size_t *len)
{
	const char *eq;
	size_t at = name, had = *len, i;

	for (i = 0; i < name; i++)
		out[(*len)++] = ascii_lower(p[i]);
	while (parts-- > 0) {
		eq = memchr(p + at, '=', n - at);
		/* out has room for n bytes: an empty part is left as it is */
		if (eq == NULL || eq == p + at) {
			*len = had;
			return 0;
		}
		out[(*len)++] = '#';
		out[(*len)++] = '=';
		at = (size_t)(eq - p) + 1;
	}
	return at;
}

/* BATV and SRS at the beginning of a local part: what was used up */
static size_t
fold_tag(const char *p, size_t n, char *out, size_t *len)
{
	static const struct {
		const char *word;
		unsigned parts;
	} tag[] = { { "prvs=", 1 }, { "srs0=", 2 }, { "srs0+", 2 },
		{ "srs0-", 2 }, { "srs1=", 1 }, { "srs1+", 1 },
		{ "srs1-", 1 } };
	size_t i;

	for (i = 0; i < sizeof tag / sizeof *tag; i++)
		if (begins(p, n, tag[i].word))
			return fold_parts(p, n, strlen(tag[i].word),
			    tag[i].parts, out, len);
	return 0;
}

size_t
greykey_sender(char *out, const char *p, size_t n)
{
	const char *at = n == 0 ? NULL : memrchr(p, '@', n);
	size_t user = at == NULL ? n : (size_t)(at - p), len = 0, i, k;

	i = fold_tag(p, user, out, &len);
	while (i < user) {
		k = fold_word(p + i, user - i, out, &len);
		if (k == 0)
			out[len++] = p[i++];
		i += k;
	}
	for (; i < n; i++)
		out[len++] = ascii_lower(p[i]);
	return len;
}

/* the key */

/* a part of any length, at the end of the key */
static void
add_part(struct greykey *k, const char *p, size_t n)
{
	size_t keep = n <= GREYKEY_PART_MAX ? n : GREYKEY_PART_MAX - 17, i;

	for (i = 0; i < keep; i++)
		k->text[k->len++] =
		    (unsigned char)p[i] < 0x20 || p[i] == 0x7f ? '?' : p[i];
	if (n > keep)
		k->len += (size_t)snprintf(k->text + k->len, 18, "#%016llx",
		    (unsigned long long)word_hash(0, p, n));
	k->text[k->len] = '\0';
}

static void
add_lower(struct greykey *k, const char *p, size_t n)
{
	char t[WORD_LINE_MAX];
	size_t i;

	if (n > sizeof t)
		n = sizeof t;
	for (i = 0; i < n; i++)
		t[i] = ascii_lower(p[i]);
	add_part(k, t, n);
}

int
greykey_who(struct greykey *k, const struct greykey_conf *c,
    struct slice client, struct slice spf)
{
	struct hostaddr a;
	char t[WORD_DOMAIN_MAX + 64], ip[46];
	unsigned bits;
	int n;

	k->len = 0;
	if (spf.n > 0 && spf.n <= WORD_DOMAIN_MAX) {
		n = snprintf(t, sizeof t, "spf:%.*s", (int)spf.n, spf.p);
		add_lower(k, t, strnlen(t, n));
		k->who_len = k->len;
		return 0;
	}
	if (greykey_ip(client, &a) == -1)
		return -1;
	bits = a.family == 4 ? c->bits4 : c->bits6;
	greykey_mask(&a, bits);
	hostaddr_text(&a, ip);
	n = snprintf(t, sizeof t, "%s/%u", ip, bits);
	add_part(k, t, n);
	k->who_len = k->len;
	return 0;
}

void
greykey_mail(struct greykey *k, const struct greykey_conf *c, struct slice from,
    struct slice to)
{
	char t[WORD_LINE_MAX];
	const char *at;

	k->len = k->who_len;
	k->text[k->len++] = '\t';
	if (from.n > sizeof t)
		from.n = sizeof t;
	add_part(k, t, greykey_sender(t, from.p, from.n));
	k->text[k->len++] = '\t';
	at = c->domain && to.n > 0 ? memrchr(to.p, '@', to.n) : NULL;
	if (at != NULL) {
		to.n -= (size_t)(at + 1 - to.p);
		to.p = at + 1;
	}
	add_lower(k, to.p, to.n);
}
