#include "bounce/returned.h"
#include "format/parcel.h"
#include <stdio.h>

void
returned_name(struct returned *r, const char *name)
{
	snprintf(r->boundary, sizeof r->boundary, "=_report_%.*s",
	    RETURNED_NAME_LEN, name);
	snprintf(r->message_id, sizeof r->message_id, "<%lld.%.*s@%s>",
	    (long long)r->d.now, RETURNED_NAME_LEN, name, r->d.me);
	r->d.boundary = r->boundary;
	r->d.message_id = r->message_id;
}

int
returned_envelope(const struct dsn *d, struct buf *env)
{
	if (buf_puts(env, "from\n") == -1 ||
	    parcel_puts(env, "to", d->copy_to != NULL ? d->copy_to : d->to) ==
		-1 ||
	    buf_puts(env, "proto local\n") == -1)
		return -1;
	if ((d->eight_bit || d->utf8) && buf_puts(env, "body 8bit\n") == -1)
		return -1;
	return d->utf8 ? buf_puts(env, "smtputf8 1\n") : 0;
}

int
returned_eight_bit(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] > 0x7f)
			return 1;
	return 0;
}

int
returned_fits(size_t *line, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '\n')
			*line = 0;
		else if (++*line > DSN_LINE_MAX || p[i] == '\0' || p[i] == '\r')
			return 0;
	}
	return 1;
}

int
returned_make(struct returned *r, const struct dsn_rcpt *rcpt, size_t n_rcpt,
    const char *p, size_t n, struct buf *env, struct buf *text)
{
	struct buf copy = { 0 };
	size_t line = 0;
	int bad;

	if (r->d.original == DSN_WHOLE && n <= RETURNED_HEADER_MAX &&
	    returned_fits(&line, p, n)) {
		bad = buf_put(&copy, p, n);
	} else {
		r->d.original = DSN_HEADER;
		bad = dsn_header(&copy, p, n, RETURNED_HEADER_MAX);
	}
	r->d.eight_bit = returned_eight_bit(buf_data(&copy), buf_len(&copy));
	if (bad == -1 || dsn_open(text, &r->d, rcpt, n_rcpt) == -1 ||
	    buf_put(text, buf_data(&copy), buf_len(&copy)) == -1 ||
	    dsn_close(text, &r->d) == -1 || returned_envelope(&r->d, env) == -1)
		bad = -1;
	buf_free(&copy);
	return bad;
}
