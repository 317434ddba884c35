#include "bounce/dsntext.h"
#include "base/ascii.h"
#include "conf/template.h"
#include "mail/date.h"
#include "mime/encword.h"
#include "mime/sevenbit.h"
#include <stdio.h>
#include <string.h>

/* what the names of a template are about */
struct telling {
	const struct dsn *d;
	const struct dsn_rcpt *rcpt; /* all, */
	size_t n;
	const struct dsn_rcpt *of; /* the one that a line is about, or NULL */
	size_t count;              /* of %{count} */
	const struct buf *subject; /* for that of a copy */
	int silent;                /* a name had nothing to say */
};

int
dsntext_clean(struct buf *b, const char *s, int utf8)
{
	size_t i, n = strlen(s);
	unsigned char c;

	if (n > DSN_VALUE_MAX) {
		n = DSN_VALUE_MAX;
		/* not in the middle of a character */
		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	if (buf_reserve(b, n + 1) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		c = s[i];
		if (c < ' ' || c == 0x7f)
			c = ' ';
		else if (c > 0x7f && !utf8)
			c = '?';
		buf_putc(b, c);
	}
	return 0;
}

/* names */

/* as in a field; iso: "2026-11-30 12:00 UTC" */
static int
put_time(struct buf *out, int64_t t, int iso)
{
	char text[DATE_LEN + 8];

	if (t <= 0)
		return 0;
	if (!iso)
		return buf_put(out, text, date_format(text, t, 0));
	date_iso(text, t, 0);
	text[10] = ' ';
	return buf_put(out, text, 16) == -1 ? -1 : buf_puts(out, " UTC");
}

static int line(struct buf *, struct telling *, const char *key, unsigned i);

static int
put_rcpt(struct buf *out, const struct telling *t)
{
	struct telling all = { .d = t->d, .count = t->n };

	/* a table made when that could be written: within several it is none */
	if (t->n == 0)
		return 0;
	return t->n == 1 ? dsntext_clean(out, t->rcpt->address, t->d->utf8)
			 : line(out, &all, "several", 0);
}

static int
put_name(struct buf *out, const struct telling *t, struct slice name)
{
	const struct dsn *d = t->d;
	const char *s = "";

	if (word_is(name, "rcpt"))
		return put_rcpt(out, t);
	if (word_is(name, "count"))
		return buf_putnum(out, t->count);
	if (word_is(name, "date") || word_is(name, "date-iso"))
		return put_time(out, d->now, name.n > 4);
	if (word_is(name, "arrival") || word_is(name, "arrival-iso"))
		return put_time(out, d->arrival, name.n > 7);
	if (word_is(name, "until") || word_is(name, "until-iso"))
		return put_time(out, d->until, name.n > 5);
	if (word_is(name, "subject") && t->subject != NULL)
		return buf_put(out, buf_data(t->subject), buf_len(t->subject));
	if (word_is(name, "me"))
		s = d->me;
	else if (word_is(name, "to"))
		s = d->to;
	else if (word_is(name, "message-id"))
		s = d->original_id;
	else if (t->of != NULL && word_is(name, "host"))
		s = t->of->host;
	else if (t->of != NULL && word_is(name, "text"))
		s = t->of->text;
	else if (t->of != NULL && word_is(name, "status"))
		s = t->of->status;
	return s == NULL ? 0 : dsntext_clean(out, s, d->utf8);
}

static int
get(void *arg, struct slice name, struct slice of, struct buf *out)
{
	struct telling *t = arg;

	(void)of;
	if (put_name(out, t, name) == -1)
		return -1;
	t->silent |= buf_len(out) == 0;
	return 0;
}

/* line i of a key, its names filled in; nothing when there is none */
static int
line(struct buf *out, struct telling *t, const char *key, unsigned i)
{
	struct template_source src = { get, t };
	struct slice v;

	return wording_line(&t->d->words, key, i, &v)
	    ? template_put(out, v.p, v.n, TEMPLATE_TEXT, &src)
	    : 0;
}

/* lines */

/* characters of UTF-8: bytes that begin one */
static size_t
width_of(const char *s, size_t n)
{
	size_t i, width = 0;

	for (i = 0; i < n; i++)
		width += ((unsigned char)s[i] & 0xc0) != 0x80;
	return width;
}

/* filled; a word that is longer than a line stands alone */
static int
wrap(struct buf *b, const char *s, size_t len, const char *indent)
{
	const char *end = s + len, *e;
	size_t col = 0, width = strlen(indent), n;

	for (; len > 0 && s < end; s = e) {
		for (; s < end && *s == ' '; s++)
			;
		for (e = s; e < end && *e != ' '; e++)
			;
		if (e == s)
			break;
		n = width_of(s, e - s);
		if (col > 0 && col + 1 + n > DSN_TEXT_WIDTH) {
			if (buf_putc(b, '\n') == -1)
				return -1;
			col = 0;
		}
		if ((col == 0 ? buf_puts(b, indent) : buf_putc(b, ' ')) == -1 ||
		    buf_put(b, s, e - s) == -1)
			return -1;
		col += n + (col == 0 ? width : 1);
	}
	return buf_putc(b, '\n');
}

/* one line of a key as a paragraph, and an empty line in front but for the
 * first; nothing where a name has nothing to say */
static int
paragraph(struct buf *b, struct telling *t, const char *key, unsigned i,
    const char *indent, int gap)
{
	struct buf text = { 0 };
	int r;

	t->silent = 0;
	r = line(&text, t, key, i);
	if (r == 0 && !t->silent && buf_len(&text) > 0)
		r = (gap && buf_putc(b, '\n') == -1) ||
			wrap(b, buf_data(&text), buf_len(&text), indent) == -1
		    ? -1
		    : 0;
	buf_free(&text);
	return r;
}

/* one recipient */
static int
explain(struct buf *b, struct telling *t, const struct dsn_rcpt *r)
{
	const char *key = NULL;

	if (buf_puts(b, "\n  <") == -1 ||
	    dsntext_clean(b, r->address, t->d->utf8) == -1 ||
	    buf_puts(b, ">\n") == -1)
		return -1;
	t->of = r;
	if (r->expired && paragraph(b, t, "expired", 0, "    ", 0) == -1)
		return -1;
	if (dsntext_has(r->text))
		key = dsntext_has(r->host) ? "said" : "reason";
	else if (dsntext_has(r->status))
		key = "status";
	if (key != NULL && paragraph(b, t, key, 0, "    ", 0) == -1)
		return -1;
	t->of = NULL;
	return 0;
}

static int
put_rcpts(struct buf *b, struct telling *t)
{
	size_t i;
	int r;

	for (i = 0; i < t->n && i < DSN_LISTED_MAX; i++)
		if (explain(b, t, &t->rcpt[i]) == -1)
			return -1;
	if (i == t->n)
		return 0;
	t->count = t->n - i;
	r = paragraph(b, t, "more", 0, "  ", 1);
	t->count = t->n;
	return r;
}

const char *
dsntext_action(enum dsn_action a)
{
	static const char *const names[] = {
		[DSN_FAILED] = "failed",
		[DSN_DELAYED] = "delayed",
		[DSN_RELAYED] = "relayed",
		[DSN_DELIVERED] = "delivered",
		[DSN_EXPANDED] = "expanded",
	};

	return a < sizeof names / sizeof *names ? names[a] : NULL;
}

static const char *
kind_of(const struct dsn *d)
{
	return d->second ? "double" : dsntext_action(d->action);
}

/* all paragraphs of a key */
static int
paragraphs(struct buf *b, struct telling *t, const char *key, size_t start)
{
	struct slice v;
	unsigned i;

	for (i = 0; wording_line(&t->d->words, key, i, &v); i++)
		if ((word_is(v, "%{rcpts}") ? put_rcpts(b, t)
					    : paragraph(b, t, key, i, "",
						  buf_len(b) > start)) == -1)
			return -1;
	return 0;
}

static int
put_text(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r, size_t n)
{
	struct telling t = { .d = d, .rcpt = r, .n = n, .count = n };
	size_t start = buf_len(b);

	return (d->copy_to != NULL && paragraphs(b, &t, "copy", start) == -1) ||
		paragraphs(b, &t, kind_of(d), start) == -1
	    ? -1
	    : 0;
}

/* the part */

static int
eight_bit(const struct buf *b)
{
	size_t i;

	for (i = 0; i < buf_len(b); i++)
		if ((unsigned char)buf_data(b)[i] > 0x7f)
			return 1;
	return 0;
}

static int
put_head(struct buf *b, const struct dsn *d, int utf8)
{
	struct slice v;

	if (buf_printf(b, "Content-Type: text/plain; charset=%s\n",
		utf8 ? "utf-8" : "us-ascii") == -1 ||
	    (utf8 && buf_puts(b, "Content-Transfer-Encoding: 8bit\n") == -1))
		return -1;
	if (wording_line(&d->words, "language", 0, &v) &&
	    buf_printf(b, "Content-Language: %.*s\n", (int)v.n, v.p) == -1)
		return -1;
	return buf_putc(b, '\n');
}

static int
add(void *arg, const char *p, size_t n)
{
	return buf_put(arg, p, n);
}

int
dsntext_part(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r,
    size_t n)
{
	static struct sevenbit s; /* serves again */
	struct buf text = { 0 }, whole = { 0 };
	int bad, utf8;

	bad = put_text(&text, d, r, n) == -1;
	utf8 = d->utf8 || eight_bit(&text);
	bad = bad || put_head(&whole, d, utf8) == -1 ||
	    buf_put(&whole, buf_data(&text), buf_len(&text)) == -1;
	/* only a report that is UTF-8 as a whole may need 8BITMIME for it */
	if (!bad && utf8 && !d->utf8) {
		sevenbit_look(&s, buf_data(&whole), buf_len(&whole));
		bad = sevenbit_put(&s, buf_data(&whole), buf_len(&whole), add,
			  b) == -1;
	} else if (!bad) {
		bad = buf_put(b, buf_data(&whole), buf_len(&whole)) == -1;
	}
	buf_free(&text);
	buf_free(&whole);
	return bad ? -1 : 0;
}

/* fields */

static int
put_words(struct buf *b, struct buf *text, int utf8)
{
	if (!utf8 && eight_bit(text))
		return encword_put(b, buf_data(text), buf_len(text));
	return buf_putc(text, '\0') == -1
	    ? -1
	    : dsntext_clean(b, buf_data(text), utf8);
}

/* an atom's characters and blanks need no quotes (RFC 5322 section 3.2.3) */
static int
is_plain(const struct buf *b)
{
	size_t i;

	for (i = 0; i < buf_len(b); i++)
		if (buf_data(b)[i] != ' ' && !ascii_alnum(buf_data(b)[i]))
			return 0;
	return 1;
}

static int
put_quoted(struct buf *b, const struct buf *text)
{
	size_t i;

	if (buf_putc(b, '"') == -1)
		return -1;
	for (i = 0; i < buf_len(text); i++)
		if ((strchr("\"\\", buf_data(text)[i]) != NULL &&
			buf_putc(b, '\\') == -1) ||
		    buf_putc(b, buf_data(text)[i]) == -1)
			return -1;
	return buf_putc(b, '"');
}

int
dsntext_from(struct buf *b, const struct dsn *d)
{
	struct telling t = { .d = d };
	struct buf text = { 0 };
	int bad =
	    buf_puts(b, "From: ") == -1 || line(&text, &t, "from", 0) == -1;

	if (!bad && (eight_bit(&text) || is_plain(&text)))
		bad = put_words(b, &text, d->utf8) == -1;
	else if (!bad)
		bad = put_quoted(b, &text) == -1;
	buf_free(&text);
	return bad || buf_putc(b, ' ') == -1 ? -1 : 0;
}

int
dsntext_subject(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r,
    size_t n)
{
	struct telling t = { .d = d, .rcpt = r, .n = n, .count = n };
	struct buf text = { 0 }, copy = { 0 };
	char key[32];
	int bad;

	snprintf(key, sizeof key, "subject-%s", kind_of(d));
	bad = buf_puts(b, "Subject: ") == -1 || line(&text, &t, key, 0) == -1;
	t.subject = &text;
	if (!bad && d->copy_to != NULL)
		bad = line(&copy, &t, "subject-copy", 0) == -1;
	bad = bad ||
	    put_words(b, d->copy_to == NULL ? &text : &copy, d->utf8) == -1 ||
	    buf_putc(b, '\n') == -1;
	buf_free(&text);
	buf_free(&copy);
	return bad ? -1 : 0;
}
