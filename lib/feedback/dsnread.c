#include "feedback/dsnread.h"
#include "base/ascii.h"
#include "mail/header.h"
#include <string.h>

enum field {
	NONE,
	FINAL,
	ORIGINAL,
	ACTION,
	STATUS,
	DIAGNOSTIC,
	REMOTE,
	REPORTING,
	ARRIVAL,
	FIELDS
};

static const char *const names[FIELDS] = { "", "Final-Recipient",
	"Original-Recipient", "Action", "Status", "Diagnostic-Code",
	"Remote-MTA", "Reporting-MTA", "Arrival-Date" };

/* a recipient's fields while they are read */
struct group {
	unsigned seen; /* a bit a field */
	struct feedreport_rcpt r;
	char final[FEEDREPORT_ADDRESS_MAX + 1];
};

static enum field
field_of(const struct header_field *f)
{
	unsigned i;

	for (i = 1; i < FIELDS; i++)
		if (header_is(f, names[i]))
			return i;
	return NONE;
}

/* addresses */

/* \x{HEX}, RFC 6533 section 3: the bytes of that character, at most four;
 * *used is what it takes */
static size_t
utf8_escape(const char *p, const char *end, char out[4], size_t *used)
{
	const char *close = memchr(p, '}', end - p);
	uint32_t u = 0;

	if (end - p < 5 || memcmp(p, "\\x{", 3) != 0 || close == NULL ||
	    close - p > 9 || close == p + 3)
		return 0;
	*used = close + 1 - p;
	for (p += 3; p < close; p++) {
		if (ascii_hex_value(*p) == -1)
			return 0;
		u = u << 4 | (uint32_t)ascii_hex_value(*p);
	}
	if (u < ' ' || (u >= 0x7f && u < 0xa0) || u > 0x10ffff ||
	    (u >= 0xd800 && u < 0xe000))
		return 0;
	if (u < 0x80) {
		out[0] = (char)u;
		return 1;
	}
	if (u < 0x800) {
		out[0] = (char)(0xc0 | u >> 6);
		out[1] = (char)(0x80 | (u & 0x3f));
		return 2;
	}
	if (u < 0x10000) {
		out[0] = (char)(0xe0 | u >> 12);
		out[1] = (char)(0x80 | (u >> 6 & 0x3f));
		out[2] = (char)(0x80 | (u & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | u >> 18);
	out[1] = (char)(0x80 | (u >> 12 & 0x3f));
	out[2] = (char)(0x80 | (u >> 6 & 0x3f));
	out[3] = (char)(0x80 | (u & 0x3f));
	return 4;
}

/* where the address ends: at a blank outside quotes, or at what only a
 * comment begins with */
static const char *
address_end(const char *p, const char *end)
{
	int quoted = 0;

	for (; p < end; p++)
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && quoted && p + 1 < end)
			p++;
		else if (!quoted && (ascii_white(*p) || *p == '>'))
			break;
	return p;
}

size_t
dsnread_address(char *out, size_t cap, const char *p, size_t n)
{
	const char *end = p + n, *semi = memchr(p, ';', n), *open;
	size_t len = 0, c, used;
	char u[4];

	if (semi != NULL && memchr(p, '@', semi - p) == NULL)
		p = semi + 1;
	open = memchr(p, '<', end - p);
	if (open != NULL && memchr(open, '@', end - open) != NULL)
		p = open + 1;
	while (p < end && (ascii_white(*p) || *p == '<'))
		p++;
	end = address_end(p, end);
	while (end > p && strchr(";,:", end[-1]) != NULL && end[-1] != '\0')
		end--;
	while (p < end) {
		c = utf8_escape(p, end, u, &used);
		if (c == 0) {
			u[0] = *p;
			c = used = 1;
		}
		if (len + c >= cap)
			break;
		memcpy(out + len, u, c);
		len += c;
		p += used;
	}
	out[len] = '\0';
	return len;
}

/* values */

static void
put_action(char *out, const char *p, size_t n)
{
	size_t len = 0;

	for (; len < n && len < FEEDREPORT_WORD_MAX &&
	     (ascii_alnum(p[len]) || p[len] == '-');
	     len++)
		out[len] = ascii_lower(p[len]);
	out[len] = '\0';
}

static size_t
digits(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && ascii_digit(p[n]))
		n++;
	return n;
}

/* class.subject.detail, whatever stands around it */
static void
put_status(char out[12], const char *p, size_t n)
{
	const char *end = p + n, *q;
	size_t a, b;

	for (; p < end; p++) {
		if (strchr("245", *p) == NULL || *p == '\0' || p + 1 >= end ||
		    p[1] != '.')
			continue;
		q = p + 2;
		a = digits(q, end);
		if (a == 0 || a > 3 || q + a >= end || q[a] != '.')
			continue;
		b = digits(q + a + 1, end);
		if (b == 0 || b > 3)
			continue;
		n = (size_t)(q + a + 1 + b - p);
		memcpy(out, p, n);
		out[n] = '\0';
		return;
	}
}

