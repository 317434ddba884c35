#include "sts/stspolicy.h"
#include "base/ascii.h"
#include "base/num.h"
#include "sts/stsrecord.h"
#include <string.h>

enum { AGE_DIGITS = 10, LABEL_LEN = 63 };

const char *const sts_mode_names[STS_MODES] = { "none", "testing", "enforce" };

struct parser {
	struct stspolicy *p;
	unsigned version : 1, mode : 1, max_age : 1;
};

/* labels of letters, digits and, not at an end, '-' */
static int
is_domain(const char *p, size_t n)
{
	size_t i, label = 0;

	if (n == 0 || n > WORD_DOMAIN_MAX)
		return 0;
	for (i = 0; i <= n; i++) {
		if (i < n && p[i] != '.') {
			if (!ascii_alnum(p[i]) && p[i] != '-')
				return 0;
			continue;
		}
		if (i == label || i - label > LABEL_LEN || p[label] == '-' ||
		    p[i - 1] == '-')
			return 0;
		label = i + 1;
	}
	return 1;
}

int
stspolicy_pattern(const char *p, size_t n)
{
	if (n > 2 && p[0] == '*' && p[1] == '.')
		return is_domain(p + 2, n - 2);
	return is_domain(p, n);
}

int
stspolicy_matches(const struct slice *mx, unsigned n_mx, const char *host,
    size_t n)
{
	const char *dot = memchr(host, '.', n);
	size_t label = dot == NULL ? n : (size_t)(dot - host);
	unsigned i;

	for (i = 0; i < n_mx; i++) {
		if (ascii_same(mx[i].p, mx[i].n, host, n))
			return 1;
		if (mx[i].n > 2 && mx[i].p[0] == '*' && label > 0 &&
		    ascii_same(mx[i].p + 1, mx[i].n - 1, host + label,
			n - label))
			return 1;
	}
	return 0;
}

/* the fields that count; of one that is repeated the first does */

static const char *
take_version(struct parser *a, struct slice v)
{
	if (a->version)
		return NULL;
	a->version = 1;
	return word_is(v, "STSv1") ? NULL : "bad version";
}

static const char *
take_mode(struct parser *a, struct slice v)
{
	int m;

	if (a->mode)
		return NULL;
	a->mode = 1;
	m = ascii_which(sts_mode_names, STS_MODES, v.p, v.n);
	if (m == -1)
		return "bad mode";
	a->p->mode = (enum sts_mode)m;
	return NULL;
}

static const char *
take_max_age(struct parser *a, struct slice v)
{
	uint64_t s;

	if (a->max_age)
		return NULL;
	a->max_age = 1;
	if (v.n > AGE_DIGITS || num_scan(v.p, v.n, 0, UINT64_MAX, &s) == -1)
		return "bad max_age";
	if (s > STS_AGE_MAX_S)
		s = STS_AGE_MAX_S;
	a->p->max_age_s = s < STS_AGE_MIN_S ? STS_AGE_MIN_S : (uint32_t)s;
	return NULL;
}

static const char *
take_mx(struct parser *a, struct slice v)
{
	if (!stspolicy_pattern(v.p, v.n))
		return "bad mx";
	if (a->p->n_mx == STS_MX_MAX)
		return "too many mx";
	a->p->mx[a->p->n_mx++] = v;
	return NULL;
}

/* any other: it may say what it likes, but something */
static const char *
take_other(struct parser *a, struct slice v)
{
	(void)a;
	(void)v;
	return NULL;
}

static const struct {
	const char *name;
	const char *(*take)(struct parser *, struct slice);
} fields[] = {
	{ "version", take_version },
	{ "mode", take_mode },
	{ "max_age", take_max_age },
	{ "mx", take_mx },
};

/* NAME:VALUE, no line end behind it */
static const char *
take_line(struct parser *a, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n);
	const char *(*take)(struct parser *, struct slice) = take_other;
	struct slice name = { p, colon == NULL ? n : (size_t)(colon - p) }, v;
	size_t i;

	if (colon == NULL || !stsrecord_field(name.p, name.n))
		return "bad name of a field";
	v.p = colon + 1;
	v.n = n - name.n - 1;
	for (; v.n > 0 && ascii_blank(v.p[0]); v.n--)
		v.p++;
	if (v.n == 0)
		return "empty value";
	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (word_is(name, fields[i].name))
			take = fields[i].take;
	return take(a, v);
}

static int
has_control(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((p[i] >= 0 && p[i] < ' ' && p[i] != '\t') || p[i] == 0x7f)
			return 1;
	return 0;
}

static const char *
take_lines(struct parser *a, const char *p, size_t n)
{
	const char *end = p + n, *next, *why;
	size_t len;

	for (; p < end; p = next) {
		next = memchr(p, '\n', (size_t)(end - p));
		len = (size_t)((next == NULL ? end : next) - p);
		next = next == NULL ? end : next + 1;
		if (len > 0 && p[len - 1] == '\r')
			len--;
		while (len > 0 && ascii_blank(p[len - 1]))
			len--;
		if (has_control(p, len))
			return "control bytes";
		why = len == 0 ? NULL : take_line(a, p, len);
		if (why != NULL)
			return why;
	}
	return NULL;
}

const char *
stspolicy_parse(struct stspolicy *policy, const char *p, size_t n)
{
	struct parser a = { .p = policy };
	const char *why;

	memset(policy, 0, sizeof *policy);
	if (n > STS_POLICY_MAX)
		return "longer than 65536 bytes";
	why = take_lines(&a, p, n);
	if (why != NULL)
		return why;
	if (!a.version)
		return "missing version";
	if (!a.mode)
		return "missing mode";
	if (!a.max_age)
		return "missing max_age";
	if (policy->mode != STS_NONE && policy->n_mx == 0)
		return "missing mx";
	return NULL;
}
