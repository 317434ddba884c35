#include "mail/address.h"
#include <arpa/inet.h>
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

/* length of the dot-string at the front, 0 if there is none */
static size_t
dot_string(const char *p, size_t n)
{
	size_t i = 0;

	for (;;) {
		if (i == n || !atext(p[i]))
			return 0;
		while (i < n && atext(p[i]))
			i++;
		if (i == n || p[i] != '.')
			return i;
		i++;
	}
}

/* length of the quoted string at the front, with its quotes */
static size_t
quoted_string(const char *p, size_t n)
{
	size_t i;

	for (i = 1; i < n && p[i] >= 32 && p[i] <= 126; i++) {
		if (p[i] == '"')
			return i + 1;
		if (p[i] == '\\' &&
		    (++i == n || p[i] < 32 || p[i] > 126))
			return 0;
	}
	return 0;
}

/* length of the host name at the front, whatever follows it */
static size_t
host_name(const char *p, size_t n)
{
	size_t i = 0, start;

	for (;;) {
		start = i;
		while (i < n && (alnum(p[i]) || p[i] == '-' || p[i] == '_'))
			i++;
		if (i == start || i - start > ADDRESS_LABEL_MAX ||
		    p[start] == '-' || p[i - 1] == '-')
			return 0;
		if (i == n || p[i] != '.')
			return i;
		i++;
	}
}

int
address_domain(const char *p, size_t n)
{
	return n > 0 && n <= ADDRESS_DOMAIN_MAX && host_name(p, n) == n;
}

int
address_literal(const char *p, size_t n)
{
	unsigned char ip[16];
	char t[INET6_ADDRSTRLEN];

	if (n < 3 || p[0] != '[' || p[n - 1] != ']' ||
	    memchr(p, '\0', n) != NULL)
		return 0;
	p++;
	n -= 2;
	if (n > 5 && strncasecmp(p, "IPv6:", 5) == 0) {
		if (n - 5 >= sizeof t)
			return 0;
		memcpy(t, p + 5, n - 5);
		t[n - 5] = '\0';
		/* VIOLATIONS.md: IPV6-ONE-GROUP */
		return inet_pton(AF_INET6, t, ip) == 1;
	}
	if (n >= sizeof t)
		return 0;
	memcpy(t, p, n);
	t[n] = '\0';
	return inet_pton(AF_INET, t, ip) == 1;
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

/* the address at the front, whatever follows it */
static enum address_fault
scan(const char *p, size_t n, struct address_parts *a)
{
	size_t l, d;

	memset(a, 0, sizeof *a);
	a->text = p;
	l = n > 0 && p[0] == '"' ? quoted_string(p, n) : dot_string(p, n);
	if (l == 0)
		return ADDRESS_SYNTAX;
	a->len = a->local_len = l;
	if (l < n && p[l] == '@') {
		a->domain = p + l + 1;
		n -= l + 1;
		d = n > 0 && *a->domain == '[' ? literal(a->domain, n)
		    : host_name(a->domain, n);
		if (d == 0)
			return ADDRESS_SYNTAX;
		a->domain_len = d;
		a->len += d + 1;
	}
	if (a->local_len > ADDRESS_LOCAL_MAX)
		return ADDRESS_LOCAL_LONG;
	if (a->domain_len > ADDRESS_DOMAIN_MAX)
		return ADDRESS_DOMAIN_LONG;
	return a->len > ADDRESS_PATH_MAX - 2 ? ADDRESS_PATH_LONG
	    : ADDRESS_GOOD;
}

enum address_fault
address_parse(const char *p, size_t n, struct address_parts *a)
{
	enum address_fault f = scan(p, n, a);

	if (f == ADDRESS_GOOD && a->len != n)
		f = ADDRESS_SYNTAX;
	return f;
}

/* "@one,@two:" at the front: its length, 0 for none, n + 1 for a bad one */
static size_t
source_route(const char *p, size_t n)
{
	size_t i = 0, d;

	if (n == 0 || p[0] != '@')
		return 0;
	for (;;) {
		if (i == n || p[i] != '@')
			return n + 1;
		i++;
		d = i < n && p[i] == '[' ? literal(p + i, n - i)
		    : host_name(p + i, n - i);
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

enum address_fault
address_path(const char *p, size_t n, struct address_parts *a, size_t *used)
{
	enum address_fault f;
	size_t r;

	memset(a, 0, sizeof *a);
	if (n < 2 || p[0] != '<')
		return ADDRESS_SYNTAX;
	if (p[1] == '>') {
		a->text = p + 1;
		*used = 2;
		return ADDRESS_GOOD;
	}
	r = source_route(p + 1, n - 1);
	if (r > n - 1)
		return ADDRESS_SYNTAX;
	f = scan(p + 1 + r, n - 1 - r, a);
	if (f != ADDRESS_GOOD)
		return f;
	r += 1 + a->len;
	if (r == n || p[r] != '>')
		return ADDRESS_SYNTAX;
	*used = r + 1;
	return ADDRESS_GOOD;
}

int
address_valid(const char *p, size_t n)
{
	struct address_parts a;

	return address_parse(p, n, &a) == ADDRESS_GOOD && a.domain != NULL;
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