/* "dns; host", with or without type; what stands in brackets behind it goes */
static void
put_host(char *out, const char *p, size_t n)
{
	const char *end = p + n, *semi = memchr(p, ';', n);

	if (semi != NULL)
		p = semi + 1;
	while (p < end && ascii_white(*p))
		p++;
	for (n = 0;
	     p + n < end && n < FEEDREPORT_HOST_MAX && !ascii_white(p[n]);)
		n++;
	while (n > 0 && p[n - 1] == '.')
		n--;
	feedreport_line(out, FEEDREPORT_HOST_MAX + 1, p, n);
}

/* "smtp; text": the type says nothing more than the text */
static void
put_diagnostic(struct feedreport_rcpt *r, const char *p, size_t n)
{
	const char *semi = memchr(p, ';', n);
	size_t i = 0;

	while (semi != NULL && i < (size_t)(semi - p) &&
	    (ascii_alnum(p[i]) || p[i] == '-'))
		i++;
	if (semi != NULL && i == (size_t)(semi - p) && i > 0) {
		n -= i + 1;
		p = semi + 1;
	}
	r->text_len = feedreport_line(r->text, sizeof r->text, p, n);
}

/* groups */

static int
whole(const struct group *g)
{
	return (g->seen & (1u << FINAL | 1u << ORIGINAL)) != 0;
}

/* a recipient is complete; one without address is none */
static int
end_group(struct feedreport *report, struct group *g)
{
	struct feedreport_rcpt *r;

	if (!whole(g))
		return 0; /* of the message, or goes on behind a line */
	memcpy(g->r.address, g->final[0] == '\0' ? g->r.orcpt : g->final,
	    sizeof g->r.address);
	if (g->r.address[0] != '\0') {
		r = feedreport_add(report);
		if (r == NULL && !report->more)
			return -1;
		if (r != NULL)
			*r = g->r;
	}
	memset(g, 0, sizeof *g);
	return 0;
}

static void
put_field(struct feedreport *report, struct group *g, enum field k,
    const char *p, size_t n)
{
	struct feedreport_rcpt *r = &g->r;

	switch (k) {
	case FINAL: dsnread_address(g->final, sizeof g->final, p, n); break;
	case ORIGINAL: dsnread_address(r->orcpt, sizeof r->orcpt, p, n); break;
	case ACTION: put_action(r->action, p, n); break;
	case STATUS: put_status(r->esc, p, n); break;
	case DIAGNOSTIC: put_diagnostic(r, p, n); break;
	case REMOTE: put_host(r->host, p, n); break;
	case REPORTING: put_host(report->host, p, n); break;
	case ARRIVAL:
		feedreport_line(report->arrival, sizeof report->arrival, p, n);
		break;
	case NONE:
	case FIELDS: break;
	}
}

/* begins another recipient here?  A field that comes a second time says so,
 * and an empty line before what names one */
static int
begins(const struct group *g, enum field k, int after_empty)
{
	if (!whole(g) || k == NONE)
		return 0;
	if ((g->seen & 1u << k) != 0)
		return 1;
	return after_empty && (k == FINAL || k == ORIGINAL) &&
	    (g->seen & (1u << ACTION | 1u << STATUS)) != 0;
}

static int
take(struct feedreport *report, struct group *g, const struct header_field *f,
    int after_empty)
{
	enum field k = field_of(f);
	size_t n = f->value_len;

	if (k == NONE)
		return 0;
	if (begins(g, k, after_empty) && end_group(report, g) == -1)
		return -1;
	if (n > DSNREAD_VALUE_MAX)
		n = DSNREAD_VALUE_MAX;
	put_field(report, g, k, f->value, n);
	g->seen |= 1u << k;
	return 0;
}

int
dsnread(struct feedreport *report, const char *p, size_t n)
{
	const char *end = p + n, *lf;
	struct header_field f;
	struct group g = { 0 };
	int after_empty = 0;

	while (p < end) {
		switch (header_next(&p, end, &f)) {
		case HEADER_FIELD:
			if (take(report, &g, &f, after_empty) == -1)
				return -1;
			after_empty = 0;
			break;
		case HEADER_EMPTY: after_empty = 1; break;
		case HEADER_BODY: /* a damaged line: the next one */
			lf = memchr(p, '\n', end - p);
			p = lf == NULL ? end : lf + 1;
			break;
		case HEADER_EOF: p = end; break;
		}
	}
	return end_group(report, &g);
}

const char *
dsnread_find(const char *text, size_t n)
{
	const char *p = text, *end = text + n, *lf, *begin = NULL;
	int rcpt = 0, state = 0;
	struct header_field f;
	enum field k;

	for (; p < end; p = lf == NULL ? end : lf + 1) {
		const char *q = p;

		lf = memchr(p, '\n', end - p);
		if (header_next(&q, end, &f) != HEADER_FIELD)
			continue;
		k = field_of(&f);
		if (k != NONE && begin == NULL)
			begin = p;
		rcpt |= k == FINAL || k == ORIGINAL;
		state |= k == ACTION || k == STATUS || k == DIAGNOSTIC;
	}
	return rcpt && state ? begin : NULL;
}
