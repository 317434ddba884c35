#include "import/toml.h"
#include "base/ascii.h"

static int
at(const struct toml_reader *r, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(r->end - r->p) >= n && memcmp(r->p, s, n) == 0;
}

void
toml_skip(struct toml_reader *r, int lines)
{
	for (; r->p < r->end; r->p++) {
		if (lines && *r->p == '#')
			while (r->p + 1 < r->end && r->p[1] != '\n')
				r->p++;
		else if (lines && *r->p == '\n')
			r->t->line++;
		else if (!ascii_blank(*r->p) && *r->p != '\r')
			return;
	}
}

static int
put(struct toml_reader *r, const char *p, size_t n)
{
	return buf_put(&r->t->bytes, p, n) == -1
	    ? toml_wrong(r, "out of memory")
	    : 0;
}

/* a character in UTF-8: how many bytes */
static size_t
encode(char out[4], uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(first[n] | c);
	return n;
}

/* \uXXXX, \UXXXXXXXX: digits of a character */
static int
unicode(struct toml_reader *r, size_t digits)
{
	char out[4];
	uint32_t c = 0;
	size_t i, n;
	int v;

	if ((size_t)(r->end - r->p) < digits)
		return toml_wrong(r, "an escape that is cut short");
	for (i = 0; i < digits; i++) {
		v = ascii_hex_value(*r->p++);
		if (v == -1)
			return toml_wrong(r, "an escape without its digits");
		c = c << 4 | (uint32_t)v;
	}
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return toml_wrong(r, "an escape that is no character");
	n = encode(out, c);
	return put(r, out, n);
}

static int
escape(struct toml_reader *r, int many)
{
	static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
	const char *e;

	r->p++;
	if (r->p == r->end)
		return toml_wrong(r, "a string that is not closed");
	if (*r->p == 'u' || *r->p == 'U')
		return unicode(r, *r->p++ == 'u' ? 4 : 8);
	if (many && ascii_white(*r->p)) {
		/* the line goes on with what is no blank */
		for (; r->p < r->end && ascii_white(*r->p); r->p++)
			r->t->line += *r->p == '\n';
		return 0;
	}
	e = strchr(from, *r->p);
	if (e == NULL || *e == '\0')
		return toml_wrong(r, "an escape that is not known");
	r->p++;
	return put(r, &to[e - from], 1);
}

int
toml_string(struct toml_reader *r, int many)
{
	const char quote[2] = { *r->p, 0 },
		   three[4] = { *r->p, *r->p, *r->p, 0 };
	int literal = *r->p == '\'', long_one = many && at(r, three);
	const char *end = long_one ? three : quote;

	r->p += strlen(end);
	if (long_one && at(r, "\r\n"))
		r->p++;
	if (long_one && at(r, "\n")) {
		r->p++;
		r->t->line++;
	}
	while (r->p < r->end && !at(r, end)) {
		if (*r->p == '\\' && !literal) {
			if (escape(r, long_one) == -1)
				return -1;
			continue;
		}
		if (*r->p == '\n' && !long_one)
			break;
		r->t->line += *r->p == '\n';
		if (put(r, r->p++, 1) == -1)
			return -1;
	}
	if (!at(r, end))
		return toml_wrong(r, "a string that is not closed");
	r->p += strlen(end);
	/* up to two quotes may stand in front of the end */
	while (long_one && r->p < r->end && *r->p == *end)
		if (put(r, r->p++, 1) == -1)
			return -1;
	return 0;
}

static int
array(struct toml_reader *r, uint32_t node)
{
	static const struct slice none = { "", 0 };

	r->p++;
	for (;;) {
		toml_skip(r, 1);
		if (at(r, "]")) {
			r->p++;
			return 0;
		}
		if (toml_value(r, node, none) == -1)
			return -1;
		toml_skip(r, 1);
		if (at(r, ","))
			r->p++;
		else if (!at(r, "]"))
			return toml_wrong(r, "an array that is not closed");
	}
}

static int
inline_table(struct toml_reader *r, uint32_t node)
{
	r->p++;
	toml_skip(r, 0);
	while (!at(r, "}")) {
		if (r->pair(r, node) == -1)
			return -1;
		toml_skip(r, 0);
		if (at(r, ",")) {
			r->p++;
			toml_skip(r, 0);
		} else if (!at(r, "}")) {
			return toml_wrong(r, "a table that is not closed");
		}
	}
	r->p++;
	toml_at(r->t, node)->closed = 1;
	return 0;
}

/* a number or a word */
static int
bare(struct toml_reader *r, uint32_t node)
{
	size_t before = buf_len(&r->t->bytes);

	while (r->p < r->end &&
	    (ascii_alnum(*r->p) || strchr("+-.:_", *r->p) != NULL))
		if (put(r, r->p++, 1) == -1)
			return -1;
	toml_at(r->t, node)->text_at = before;
	toml_at(r->t, node)->text_len = buf_len(&r->t->bytes) - before;
	return buf_len(&r->t->bytes) > before ? 0 : toml_wrong(r, "no value");
}

static int
value(struct toml_reader *r, uint32_t node, enum toml_kind kind)
{
	size_t before = buf_len(&r->t->bytes);

	switch (kind) {
	case TOML_ARRAY: return array(r, node);
	case TOML_TABLE: return inline_table(r, node);
	case TOML_BARE: return bare(r, node);
	case TOML_STRING: break;
	}
	if (toml_string(r, 1) == -1)
		return -1;
	toml_at(r->t, node)->text_at = before;
	toml_at(r->t, node)->text_len = buf_len(&r->t->bytes) - before;
	return 0;
}

int
toml_value(struct toml_reader *r, uint32_t parent, struct slice key)
{
	enum toml_kind kind = TOML_BARE;
	uint32_t node;
	int bad;

	if (r->p == r->end)
		return toml_wrong(r, "no value");
	if (r->depth == TOML_DEPTH_MAX)
		return toml_wrong(r, "values too deep");
	if (*r->p == '[')
		kind = TOML_ARRAY;
	else if (*r->p == '{')
		kind = TOML_TABLE;
	else if (*r->p == '"' || *r->p == '\'')
		kind = TOML_STRING;
	node = toml_add(r, parent, kind, key);
	if (node == 0)
		return -1;
	r->depth++;
	bad = value(r, node, kind);
	r->depth--;
	return bad;
}
