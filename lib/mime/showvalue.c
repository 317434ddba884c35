#include "base/ascii.h"
#include "format/ltsv.h"
#include "mail/addrlist.h"
#include "mail/date.h"
#include "mail/msgid.h"
#include "mime/addrname.h"
#include "mime/charset.h"
#include "mime/mimetext.h"
#include "mime/showtext.h"
#include <string.h>

enum kind { TEXT, ADDRESSES, DATE, RECEIVED, IDS, TYPE };

static const struct {
	const char *name;
	enum kind kind;
} fields[] = {
	{ "From", ADDRESSES },
	{ "Sender", ADDRESSES },
	{ "Reply-To", ADDRESSES },
	{ "To", ADDRESSES },
	{ "Cc", ADDRESSES },
	{ "Bcc", ADDRESSES },
	{ "Return-Path", ADDRESSES },
	{ "Resent-From", ADDRESSES },
	{ "Resent-Sender", ADDRESSES },
	{ "Resent-To", ADDRESSES },
	{ "Resent-Cc", ADDRESSES },
	{ "Resent-Bcc", ADDRESSES },
	{ "Date", DATE },
	{ "Resent-Date", DATE },
	{ "Received", RECEIVED },
	{ "Message-ID", IDS },
	{ "Resent-Message-ID", IDS },
	{ "In-Reply-To", IDS },
	{ "References", IDS },
	{ "Content-ID", IDS },
	{ "Content-Type", TYPE },
	{ "Content-Disposition", TYPE },
};

static enum kind
kind_of(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (ascii_is(name, n, fields[i].name))
			return fields[i].kind;
	return TEXT;
}

static int
show_addresses(struct buf *b, struct buf *text, const char *p, const char *end)
{
	char address[ADDRLIST_ADDRESS_MAX + 1];
	const char *before, *start = p;
	int named, r;
	long n;

	do {
		before = p;
		n = addrlist_next(&p, end, address);
		named = addrname_put(text, before, p - before, n > 0);
		if (named == -1)
			return -1;
		/* a comment behind the last is not one more */
		if (n == 0 && (!named || before != start))
			break;
		r = showtext_clean(b, "address", address, n > 0 ? n : 0);
		if (r == 0 && named)
			r = showtext_text(b, "name", text);
		if (r == -1 || ltsv_end(b) == -1)
			return -1;
	} while (n != 0);
	return 0;
}

static int
show_date(struct buf *b, const char *p, const char *end)
{
	char iso[DATE_ISO_LEN + 1];
	int64_t t;
	int offset;

	if (date_parse(p, end - p, &t, &offset) == -1)
		return ltsv_puts(b, "date", "") == -1 ? -1 : ltsv_end(b);
	date_iso(iso, t, offset);
	if (ltsv_puts(b, "date", "") == -1 ||
	    buf_printf(b, "%lld", (long long)t) == -1 ||
	    ltsv_puts(b, "iso", iso) == -1)
		return -1;
	return ltsv_end(b);
}

static int
show_ids(struct buf *b, struct buf *text, const char *p, const char *end)
{
	struct msgids m;
	const char *id;
	size_t n;

	msgid_open(&m, p, end - p);
	while (msgid_next(&m, &id, &n))
		if (charset_clean(text, id, n) == -1 ||
		    showtext_text(b, "id", text) == -1 || ltsv_end(b) == -1)
			return -1;
	return 0;
}

/* was the parameter of that name shown already? */
static int
shown(const struct mimetype *t, unsigned i)
{
	unsigned j;

	for (j = 0; j < i; j++)
		if (ascii_same(t->param[j].name, t->param[j].name_len,
			t->param[i].name, t->param[i].name_len))
			return 1;
	return 0;
}

static int
show_type(struct buf *b, struct buf *text, const char *p, const char *end)
{
	struct mimevalue how;
	struct mimetype t;
	unsigned i;

	if (mimetype_parse(&t, p, end - p) == -1)
		return ltsv_puts(b, "type", "") == -1 ? -1 : ltsv_end(b);
	if (showtext_type(b, "type", &t) == -1 || ltsv_end(b) == -1)
		return -1;
	for (i = 0; i < t.n; i++) {
		const char *name = t.param[i].name;
		size_t n = t.param[i].name_len;

		if (shown(&t, i))
			continue;
		mimetype_value(&t, name, n, NULL, 0, &how);
		if (showtext_word(b, "param", name, n) == -1 ||
		    mimetext_param(text, &t, name, n) == -1 ||
		    showtext_text(b, "value", text) == -1 ||
		    (how.language_len > 0 &&
			showtext_word(b, "language", how.language,
			    how.language_len) == -1) ||
		    ltsv_end(b) == -1)
			return -1;
	}
	return 0;
}

int
showtext_value(struct buf *b, struct buf *text, const char *name,
    size_t name_len, const char *p, const char *end)
{
	const char *date;

	switch (kind_of(name, name_len)) {
	case ADDRESSES: return show_addresses(b, text, p, end);
	case RECEIVED: /* the date is behind the last semicolon */
		date = p < end ? memrchr(p, ';', end - p) : NULL;
		return date == NULL ? 0 : show_date(b, date + 1, end);
	case DATE: return show_date(b, p, end);
	case IDS: return show_ids(b, text, p, end);
	case TYPE: return show_type(b, text, p, end);
	case TEXT: break;
	}
	return 0;
}
