#include "format/envcheck.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "base/num.h"
#include "base/plain.h"
#include "format/deliverby.h"
#include "format/dsnparam.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* values, escaped as they stand; no form here needs an escape but that
 * of a backslash */

/* neither a control byte nor the escape of one */
static int
printable(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
			return 0;
		if (p[i] == '\\' && (i + 1 == n || p[++i] != '\\'))
			return 0;
	}
	return 1;
}

/* whether it can be delivered to is for others to find out */
static const char *
address(const char *p, size_t n)
{
	if (n == 0)
		return "no address";
	return p[0] != '<' ? NULL : "an address stands without < and >";
}

static const char *
sender(const char *p, size_t n)
{
	if (n == 0)
		return NULL;
	if (parcel_address(p, n) < n)
		return "more than an address";
	return address(p, n);
}

/* does the word begin so, and *value behind it */
static int
parameter(const char *p, size_t n, const char *name, const char **value)
{
	*value = p + strlen(name);
	return ascii_begins(p, n, name);
}

enum { NOTIFY = 1, ORCPT = 2 };

/* each becomes a field of the recipient's job, which has room for one of each;
 * seen: those in front of it */
static const char *
one_parameter(const char *p, size_t n, unsigned *seen)
{
	const char *v, *why = "unknown parameter";
	unsigned which = 0;

	if (parameter(p, n, "NOTIFY=", &v)) {
		which = NOTIFY;
		why = dsnparam_notify(v, p + n - v)
		    ? NULL
		    : "NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY";
	} else if (parameter(p, n, "ORCPT=", &v)) {
		which = ORCPT;
		why = dsnparam_orcpt(v, p + n - v) && printable(v, p + n - v)
		    ? NULL
		    : "ORCPT has a type, a semicolon, xtext";
	}
	if (why == NULL && (*seen & which))
		why = "a parameter stands twice";
	*seen |= which;
	return why;
}

static const char *
recipient(const char *p, size_t n)
{
	const char *end = p + n, *e, *why;
	unsigned seen = 0;

	n = parcel_address(p, n);
	why = address(p, n);
	for (p += n; why == NULL && p < end; p = e) {
		e = memchr(p, ' ', end - p);
		if (e == p) {
			e++;
			continue;
		}
		if (e == NULL)
			e = end;
		why = one_parameter(p, e - p, &seen);
	}
	return why;
}

static const char *
client(const char *p, size_t n)
{
	unsigned char ip[IP_LEN];

	return ip_scan(p, n, ip) > 0 ? NULL : "no IP address";
}

static const char *
number(const char *p, size_t n, uint64_t max)
{
	uint64_t u;

	return num_scan(p, n, 0, max, &u) == 0 ? NULL : "no number";
}

static const char *
port(const char *p, size_t n)
{
	return number(p, n, UINT16_MAX);
}

static const char *
uid(const char *p, size_t n)
{
	return number(p, n, UINT32_MAX);
}

static const char *
milliseconds(const char *p, size_t n)
{
	return number(p, n, INT64_MAX);
}

static const char *
prio(const char *p, size_t n)
{
	return n == 1 && p[0] >= '0' && p[0] <= '9' ? NULL : "no digit";
}

static const char *
seconds(const char *p, size_t n)
{
	int64_t ms;

	return num_scan_time(p, n, &ms) == 0 ? NULL : "no time";
}

/* neither a blank nor a control byte, nor the escape of one */
static const char *
word(const char *p, size_t n)
{
	return n > 0 && printable(p, n) && memchr(p, ' ', n) == NULL
	    ? NULL
	    : "no word";
}

/* foreign, and shown escaped wherever it is shown */
static const char *
text(const char *p, size_t n)
{
	(void)p;
	return n > 0 ? NULL : "no text";
}

/* what one was asked for: a digest of it */
static const char *
key_sum(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && ascii_hex_value(p[i]) != -1; i++)
		;
	return n == 16 && i == n ? NULL : "no 16 hexadecimal digits";
}

static const char *
tag(const char *p, size_t n)
{
	const char *eq = memchr(p, '=', n);

	return eq != NULL && word(p, eq - p) == NULL ? NULL : "no NAME=VALUE";
}

static int
is(const char *p, size_t n, const char *what)
{
	return strlen(what) == n && memcmp(p, what, n) == 0;
}

static const char *
origin(const char *p, size_t n)
{
	return is(p, n, "inside") ? NULL : "not inside";
}

static const char *
body(const char *p, size_t n)
{
	return is(p, n, "7bit") || is(p, n, "8bit") ? NULL
						    : "neither 7bit nor 8bit";
}

static const char *
one(const char *p, size_t n)
{
	return is(p, n, "1") ? NULL : "not 1";
}

/* RFC 6710 section 7: no sign but a minus, no zero in front */
static const char *
mt_priority(const char *p, size_t n)
{
	int minus = n == 2 && p[0] == '-';

	return n == 1u + minus && p[minus] >= '0' + minus && p[minus] <= '9'
	    ? NULL
	    : "no number from -9 to 9";
}

