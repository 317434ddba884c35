#include "mail/received.h"
#include "base/ascii.h"
#include "mail/date.h"
#include <string.h>

/* names as they may stand outside of comments: no blank, no parenthesis */
static int
put_name(struct buf *b, const char *s)
{
	size_t n = strlen(s), i;
	char *p;

	if (buf_reserve(b, n) == -1)
		return -1;
	p = buf_tail(b);
	for (i = 0; i < n; i++)
		p[i] = s[i] > 32 && s[i] < 127 && !strchr("()<>\\\";,", s[i])
		    ? s[i]
		    : '?';
	buf_added(b, n);
	return 0;
}

static int
put_date(struct buf *b, int64_t now)
{
	char t[DATE_LEN + 1];

	date_format(t, now, 0);
	return buf_puts(b, t) == -1 ? -1 : buf_putc(b, '\n');
}

/* from HELO (NAME [IP]) */
static int
put_from(struct buf *b, const struct received *r)
{
	if (put_name(b,
		r->helo != NULL && *r->helo != '\0' ? r->helo : "unknown") ==
		-1 ||
	    buf_puts(b, " (") == -1)
		return -1;
	if (r->client_name != NULL &&
	    (put_name(b, r->client_name) == -1 || buf_putc(b, ' ') == -1))
		return -1;
	if (r->client == NULL)
		return buf_puts(b, "unknown)\n");
	if (buf_puts(b, strchr(r->client, ':') ? "[IPv6:" : "[") == -1 ||
	    put_name(b, r->client) == -1)
		return -1;
	return buf_puts(b, "])\n");
}

/* " (VERSION CIPHER)" */
static int
put_tls(struct buf *b, const char *tls)
{
	const char *comma = strchrnul(tls, ','), *p;
	const char *end = *comma == '\0' ? comma : strchrnul(comma + 1, ',');

	if (buf_puts(b, " (") == -1)
		return -1;
	for (p = tls; p < end; p++)
		if (buf_putc(b, p == comma ? ' ' : *p) == -1)
			return -1;
	return buf_putc(b, ')');
}

int
received_put(struct buf *b, const struct received *r)
{
	if (buf_puts(b, "Received: from ") == -1 || put_from(b, r) == -1 ||
	    buf_puts(b, "\tby ") == -1 || put_name(b, r->by) == -1 ||
	    buf_puts(b, " with ") == -1 || put_name(b, r->with) == -1 ||
	    (r->tls != NULL && put_tls(b, r->tls) == -1) ||
	    (r->priority != 0 &&
		buf_printf(b, " priority %d", r->priority) == -1) ||
	    buf_puts(b, ";\n\t") == -1)
		return -1;
	return put_date(b, r->now);
}

enum { RECEIVED, TLS_REQUIRED };
static const char *const names[] = { "received", "tls-required" };

/* the next byte of a line, of which the first says which name it may have: 1,
 * it is the colon behind one of ours, with blanks in between or none, as for
 * header_next(); -1, there will be none */
static int
look(struct hops *h, char c)
{
	char want;

	c = ascii_lower(c);
	if (h->at == 0)
		h->which = c == names[TLS_REQUIRED][0];
	want = names[h->which][h->at];
	if (want == '\0')
		return c == ':' ? 1 : c == ' ' || c == '\t' ? 0 : -1;
	if (c != want)
		return -1;
	h->at++;
	return 0;
}

/* a byte of a line that matters */
static void
take(struct hops *h, char c)
{
	int r;

	if (c == '\n') {
		/* an empty line, or a short one that is no field */
		h->body = h->at == 0;
		h->at = 0;
		return;
	}
	r = look(h, c);
	h->skip = r != 0;
	if (r != 1)
		return;
	h->count += h->which == RECEIVED;
	h->tls_required |= h->which == TLS_REQUIRED;
}

void
hops_feed(struct hops *h, const char *p, size_t n)
{
	const char *end = p + n, *lf;

	while (p < end && !h->body) {
		if (!h->skip) {
			take(h, *p++);
			continue;
		}
		lf = memchr(p, '\n', end - p);
		if (lf == NULL)
			return;
		p = lf + 1;
		h->skip = 0;
		h->at = 0;
	}
}
