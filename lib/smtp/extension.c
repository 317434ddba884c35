#include "smtp/extension.h"
#include "base/ascii.h"
#include "base/num.h"
#include "format/dsnparam.h"
#include "mail/date.h"
#include <string.h>

/* in the order in which they are offered */
static const struct {
	const char *name;
	uint32_t bit;
} known[] = {
	{ "PIPELINING", EXTENSION_PIPELINING },
	{ "SIZE", EXTENSION_SIZE },
	{ "8BITMIME", EXTENSION_8BITMIME },
	{ "ENHANCEDSTATUSCODES", EXTENSION_ENHANCED },
	{ "DSN", EXTENSION_DSN },
	{ "HELP", EXTENSION_HELP },
	{ "SMTPUTF8", EXTENSION_SMTPUTF8 },
	{ "STARTTLS", EXTENSION_STARTTLS },
	{ "AUTH", EXTENSION_AUTH },
	{ "CHUNKING", EXTENSION_CHUNKING },
	{ "REQUIRETLS", EXTENSION_REQUIRETLS },
	{ "MT-PRIORITY", EXTENSION_MTPRIORITY },
	{ "FUTURERELEASE", EXTENSION_FUTURERELEASE },
	{ "DELIVERBY", EXTENSION_DELIVERBY },
	{ "LIMITS", EXTENSION_LIMITS },
	{ "XCLIENT", EXTENSION_XCLIENT },
};

/* a number; how large it may be is another matter */
static int
size_good(const char *p, size_t n)
{
	size_t digits = 0;

	while (digits < n && ascii_digit(p[digits]))
		digits++;
	return n > 0 && n <= 20 && digits == n;
}

static int
body_good(const char *p, size_t n)
{
	return ascii_is(p, n, "8BITMIME") || ascii_is(p, n, "7BIT");
}

static int
envid_good(const char *p, size_t n)
{
	return n > 0 && n <= EXTENSION_ENVID_MAX && dsnparam_xtext(p, n);
}

static int
orcpt_good(const char *p, size_t n)
{
	return n <= EXTENSION_ORCPT_MAX && dsnparam_orcpt(p, n);
}

/* an address or <>, in xtext */
static int
auth_good(const char *p, size_t n)
{
	return n > 0 && n <= EXTENSION_AUTH_MAX && dsnparam_xtext(p, n);
}

/* RFC 6710: no plus, no -0, no zeros in front */
static int
priority_good(const char *p, size_t n)
{
	return (n == 1 && ascii_digit(p[0])) ||
	    (n == 2 && p[0] == '-' && ascii_digit(p[1]) && p[1] != '0');
}

static int
hold_good(const char *p, size_t n)
{
	uint64_t s;

	return n <= 9 && num_scan(p, n, 1, 999999999, &s) == 0;
}

/* does it begin as the pattern has it, with a digit for each 0?  Its length,
 * or 0 */
static size_t
shaped(const char *p, size_t n, const char *pattern)
{
	size_t i;

	for (i = 0; pattern[i] != '\0'; i++)
		if (i == n ||
		    (pattern[i] == '0'
			    ? !ascii_digit(p[i])
			    : ascii_lower(p[i]) != ascii_lower(pattern[i])))
			return 0;
	return i;
}

/* date-time of RFC 3339 section 5.6; its fraction is passed over.  0 or -1 */
static int
until(const char *p, size_t n, int64_t *s)
{
	char text[DATE_ISO_LEN];
	size_t i = shaped(p, n, "0000-00-00T00:00:00"), len = i, zone;
	int offset;

	if (i == 0)
		return -1;
	memcpy(text, p, len);
	if (i < n && p[i] == '.') {
		while (++i < n && ascii_digit(p[i]))
			;
		if (p[i - 1] == '.')
			return -1;
	}
	p += i;
	zone = n - i;
	if (!(zone == 1 && ascii_is(p, 1, "Z")) &&
	    !(zone == 6 &&
		(shaped(p, zone, "+00:00") || shaped(p, zone, "-00:00"))))
		return -1;
	memcpy(text + len, p, zone);
	return date_parse(text, len + zone, s, &offset);
}

static int
until_good(const char *p, size_t n)
{
	int64_t s;

	return until(p, n, &s) == 0;
}

static int
by_good(const char *p, size_t n)
{
	struct extension_by by;

	return extension_by((struct slice){ p, n }, &by) == 0;
}

