#include "sendmail/localheader.h"
#include "base/ascii.h"
#include "mail/addrlist.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/qualify.h"
#include "mime/linebreak.h"
#include "mime/phrase.h"
#include <string.h>

static int
one_of(const struct header_field *f, const char *const names[])
{
	for (; *names != NULL; names++)
		if (header_is(f, *names))
			return 1;
	return 0;
}

int
localheader_sealed(const char *p, size_t n)
{
	struct header_field f;

	if (n == 0)
		return 0;
	if (header_find(p, n, "DKIM-Signature", &f))
		return 1;
	return header_find(p, n, "Content-Type", &f) &&
	    ascii_begins(f.value, f.value_len, "multipart/signed");
}

/* the lines of a field, folded where they are too long */
static int
put_folded(struct buf *b, const char *p, size_t n)
{
	const char *end = p + n, *e;

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			e = end;
		if (linebreak_header(b, p, e - p) == -1)
			return -1;
	}
	return 0;
}

static int
put_lines(struct buf *b, const char *p, size_t n, int sealed)
{
	if (!sealed)
		return put_folded(b, p, n);
	if (buf_put(b, p, n) == -1)
		return -1;
	return p[n - 1] == '\n' ? 0 : buf_putc(b, '\n');
}

/* a field, with domains behind its addresses */
static int
put_field(struct buf *b, const struct header_field *f, const char *me,
    int sealed)
{
	const char *end = f->value + f->value_len;
	struct buf t = { 0 };
	int r;

	if (!qualify_field(f->name, f->name_len))
		return put_lines(b, f->raw, f->raw_len, sealed);
	r = buf_put(&t, f->raw, f->value - f->raw);
	if (r == 0)
		r = qualify_put(&t, f->value, f->value_len, me);
	if (r == 0)
		r = buf_put(&t, end, f->raw + f->raw_len - end);
	if (r == 0)
		r = put_lines(b, buf_data(&t), buf_len(&t), sealed);
	buf_free(&t);
	return r;
}

/* one that must say something, and does not */
static int
says_nothing(const struct header_field *f)
{
	static const char *const names[] = { "Date", "Message-ID",
		"Resent-Date", "Resent-Message-ID", NULL };

	return (qualify_field(f->name, f->name_len) || one_of(f, names)) &&
	    header_silent(f);
}

int
localheader_phrase(struct buf *b, const char *s)
{
	size_t n = strlen(s);

	if (n > LOCALHEADER_NAME_MAX) {
		n = LOCALHEADER_NAME_MAX;
		/* not in the middle of a character */
		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	return phrase_put(b, s, n);
}

/* it says something, but names nobody: "Shop <>" where a variable was empty, or
 * "My Shop" */
static int
names_nobody(const struct header_field *f)
{
	const char *p = f->value, *end = p + f->value_len;
	char one[ADDRLIST_ADDRESS_MAX + 1];
	long n;

	while ((n = addrlist_next(&p, end, one)) != 0)
		if (n > 0)
			return 0;
	return 1;
}

/* the length of its words, 0 when they are no phrase */
static size_t
phrase_of(const struct header_field *f)
{
	const char *p = f->value;
	size_t n = f->value_len, i;
	int quoted = 0, words = 0;

	while (n > 0 &&
	    (ascii_blank(p[n - 1]) || strchr("<>\n", p[n - 1]) != NULL))
		n--;
	for (i = 0; i < n; i++) {
		quoted ^= p[i] == '"';
		words |= !ascii_blank(p[i]);
		if (p[i] != '"' && !phrase_plain(p[i]) &&
		    !(quoted && p[i] > ' ' && p[i] < 0x7f && p[i] != '\\'))
			return 0;
	}
	return quoted || !words ? 0 : n;
}

/* nameless: the field that names nobody, or NULL */
static int
put_from(struct buf *b, const struct localheader *s,
    const struct header_field *nameless)
{
	size_t n = nameless == NULL ? 0 : phrase_of(nameless);

	if (n > 0) {
		if (buf_puts(b, "From: ") == -1 ||
		    buf_put(b, nameless->value, n) == -1)
			return -1;
		return buf_printf(b, " <%s>\n", s->from);
	}
	if (s->name == NULL || s->name[0] == '\0')
		return buf_printf(b, "From: %s\n", s->from);
	if (buf_puts(b, "From: ") == -1 || localheader_phrase(b, s->name) == -1)
		return -1;
	return buf_printf(b, " <%s>\n", s->from);
}

int
localheader_complete(struct buf *b, const char *p, size_t n,
    const struct localheader *s)
{
	static const char *const drop[] = { "Bcc", "Resent-Bcc", "Return-Path",
		NULL };
	static const char *const rcpt[] = { "To", "Cc", "Resent-To",
		"Resent-Cc", NULL };
	int from = 0, date = 0, id = 0, to = 0,
	    sealed = localheader_sealed(p, n);
	const char *end = p + n;
	char now[DATE_LEN + 1];
	struct header_field f, nameless = { .value = NULL };

	date_format(now, s->now, s->offset);
	if (buf_printf(b, "Received: by %s (rohrpost, %s);\n\t%s\n", s->me,
		s->origin, now) == -1)
		return -1;
	while (header_next(&p, end, &f) == HEADER_FIELD) {
		if (says_nothing(&f))
			continue;
		if (!sealed && header_is(&f, "From") && names_nobody(&f)) {
			nameless = f;
			continue;
		}
		from |= header_is(&f, "From");
		date |= header_is(&f, "Date");
		id |= header_is(&f, "Message-ID");
		to |= one_of(&f, rcpt);
		if (!one_of(&f, drop) && put_field(b, &f, s->me, sealed) == -1)
			return -1;
	}
	if ((!from &&
		put_from(b, s, nameless.value == NULL ? NULL : &nameless) ==
		    -1) ||
	    (!to && buf_puts(b, "To: undisclosed-recipients:;\n") == -1) ||
	    (!date && buf_printf(b, "Date: %s\n", now) == -1) ||
	    (!id && buf_printf(b, "Message-ID: %s\n", s->message_id) == -1))
		return -1;
	return 0;
}
