#ifndef TESTS_DKIMCHECK_H
#define TESTS_DKIMCHECK_H

#include "crypt/digest.h"
#include "dkim/taglist.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * What a signature signs, worked out once more in another way: from the tags
 * of the made field, on a copy of the header with CRLF line ends.  For unit
 * test and fuzzer.
 */

/* one field of the copy: [start, end), end behind its CRLF */
struct dkimcheck_field {
	size_t start, end, name;
	int used;
};

static inline char *
dkimcheck_crlf(const char *p, size_t n, size_t *len)
{
	char *out = malloc(2 * n + 3);
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (p[i] == '\n')
			out[k++] = '\r';
		out[k++] = p[i];
	}
	if (k == 0 || out[k - 1] != '\n') {
		out[k++] = '\r';
		out[k++] = '\n';
	}
	*len = k;
	return out;
}

/* section 3.4.2 word by word: unfold, blanks to one, cut the ends */
static inline size_t
dkimcheck_relax(char *s, size_t n)
{
	size_t i, k = 0, colon;

	for (i = 0; i < n; i++) /* unfold */
		if (!(s[i] == '\r' && i + 1 < n && s[i + 1] == '\n') &&
		    !(s[i] == '\n' && i > 0 && s[i - 1] == '\r'))
			s[k++] = s[i];
	n = k;
	colon = (char *)memchr(s, ':', n) - s;
	for (i = 0; i < colon; i++)
		s[i] = tolower((unsigned char)s[i]);
	for (i = k = 0; i < n; i++) { /* runs of blanks */
		char c = s[i] == '\t' ? ' ' : s[i];

		if (c != ' ' || k == 0 || s[k - 1] != ' ')
			s[k++] = c;
	}
	n = k;
	while (n > 0 && s[n - 1] == ' ')
		n--;
	colon = (char *)memchr(s, ':', n) - s;
	if (colon + 1 < n && s[colon + 1] == ' ') {
		memmove(s + colon + 1, s + colon + 2, n - colon - 2);
		n--;
	}
	if (colon > 0 && s[colon - 1] == ' ') {
		memmove(s + colon - 1, s + colon, n - colon);
		n--;
	}
	return n;
}

static inline void
dkimcheck_add(struct digest *d, int relaxed, const char *p, size_t n, int last)
{
	char *copy = malloc(n + 1);

	memcpy(copy, p, n);
	if (relaxed)
		n = dkimcheck_relax(copy, n);
	else
		n -= 2;
	digest_add(d, copy, n);
	if (!last)
		digest_add(d, "\r\n", 2);
	free(copy);
}

/*
 * field: as dkimmake_field() made it, up to "b=".  Returns 0, or -1 when the
 * field cannot be read.
 */
static inline int
dkimcheck_digest(const char *header, size_t len, const char *field, size_t n,
    unsigned char out[DIGEST_LEN])
{
	static struct taglist t;
	struct dkimcheck_field *f;
	size_t hn, fn, i, k = 0;
	char *h = dkimcheck_crlf(header, len, &hn), *own;
	const struct tag *c, *list;
	const char *p, *name;
	struct digest d;
	int relaxed;

	if (len == 0)
		hn = 0;
	f = calloc(hn + 1, sizeof *f);
	for (i = 0; i < hn; i++) {
		if (i > 0 && h[i - 1] != '\n')
			continue;
		if (k > 0 && (h[i] == ' ' || h[i] == '\t'))
			continue;
		if (k > 0)
			f[k - 1].end = i;
		f[k].start = i;
		f[k].name = (char *)memchr(h + i, ':', hn - i) - (h + i);
		while (h[i + f[k].name - 1] == ' ' ||
		    h[i + f[k].name - 1] == '\t')
			f[k].name--;
		k++;
	}
	if (k > 0)
		f[k - 1].end = hn;
	p = memchr(field, ':', n);
	if (p == NULL || taglist_parse(&t, p + 1, field + n - p - 1) == -1 ||
	    (c = taglist_find(&t, "c")) == NULL ||
	    (list = taglist_find(&t, "h")) == NULL) {
		free(h);
		free(f);
		return -1;
	}
	relaxed = c->value_len > 7 && memcmp(c->value, "relaxed", 7) == 0;
	digest_init(&d);
	p = list->value;
	while (tag_item(&p, list->value + list->value_len, &name, &n))
		for (i = k; i > 0; i--) {
			if (f[i - 1].used || f[i - 1].name != n ||
			    strncasecmp(h + f[i - 1].start, name, n) != 0)
				continue;
			f[i - 1].used = 1;
			dkimcheck_add(&d, relaxed, h + f[i - 1].start,
			    f[i - 1].end - f[i - 1].start, 0);
			break;
		}
	own = dkimcheck_crlf(field, strlen(field), &fn);
	dkimcheck_add(&d, relaxed, own, fn, 1);
	digest_end(&d, out);
	free(own);
	free(h);
	free(f);
	return 0;
}

#endif