/* in the order of enum extension_param; without good: it has no value */
static const struct param {
	const char *key;
	uint32_t of; /* the extension it belongs to */
	int is_mail; /* of MAIL, else of RCPT */
	int (*good)(const char *p, size_t n);
} params[EXTENSION_PARAMS] = {
	{ "SIZE", EXTENSION_SIZE, 1, size_good },
	{ "BODY", EXTENSION_8BITMIME, 1, body_good },
	{ "RET", EXTENSION_DSN, 1, dsnparam_ret },
	{ "ENVID", EXTENSION_DSN, 1, envid_good },
	{ "SMTPUTF8", EXTENSION_SMTPUTF8, 1, NULL },
	{ "REQUIRETLS", EXTENSION_REQUIRETLS, 1, NULL },
	{ "AUTH", EXTENSION_AUTH, 1, auth_good },
	{ "MT-PRIORITY", EXTENSION_MTPRIORITY, 1, priority_good },
	{ "HOLDFOR", EXTENSION_FUTURERELEASE, 1, hold_good },
	{ "HOLDUNTIL", EXTENSION_FUTURERELEASE, 1, until_good },
	{ "BY", EXTENSION_DELIVERBY, 1, by_good },
	{ "NOTIFY", EXTENSION_DSN, 0, dsnparam_notify },
	{ "ORCPT", EXTENSION_DSN, 0, orcpt_good },
};

/* the longest wait, as seconds and as a time */
static int
put_hold(struct buf *b, int64_t now_s)
{
	char t[DATE_ISO_LEN + 1];

	date_iso(t, now_s + EXTENSION_HOLD_MAX_S, 0);
	t[DATE_ISO_LEN - 6] = '\0'; /* its +00:00 */
	return buf_printf(b, " %d %sZ", EXTENSION_HOLD_MAX_S, t);
}

static int
put_limits(struct buf *b, const struct extension_values *v)
{
	int r = 0;

	if (v->mail_max > 0)
		r |= buf_printf(b, " MAILMAX=%u", (unsigned)v->mail_max);
	if (v->rcpt_max > 0)
		r |= buf_printf(b, " RCPTMAX=%u", (unsigned)v->rcpt_max);
	return r;
}

static int
put_value(struct buf *b, uint32_t bit, const struct extension_values *v)
{
	switch (bit) {
	case EXTENSION_SIZE:
		return buf_putc(b, ' ') == -1 ||
			buf_putnum(b, v->size_max) == -1
		    ? -1
		    : 0;
	case EXTENSION_AUTH:
		return buf_putc(b, ' ') == -1 || buf_puts(b, v->mechs) == -1
		    ? -1
		    : 0;
	case EXTENSION_FUTURERELEASE: return put_hold(b, v->now_s);
	case EXTENSION_LIMITS: return put_limits(b, v);
	case EXTENSION_XCLIENT:
		return buf_puts(b,
		    " NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT");
	default: return 0;
	}
}

int
extension_offer(struct buf *b, uint32_t set, const struct extension_values *v)
{
	size_t i;
	int r = 0;

	if (v->mechs == NULL || v->mechs[0] == '\0')
		set &= ~(uint32_t)EXTENSION_AUTH;
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (set & known[i].bit) {
			r |= buf_putc(b, '\n');
			r |= buf_puts(b, known[i].name);
			r |= put_value(b, known[i].bit, v);
		}
	return r;
}

/* the next word of a line; 0 when there is none */
static int
next_word(const char **p, const char *end, struct slice *w)
{
	while (*p < end && **p == ' ')
		++*p;
	w->p = *p;
	while (*p < end && **p != ' ')
		++*p;
	w->n = *p - w->p;
	return w->n > 0;
}

static unsigned
mechanism(struct slice w)
{
	return ascii_is(w.p, w.n, "PLAIN")        ? EXTENSION_MECH_PLAIN
	    : ascii_is(w.p, w.n, "LOGIN")         ? EXTENSION_MECH_LOGIN
	    : ascii_is(w.p, w.n, "SCRAM-SHA-256") ? EXTENSION_MECH_SCRAM_SHA_256
						  : 0;
}

/* RFC 9422 section 4: a limit without a number that may be is none */
static void
limit(struct slice w, struct extension_said *said)
{
	struct {
		const char *name;
		uint32_t *to;
	} limits[] = { { "MAILMAX=", &said->mail_max },
		{ "RCPTMAX=", &said->rcpt_max },
		{ "RCPTDOMAINMAX=", &said->domain_max } };
	size_t i, len;
	uint64_t v;

	for (i = 0; i < sizeof limits / sizeof *limits; i++) {
		len = strlen(limits[i].name);
		if (ascii_begins(w.p, w.n, limits[i].name) &&
		    num_scan(w.p + len, w.n - len, 1, EXTENSION_LIMIT_MAX,
			&v) == 0)
			*limits[i].to = (uint32_t)v;
	}
}

