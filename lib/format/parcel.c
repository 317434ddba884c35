#include "format/parcel.h"
#include "format/ltsv.h"
#include "format/netstring.h"
#include <string.h>

int
parcel_key_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static int
good_value(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '\0' || p[i] == '\r' || p[i] == '\t')
			return 0;
		if (p[i] == '\\' &&
		    (++i == n || p[i] == '\0' || !strchr("tnr0\\", p[i])))
			return 0;
	}
	return 1;
}

int
parcel_next(const char **p, const char *end, struct parcel_line *l)
{
	const char *s = *p, *e, *k;

	e = memchr(s, '\n', end - s);
	if (e == NULL)
		return end - s >= PARCEL_LINE_MAX ? -1 : -2;
	if (e - s >= PARCEL_LINE_MAX)
		return -1;
	if (e == s) {
		*p = e + 1;
		return 0;
	}
	for (k = s; k < e && parcel_key_byte(*k); k++)
		;
	if (k == s || (k < e && *k != ' '))
		return -1;
	l->key = s;
	l->key_len = k - s;
	l->value = k < e ? k + 1 : e;
	l->value_len = e - l->value;
	if (!good_value(l->value, l->value_len))
		return -1;
	*p = e + 1;
	return 1;
}

int
parcel_is(const struct parcel_line *l, const char *key)
{
	/* most lines that are asked differ here, and each is asked for many */
	return *key == *l->key && strlen(key) == l->key_len &&
	    memcmp(l->key, key, l->key_len) == 0;
}

size_t
parcel_address(const char *v, size_t n)
{
	int quoted = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i] == '"')
			quoted = !quoted;
		else if (v[i] == ' ' && !quoted)
			break;
		else if (quoted && v[i] == '\\' && i + 2 < n &&
		    v[i + 1] == '\\')
			/* a backslash, written as two, quotes what follows;
			 * that may stand escaped, too */
			i += v[i + 2] == '\\' ? 3 : 2;
	}
	return i < n ? i : n;
}

int
parcel_put(struct buf *b, const char *key, const char *value, size_t n)
{
	if (buf_puts(b, key) == -1 || (n > 0 && buf_putc(b, ' ') == -1) ||
	    ltsv_escape(b, value, n) == -1)
		return -1;
	return buf_putc(b, '\n');
}

int
parcel_puts(struct buf *b, const char *key, const char *value)
{
	return parcel_put(b, key, value, strlen(value));
}

int
parcel_head(struct buf *out, const struct buf *env, uint64_t message_len)
{
	if (buf_putnum(out, buf_len(env) + 1 + message_len) == -1 ||
	    buf_putc(out, ':') == -1 ||
	    buf_put(out, buf_data(env), buf_len(env)) == -1)
		return -1;
	return buf_putc(out, '\n');
}

int
receipt_put(struct buf *b, enum receipt_kind kind, const char *text)
{
	char t[RECEIPT_MAX];
	size_t n = strlen(text);

	if (n > sizeof t - 1)
		n = sizeof t - 1;
	t[0] = kind;
	memcpy(t + 1, text, n);
	return netstring_put(b, t, n + 1);
}

long
receipt_get(const char *p, size_t n, enum receipt_kind *kind, const char **text,
    size_t *len)
{
	const char *s;
	size_t l;
	long r = netstring_whole(p, n, RECEIPT_MAX, &s, &l);

	if (r <= 0)
		return r;
	if (l == 0 || (s[0] != 'K' && s[0] != 'Z' && s[0] != 'D'))
		return -1;
	*kind = s[0];
	*text = s + 1;
	*len = l - 1;
	return r;
}

int
receipt_is_new(enum receipt_kind kind, const char *text, size_t len)
{
	static const char word[] = " repeated";
	size_t n = sizeof word - 1;

	return kind == RECEIPT_OK &&
	    (len < n || memcmp(text + len - n, word, n) != 0);
}
