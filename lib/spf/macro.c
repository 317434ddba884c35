#include "spf/macro.h"
#include "base/ascii.h"
#include "base/ip.h"
#include <stdio.h>
#include <string.h>

/* syntax */

/* %{...}, taken apart */
struct macro {
	char letter;    /* as it stands */
	unsigned parts; /* 0: all */
	int reverse;
	const char *delim; /* of n_delim 0 the dot */
	size_t n_delim;
};

static int
one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* p stands behind "%{"; returns the byte behind '}', or NULL */
static const char *
read_macro(const char *p, const char *end, enum spfmacro_where where,
    struct macro *m)
{
	memset(m, 0, sizeof *m);
	if (p == end ||
	    !one_of(ascii_lower(*p),
		where == SPFMACRO_EXP ? "slodiphvcrt" : "slodiphv"))
		return NULL;
	m->letter = *p++;
	if (p < end && *p >= '0' && *p <= '9') {
		for (; p < end && *p >= '0' && *p <= '9'; p++)
			if (m->parts < 100000)
				m->parts = m->parts * 10 + (*p - '0');
		if (m->parts == 0) /* section 7.1: it must not be zero */
			return NULL;
	}
	if (p < end && ascii_lower(*p) == 'r') {
		m->reverse = 1;
		p++;
	}
	m->delim = p;
	while (p < end && one_of(*p, ".-+,/_="))
		p++;
	m->n_delim = p - m->delim;
	return p < end && *p == '}' ? p + 1 : NULL;
}

/* the next piece: a byte, one of %% %_ %- (*text is what it stands for), or
 * a macro (m->letter).  Returns what is behind it, NULL if it is bad */
static const char *
next_piece(const char *p, const char *end, enum spfmacro_where where,
    struct macro *m, const char **text)
{
	static const char after[] = "%_-";
	static const char *const bytes[] = { "%", " ", "%20" };
	const char *at;

	m->letter = '\0';
	*text = NULL;
	if (*p != '%')
		return p + 1;
	if (++p == end)
		return NULL;
	if (*p == '{')
		return read_macro(p + 1, end, where, m);
	at = *p == '\0' ? NULL : strchr(after, *p);
	if (at == NULL)
		return NULL;
	*text = bytes[at - after];
	return p + 1;
}

int
spfmacro_good(const char *p, size_t n, enum spfmacro_where where)
{
	const char *end = p + n, *text;
	struct macro m;

	while (p < end) {
		if (!(*p > 0x20 && *p < 0x7f) &&
		    !(*p == ' ' && where == SPFMACRO_EXP))
			return 0;
		p = next_piece(p, end, where, &m, &text);
		if (p == NULL)
			return 0;
	}
	return 1;
}

int
spfmacro_has(const char *p, size_t n, const char *letters)
{
	const char *end = p + n, *text;
	struct macro m;

	while (p != NULL && p < end) {
		p = next_piece(p, end, SPFMACRO_EXP, &m, &text);
		if (p != NULL && one_of(ascii_lower(m.letter), letters))
			return 1;
	}
	return 0;
}

/* values */

/* IPv6: each half byte a part (section 7.3).  Case does not count in the
 * DNS; in explanations upper case is what other checkers write */
static size_t
dotted(const struct spfmacro *m, char *v)
{
	char hex[2];
	size_t i;

	if (m->ip_len == 4)
		return (size_t)snprintf(v, SPFMACRO_VALUE_MAX, "%u.%u.%u.%u",
		    m->ip[0], m->ip[1], m->ip[2], m->ip[3]);
	for (i = 0; i < 16; i++) {
		ascii_hex_upper(hex, m->ip[i]);
		v[4 * i] = hex[0];
		v[4 * i + 1] = '.';
		v[4 * i + 2] = hex[1];
		v[4 * i + 3] = '.';
	}
	return 63;
}

static size_t
copy(char *v, const char *s)
{
	size_t n = strlen(s);

	if (n > SPFMACRO_VALUE_MAX)
		n = SPFMACRO_VALUE_MAX;
	memcpy(v, s, n);
	return n;
}

