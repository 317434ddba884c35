#include "fix/complete.h"
#include "fix/fields.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/fixheader.h"
#include "mail/header.h"
#include "mail/qualify.h"
#include "mail/received.h"
#include <string.h>
#include <strings.h>

/* what is for us alone: who has a blind copy, and where an earlier copy of
 * the message was delivered for */
static const char *const private[] = { "Bcc", "Resent-Bcc", "Return-Path",
	NULL };

static int
remove_private(struct fix_mail *m)
{
	const char *const *p;

	for (p = private; *p != NULL; p++)
		if (fixfield_changed(m,
			fixheader_remove(m->header, *p, strlen(*p))) == -1)
			return -1;
	return 0;
}

int
fixcomplete_needed(const char *header, size_t n)
{
	const char *const *name, *p = header, *end = header + n;
	struct header_field f;
	int date = 0, id = 0, is_date, is_id, sealed = 0, bare = 0;

	while (header_field(&p, end, &f)) {
		if (strchr("AaBbCcDdEeFfMmRrSsTt", f.name[0]) == NULL)
			continue;
		sealed |= header_is(&f, "DKIM-Signature");
		bare |= !bare && qualify_needed(&f);
		for (name = private; *name != NULL; name++)
			if (header_is(&f, *name))
				return 1;
		is_date = header_is(&f, "Date");
		is_id = header_is(&f, "Message-ID");
		if ((is_date || is_id || header_is(&f, "From")) &&
		    header_silent(&f))
			return 1;
		date |= is_date;
		id |= is_id;
	}
	return !date || !id || (bare && !sealed);
}

/* a field that says nothing is missing, too; beside one that does it goes.
 * 1, 0 or -1 with ENOMEM */
static int
missing(struct fix_mail *m, const char *name)
{
	struct buf *h = m->header;
	size_t empty;

	if (header_says(buf_data(h), buf_len(h), name, &empty) == 0)
		return 1;
	return empty == 0 ? 0
			  : fixfield_changed(m,
				fixheader_remove_empty(h, name, strlen(name)));
}

/* is the first trace field one that this host put there? */
static int
have_received(const struct fixfacts *f, const char *me)
{
	char text[1024];
	const char *at, *by;
	struct header_field h;
	size_t n, len = strlen(me);

	if (f->header_len == 0 ||
	    !header_find(f->header, f->header_len, "Received", &h))
		return 0;
	n = header_unfold(h.value, h.value_len, text + 1, sizeof text - 2);
	text[0] = ' ';
	text[n + 1] = '\0';
	for (at = text; (by = strcasestr(at, " by ")) != NULL; at = by + 1)
		if (strncasecmp(by + 4, me, len) == 0 &&
		    (by[4 + len] == '\0' || by[4 + len] == ' ' ||
			by[4 + len] == ';'))
			return 1;
	return 0;
}

/* with a NUL behind it; NULL when it is empty */
static const char *
string(struct buf *b)
{
	return buf_len(b) == 0 || buf_putc(b, '\0') == -1 ? NULL : buf_data(b);
}

static int
put_received(struct fix_mail *m, struct fixfacts *f, const char *me)
{
	struct received r = { .by = me, .now = f->now };

	if (buf_len(&f->client) == 0 || have_received(f, me))
		return 0;
	r.client = string(&f->client);
	r.client_name = string(&f->client_name);
	r.helo = string(&f->helo);
	r.with = string(&f->proto);
	if (r.with == NULL)
		r.with = "SMTP";
	return received_put(m->front, &r);
}

/* the sender as RFC 5322 has it: its dots may want quotes */
static int
set_from(struct fix_mail *m, const struct buf *sender)
{
	struct buf a = { 0 };
	int r = address_put(&a, buf_data(sender), buf_len(sender));

	if (r == 0)
		r = fixfield_set(m, "From", buf_data(&a), buf_len(&a));
	buf_free(&a);
	return r;
}

int
fixcomplete(struct fix_mail *m, struct fixfacts *f, const struct fix_site *site)
{
	char date[DATE_LEN + 1];
	size_t n = date_format(date, f->now, 0);
	int from = missing(m, "From"), no_date = missing(m, "Date"),
	    no_id = missing(m, "Message-ID");

	if (from == -1 || no_date == -1 || no_id == -1 ||
	    remove_private(m) == -1 ||
	    fixfield_changed(m, qualify_header(m->header, site->me)) == -1)
		return -1;
	if (site->add_from && from && buf_len(&f->sender) > 0 &&
	    set_from(m, &f->sender) == -1)
		return -1;
	if (no_date && fixfield_set(m, "Date", date, n) == -1)
		return -1;
	if (no_id && fixfield_message_id(m, f) == -1)
		return -1;
	return put_received(m, f, site->me);
}
