#include "recv/relay.h"
#include "base/num.h"
#include "conf/word.h"
#include <stdio.h>
#include <string.h>

static const char variable[] = "RELAYCLIENT=";

/* "+NAME=", whatever its value is */
static int
is(const char *p, size_t n, const char *name)
{
	size_t len = strlen(name);

	return n >= len + 2 && p[0] == '+' && p[len + 1] == '=' &&
	    memcmp(p + 1, name, len) == 0;
}

/* what a record says */
static enum relay_verdict
judge(const char *p, size_t n, struct relay_rule *rule)
{
	enum relay_verdict v = RELAY_NONE;
	const char *e;
	size_t len;

	for (; n > 0; n -= len + 1, p = e + 1) {
		e = memchr(p, '\0', n);
		if (e == NULL)
			return RELAY_BROKEN;
		len = e - p;
		if (len > 0 && p[0] == 'D')
			return RELAY_DENY;
		rule->proxy |= is(p, len, "PROXY");
		rule->xclient |= is(p, len, "XCLIENT");
		if (len < sizeof variable || p[0] != '+' ||
		    memcmp(p + 1, variable, sizeof variable - 1) != 0)
			continue;
		if (len - sizeof variable >= RELAY_SUFFIX_MAX)
			return RELAY_BROKEN;
		memcpy(rule->suffix, p + sizeof variable,
		    len - sizeof variable + 1);
		v = RELAY_ALLOW;
	}
	return v;
}

/* 1 and *v when the key is there or the table is not readable */
static int
look(const struct lookup *l, const char *key, size_t n, struct relay_rule *rule,
    enum relay_verdict *v)
{
	const char *data;
	size_t len;
	int r = lookup_get(l, key, n, &data, &len);

	if (r == 0)
		return 0;
	*v = r == -1 ? RELAY_BROKEN : judge(data, len, rule);
	return 1;
}

/* "=" and the host's name from at on */
static int
look_host(const struct lookup *l, const char *host, struct relay_rule *rule,
    enum relay_verdict *v)
{
	char key[RELAY_SUFFIX_MAX + 1];
	int n = snprintf(key, sizeof key, "=%s", host);

	if (n >= (int)sizeof key)
		return 0;
	return look(l, key, n, rule, v);
}

enum relay_verdict
relay_find(const struct lookup *l, const char *ip, const char *host,
    struct relay_rule *rule)
{
	enum relay_verdict v = RELAY_NONE;
	size_t n = strlen(ip);
	const char *dot;

	memset(rule, 0, sizeof *rule);
	if (look(l, ip, n, rule, &v) ||
	    (host != NULL && look_host(l, host, rule, &v)))
		return v;
	for (; n > 0; n--)
		if ((ip[n - 1] == '.' || ip[n - 1] == ':') &&
		    look(l, ip, n, rule, &v))
			return v;
	for (dot = host; dot != NULL && (dot = strchr(dot, '.')) != NULL; dot++)
		if (look_host(l, dot, rule, &v))
			return v;
	if (host == NULL || !look_host(l, "", rule, &v))
		look(l, "", 0, rule, &v);
	return v;
}

/* the text form */

static int
only(const char *p, size_t n, const char *bytes)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] == '\0' || !strchr(bytes, p[i]))
			return 0;
	return 1;
}

/* "1.2.3.4", or "1.", "1.2.", "1.2.3." */
static int
is_ip4(const char *p, size_t n)
{
	unsigned fields = 0;
	uint64_t u;
	size_t k;

	while (n > 0) {
		for (k = 0; k < n && p[k] != '.';)
			k++;
		if (++fields > 4 || num_scan(p, k, 0, 255, &u) == -1 ||
		    (k > 1 && p[0] == '0'))
			return 0;
		if (k == n)
			return fields == 4;
		p += k + 1;
		n -= k + 1;
	}
	return fields > 0 && fields < 4;
}

/* an address, or groups with a colon at the end; as tcpserver writes them:
 * lower case, no leading zeros */
static int
is_ip6(const char *p, size_t n)
{
	size_t i;

	if (memchr(p, ':', n) == NULL || !only(p, n, "0123456789abcdef:."))
		return 0;
	for (i = 0; i + 1 < n; i++)
		if (p[i] == '0' && (i == 0 || p[i - 1] == ':') &&
		    p[i + 1] != ':')
			return 0;
	return p[n - 1] == ':' || word_ip(p, n) == 6;
}

/* keys that could never match are faults */
static const char *
key_fault(const char *p, size_t n)
{
	if (n == 0 || p[0] == '=')
		return NULL;
	if (memchr(p, '@', n) != NULL)
		return "no user@ here: clients are not asked who they are";
	if (memchr(p, '/', n) != NULL)
		return "no address/length here: write a prefix, such as "
		       "192.0.2. or 2001:db8:";
	if (is_ip4(p, n) || is_ip6(p, n))
		return NULL;
	if (only(p, n, "0123456789."))
		return "not an IPv4 address, nor a prefix with a dot at "
		       "its end";
	return "not an address, prefix, or =name; IPv6 must be compressed "
	       "and in lower case";
}

/* NAME= in what is written already, each piece with its NUL */
static int
has_variable(const struct buf *b, const char *name, size_t n)
{
	const char *p = buf_data(b), *end = p + buf_len(b);

	for (; p < end; p += strlen(p) + 1)
		if (p[0] == '+' && strncmp(p + 1, name, n) == 0)
			return 1;
	return 0;
}

