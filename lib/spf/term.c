#include "spf/term.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "spf/macro.h"
#include <string.h>

size_t
spfterm_version(const char *p, size_t n)
{
	return ascii_begins(p, n, "v=spf1") && (n == 6 || p[6] == ' ') ? 6 : 0;
}

/* domain-spec */

/* letters, digits and '-' within, and not only digits */
static int
is_toplabel(const char *p, size_t n)
{
	int other = 0;
	size_t i;

	if (n == 0 || p[0] == '-' || p[n - 1] == '-')
		return 0;
	for (i = 0; i < n; i++) {
		if (!ascii_alnum(p[i]) && p[i] != '-')
			return 0;
		other |= !ascii_digit(p[i]);
	}
	return other;
}

/* where the literal bytes at the end begin: behind the last macro.  p, n
 * is a good macro-string */
static size_t
tail_start(const char *p, size_t n)
{
	size_t i = 0, tail = 0;

	while (i < n) {
		if (p[i] != '%') {
			i++;
			continue;
		}
		if (p[i + 1] == '{')
			while (p[i] != '}')
				i++;
		else
			i++;
		tail = ++i;
	}
	return tail;
}

static int
is_domain_spec(const char *p, size_t n)
{
	size_t tail, dot;

	if (n == 0 || !spfmacro_good(p, n, SPFMACRO_SPEC))
		return 0;
	tail = tail_start(p, n);
	if (tail == n)
		return 1; /* it ends in a macro */
	if (p[n - 1] == '.')
		n--;
	for (dot = n; dot > tail && p[dot - 1] != '.';)
		dot--;
	return dot > tail && is_toplabel(p + dot, n - dot);
}

/* mechanisms */

/* the number in p[0..n): no leading zero, at most max */
static int
length(const char *p, size_t n, unsigned max, unsigned char *bits)
{
	unsigned v = 0;
	size_t i;

	if (n == 0 || n > 3 || (n > 1 && p[0] == '0'))
		return -1;
	for (i = 0; i < n; i++)
		v = v * 10 + (unsigned)(p[i] - '0');
	*bits = (unsigned char)v;
	return v <= max ? 0 : -1;
}

static size_t
digits_at_end(const char *p, size_t n)
{
	size_t k = 0;

	while (k < n && ascii_digit(p[n - 1 - k]))
		k++;
	return k;
}

/* take /N, //N or /N//N off the end: no domain-spec ends so.  -1: bad */
static int
take_lengths(struct spfterm *t, const char *p, size_t *n)
{
	size_t k = digits_at_end(p, *n), at = *n - k;

	if (k > 0 && at >= 2 && p[at - 1] == '/' && p[at - 2] == '/') {
		if (length(p + at, k, 128, &t->bits6) == -1)
			return -1;
		*n = at - 2;
		k = digits_at_end(p, *n);
		at = *n - k;
	}
	if (k > 0 && at >= 1 && p[at - 1] == '/') {
		if (length(p + at, k, 32, &t->bits4) == -1)
			return -1;
		*n = at - 1;
	}
	return 0;
}

/* numbers without leading zeros, which inet_pton may let pass */
static int
good_ip4(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n; i++)
		if (p[i] == '0' && (i == 0 || p[i - 1] == '.') &&
		    ascii_digit(p[i + 1]))
			return 0;
	return 1;
}

/* :ADDRESS or :ADDRESS/LENGTH */
static int
read_ip(struct spfterm *t, const char *p, size_t n)
{
	int six = t->kind == SPFTERM_IP6;
	unsigned char *bits = six ? &t->bits6 : &t->bits4;
	const char *slash;

	if (n < 2 || p[0] != ':')
		return -1;
	p++;
	n--;
	slash = memchr(p, '/', n);
	if (slash != NULL) {
		size_t k = p + n - slash - 1;

		if (digits_at_end(slash + 1, k) != k ||
		    length(slash + 1, k, six ? 128 : 32, bits) == -1)
			return -1;
		n = slash - p;
	}
	if (!six && !good_ip4(p, n))
		return -1;
	return ip_scan(p, n, t->ip) == (six ? 16 : 4) ? 0 : -1;
}