/* what stands behind a word that is known */
static void
scan_value(uint32_t bit, struct slice w, struct extension_said *said)
{
	uint64_t v;

	switch (bit) {
	case EXTENSION_SIZE:
		if (num_scan(w.p, w.n, 0, UINT64_MAX, &v) == 0)
			said->size_max = v;
		break;
	case EXTENSION_DELIVERBY:
		if (num_scan(w.p, w.n, 0, EXTENSION_BY_MAX_S, &v) == 0)
			said->by_min_s = (int64_t)v;
		break;
	case EXTENSION_AUTH: said->mechs |= mechanism(w); break;
	case EXTENSION_LIMITS: limit(w, said); break;
	default: break;
	}
}

uint32_t
extension_scan(const char *line, size_t n, struct extension_said *said)
{
	const char *blank = memchr(line, ' ', n), *end = line + n;
	size_t i, len = blank == NULL ? n : (size_t)(blank - line);
	struct slice w;

	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (ascii_is(line, len, known[i].name))
			break;
	if (i == sizeof known / sizeof *known)
		return 0;
	for (line += len; next_word(&line, end, &w);)
		scan_value(known[i].bit, w, said);
	return known[i].bit;
}

/* the row of a key in any case, NULL when there is none */
static const struct param *
find(int is_mail, const char *key, size_t n)
{
	const struct param *a;

	for (a = params; a < params + EXTENSION_PARAMS; a++)
		if (a->is_mail == is_mail && ascii_is(key, n, a->key))
			return a;
	return NULL;
}

static enum extension_fault
check(const struct param *a, int utf8, struct slice v)
{
	if (a->good == orcpt_good && utf8)
		return v.n <= EXTENSION_ORCPT_MAX &&
			dsnparam_orcpt_utf8(v.p, v.n)
		    ? EXTENSION_GOOD
		    : EXTENSION_BAD;
	if (a->good == body_good && ascii_is(v.p, v.n, "BINARYMIME"))
		return EXTENSION_BINARY;
	return a->good == NULL || a->good(v.p, v.n) ? EXTENSION_GOOD
						    : EXTENSION_BAD;
}

enum extension_fault
extension_param(uint32_t set, int is_mail, int utf8, const char *p, size_t n,
    struct slice value[EXTENSION_PARAMS])
{
	const char *eq = memchr(p, '=', n);
	const struct param *a =
	    find(is_mail, p, eq == NULL ? n : (size_t)(eq - p));
	struct slice v = { p + n, 0 };
	enum extension_fault f;

	if (a == NULL || !(set & a->of) || (eq == NULL) != (a->good == NULL))
		return EXTENSION_UNKNOWN;
	value += a - params;
	if (value->p != NULL)
		return EXTENSION_TWICE;
	if (eq != NULL)
		v = (struct slice){ eq + 1, (size_t)(p + n - eq - 1) };
	f = check(a, utf8, v);
	if (f == EXTENSION_GOOD)
		*value = v;
	return f;
}

int
extension_is_8bit(struct slice body)
{
	return ascii_is(body.p, body.n, "8BITMIME");
}

int
extension_by(struct slice v, struct extension_by *by)
{
	int minus = v.n > 0 && v.p[0] == '-',
	    sign = minus || (v.n > 0 && v.p[0] == '+');
	const char *semi = memchr(v.p, ';', v.n), *end = v.p + v.n;
	size_t digits;
	uint64_t s;

	if (semi == NULL)
		return -1;
	digits = semi - v.p - sign;
	if (digits > 9 ||
	    num_scan(v.p + sign, digits, 0, EXTENSION_BY_MAX_S, &s) == -1)
		return -1;
	by->s = minus ? -(int64_t)s : (int64_t)s;
	by->trace = end - semi == 3 && ascii_is(semi + 2, 1, "T");
	if (end - semi != 2 + (int)by->trace)
		return -1;
	by->mode = (char)(semi[1] & ~32);
	if (by->mode == EXTENSION_BY_RETURN)
		return by->s > 0 ? 0 : -1;
	return by->mode == EXTENSION_BY_NOTIFY ? 0 : -1;
}

int
extension_hold(struct slice hold_for, struct slice hold_until, int64_t now_s,
    int64_t *at_s)
{
	uint64_t s;

	if ((hold_for.p == NULL) == (hold_until.p == NULL))
		return -1;
	if (hold_for.p == NULL) {
		if (until(hold_until.p, hold_until.n, at_s) == -1)
			return -1;
	} else {
		if (num_scan(hold_for.p, hold_for.n, 0, EXTENSION_HOLD_MAX_S,
			&s) == -1)
			return -1;
		*at_s = now_s + (int64_t)s;
	}
	return *at_s > now_s && *at_s <= now_s + EXTENSION_HOLD_MAX_S ? 0 : -1;
}

int
extension_priority(struct slice v)
{
	return v.p[0] == '-' ? -(v.p[1] - '0') : v.p[0] - '0';
}

unsigned
extension_prio_of(int p)
{
	return (unsigned)(p < 0 ? 5 - p / 2 : 5 - (p + 1) / 2);
}
