#include "account/accountrow.h"
#include "conf/word.h"
#include "format/jsontext.h"
#include "format/ltsv.h"
#include <string.h>

enum { COLUMNS = 14 };
enum kind { TEXT, LIST, NUMBER, FLAG, KINDS };

static const struct column {
	const char *name;
	enum kind kind;
} columns[ACCOUNTROWS][COLUMNS] = {
	[ACCOUNTROW_ORG] = { { "org", TEXT }, { "tenant", TEXT },
	    { "senders", LIST }, { "suspended", FLAG }, { "made", NUMBER } },
	[ACCOUNTROW_USER] = { { "org", TEXT }, { "name", TEXT },
	    { "role", TEXT }, { "disabled", FLAG }, { "password", FLAG },
	    { "made", NUMBER } },
	[ACCOUNTROW_KEY] = { { "id", TEXT }, { "org", TEXT }, { "user", TEXT },
	    { "by", TEXT }, { "role", TEXT }, { "scopes", LIST },
	    { "senders", LIST }, { "clients", LIST }, { "expires", NUMBER },
	    { "rate", NUMBER }, { "made", NUMBER }, { "used", NUMBER },
	    { "revoked", NUMBER } },
};

static int
json_list(struct buf *b, struct slice list)
{
	struct slice s;
	int r = buf_putc(b, '['), more = 0;

	while (list.n > 0 && word_piece(&list, ',', &s)) {
		r |= more++ ? buf_putc(b, ',') : 0;
		r |= jsontext_string(b, s.p, s.n);
	}
	return r | buf_putc(b, ']');
}

static int
json_value(struct accountdb *d, int i, enum kind kind, struct buf *b)
{
	struct slice s;

	if (accountdb_is_null(d, i))
		return buf_puts(b, "null");
	if (kind == NUMBER)
		return buf_putnum(b, (uint64_t)accountdb_num(d, i));
	if (kind == FLAG)
		return buf_puts(b, accountdb_num(d, i) ? "true" : "false");
	s = accountdb_text(d, i);
	return kind == LIST ? json_list(b, s) : jsontext_string(b, s.p, s.n);
}

int
accountrow_json(struct accountdb *d, enum accountrow row, const char *whole,
    struct buf *b)
{
	const struct column *c = columns[row];
	int r = buf_putc(b, '{'), i;

	for (i = 0; c[i].name != NULL; i++) {
		r |= i > 0 ? buf_putc(b, ',') : 0;
		r |= buf_printf(b, "\"%s\":", c[i].name);
		r |= json_value(d, i, c[i].kind, b);
	}
	if (whole != NULL)
		r |= buf_printf(b, ",\"key\":\"%s\"", whole);
	return r | buf_putc(b, '}');
}

static int
line_value(struct accountdb *d, int i, const struct column *c, struct buf *b)
{
	struct slice s;

	if (c->kind == NUMBER)
		return ltsv_putnum(b, c->name, (uint64_t)accountdb_num(d, i));
	if (c->kind == FLAG)
		return ltsv_puts(b, c->name,
		    accountdb_num(d, i) ? "yes" : "no");
	s = accountdb_text(d, i);
	return ltsv_show(b, c->name, s.p, s.n);
}

/* what is not known, and lists that are empty, are left out, but for senders */
int
accountrow_line(struct accountdb *d, enum accountrow row, const char *whole,
    struct buf *b)
{
	const struct column *c = columns[row];
	int r = 0, i;

	for (i = 0; c[i].name != NULL; i++)
		if (!accountdb_is_null(d, i) &&
		    (accountdb_text(d, i).n > 0 ||
			strcmp(c[i].name, "senders") == 0))
			r |= line_value(d, i, &c[i], b);
	if (whole != NULL)
		r |= ltsv_puts(b, "key", whole);
	return r | ltsv_end(b);
}
