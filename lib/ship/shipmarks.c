#include "ship/shipmarks.h"
#include <stdlib.h>
#include <string.h>

void
shipmarks_free(struct shipmarks *m)
{
	free(m->kind);
	free(m->text);
	buf_free(&m->texts);
	memset(m, 0, sizeof *m);
}

int
shipmarks_begin(struct shipmarks *m, size_t n)
{
	if (n > m->n) {
		shipmarks_free(m);
		m->kind = malloc(n);
		m->text = calloc(n, sizeof *m->text);
		if (m->kind == NULL || m->text == NULL) {
			shipmarks_free(m);
			return -1;
		}
	}
	m->n = n;
	m->seconds = -1;
	m->bad = 0;
	m->last = 0;
	memset(m->kind, 'K', n);
	buf_clear(&m->texts);
	return buf_putc(&m->texts, '\0');
}

static size_t
keep(struct shipmarks *m, const char *text)
{
	size_t n = strnlen(text, SHIP_TEXT_MAX), at = buf_len(&m->texts);
	const char *last = buf_data(&m->texts) + m->last;

	if (n == 0)
		return 0;
	if (strlen(last) == n && memcmp(last, text, n) == 0)
		return m->last;
	if (buf_put(&m->texts, text, n) == -1 ||
	    buf_putc(&m->texts, '\0') == -1) {
		m->bad = 1;
		return 0;
	}
	m->last = at;
	return at;
}

void
shipmarks_set(struct shipmarks *m, size_t from, size_t n, char kind,
    const char *text)
{
	size_t at = kind == 'K' || text == NULL ? 0 : keep(m, text), i;

	for (i = from; i < from + n && i < m->n; i++) {
		m->kind[i] = kind;
		m->text[i] = at;
	}
}

void
shipmarks_wait(struct shipmarks *m, long seconds)
{
	if (seconds > m->seconds)
		m->seconds = seconds;
}

static const char *
text_of(const struct shipmarks *m, size_t i)
{
	return buf_data(&m->texts) + m->text[i];
}

static int
all_are(const struct shipmarks *m, char kind)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->kind[i] != kind)
			return 0;
	return 1;
}

int
shipmarks_put(const struct shipmarks *m, struct buf *receipt)
{
	size_t i;
	int bad;

	if (m->bad)
		return -1;
	if (all_are(m, 'Z'))
		return shipreceipt_put(receipt, 'Z', m->seconds, text_of(m, 0));
	if (m->n == 1 && m->kind[0] == 'D')
		return shipreceipt_put(receipt, 'D', -1, text_of(m, 0));
	bad = shipreceipt_put(receipt, 'K', -1, NULL);
	for (i = 0; i < m->n; i++)
		if (m->kind[i] != 'K')
			bad |= shipreceipt_event(receipt, m->kind[i], i,
			    text_of(m, i));
	return bad ? -1 : 0;
}