/* ,NAME="value" again and again, as records have it */
static const char *
variables(struct buf *out, const char *p, const char *end)
{
	const char *eq, *q;

	while (p < end) {
		if (*p++ != ',')
			return "a comma is missing before a variable";
		eq = memchr(p, '=', end - p);
		if (eq == NULL || eq == p || end - eq < 3 ||
		    memchr(p, ',', eq - p) != NULL)
			return "not NAME=\"value\" behind the comma";
		q = memchr(eq + 2, eq[1], end - eq - 2);
		if (q == NULL)
			return "a value is not closed";
		if (memchr(eq, '\0', q - eq) != NULL)
			return "a NUL byte in a value";
		if (has_variable(out, p, eq + 1 - p))
			return "a variable stands twice";
		if (eq - p == sizeof variable - 2 &&
		    memcmp(p, variable, eq - p) == 0 &&
		    q - eq - 2 >= RELAY_SUFFIX_MAX)
			return "RELAYCLIENT is too long";
		if (buf_putc(out, '+') == -1 ||
		    buf_put(out, p, eq + 1 - p) == -1 ||
		    buf_put(out, eq + 2, q - eq - 2) == -1 ||
		    buf_putc(out, '\0') == -1)
			return "out of memory";
		p = q + 1;
	}
	return NULL;
}

/* where ":allow" or ":deny" stands, with a comma or nothing behind it */
static const char *
find_action(const char *p, const char *end, size_t *n)
{
	static const char *const word[] = { ":allow", ":deny" };
	unsigned i;

	for (; p < end; p++)
		for (i = 0; i < 2; i++) {
			*n = strlen(word[i]);
			if ((size_t)(end - p) >= *n &&
			    memcmp(p, word[i], *n) == 0 &&
			    (p + *n == end || p[*n] == ','))
				return p;
		}
	return NULL;
}

static int
put(struct wordset *seen, const struct conffile_sink *sink, const char *key,
    size_t n, unsigned lineno, const struct buf *data)
{
	if (wordset_once(seen, key, n, lineno, sink) == -1)
		return -1;
	return sink->add(sink->arg, key, n, buf_data(data), buf_len(data));
}

/* one record for each address of "1.2.3.4-9" */
static int
add_range(struct wordset *seen, const struct conffile_sink *sink, const char *p,
    size_t n, const char *dash, unsigned lineno, const struct buf *data)
{
	const char *left = dash, *right = dash + 1, *end = p + n, *why;
	char key[WORD_LINE_MAX];
	uint64_t from = 0, to = 0;
	int len;

	while (left > p && left[-1] >= '0' && left[-1] <= '9')
		left--;
	while (right < end && *right >= '0' && *right <= '9')
		right++;
	if (num_scan(left, dash - left, 0, 255, &from) == -1 ||
	    num_scan(dash + 1, right - dash - 1, 0, 255, &to) == -1 ||
	    from > to || memchr(right, '-', end - right) != NULL ||
	    memchr(p, ':', n) != NULL)
		return conffile_wrong(sink, "bad range of addresses");
	for (; from <= to; from++) {
		len = snprintf(key, sizeof key, "%.*s%u%.*s", (int)(left - p),
		    p, (unsigned)from, (int)(end - right), right);
		why = key_fault(key, len);
		if (why != NULL)
			return conffile_wrong(sink, why);
		if (put(seen, sink, key, len, lineno, data) == -1)
			return -1;
	}
	return 0;
}

static int
add(struct wordset *seen, const struct conffile_sink *sink, const char *p,
    size_t n, unsigned lineno, const struct buf *data)
{
	const char *dash = memchr(p, '-', n), *why;

	if (memchr(p, '\0', n) != NULL || memchr(p, ' ', n) != NULL ||
	    memchr(p, '\t', n) != NULL)
		return conffile_wrong(sink, "blank or NUL in the address");
	if (dash != NULL && p[0] != '=' && memchr(p, '@', n) == NULL)
		return add_range(seen, sink, p, n, dash, lineno, data);
	why = key_fault(p, n);
	if (why != NULL)
		return conffile_wrong(sink, why);
	return put(seen, sink, p, n, lineno, data);
}

static int
line(void *state, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	const char *end = p + n, *why, *action;
	struct buf data = { 0 };
	size_t len;
	int r;

	action = find_action(p, end, &len);
	if (action == NULL)
		return conffile_wrong(sink, "neither :allow nor :deny");
	if (action[1] == 'd' && buf_put(&data, "D", 2) == -1)
		return conffile_wrong(sink, "out of memory");
	/* an empty record needs an address too */
	if (buf_reserve(&data, 1) == -1)
		return conffile_wrong(sink, "out of memory");
	why = variables(&data, action + len, end);
	if (why == NULL && action == p && buf_len(&data) > 0 &&
	    (has_variable(&data, "PROXY=", 6) ||
		has_variable(&data, "XCLIENT=", 8)))
		why = "PROXY or XCLIENT for everybody: anybody might say who "
		      "he is";
	r = why != NULL ? conffile_wrong(sink, why)
			: add(state, sink, p, action - p, lineno, &data);
	buf_free(&data);
	return r;
}

const struct conffile conffile_relay = { "relay", sizeof(struct wordset), line,
	wordset_finish };
