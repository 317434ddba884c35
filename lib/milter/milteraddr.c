#include "milter/milteraddr.h"
#include "base/num.h"
#include "milter/milterterms.h"
#include <string.h>

int
milteraddr_fail(const char *p, size_t n, enum milteraddr_fail *out)
{
	static const char *const words[] = { "later", "take", "refuse" };
	unsigned i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i]) == n && memcmp(words[i], p, n) == 0) {
			*out = (enum milteraddr_fail)i;
			return 0;
		}
	return -1;
}

/* unix:PATH, IPV4:PORT, [IPV6]:PORT; 0, or -1 */
static int
where(struct dial_addr *a, const char *p, size_t n)
{
	const char *colon = memrchr(p, ':', n);
	size_t len;
	uint64_t port;

	if (n > 5 && memcmp(p, "unix:", 5) == 0) {
		memset(a, 0, sizeof *a);
		a->kind = DIAL_UNIX;
		a->path = p + 5;
		a->path_len = (unsigned)(n - 5);
		return n - 5 > DIAL_PATH_MAX ? -1 : 0;
	}
	if (colon == NULL)
		return -1;
	len = (size_t)(colon - p);
	if (num_scan(colon + 1, n - len - 1, 1, UINT16_MAX, &port) == -1)
		return -1;
	if (len > 2 && p[0] == '[' && p[len - 1] == ']') {
		p++;
		len -= 2;
	}
	if (dial_scan_ip(p, len, a) == -1)
		return -1;
	a->port = (uint16_t)port;
	return 0;
}

static int
is_word(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] <= 0x20 || p[i] >= 0x7f)
			return 0;
	return n > 0 && n <= MILTERADDR_NAME_MAX;
}

static void
name(struct milteraddr *m, const char *p, size_t n)
{
	memcpy(m->name, p, n);
	m->name[n] = '\0';
}

/* by default the last part of its path, or the address */
static void
name_by_place(struct milteraddr *m, const char *p, size_t n)
{
	const char *slash = memrchr(p, '/', n), *end = p + n;

	if (slash != NULL && slash + 1 < end)
		p = slash + 1;
	else if (m->addr.kind == DIAL_UNIX)
		p = m->addr.path;
	n = (size_t)(end - p);
	if (is_word(p, n))
		name(m, p, n);
	else
		name(m, "milter", 6);
}

/* a number behind NAME=; 1 when that is its name, else 0; -1 out of bounds */
static int
number(const char *p, size_t n, const char *key, uint64_t min, uint64_t max,
    uint64_t *out)
{
	size_t len = strlen(key);

	if (n < len || memcmp(p, key, len) != 0)
		return 0;
	return num_scan(p + len, n - len, min, max, out) == -1 ? -1 : 1;
}

static const char *
option(struct milteraddr *m, const char *p, size_t n)
{
	uint64_t version;
	int r;

	if (n >= 5 && memcmp(p, "name=", 5) == 0) {
		if (!is_word(p + 5, n - 5))
			return "name wants a word";
		name(m, p + 5, n - 5);
		return NULL;
	}
	if (n >= 5 && memcmp(p, "fail=", 5) == 0)
		return milteraddr_fail(p + 5, n - 5, &m->fail) == 0
		    ? NULL
		    : "fail wants later, take or refuse";
	r = number(p, n, "version=", MILTERTERMS_VERSION_MIN,
	    MILTERTERMS_VERSION_MAX, &version);
	if (r == 1)
		m->version = (unsigned)version;
	if (r == 0)
		r = number(p, n, "answer=", 1, MILTERADDR_TIME_MAX_S,
		    &m->answer_s);
	if (r == 0)
		r = number(p, n, "end=", 1, MILTERADDR_TIME_MAX_S, &m->end_s);
	if (r == 0)
		r = number(p, n, "connections=", 1, MILTERADDR_CONNECTIONS_MAX,
		    &m->connections);
	return r == 1 ? NULL
	    : r == 0  ? "options are name fail version answer end connections"
		      : "a number is out of bounds";
}

const char *
milteraddr_read(struct milteraddr *m, const char *text)
{
	size_t n = strcspn(text, ",");
	const char *why;

	if (where(&m->addr, text, n) == -1)
		return "want unix:PATH, IP:PORT or [IPV6]:PORT";
	name_by_place(m, text, n);
	for (text += n; *text == ','; text += n) {
		text++;
		n = strcspn(text, ",");
		why = option(m, text, n);
		if (why != NULL)
			return why;
	}
	return NULL;
}
