#include "feed/mboxin.h"
#include <string.h>

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* has it a time, as 12:34? */
static int
has_time(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i + 5 <= n; i++)
		if (is_digit(p[i]) && is_digit(p[i + 1]) && p[i + 2] == ':' &&
		    is_digit(p[i + 3]) && is_digit(p[i + 4]))
			return 1;
	return 0;
}

static void
say(struct mboxin_event *ev, enum mboxin_kind kind, const char *p, size_t n)
{
	ev->kind = kind;
	ev->arg = p;
	ev->n = n;
}

static const char word[] = "From ";
enum { WORD = sizeof word - 1 };

/* may a line that begins so be one of ">...From "?  *quotes: how many > */
static int
may_be_from(const char *p, size_t n, size_t *quotes)
{
	size_t q = 0;

	while (q < n && p[q] == '>')
		q++;
	*quotes = q;
	n -= q;
	return memcmp(p + q, word, n < WORD ? n : WORD) == 0;
}

/* the line as far as it has come is text, but for its first skip bytes */
static void
is_text(struct mboxin *m, size_t skip, struct mboxin_event *ev)
{
	char *p = m->line + 1 + skip;
	size_t n = m->len - skip;

	m->text = m->line[m->len] != '\n';
	m->len = 0;
	if (!m->open) {
		say(ev, MBOXIN_BAD, NULL, 0);
		return;
	}
	if (m->empty) {
		*--p = '\n';
		n++;
	}
	m->empty = 0;
	say(ev, MBOXIN_TEXT, p, n);
}

static void
is_empty(struct mboxin *m, struct mboxin_event *ev)
{
	static const char lf[] = "\n";

	m->len = 0;
	if (m->empty)
		say(ev, MBOXIN_TEXT, lf, 1);
	m->empty = m->open;
}

/* it begins a message */
static void
is_from(struct mboxin *m, struct mboxin_event *ev)
{
	m->begin = 1;
	m->empty = 0;
	if (m->open)
		say(ev, MBOXIN_END, NULL, 0);
	m->open = 0;
}

/* a byte more of a line of which it is not known what it is */
static void
look(struct mboxin *m, struct mboxin_event *ev)
{
	const char *p = m->line + 1;
	size_t n = m->len, quotes;
	int ends = p[n - 1] == '\n', full = n == MBOXIN_LINE_MAX;

	if (ends && (n == 1 || (n == 2 && p[0] == '\r')))
		is_empty(m, ev);
	else if (n == 1 && p[0] == '\r')
		return;
	else if (!may_be_from(p, n, &quotes))
		is_text(m, 0, ev);
	else if (n >= quotes + WORD && quotes > 0)
		is_text(m, 1, ev);
	else if (ends && n > WORD && (m->empty || !m->open) &&
	    has_time(p + WORD, n - WORD))
		is_from(m, ev);
	else if (ends || full ||
	    (quotes == 0 && n >= WORD && m->open && !m->empty))
		is_text(m, 0, ev);
}

/* the rest of a line of text */
static size_t
rest(struct mboxin *m, const char *in, size_t n, struct mboxin_event *ev)
{
	const char *lf = memchr(in, '\n', n);

	if (lf != NULL)
		n = (size_t)(lf + 1 - in);
	m->text = lf == NULL;
	say(ev, MBOXIN_TEXT, in, n);
	return n;
}

size_t
mboxin_feed(struct mboxin *m, const char *in, size_t n, struct mboxin_event *ev)
{
	size_t off = 0;

	say(ev, MBOXIN_MORE, NULL, 0);
	if (m->begin) {
		say(ev, MBOXIN_BEGIN, m->line + 1 + WORD, m->len - WORD - 1);
		m->begin = 0;
		m->open = 1;
		m->len = 0;
		return 0;
	}
	while (off < n && ev->kind == MBOXIN_MORE && !m->begin) {
		if (m->text) {
			off += rest(m, in + off, n - off, ev);
			continue;
		}
		if (m->len == 0)
			m->at = m->seen + off;
		m->line[1 + m->len++] = in[off++];
		look(m, ev);
	}
	m->seen += off;
	return off;
}

void
mboxin_end(struct mboxin *m, struct mboxin_event *ev)
{
	say(ev, MBOXIN_MORE, NULL, 0);
	m->at = m->seen;
	if (m->begin) {
		mboxin_feed(m, "", 0, ev);
	} else if (m->len > 0) {
		is_text(m, 0, ev);
	} else if (m->open) {
		m->open = 0;
		say(ev, MBOXIN_END, NULL, 0);
	}
}

size_t
mboxin_sender(const char *p, size_t n)
{
	const char *blank = memchr(p, ' ', n);
	size_t len = blank == NULL ? n : (size_t)(blank - p);

	if (len == 13 && memcmp(p, "MAILER-DAEMON", 13) == 0)
		return 0;
	return len == 1 && p[0] == '-' ? 0 : len;
}
