#include "import/postfixhop.h"
#include "base/ascii.h"
#include "base/num.h"
#include <string.h>

/* a line without an action that says where to is like none, and this is the
 * name that the pool has that no rule names */
const char postfixhop_unsaid[] = "via:default";

/* ports that have a name */
static const struct {
	const char *name, *port;
} services[] = { { "smtp", "25" }, { "submission", "587" },
	{ "submissions", "465" }, { "smtps", "465" }, { "lmtp", "24" } };

static struct slice
behind(struct slice s, size_t n)
{
	return (struct slice){ s.p + n, s.n - n };
}

/* :PORT, or nothing; 0, or -1 */
static int
put_port(struct import *m, struct buf *out, struct slice s)
{
	uint64_t port;
	size_t i;

	if (s.n == 0)
		return 0;
	if (s.p[0] != ':')
		return -1;
	s = behind(s, 1);
	import_puts(m, out, ":");
	for (i = 0; i < sizeof services / sizeof *services; i++)
		if (import_is(s, services[i].name)) {
			import_puts(m, out, services[i].port);
			return 0;
		}
	if (num_scan(s.p, s.n, 1, 65535, &port) == -1)
		return -1;
	import_put(m, out, s.p, s.n);
	return 0;
}

/* [HOST]:PORT, or HOST:PORT; IPv6 may have "ipv6:" in front within brackets */
static const char *
put_host(struct import *m, struct buf *out, struct slice s)
{
	static const char wrong[] = "this is no host with a port";
	const char *end;
	struct slice host = s, port = { "", 0 };

	if (s.n > 0 && s.p[0] == '[') {
		end = memchr(s.p, ']', s.n);
		if (end == NULL)
			return wrong;
		host = (struct slice){ s.p + 1, (size_t)(end - s.p) - 1 };
		port = behind(s, (size_t)(end - s.p) + 1);
		if (ascii_begins(host.p, host.n, "ipv6:"))
			host = behind(host, 5);
	} else if ((end = memchr(s.p, ':', s.n)) != NULL) {
		host.n = (size_t)(end - s.p);
		port = behind(s, host.n);
	}
	if (host.n == 0)
		return wrong;
	if (word_ip(host.p, host.n) != 0) {
		import_puts(m, out, "[");
		import_put(m, out, host.p, host.n);
		import_puts(m, out, "]");
	} else {
		import_put(m, out, host.p, host.n);
	}
	return put_port(m, out, port) == -1 ? wrong : NULL;
}

static int
is_separator(char c)
{
	return c == ',' || ascii_white(c);
}

/* pieces between commas and blanks */
static int
next(struct slice *rest, struct slice *one)
{
	size_t n = 0;

	while (rest->n > 0 && is_separator(rest->p[0]))
		*rest = behind(*rest, 1);
	while (n < rest->n && !is_separator(rest->p[n]))
		n++;
	*one = (struct slice){ rest->p, n };
	*rest = behind(*rest, n);
	return n > 0;
}

const char *
postfixhop_hosts(const struct postfixhop_site *site, struct import *m,
    struct buf *out, struct slice nexthop, struct slice own)
{
	struct slice rest = nexthop, one;
	const char *bad = NULL;
	int any = 0;

	if (ascii_same(nexthop.p, nexthop.n, own.p, own.n)) {
		import_puts(m, out, "mx");
		return NULL;
	}
	while (bad == NULL && next(&rest, &one)) {
		if (one.p[0] != '[' && !site->names_are_hosts)
			return "the MX of another domain; -H says that names "
			       "without brackets are hosts";
		import_puts(m, out, any++ ? "," : "host:");
		bad = put_host(m, out, one);
	}
	return bad;
}

/* is there one behind the host, in brackets or not? */
static int
has_port(struct slice s)
{
	return s.p[0] == '[' ? s.p[s.n - 1] != ']'
			     : memchr(s.p, ':', s.n) != NULL;
}

/* unix:PATH, inet:HOST:PORT or HOST:PORT */
static const char *
lmtp(struct import *m, struct buf *out, struct slice s)
{
	const char *bad;

	import_puts(m, out, "lmtp:");
	if (ascii_begins(s.p, s.n, "unix:")) {
		s = behind(s, 5);
		/* Postfix works in its queue */
		if (s.n > 0 && s.p[0] != '/')
			import_puts(m, out, "/var/spool/postfix/");
		import_put(m, out, s.p, s.n);
		return s.n > 0 ? NULL : "no path";
	}
	if (ascii_begins(s.p, s.n, "inet:"))
		s = behind(s, 5);
	if (s.n == 0)
		return "LMTP without a host";
	bad = put_host(m, out, s);
	/* a port has to be there, and Postfix has this one */
	if (bad == NULL && !has_port(s))
		import_puts(m, out, ":24");
	return bad;
}

/* an enhanced code in front of a text goes */
static struct slice
without_code(struct slice s)
{
	size_t i = 0;

	while (i < s.n && (ascii_digit(s.p[i]) || s.p[i] == '.'))
		i++;
	if (i < 5 || i >= s.n || !ascii_white(s.p[i]) || s.p[1] != '.')
		return s;
	while (i < s.n && ascii_white(s.p[i]))
		i++;
	return behind(s, i);
}

static const char *
text(struct import *m, struct buf *out, const char *label, struct slice s,
    const char *otherwise)
{
	s = without_code(s);
	if (s.n == 0)
		s = (struct slice){ otherwise, strlen(otherwise) };
	import_word(m, out, label, s);
	return NULL;
}

static int
is_clone(const struct postfixhop_site *site, struct slice name)
{
	unsigned i;

	for (i = 0; i < site->clones; i++)
		if (import_is(name, site->clone[i]))
			return 1;
	return 0;
}

const char *
postfixhop_action(const struct postfixhop_site *site, struct import *m,
    struct buf *out, struct slice value, struct slice own)
{
	struct slice rest = value, name;
	const char *bad;
	int clone;

	if (!word_piece(&rest, ':', &name) || rest.p == NULL)
		rest = (struct slice){ "", 0 };
	clone = is_clone(site, name);
	if (name.n == 0 && rest.n == 0)
		import_puts(m, out, postfixhop_unsaid);
	else if (import_is(name, "local"))
		import_puts(m, out, "local");
	else if (import_is(name, "error"))
		return text(m, out, "reject:", rest, "user unknown");
	else if (import_is(name, "retry"))
		return text(m, out, "defer:", rest, "try again later");
	else if (import_is(name, "discard"))
		import_puts(m, out, "discard");
	else if (import_is(name, "lmtp"))
		return lmtp(m, out, rest);
	else if (name.n > 0 && !clone && !import_is(name, "smtp") &&
	    !import_is(name, "relay"))
		return "what this transport is stands in master.cf; -t says "
		       "that it is like smtp";
	else if (rest.n == 0)
		import_puts(m, out, "mx");
	else if ((bad = postfixhop_hosts(site, m, out, rest, own)) != NULL)
		return bad;
	if (clone) {
		import_puts(m, out, " via:");
		import_put(m, out, name.p, name.n);
	}
	return NULL;
}
