#include "mail/address.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "base/utf8.h"
#include <string.h>
#include <strings.h>

static int
alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static int
atext(unsigned char c)
{
	return alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* length of the words and dots at the front, 0 if there is no word.  *odd:
 * they are no dot-string; VIOLATIONS.md: LENIENT-SYNTAX.  eight: words may
 * be UTF-8 */
static size_t
dot_string(const char *p, size_t n, int eight, int *odd)
{
	size_t i, words = 0;
	char last = '.';

	*odd = 0;
	for (i = 0;
	     i < n && (atext(p[i]) || p[i] == '.' || (eight && (p[i] & 0x80)));
	     i++) {
		*odd |= p[i] == '.' && last == '.';
		words += p[i] != '.';
		last = p[i];
	}
	*odd |= last == '.';
	return words > 0 ? i : 0;
}

static int
printable(char c, int eight)
{
	return c & 0x80 ? eight : c >= 32 && c <= 126;
}

/* length of the quoted string at the front, with its quotes */
static size_t
quoted_string(const char *p, size_t n, int eight)
{
	size_t i;

	for (i = 1; i < n && printable(p[i], eight); i++) {
		if (p[i] == '"')
			return i + 1;
		if (p[i] == '\\' && (++i == n || !printable(p[i], eight)))
			return 0;
	}
	return 0;
}

static int
label_byte(char c, int eight)
{
	return alnum(c) || c == '-' || c == '_' || (eight && (c & 0x80));
}

/* may a label be so long?  How long one of UTF-8 is in the DNS is seen where
 * it is looked up */
static int
label_fits(const char *p, size_t n)
{
	size_t i;

	if (n <= ADDRESS_LABEL_MAX)
		return 1;
	for (i = 0; i < n; i++)
		if (p[i] & 0x80)
			return 1;
	return 0;
}

/* length of the host name at the front, whatever follows it */
static size_t
host_name(const char *p, size_t n, int eight)
{
	size_t i = 0, start;

	for (;;) {
		start = i;
		while (i < n && label_byte(p[i], eight))
			i++;
		if (i == start || !label_fits(p + start, i - start) ||
		    p[start] == '-' || p[i - 1] == '-')
			return 0;
		/* a dot behind it is not part of it */
		if (i == n || p[i] != '.' || i + 1 == n ||
		    !(label_byte(p[i + 1], eight) || p[i + 1] == '.'))
			return i;
		i++;
	}
}

int
address_domain(const char *p, size_t n)
{
	return n > 0 && n <= ADDRESS_DOMAIN_MAX && host_name(p, n, 0) == n;
}

int
address_literal(const char *p, size_t n)
{
	unsigned char ip[IP_LEN];

	return ip_scan_literal(p, n, ip) > 0;
}

/* length of the literal at the front, 0 if there is none */
static size_t
literal(const char *p, size_t n)
{
	const char *e = memchr(p, ']', n);

	if (e == NULL || !address_literal(p, e - p + 1))
		return 0;
	return e - p + 1;
}

/* the address at the front, whatever follows it; *used: with the dot behind
 * its domain.  *odd: not as the RFC has it.  eight: bytes above 127 may stand
 * in it */
static enum address_fault
scan(const char *p, size_t n, int eight, struct address_parts *a, size_t *used,
    int *odd)
{
	size_t l, d;

	memset(a, 0, sizeof *a);
	*odd = 0;
	a->text = p;
	l = n > 0 && p[0] == '"' ? quoted_string(p, n, eight)
				 : dot_string(p, n, eight, odd);
	if (l == 0)
		return ADDRESS_SYNTAX;
	a->len = a->local_len = *used = l;
	if (l < n && p[l] == '@') {
		a->domain = p + l + 1;
		n -= l + 1;
		d = n > 0 && *a->domain == '[' ? literal(a->domain, n)
					       : host_name(a->domain, n, eight);
		if (d == 0)
			return ADDRESS_SYNTAX;
		a->domain_len = d;
		a->len += d + 1;
		*used = a->len;
		if (d < n && a->domain[d] == '.' && *a->domain != '[') {
			*odd = 1;
			++*used;
		}
	}
	if (a->domain_len > ADDRESS_DOMAIN_MAX)
		return ADDRESS_DOMAIN_LONG;
	/* VIOLATIONS.md: LONG-LOCAL */
	return a->len > ADDRESS_PATH_MAX - 2 ? ADDRESS_PATH_LONG : ADDRESS_GOOD;
}

enum address_fault
address_parse(const char *p, size_t n, struct address_parts *a)
{
	size_t used;
	int odd;
	enum address_fault f = scan(p, n, 0, a, &used, &odd);

	if (f == ADDRESS_GOOD && used != n)
		f = ADDRESS_SYNTAX;
	return f;
}

int
address_valid(const char *p, size_t n)
{
	struct address_parts a;
	size_t used;
	int odd;

	return scan(p, n, 0, &a, &used, &odd) == ADDRESS_GOOD && used == n &&
	    !odd && a.domain != NULL && a.local_len <= ADDRESS_LOCAL_MAX &&
	    n <= ADDRESS_VALID_MAX;
}

/* "@one,@two:" at the front: its length, 0 for none, n + 1 for a bad one */
static size_t
source_route(const char *p, size_t n, int eight)
{
	size_t i = 0, d;

	if (n == 0 || p[0] != '@')
		return 0;
	for (;;) {
		if (i == n || p[i] != '@')
			return n + 1;
		i++;
		d = i < n && p[i] == '[' ? literal(p + i, n - i)
					 : host_name(p + i, n - i, eight);
		if (d == 0)
			return n + 1;
		i += d;
		if (i < n && p[i] == ':')
			return i + 1;
		if (i == n || p[i] != ',')
			return n + 1;
		i++;
	}
}

/* source route and address at the front; *used is what both take */
static enum address_fault
route_and_address(const char *p, size_t n, int eight, struct address_parts *a,
    size_t *used)
{
	size_t r = source_route(p, n, eight);
	enum address_fault f;
	int odd;

	if (r > n)
		return ADDRESS_SYNTAX;
	f = scan(p + r, n - r, eight, a, used, &odd);
	*used += r;
	if (f == ADDRESS_GOOD && eight && !utf8_printable(p, *used))
		return ADDRESS_SYNTAX;
	return f;
}

/* where the < stands behind a name, 0: there is none */
static size_t
display_name(const char *p, size_t n)
{
	const char *q;
	size_t i;

	for (i = 0; i < n && p[i] != '<'; i++) {
		if (p[i] == '@' || p[i] == '=')
			return 0;
		if (p[i] == '"') {
			q = memchr(p + i + 1, '"', n - i - 1);
			if (q == NULL)
				return 0;
			i = q - p;
		}
	}
	return i > 0 && i < n && (p[i - 1] == ' ' || p[i - 1] == '"') ? i : 0;
}

enum address_fault
address_path(const char *p, size_t n, unsigned form, struct address_parts *a,
    size_t *used)
{
	int blanks = (form & ADDRESS_BARE) != 0, angle;
	enum address_fault f;
	size_t i = blanks ? display_name(p, n) : 0, k;

	memset(a, 0, sizeof *a);
	angle = i < n && p[i] == '<';
	i += angle;
	if (!angle && !blanks)
		return ADDRESS_SYNTAX;
	while (blanks && i < n && p[i] == ' ')
		i++;
	if (angle && i < n && p[i] == '>') {
		a->text = p + i;
		*used = i + 1;
		return ADDRESS_GOOD;
	}
	f = route_and_address(p + i, n - i, (form & ADDRESS_UTF8) != 0, a, &k);
	if (f != ADDRESS_GOOD)
		return f;
	i += k;
	while (blanks && angle && i < n && p[i] == ' ')
		i++;
	if (angle ? i == n || p[i] != '>' : i < n && p[i] != ' ')
		return ADDRESS_SYNTAX;
	*used = i + angle;
	return ADDRESS_GOOD;
}

char *
address_bare(char *s)
{
	size_t n = strlen(s);

	if (n < 2 || s[0] != '<' || s[n - 1] != '>')
		return s;
	s[n - 1] = '\0';
	return s + 1;
}

/* where the domain begins, with its @; the end if there is none */
static size_t
local_part(const char *p, size_t n)
{
	const char *at = n == 0 ? NULL : memrchr(p, '@', n);

	return at == NULL ? n : (size_t)(at - p);
}

/* a name with a dot behind it, but no dot alone */
size_t
address_domain_len(const char *p, size_t n)
{
	return n > 1 && p[n - 1] == '.' && p[n - 2] != '.' ? n - 1 : n;
}

void
address_pieces(const char *p, size_t n, const char **local, size_t *local_len,
    const char **domain, size_t *domain_len)
{
	size_t l = local_part(p, n), d = n - l;
	int odd,
	    quoted = l > 2 && p[0] == '"' && p[l - 1] == '"' &&
	    dot_string(p + 1, l - 2, 1, &odd) == l - 2 &&
	    memchr(p + 1, '+', l - 2) == NULL;

	*local = quoted ? p + 1 : p;
	*local_len = l - 2 * quoted;
	*domain = n == 0 ? p : p + l;
	*domain_len = d == 0 ? 0 : 1 + address_domain_len(p + l + 1, d - 1);
}

size_t
address_plain(const char *p, size_t n, char *out)
{
	const char *local, *domain;
	size_t l, d;

	address_pieces(p, n, &local, &l, &domain, &d);
	if (n == 0)
		return 0;
	memmove(out, local, l);
	memmove(out + l, domain, d);
	return l + d;
}

int
address_domain_alike(const char *a, size_t an, const char *b, size_t bn)
{
	an = address_domain_len(a, an);
	return ascii_same(a, an, b, address_domain_len(b, bn));
}

int
address_domain_within(const char *p, size_t n, const char *domain, size_t len)
{
	if (n < len || !ascii_same(p + (n - len), len, domain, len))
		return 0;
	if (n == len)
		return 1;
	return p[n - len - 1] == '.' && len > 0 ? 2 : 0;
}

int
address_alike(const char *a, size_t an, const char *b, size_t bn)
{
	const char *l[2], *d[2];
	size_t ln[2], dn[2];

	address_pieces(a, an, &l[0], &ln[0], &d[0], &dn[0]);
	address_pieces(b, bn, &l[1], &ln[1], &d[1], &dn[1]);
	return ascii_same(l[0], ln[0], l[1], ln[1]) &&
	    ascii_same(d[0], dn[0], d[1], dn[1]);
}

int
address_put(struct buf *b, const char *p, size_t n)
{
	size_t l = local_part(p, n);
	int odd;

	if (l == 0 || l == n || dot_string(p, l, 1, &odd) != l || !odd)
		return buf_put(b, p, n);
	return buf_printf(b, "\"%.*s\"%.*s", (int)l, p, (int)(n - l), p + l);
}

static int
bytes_compare(const char *a, size_t an, const char *b, size_t bn)
{
	int r = memcmp(a, b, an < bn ? an : bn);

	return r != 0 ? r : (an > bn) - (an < bn);
}

int
address_compare(const char *a, size_t an, const char *b, size_t bn)
{
	size_t i = local_part(a, an), k = local_part(b, bn);
	int r = bytes_compare(a, i, b, k);

	if (r != 0)
		return r;
	an -= i;
	bn -= k;
	r = strncasecmp(a + i, b + k, an < bn ? an : bn);
	return r != 0 ? r : (an > bn) - (an < bn);
}