static size_t
value(const struct spfmacro *m, char letter, char v[SPFMACRO_VALUE_MAX])
{
	switch (letter) {
	case 's':
	case 'l':
		if (m->local_len >= SPFMACRO_VALUE_MAX - 300)
			return 0;
		memcpy(v, m->local, m->local_len);
		if (letter == 'l')
			return m->local_len;
		return m->local_len +
		    (size_t)snprintf(v + m->local_len, 300, "@%.255s",
			m->origin);
	case 'o': return copy(v, m->origin);
	case 'd': return copy(v, m->domain);
	case 'i': return dotted(m, v);
	case 'p': return copy(v, m->valid == NULL ? "unknown" : m->valid);
	case 'v': return copy(v, m->ip_len == 4 ? "in-addr" : "ip6");
	case 'h': return copy(v, m->helo);
	case 'c': return strlen(ip_text(m->ip, m->ip_len, v));
	case 'r': return copy(v, m->receiver == NULL ? "unknown" : m->receiver);
	default: /* t */
		return (size_t)snprintf(v, SPFMACRO_VALUE_MAX, "%lld", m->now);
	}
}

/* putting together */

/* keeps the first bytes, or the last */
struct out {
	char *p;
	size_t n, cap;
	unsigned keep_end : 1, dropped : 1;
};

static void
put(struct out *o, char c)
{
	if (o->n == o->cap) {
		if (!o->keep_end)
			return;
		o->n = o->cap / 2;
		memcpy(o->p, o->p + o->cap - o->n, o->n);
		o->dropped = 1;
	}
	o->p[o->n++] = c;
}

/* RFC 3986 section 2.3: unreserved bytes stay */
static void
put_url(struct out *o, char c)
{
	char hex[2];

	if (ascii_alnum(c) || one_of(c, "-._~")) {
		put(o, c);
		return;
	}
	ascii_hex_upper(hex, c);
	put(o, '%');
	put(o, hex[0]);
	put(o, hex[1]);
}

static void
put_macro(struct out *o, const struct spfmacro *facts, const struct macro *m)
{
	char v[SPFMACRO_VALUE_MAX];
	unsigned short start[SPFMACRO_VALUE_MAX + 2];
	unsigned n = 0, first, i, k;
	size_t len = value(facts, ascii_lower(m->letter), v), j;

	/* part k is v[start[k]] up to the byte before start[k + 1] - 1 */
	start[n++] = 0;
	for (j = 0; j < len; j++)
		if (m->n_delim == 0
			? v[j] == '.'
			: memchr(m->delim, v[j], m->n_delim) != NULL)
			start[n++] = (unsigned short)(j + 1);
	start[n] = (unsigned short)(len + 1);
	first = m->parts == 0 || m->parts > n ? 0 : n - m->parts;
	for (i = first; i < n; i++) {
		k = m->reverse ? n - 1 - i : i;
		if (i > first)
			put(o, '.');
		for (j = start[k]; j + 1 < start[k + 1]; j++)
			if (m->letter >= 'A' && m->letter <= 'Z')
				put_url(o, v[j]);
			else
				put(o, v[j]);
	}
}

static void
expand(struct out *o, const struct spfmacro *facts, const char *p, size_t n)
{
	const char *end = p + n, *text, *at;
	struct macro m;

	while (p < end) {
		at = p;
		p = next_piece(p, end, SPFMACRO_EXP, &m, &text);
		if (p == NULL)
			return;
		if (m.letter != '\0')
			put_macro(o, facts, &m);
		else if (text == NULL)
			put(o, *at);
		else
			while (*text != '\0')
				put(o, *text++);
	}
}

size_t
spfmacro_name(const struct spfmacro *facts, const char *p, size_t n,
    char out[SPFMACRO_NAME_MAX + 1])
{
	char name[1024];
	struct out o = { name, 0, sizeof name, 1, 0 };
	size_t from = 0;

	expand(&o, facts, p, n);
	if (o.n > 0 && name[o.n - 1] == '.')
		o.n--;
	/* section 7.3: labels go on the left until the rest fits; half the
	 * room is more than what can stay */
	if (o.n > SPFMACRO_NAME_MAX)
		for (from = o.n - SPFMACRO_NAME_MAX;
		     from < o.n && name[from - 1] != '.';)
			from++;
	memcpy(out, name + from, o.n - from);
	out[o.n - from] = '\0';
	return o.n - from;
}

void
spfmacro_text(const struct spfmacro *facts, const char *p, size_t n, char *out,
    size_t cap)
{
	struct out o = { out, 0, cap, 0, 0 };
	size_t i;

	expand(&o, facts, p, n);
	for (i = 0; i < o.n; i++)
		if (out[i] < 0x20 || out[i] > 0x7e)
			out[i] = '?';
	out[o.n] = '\0';
}