static const struct {
	const char *name;
	enum spfterm_kind kind;
	enum { NOTHING, DOMAIN, DOMAIN_MAY, LENGTHS, ADDRESS } what;
} mechanisms[] = {
	{ "all", SPFTERM_ALL, NOTHING },
	{ "include", SPFTERM_INCLUDE, DOMAIN },
	{ "a", SPFTERM_A, LENGTHS },
	{ "mx", SPFTERM_MX, LENGTHS },
	{ "ptr", SPFTERM_PTR, DOMAIN_MAY },
	{ "ip4", SPFTERM_IP4, ADDRESS },
	{ "ip6", SPFTERM_IP6, ADDRESS },
	{ "exists", SPFTERM_EXISTS, DOMAIN },
};

/* what stands behind the name of mechanism i */
static int
read_rest(struct spfterm *t, unsigned i, const char *p, size_t n)
{
	switch (mechanisms[i].what) {
	case NOTHING: return n == 0 ? 0 : -1;
	case ADDRESS: return read_ip(t, p, n);
	case LENGTHS:
		if (take_lengths(t, p, &n) == -1)
			return -1;
		break;
	case DOMAIN:
		if (n == 0)
			return -1;
		break;
	case DOMAIN_MAY: break;
	}
	if (n == 0)
		return 0;
	if (p[0] != ':' || !is_domain_spec(p + 1, n - 1))
		return -1;
	t->spec = p + 1;
	t->spec_len = n - 1;
	return 0;
}

static int
read_mechanism(struct spfterm *t, const char *p, size_t n)
{
	size_t k = 0;
	unsigned i;

	t->qualifier = '+';
	if (n > 0 && p[0] != '\0' && strchr("+-~?", p[0]) != NULL) {
		t->qualifier = *p++;
		n--;
	}
	while (k < n && p[k] != ':' && p[k] != '/')
		k++;
	for (i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
		if (ascii_is(p, k, mechanisms[i].name)) {
			t->kind = mechanisms[i].kind;
			return read_rest(t, i, p + k, n - k);
		}
	return -1;
}

/* terms */

/* the bytes of a name with '=' behind it, 0 when this is no modifier */
static size_t
modifier_name(const char *p, size_t n)
{
	size_t k = 0;

	if (n == 0 || !ascii_letter(p[0]))
		return 0;
	while (k < n &&
	    (ascii_alnum(p[k]) || p[k] == '-' || p[k] == '_' || p[k] == '.'))
		k++;
	return k < n && p[k] == '=' ? k : 0;
}

static int
read_modifier(struct spfterm *t, const char *p, size_t name, size_t n)
{
	t->spec = p + name + 1;
	t->spec_len = n - name - 1;
	t->kind = ascii_is(p, name, "redirect") ? SPFTERM_REDIRECT
	    : ascii_is(p, name, "exp")          ? SPFTERM_EXP
						: SPFTERM_OTHER;
	if (t->kind == SPFTERM_OTHER)
		return spfmacro_good(t->spec, t->spec_len, SPFMACRO_SPEC) ? 0
									  : -1;
	return is_domain_spec(t->spec, t->spec_len) ? 0 : -1;
}

int
spfterm_next(const char **at, const char *end, struct spfterm *t)
{
	const char *p = *at;
	size_t n = 0, name;
	int r;

	while (p < end && *p == ' ')
		p++;
	while (p + n < end && p[n] != ' ')
		n++;
	*at = p + n;
	if (n == 0)
		return 0;
	memset(t, 0, sizeof *t);
	t->raw = p;
	t->raw_len = n;
	t->bits4 = 32;
	t->bits6 = 128;
	name = modifier_name(p, n);
	r = name > 0 ? read_modifier(t, p, name, n) : read_mechanism(t, p, n);
	return r == 0 ? 1 : -1;
}
