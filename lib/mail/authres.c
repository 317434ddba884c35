#include "mail/authres.h"
#include "base/ascii.h"
#include "mail/header.h"
#include <string.h>
#include <strings.h>

/* reading */

/* behind the comment or quoted string that begins at p, NULL: not closed */
static const char *
behind(const char *p, const char *end)
{
	char open = *p, close = open == '(' ? ')' : '"';
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '\\') {
			if (++p == end)
				break;
		} else if (*p == close && (open == '(' || depth > 0)) {
			if (--depth == 0)
				return p + 1;
		} else if (*p == open && ++depth > AUTHRES_COMMENTS_MAX) {
			break;
		}
	}
	return NULL;
}

/* behind blanks and comments (RFC 5322 3.2.2), NULL: not closed */
static const char *
behind_cfws(const char *p, const char *end)
{
	while (p != NULL && p < end && (ascii_white(*p) || *p == '('))
		p = *p == '(' ? behind(p, end) : p + 1;
	return p;
}

/* a byte of a token (RFC 2045 section 5.1), or of UTF-8 (RFC 8601 2.3) */
static int
token(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f &&
	    strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

/* the id at p, which moves behind it */
static long
read_id(const char **p, const char *end, char *out)
{
	const char *s = behind_cfws(*p, end), *e;
	size_t n = 0;

	if (s == NULL || s == end)
		return -1;
	if (*s == '"') {
		e = behind(s, end);
		if (e == NULL)
			return -1;
		*p = e;
		for (s++, e--; s < e; s++) {
			if (*s == '\\')
				s++;
			else if (*s == '\n' || *s == '\r')
				continue; /* folding */
			if (n == AUTHRES_ID_MAX || *s == '\0')
				return -1;
			out[n++] = ascii_lower(*s);
		}
	} else {
		for (; s < end && token(*s); s++) {
			if (n == AUTHRES_ID_MAX)
				return -1;
			out[n++] = ascii_lower(*s);
		}
		*p = s;
	}
	if (n > 0 && out[n - 1] == '.')
		n--;
	out[n] = '\0';
	return n == 0 ? -1 : (long)n;
}

long
authres_id(const char *value, size_t n, char *out)
{
	return read_id(&value, value + n, out);
}

static int
stands_in(const char *p, size_t n, const char *word, size_t len)
{
	for (; n >= len; p++, n--)
		if (strncasecmp(p, word, len) == 0)
			return 1;
	return 0;
}

int
authres_claims(const char *value, size_t n, const char *id)
{
	size_t len = strlen(id);
	char found[AUTHRES_ID_MAX + 1];

	if (len > 0 && id[len - 1] == '.')
		len--;
	if (authres_id(value, n, found) == -1)
		return stands_in(value, n, id, len);
	return ascii_same(found, strlen(found), id, len);
}

int
authres_remove(struct buf *header, const char *id)
{
	char *to = buf_data(header);
	const char *p = to, *end, *before, *e;
	struct header_field f;
	int n = 0;

	if (to == NULL)
		return 0;
	end = p + buf_len(header);
	while (p < end) {
		before = p;
		switch (header_next(&p, end, &f)) {
		case HEADER_FIELD:
			if (header_is(&f, "Authentication-Results") &&
			    authres_claims(f.value, f.value_len, id)) {
				n++;
				continue;
			}
			break;
		case HEADER_BODY:
			e = memchr(p, '\n', end - p);
			p = e == NULL ? end : e + 1;
			break;
		case HEADER_EMPTY:
		case HEADER_EOF: break;
		}
		if (to != before)
			memmove(to, before, p - before);
		to += p - before;
	}
	header->end -= end - to;
	return n;
}

/* no quote and no comment is open at the end */
static int
closed(const char *p, const char *end)
{
	while (p < end) {
		if (*p == ')')
			return 0;
		if (*p == '\\' && p + 1 == end)
			return 0;
		if (*p == '(' || *p == '"') {
			p = behind(p, end);
			if (p == NULL)
				return 0;
		} else {
			p++;
		}
	}
	return 1;
}

int
authres_payload(const char *value, size_t n, const char **out, size_t *len)
{
	const char *p = value, *end = value + n;
	char id[AUTHRES_ID_MAX + 1];

	if (read_id(&p, end, id) == -1 || (p = behind_cfws(p, end)) == NULL)
		return -1;
	if (p < end && *p == '1')
		p = behind_cfws(p + 1, end);
	if (p == NULL || (p < end && *p != ';') || !closed(p, end))
		return -1;
	for (; p < end && (*p == ';' || ascii_white(*p)); p++)
		;
	while (end > p && (ascii_white(end[-1]) || end[-1] == ';'))
		end--;
	*out = p;
	*len = end - p;
	return 0;
}

/* writing */

enum { LINE_LEN = 78, TAB = 8 };

static void
put(struct authres *a, const char *p, size_t n)
{
	if (buf_put(a->out, p, n) == -1)
		a->failed = 1;
	a->column += n;
}

/* a piece of n bytes comes: a blank before it, or a new line */
static void
blank_before(struct authres *a, size_t n)
{
	if (a->column + 1 + n <= LINE_LEN) {
		put(a, " ", 1);
		return;
	}
	put(a, "\n\t", 2);
	a->column = TAB;
}

void
authres_open(struct authres *a, struct buf *out, const char *id)
{
	static const char name[] = "Authentication-Results:";

	*a = (struct authres){ .out = out };
	put(a, name, sizeof name - 1);
	blank_before(a, strlen(id));
	put(a, id, strlen(id));
}

void
authres_method(struct authres *a, const char *method, const char *result)
{
	a->methods++;
	put(a, ";\n\t", 3);
	a->column = TAB;
	put(a, method, strlen(method));
	put(a, "=", 1);
	put(a, result, strlen(result));
}

/* bytes of a sequence of UTF-8 (RFC 3629 section 4) at p, 0: it is none, or
 * a control character (C1), which terminals obey */
static size_t
utf8(const unsigned char *p, size_t n)
{
	size_t len = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2, i;

	if (*p < 0xc2 || *p > 0xf4 || n < len)
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((*p == 0xc2 && p[1] < 0xa0) || (*p == 0xe0 && p[1] < 0xa0) ||
	    (*p == 0xed && p[1] > 0x9f) || (*p == 0xf0 && p[1] < 0x90) ||
	    (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

/* clean and cut; what must be escaped gets a backslash.  Returns the
 * length; out has room for 2 * AUTHRES_VALUE_MAX */
static size_t
cleaned(char *out, const char *p, size_t n, const char *escaped)
{
	const char *end = p + (n > AUTHRES_VALUE_MAX ? AUTHRES_VALUE_MAX : n);
	char *o = out;
	size_t k;

	while (p < end) {
		unsigned char c = *p;

		k = c < 0x80 ? 0 : utf8((const unsigned char *)p, end - p);
		if (k > 0) {
			memcpy(o, p, k);
			o += k;
			p += k;
			continue;
		}
		if (c < ' ' || c >= 0x7f)
			c = '?';
		else if (strchr(escaped, c) != NULL)
			*o++ = '\\';
		*o++ = c;
		p++;
	}
	return o - out;
}

void
authres_comment(struct authres *a, const char *text)
{
	char t[2 * AUTHRES_VALUE_MAX + 2];
	size_t n = cleaned(t + 1, text, strlen(text), "()\\");

	t[0] = '(';
	t[n + 1] = ')';
	blank_before(a, n + 2);
	put(a, t, n + 2);
}

/* NAME="value" */
static void
quoted(struct authres *a, const char *name, const char *value, size_t n)
{
	char t[2 * AUTHRES_VALUE_MAX];
	size_t k = strlen(name);

	n = cleaned(t, value, n, "\"\\");
	blank_before(a, k + n + 3);
	put(a, name, k);
	put(a, "=\"", 2);
	put(a, t, n);
	put(a, "\"", 1);
}

void
authres_reason(struct authres *a, const char *text)
{
	if (*text != '\0')
		quoted(a, "reason", text, strlen(text));
}

/* a token, or [local] @ domain without quotes (section 2.2, pvalue) */
static int
bare(const char *p, size_t n)
{
	size_t i, at = 0;
	char last = '.';

	for (i = 0; i < n; last = p[i++]) {
		if (p[i] == '@')
			at++;
		else if ((unsigned char)p[i] >= 0x80 || !token(p[i]))
			return 0;
		/* no dot beside another, at an end, or beside the @ */
		if (i > 0 && last == '.' && (p[i] == '.' || p[i] == '@'))
			return 0;
		if (p[i] == '.' && (i == 0 || last == '@'))
			return 0;
	}
	return n > 0 && n <= AUTHRES_VALUE_MAX && at <= 1 && last != '@' &&
	    last != '.';
}

void
authres_property(struct authres *a, const char *name, const char *value,
    size_t n)
{
	size_t k = strlen(name);

	if (!bare(value, n)) {
		quoted(a, name, value, n);
		return;
	}
	blank_before(a, k + 1 + n);
	put(a, name, k);
	put(a, "=", 1);
	put(a, value, n);
}

int
authres_close(struct authres *a)
{
	if (a->methods == 0)
		put(a, "; none", 6);
	put(a, "\n", 1);
	return a->failed ? -1 : 0;
}
