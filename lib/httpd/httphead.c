#include "httpd/httphead.h"
#include "base/num.h"
#include <string.h>

/* bytes */

/* RFC 9110 section 5.6.2 */
static int
token(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!ascii_alnum(s.p[i]) &&
		    (s.p[i] == '\0' ||
			strchr("!#$%&'*+-.^_`|~", s.p[i]) == NULL))
			return 0;
	return s.n > 0;
}

/* visible, or a blank or TAB, or above ASCII: what a field's value has
 * (section 5.5) */
static int
text(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return 0;
	}
	return 1;
}

/* visible ASCII: what stands in a target */
static int
visible(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return 0;
	return s.n > 0;
}

/* without blanks and TABs at both ends; nothing else is one here */
static struct slice
trim(struct slice s)
{
	while (s.n > 0 && ascii_blank(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && ascii_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

static struct slice
from_to(const char *p, const char *end)
{
	return (struct slice){ p, (size_t)(end - p) };
}

/* lines */

/* the next line without its CRLF, p moved behind it; 0, or -1: it ends in
 * another way */
static int
line(const char **p, const char *end, struct slice *l)
{
	const char *lf = memchr(*p, '\n', (size_t)(end - *p));

	if (lf == NULL || lf == *p || lf[-1] != '\r')
		return -1;
	*l = from_to(*p, lf - 1);
	*p = lf + 1;
	return 0;
}

/* scheme://host in front of the path, which goes (RFC 9112 section 3.2.2) */
static unsigned
absolute(struct httphead *h, struct slice target)
{
	size_t skip = ascii_begins(target.p, target.n, "http://") ? 7
	    : ascii_begins(target.p, target.n, "https://")        ? 8
								  : 0;
	const char *end = target.p + target.n, *p;

	if (skip == 0)
		return 400;
	for (p = target.p + skip; p < end && *p != '/' && *p != '?'; p++)
		;
	h->host = from_to(target.p + skip, p);
	if (h->host.n == 0 || memchr(h->host.p, '@', h->host.n) != NULL)
		return 400;
	h->path = from_to(p, end);
	return p < end && *p == '/' ? 0 : 400;
}

static unsigned
target(struct httphead *h, struct slice t)
{
	const char *mark;
	unsigned bad = 0;

	if (t.n > HTTPHEAD_TARGET_MAX)
		return 414;
	if (!visible(t) || memchr(t.p, '#', t.n) != NULL)
		return 400;
	h->path = t;
	if (t.p[0] != '/' && !(t.n == 1 && t.p[0] == '*'))
		bad = absolute(h, t);
	if (bad != 0)
		return bad;
	mark = memchr(h->path.p, '?', h->path.n);
	if (mark != NULL) {
		h->query = from_to(mark + 1, h->path.p + h->path.n);
		h->path = from_to(h->path.p, mark);
	}
	return 0;
}

/* METHOD TARGET HTTP/1.x, one blank between */
static unsigned
request_line(struct httphead *h, struct slice l)
{
	const char *end = l.p + l.n, *a = memchr(l.p, ' ', l.n), *b;

	if (a == NULL)
		return 400;
	h->method = from_to(l.p, a);
	b = memchr(a + 1, ' ', (size_t)(end - a) - 1);
	if (!token(h->method) || b == NULL || end - b != 9 ||
	    memcmp(b + 1, "HTTP/", 5) != 0 || !ascii_digit(b[6]) ||
	    b[7] != '.' || !ascii_digit(b[8]))
		return 400;
	if (b[6] != '1')
		return 505;
	/* a later minor version is spoken to as the highest that is known
	 * (RFC 9110 section 2.5) */
	h->minor = b[8] > '0';
	return target(h, from_to(a + 1, b));
}

static unsigned
field(struct httphead *h, struct slice l)
{
	const char *colon = memchr(l.p, ':', l.n);
	struct httphead_field f;

	/* one that begins with a blank goes on with the field before it, or is
	 * hidden from who steps over it */
	if (colon == NULL || ascii_blank(l.p[0]))
		return 400;
	f.name = from_to(l.p, colon);
	f.value = trim(from_to(colon + 1, l.p + l.n));
	if (!token(f.name) || !text(f.value))
		return 400;
	if (h->n == HTTPHEAD_FIELDS_MAX)
		return 431;
	h->field[h->n++] = f;
	return 0;
}

/* what fields say of the request */

static unsigned
body_length(struct httphead *h, unsigned lengths, unsigned codings)
{
	const struct slice *te = httphead_find(h, "Transfer-Encoding"),
			   *cl = httphead_find(h, "Content-Length");

	if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0))
		return 400;
	if (codings == 1) {
		/* HTTP/1.0 has none (RFC 9112 section 6.1) */
		if (h->minor == 0)
			return 400;
		if (!ascii_is(te->p, te->n, "chunked"))
			return 501;
		h->chunked = 1;
	}
	if (lengths == 1) {
		if (num_scan(cl->p, cl->n, 0, UINT64_MAX >> 1, &h->length) ==
		    -1)
			return 400;
		h->has_length = 1;
	}
	return 0;
}

static unsigned
host(struct httphead *h)
{
	unsigned n = httphead_count(h, "Host");
	const struct slice *v = httphead_find(h, "Host");

	if (n > 1 || (n == 0 && h->minor > 0))
		return 400;
	if (n == 1 && v->n > 0 &&
	    (!visible(*v) || memchr(v->p, ',', v->n) != NULL ||
		memchr(v->p, '@', v->n) != NULL ||
		memchr(v->p, '/', v->n) != NULL))
		return 400;
	/* the target's own is the one that counts (section 3.2.2) */
	if (n == 1 && h->host.n == 0)
		h->host = *v;
	return 0;
}

static unsigned
coding(struct httphead *h)
{
	const struct slice *v = httphead_find(h, "Content-Encoding");
	unsigned n = httphead_count(h, "Content-Encoding");

	if (n == 1 &&
	    (ascii_is(v->p, v->n, "gzip") || ascii_is(v->p, v->n, "x-gzip")))
		h->gzip = 1;
	else if (n > 0 && !(n == 1 && ascii_is(v->p, v->n, "identity")))
		h->coded = 1;
	return 0;
}

static unsigned
expectation(struct httphead *h)
{
	const struct slice *v = httphead_find(h, "Expect");

	if (v == NULL || h->minor == 0)
		return 0;
	if (!ascii_is(v->p, v->n, "100-continue"))
		return 417;
	h->expects = 1;
	return 0;
}

/* all of that name together */
static int
any_lists(const struct httphead *h, const char *name, const char *word)
{
	unsigned i;

	for (i = 0; i < h->n; i++)
		if (ascii_is(h->field[i].name.p, h->field[i].name.n, name) &&
		    httphead_lists(h->field[i].value, word))
			return 1;
	return 0;
}

static unsigned
meaning(struct httphead *h)
{
	unsigned bad = body_length(h, httphead_count(h, "Content-Length"),
	    httphead_count(h, "Transfer-Encoding"));

	if (bad == 0)
		bad = host(h);
	if (bad == 0)
		bad = coding(h);
	if (bad == 0)
		bad = expectation(h);
	h->close = any_lists(h, "Connection", "close") ||
	    (h->minor == 0 && !any_lists(h, "Connection", "keep-alive"));
	h->takes_gzip = any_lists(h, "Accept-Encoding", "gzip");
	return bad;
}

unsigned
httphead_parse(struct httphead *h, const char *p, size_t n)
{
	const char *end = p + n;
	struct slice l;
	unsigned bad;

	memset(h, 0, offsetof(struct httphead, field));
	if (line(&p, end, &l) == -1)
		return 400;
	bad = request_line(h, l);
	while (bad == 0 && p < end) {
		if (line(&p, end, &l) == -1)
			return 400;
		if (l.n == 0)
			return p == end ? meaning(h) : 400;
		bad = field(h, l);
	}
	return bad == 0 ? 400 : bad;
}

size_t
httphead_end(const char *p, size_t n, unsigned *bad)
{
	const char *end = p + n, *lf = n == 0 ? NULL : memchr(p, '\n', n);
	size_t used = 0;
	struct httphead h;

	*bad = 0;
	if (n > 0 && !token((struct slice){ p, 1 }))
		*bad = 400;
	if (lf == NULL && n > HTTPHEAD_TARGET_MAX + 64)
		*bad = 414;
	if (lf != NULL) {
		memset(&h, 0, offsetof(struct httphead, field));
		*bad = lf == p || lf[-1] != '\r'
		    ? 400
		    : request_line(&h, from_to(p, lf - 1));
	}
	for (; *bad == 0 && lf != NULL && used == 0;) {
		const char *from = lf + 1;

		lf = memchr(from, '\n', (size_t)(end - from));
		if (lf != NULL && lf - from <= 1)
			used = (size_t)(lf + 1 - p);
	}
	if (*bad == 0 &&
	    (used > HTTPHEAD_MAX || (used == 0 && n >= HTTPHEAD_MAX)))
		*bad = 431;
	return *bad == 0 ? used : 0;
}

/* looking things up */

const struct slice *
httphead_find(const struct httphead *h, const char *name)
{
	unsigned i;

	for (i = 0; i < h->n; i++)
		if (ascii_is(h->field[i].name.p, h->field[i].name.n, name))
			return &h->field[i].value;
	return NULL;
}

unsigned
httphead_count(const struct httphead *h, const char *name)
{
	unsigned i, n = 0;

	for (i = 0; i < h->n; i++)
		n += ascii_is(h->field[i].name.p, h->field[i].name.n, name);
	return n;
}

/* a weight of nothing, behind a word: it is not wanted (RFC 9110 section
 * 12.4.2) */
static int
unwanted(const char *p, const char *end)
{
	while (p < end && ascii_blank(*p))
		p++;
	if (end - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=')
		return 0;
	for (p += 2; p < end && (*p == '0' || *p == '.'); p++)
		;
	return p == end || ascii_blank(*p);
}

int
httphead_lists(struct slice list, const char *word)
{
	const char *p = list.p, *end = p + list.n, *comma, *semi;
	struct slice w;

	for (; p < end; p = comma + 1) {
		comma = memchr(p, ',', (size_t)(end - p));
		if (comma == NULL)
			comma = end;
		semi = memchr(p, ';', (size_t)(comma - p));
		w = trim(from_to(p, semi == NULL ? comma : semi));
		if (ascii_is(w.p, w.n, word))
			return semi == NULL || !unwanted(semi + 1, comma);
		if (comma == end)
			break;
	}
	return 0;
}

/* n bytes of a query decoded; -2: bad, or they do not fit */
static long
decode(const char *p, size_t n, char *out, size_t cap)
{
	size_t i, to = 0;
	int a, b;

	for (i = 0; i < n; i++) {
		char c = p[i] == '+' ? ' ' : p[i];

		if (c == '%') {
			if (n - i < 3 || (a = ascii_hex_value(p[i + 1])) < 0 ||
			    (b = ascii_hex_value(p[i + 2])) < 0)
				return -2;
			c = (char)(a * 16 + b);
			i += 2;
		}
		if (c == '\0' || to + 1 >= cap)
			return -2;
		out[to++] = c;
	}
	out[to] = '\0';
	return (long)to;
}

long
httphead_query(const struct httphead *h, const char *name, unsigned nth,
    char *out, size_t cap)
{
	const char *p = h->query.p, *end, *amp, *is;

	if (h->query.n == 0)
		return -1;
	for (end = p + h->query.n; p <= end; p = amp + 1) {
		amp = memchr(p, '&', (size_t)(end - p));
		if (amp == NULL)
			amp = end;
		is = memchr(p, '=', (size_t)(amp - p));
		if (is != NULL && (size_t)(is - p) == strlen(name) &&
		    memcmp(p, name, strlen(name)) == 0 && nth-- == 0)
			return decode(is + 1, (size_t)(amp - is) - 1, out, cap);
	}
	return -1;
}