static const char *
deliver_by(const char *p, size_t n)
{
	struct deliverby by;

	return deliverby(p, n, &by) == 0 ? NULL : "no time and R or N";
}

static const char *
ret(const char *p, size_t n)
{
	return dsnparam_ret(p, n) ? NULL : "neither FULL nor HDRS";
}

static const char *
envid(const char *p, size_t n)
{
	return n > 0 && dsnparam_xtext(p, n) && printable(p, n) ? NULL
								: "no xtext";
}

static const char *
probe(const char *p, size_t n)
{
	return n == 0 || is(p, n, "1") ? NULL : "not 1";
}

/* what mail-auth found, RFC 8601 section 2.7 */

static const char *
result(const char *p, size_t n, const char *const *more)
{
	static const char *const all[] = { "pass", "fail", "temperror",
		"permerror", NULL };
	const char *const *w;

	for (w = all; *w != NULL; w++)
		if (is(p, n, *w))
			return NULL;
	for (w = more; *w != NULL; w++)
		if (is(p, n, *w))
			return NULL;
	return "no result";
}

static const char *
spf(const char *p, size_t n)
{
	static const char *const more[] = { "none", "neutral", "softfail",
		"policy", NULL };

	return result(p, n, more);
}

static const char *
dkim(const char *p, size_t n)
{
	static const char *const more[] = { "none", "neutral", "policy", NULL };

	return result(p, n, more);
}

static const char *
dmarc(const char *p, size_t n)
{
	static const char *const more[] = { "none", NULL };

	return result(p, n, more);
}

static const char *
iprev(const char *p, size_t n)
{
	static const char *const more[] = { NULL };

	return result(p, n, more);
}

/* lines */

static const struct known {
	const char *key;
	const char *(*fault)(const char *, size_t);
	unsigned once : 1; /* a second one would say something else */
} known[] = {
	{ "to", recipient, 0 },
	{ "from", sender, 1 },
	{ "client", client, 0 },
	{ "port", port, 0 },
	{ "origin", origin, 0 },
	{ "body", body, 1 },
	{ "uid", uid, 0 },
	{ "tag", tag, 0 },
	{ "prio", prio, 1 },
	{ "hold-until", seconds, 1 },
	{ "expire", seconds, 1 },
	{ "time", seconds, 0 },
	{ "smtputf8", one, 0 },
	{ "requiretls", one, 1 },
	{ "tls-optional", one, 1 },
	{ "mt-priority", mt_priority, 1 },
	{ "deliver-by", deliver_by, 1 },
	{ "ret", ret, 1 },
	{ "envid", envid, 1 },
	{ "spf", spf, 0 },
	{ "dkim", dkim, 0 },
	{ "dmarc", dmarc, 0 },
	{ "arc", dkim, 0 },
	{ "iprev", iprev, 0 },
	{ "proto", word, 0 },
	{ "tls", text, 0 },
	{ "tls-cert", text, 0 },
	{ "user", text, 0 },
	{ "tenant", text, 0 },
	{ "of", word, 0 },
	{ "uuid", word, 1 },
	{ "was", word, 0 },
	{ "ms-receive", milliseconds, 1 },
	{ "key", text, 1 },
	{ "key-sum", key_sum, 1 },
	{ "probe", probe, 0 },
};
enum { KNOWN = sizeof known / sizeof known[0] };
_Static_assert(KNOWN <= 8 * sizeof(unsigned long), "a bit for each key");

const char *
envcheck_line(struct envcheck *c, const struct parcel_line *l)
{
	unsigned long bit;
	unsigned i;

	for (i = 0; i < KNOWN && !parcel_is(l, known[i].key); i++)
		;
	if (i == KNOWN)
		return NULL;
	bit = 1ul << i;
	if (known[i].once && (c->seen & bit))
		return "stands twice";
	c->seen |= bit;
	return known[i].fault(l->value, l->value_len);
}

const char *
envcheck_none(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', end - p);
	size_t n = lf == NULL ? (size_t)(end - p) : (size_t)(lf - p), key;

	if (n >= PARCEL_LINE_MAX)
		return "line too long";
	if (lf == NULL)
		return "no end of the line";
	for (key = 0; key < n && p[key] != ' '; key++)
		if (!parcel_key_byte(p[key]))
			return "no key";
	return key == 0 ? "no key" : "value not escaped";
}

void
envcheck_text(char out[ENVCHECK_TEXT_MAX], const char *p, const char *end,
    const char *why)
{
	const char *lf = memchr(p, '\n', end - p);
	size_t n = lf == NULL ? (size_t)(end - p) : (size_t)(lf - p), i, o;

	o = (size_t)snprintf(out, ENVCHECK_TEXT_MAX,
	    "5.6.0 bad envelope line: ");
	for (i = 0; i < n && i < ENVCHECK_SHOWN_MAX; i++)
		if (p[i] >= ' ' && p[i] < 0x7f) {
			out[o++] = p[i];
		} else {
			plain_byte(out + o, p[i]);
			o += PLAIN_BYTE;
		}
	snprintf(out + o, ENVCHECK_TEXT_MAX - o, "%s: %s", i < n ? "..." : "",
	    why);
}
