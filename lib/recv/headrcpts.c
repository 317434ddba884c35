#include "recv/headrcpts.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include "mail/rcptfields.h"
#include "recv/recipient.h"
#include <stdio.h>
#include <string.h>

SMTPIN_SAY(r_none, 554, "5.5.1", "no recipients in the header");
SMTPIN_SAY(r_many, 552, "5.5.3", "too many recipients in the header");

/* a reply of this message: whom it is about */
static const struct smtpin_reply *
about(struct session *s, const struct smtpin_reply *r, const char *p, size_t n)
{
	struct inbound *in = s->in;

	in->made = (struct smtpin_reply){ r->code, r->esc, in->made_text };
	snprintf(in->made_text, sizeof in->made_text, "%.*s: %s",
	    n < 200 ? (int)n : 200, p, r->text);
	return &in->made;
}

/* all of it is one, of the bytes that may be in this message's */
static int
is_address(const struct session *s, const char *p, size_t n,
    struct address_parts *a)
{
	size_t used;

	if (!s->smtp.utf8)
		return address_parse(p, n, a) == ADDRESS_GOOD;
	return address_path(p, n, ADDRESS_BARE | ADDRESS_UTF8, a, &used) ==
	    ADDRESS_GOOD &&
	    used == n;
}

/* one more.  Whom somebody else knows is not asked for: it is late for that,
 * and our own people hear of it anyway */
static const struct smtpin_reply *
add(struct session *s, const char *p, size_t n, struct slice sender)
{
	static const struct smtpin_reply none = { 550, "5.1.3", "no address" };
	struct address_parts a;
	const struct smtpin_reply *r;
	const struct rcpt_question *q;
	struct buf t = { 0 };

	if (!is_address(s, p, n, &a))
		return about(s, &none, p, n);
	r = recipient_put(s, &a, sender, &t, &q);
	if (r != NULL)
		r = about(s, r, p, n);
	else if (incoming_line(s->letter, "to", buf_data(&t), buf_len(&t)) ==
	    -1)
		r = inbound_full(s->in);
	buf_free(&t);
	return r;
}

static const struct smtpin_reply *
field(struct session *s, const struct header_field *f, struct slice sender,
    uint32_t *count)
{
	static const struct smtpin_reply none = { 550, "5.1.3",
		"an entry in the header is no address" };
	char a[ADDRLIST_ADDRESS_MAX + 1];
	const char *p = f->value, *end = p + f->value_len;
	uint32_t max =
	    s->smtp.rcpt_max > 0 ? s->smtp.rcpt_max : s->in->config.rcpt_max;
	const struct smtpin_reply *r = NULL;
	long n;

	while (r == NULL && (n = addrlist_next(&p, end, a)) != 0) {
		if (n == -1)
			return about(s, &none, f->name, f->name_len);
		if (++*count > max)
			return &r_many;
		r = add(s, a, (size_t)n, sender);
	}
	return r;
}

const struct smtpin_reply *
headrcpts_take(struct session *s, struct slice header, struct slice sender)
{
	const char *p = header.p, *end = p + header.n;
	int resent = rcptfields_resent(header.p, header.n);
	const struct smtpin_reply *r = NULL;
	struct header_field f;
	uint32_t count = 0;
	char from[ADDRLIST_ADDRESS_MAX + ADDRESS_DOMAIN_MAX];

	/* the envelope, in which it stands, changes */
	if (sender.n > sizeof from)
		return inbound_full(s->in);
	memcpy(from, sender.p, sender.n);
	sender.p = from;
	incoming_no_rcpts(s->letter);
	while (r == NULL && header_field(&p, end, &f))
		if (rcptfields_is(f.name, f.name_len, resent) &&
		    !header_silent(&f))
			r = field(s, &f, sender, &count);
	return r != NULL ? r : count == 0 ? &r_none : NULL;
}
