#include "sts/stsrecord.h"
#include "base/ascii.h"
#include <string.h>

static const char version[] = "v=STSv1";

int
stsrecord_id(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_alnum(p[i]))
			return 0;
	return n > 0 && n <= STS_ID_MAX;
}

int
stsrecord_field(const char *p, size_t n)
{
	size_t i;

	if (n == 0 || n > STS_FIELD_MAX || !ascii_alnum(p[0]))
		return 0;
	for (i = 1; i < n; i++)
		if (!ascii_alnum(p[i]) && p[i] != '_' && p[i] != '-' &&
		    p[i] != '.')
			return 0;
	return 1;
}

/* bytes of a value, whatever it is of */
static size_t
value_len(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] > ' ' && p[i] < 0x7f && p[i] != '=' && p[i] != ';')
		i++;
	return i;
}

static int
take_id(char *id, const char *p, size_t n)
{
	if (!stsrecord_id(p, n))
		return -1;
	/* the first counts */
	if (id[0] == '\0') {
		memcpy(id, p, n);
		id[n] = '\0';
	}
	return 0;
}

/* NAME=VALUE; its length, -1 when it is none */
static long
field(const char *p, size_t n, char *id)
{
	const char *eq = memchr(p, '=', n);
	size_t name, value;

	if (eq == NULL)
		return -1;
	name = (size_t)(eq - p);
	value = value_len(eq + 1, n - name - 1);
	if (!stsrecord_field(p, name) || value == 0)
		return -1;
	if (name == 2 && memcmp(p, "id", 2) == 0 &&
	    take_id(id, eq + 1, value) == -1)
		return -1;
	return (long)(name + 1 + value);
}

static size_t
blanks(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && ascii_blank(p[i]))
		i++;
	return i;
}

/* fields behind the version, a semicolon in front of each, and perhaps one at
 * the end */
static int
fields(const char *p, size_t n, char *id)
{
	size_t i = blanks(p, n);
	long k;

	while (i < n) {
		if (p[i++] != ';')
			return -1;
		i += blanks(p + i, n - i);
		if (i == n)
			break;
		k = field(p + i, n - i, id);
		if (k == -1)
			return -1;
		i += (size_t)k;
		i += blanks(p + i, n - i);
	}
	return id[0] == '\0' ? -1 : 0;
}

enum stsrecord
stsrecord_parse(const char *p, size_t n, char id[STS_ID_MAX + 1])
{
	size_t k = sizeof version - 1;

	id[0] = '\0';
	if (n < k || memcmp(p, version, k) != 0 ||
	    (n > k && p[k] != ';' && !ascii_blank(p[k])))
		return STSRECORD_NONE;
	if (n <= STS_RECORD_MAX && fields(p + k, n - k, id) == 0)
		return STSRECORD_GOOD;
	id[0] = '\0';
	return STSRECORD_BAD;
}

enum stsrecord
stsrecord_find(const struct dnsa *a, char id[STS_ID_MAX + 1])
{
	enum stsrecord found = STSRECORD_NONE, r;
	char text[STS_RECORD_MAX + 1], one[STS_ID_MAX + 1];
	unsigned i;
	long n;

	id[0] = '\0';
	for (i = 0; a->status == DNSA_OK && i < a->n; i++) {
		n = dnsa_text(a, i, text, sizeof text);
		r = n == -1 ? STSRECORD_NONE
			    : stsrecord_parse(text, (size_t)n, one);
		if (r == STSRECORD_NONE)
			continue;
		if (found != STSRECORD_NONE) {
			id[0] = '\0';
			return STSRECORD_MANY;
		}
		found = r;
		memcpy(id, one, sizeof one);
	}
	return found;
}
