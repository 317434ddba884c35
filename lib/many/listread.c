#include "many/listread.h"
#include "format/jsonread.h"
#include <stdio.h>

int
listread_open(struct listread *l, const char *p, size_t n, const char **why)
{
	const char *q = p, *end = p + n;

	l->p = p;
	l->end = end;
	while (q < end && ascii_white(*q))
		q++;
	l->json = q < end && *q == '{';
	if (l->json)
		return 0;
	switch (csv_next(&l->csv, &l->p, end, why)) {
	case 1: break;
	case 0: *why = "it is empty"; return -1;
	case -2: *why = "out of memory"; return -1;
	default: return -1;
	}
	l->heading_raw = l->csv.raw;
	l->heading_len = l->csv.raw_len;
	*why = listrow_heading(&l->heading, &l->csv);
	return *why == NULL ? 0 : -1;
}

static int
next_csv(struct listread *l, const char *campaign, json_t **rcpt,
    char key[LISTROW_KEY_MAX + 1], const char **why)
{
	int k = csv_next(&l->csv, &l->p, l->end, why);

	l->line = l->csv.line;
	l->raw = l->csv.raw;
	l->raw_len = l->csv.raw_len;
	if (k == -2)
		*why = "out of memory";
	if (k != 1)
		return k == 0 ? 0 : -1;
	*rcpt = listrow_csv(&l->heading, &l->csv, campaign, key, why);
	return *rcpt == NULL ? -1 : 1;
}

/* the next line that is not empty; 1, or 0 */
static int
next_line(struct listread *l)
{
	const char *lf;
	size_t i;

	while (l->p < l->end) {
		lf = memchr(l->p, '\n', l->end - l->p);
		l->raw = l->p;
		l->raw_len = (lf == NULL ? l->end : lf + 1) - l->p;
		l->p += l->raw_len;
		l->line = ++l->lines;
		for (i = 0; i < l->raw_len && ascii_white(l->raw[i]); i++)
			;
		if (i < l->raw_len)
			return 1;
	}
	return 0;
}

static int
next_json(struct listread *l, const char *campaign, json_t **rcpt,
    char key[LISTROW_KEY_MAX + 1], const char **why)
{
	char fault[JSONREAD_WHY_MAX];
	json_t *row;
	size_t n;

	if (!next_line(l))
		return 0;
	n = l->raw_len - (l->raw[l->raw_len - 1] == '\n');
	row = jsonread(l->raw, n, JSONREAD_ONCE, fault);
	if (row == NULL) {
		/* which line it is we know better */
		snprintf(l->fault, sizeof l->fault, "%s",
		    strncmp(fault, "line 1: ", 8) == 0 ? fault + 8 : fault);
		*why = l->fault;
		return -1;
	}
	*rcpt = listrow_json(row, campaign, key, why);
	json_decref(row);
	return *rcpt == NULL ? -1 : 1;
}

int
listread_next(struct listread *l, const char *campaign, json_t **rcpt,
    char key[LISTROW_KEY_MAX + 1], const char **why)
{
	return l->json ? next_json(l, campaign, rcpt, key, why)
		       : next_csv(l, campaign, rcpt, key, why);
}

size_t
listread_at(const struct listread *l, const char *start)
{
	return l->p - start;
}

void
listread_close(struct listread *l)
{
	csv_free(&l->csv);
	listrow_free(&l->heading);
}
