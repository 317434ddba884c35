#include "sign/signersedit.h"
#include <string.h>
#include <strings.h>

/* what of a line matters here; a line with a fault has none of it */
struct line {
	struct slice domain, selector, key; /* raw, with the word before = */
	char domain_is[WORD_LINE_MAX + 1];
	struct signersedit_key is;
	enum signing_algorithm algorithm;
};

static void
set(struct slice *raw, char *to, size_t cap, const char *p, const char *e,
    const char *value)
{
	*raw = (struct slice){ p, e - p };
	if (strlen(value) < cap)
		memcpy(to, value, strlen(value) + 1);
}

static void
read_line(const char *p, const char *end, struct line *l)
{
	char word[WORD_LINE_MAX + 1];
	const char *start;
	size_t n;

	memset(l, 0, sizeof *l);
	if (end - p > WORD_LINE_MAX)
		return;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == end || *p == '#' || word_next(&p, end, word, &n) != 1)
		return;
	for (;;) {
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		start = p;
		if (word_next(&p, end, word, &n) != 1)
			return;
		if (strncmp(word, "domain=", 7) == 0)
			set(&l->domain, l->domain_is, sizeof l->domain_is,
			    start, p, word + 7);
		else if (strncmp(word, "selector=", 9) == 0)
			set(&l->selector, l->is.selector, sizeof l->is.selector,
			    start, p, word + 9);
		else if (strncmp(word, "key=", 4) == 0)
			set(&l->key, l->is.key, sizeof l->is.key, start, p,
			    word + 4);
		else if (strncmp(word, "algorithm=", 10) == 0)
			signing_algorithm(word + 10, n - 10, &l->algorithm);
	}
}

static int
is(const struct line *l, const char *domain, enum signing_algorithm a)
{
	return l->selector.n > 0 && l->key.n > 0 && l->algorithm == a &&
	    strcasecmp(l->domain_is, domain) == 0;
}

/* the next line; *lf is its end */
static int
next(const char **p, const char *end, const char **start, const char **lf)
{
	if (*p == end)
		return 0;
	*start = *p;
	*lf = memchr(*p, '\n', end - *p);
	if (*lf == NULL)
		*lf = end;
	*p = *lf == end ? end : *lf + 1;
	return 1;
}

int
signersedit_find(const char *text, size_t n, const char *domain,
    enum signing_algorithm a, struct signersedit_key *k)
{
	const char *end = text + n, *start, *lf;
	struct line l;

	while (next(&text, end, &start, &lf)) {
		read_line(start, lf, &l);
		if (!is(&l, domain, a))
			continue;
		*k = l.is;
		return 1;
	}
	return 0;
}

int
signersedit_only(const char *text, size_t n, const char *domain,
    enum signing_algorithm a, const char *selector)
{
	const char *end = text + n, *start, *lf;
	struct line l;

	while (next(&text, end, &start, &lf)) {
		read_line(start, lf, &l);
		if (is(&l, domain, a) &&
		    strcasecmp(l.is.selector, selector) != 0)
			return 0;
	}
	return 1;
}

int
signersedit_uses(const char *text, size_t n, const char *domain,
    enum signing_algorithm a, const struct signersedit_key *k)
{
	const char *end = text + n, *start, *lf;
	struct line l;
	int uses = 0;

	while (next(&text, end, &start, &lf)) {
		read_line(start, lf, &l);
		if (is(&l, domain, a) &&
		    strcasecmp(l.is.selector, k->selector) == 0)
			return 2;
		if (strcmp(l.is.key, k->key) == 0)
			uses = 1;
	}
	return uses;
}

static int
put_switched(struct buf *out, const char *p, const char *end,
    const struct line *l, const struct signersedit_key *k)
{
	const struct slice *first = &l->selector, *second = &l->key;
	int swap = second->p < first->p;

	if (swap) {
		first = &l->key;
		second = &l->selector;
	}
	if (buf_put(out, p, first->p - p) == -1 ||
	    buf_printf(out, "%s=%s", swap ? "key" : "selector",
		swap ? k->key : k->selector) == -1)
		return -1;
	p = first->p + first->n;
	if (buf_put(out, p, second->p - p) == -1 ||
	    buf_printf(out, "%s=%s", swap ? "selector" : "key",
		swap ? k->selector : k->key) == -1)
		return -1;
	p = second->p + second->n;
	return buf_put(out, p, end - p);
}

long
signersedit_switch(struct buf *out, const char *text, size_t n,
    const char *domain, enum signing_algorithm a, const char *old,
    const struct signersedit_key *k)
{
	const char *end = text + n, *start, *lf;
	struct line l;
	long changed = 0;
	int r;

	while (next(&text, end, &start, &lf)) {
		read_line(start, lf, &l);
		if (is(&l, domain, a) && strcasecmp(l.is.selector, old) == 0) {
			changed++;
			r = put_switched(out, start, lf, &l, k);
		} else {
			r = buf_put(out, start, lf - start);
		}
		if (r == -1 || (lf < end && buf_putc(out, '\n') == -1))
			return -1;
	}
	return changed;
}
