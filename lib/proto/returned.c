#include "proto/returned.h"
#include "proto/parcel.h"
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
	    parcel_puts(env, "to", d->to) == -1 ||
	    buf_puts(env, "proto local\n") == -1)
		return -1;
	if ((d->eight_bit || d->utf8) && buf_puts(env, "body 8bit\n") == -1)
		return -1;
	return d->utf8 ? buf_puts(env, "smtputf8 1\n") : 0;
}

int
returned_eight_bit(const struct buf *b)
{
	const char *p, *end = b->p + b->end;

	for (p = buf_data(b); p < end; p++)
		if ((unsigned char)*p > 0x7f)
			return 1;
	return 0;
}

int
returned_make(struct returned *r, const struct dsn_rcpt *rcpt, size_t n_rcpt,
    const char *p, size_t n, struct buf *env, struct buf *text)
{
	struct buf header = { 0 };
	int bad = dsn_header(&header, p, n, RETURNED_HEADER_MAX);

	r->d.original = DSN_HEADER;
	r->d.eight_bit = returned_eight_bit(&header);
	if (bad == -1 || dsn_open(text, &r->d, rcpt, n_rcpt) == -1 ||
	    buf_put(text, buf_data(&header), buf_len(&header)) == -1 ||
	    dsn_close(text, &r->d) == -1 ||
	    returned_envelope(&r->d, env) == -1)
		bad = -1;
	buf_free(&header);
	return bad;
}
