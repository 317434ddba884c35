#include "conf/conftext.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/word.h"
#include <string.h>

int
conftext_next(const char **p, const char *end, unsigned *lineno,
    const char **line, size_t *n)
{
	const char *e;

	while (*p < end) {
		e = memchr(*p, '\n', end - *p);
		if (e == NULL)
			e = end;
		*line = *p;
		*n = e - *p;
		*p = e == end ? end : e + 1;
		++*lineno;
		while (*n > 0 && (**line == ' ' || **line == '\t')) {
			++*line;
			--*n;
		}
		while (*n > 0 &&
		    ((*line)[*n - 1] == ' ' || (*line)[*n - 1] == '\t'))
			--*n;
		if (*n > 0 && **line != '#')
			return 1;
	}
	return 0;
}

const char *
conftext_fault(const char *p, size_t n)
{
	size_t i;

	if (n > WORD_LINE_MAX)
		return "line too long: 4096 bytes are the most";
	/* some editors put it in front of a file */
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		return "a byte order mark in front of the line: take it out";
	for (i = 0; i < n; i++)
		if (((unsigned char)p[i] < 0x20 && p[i] != '\t') ||
		    p[i] == 0x7f)
			return p[i] == '\r' ? "carriage return in the line"
					    : "control byte in the line";
	return NULL;
}

const char *
conftext_server_fault(const char *p, size_t n, unsigned nth)
{
	const char *at;
	uint64_t port;
	size_t len;

	for (len = 0; len < n && p[len] != ' ' && p[len] != '\t'; len++)
		;
	at = memchr(p, '@', len);
	if (nth > CONFTEXT_SERVERS_MAX)
		return "too many name servers: 8 are the most";
	if (len >= CONFTEXT_SERVER_LEN ||
	    word_ip(p, at == NULL ? len : (size_t)(at - p)) == 0)
		return "not a name server: want ADDR or ADDR@PORT, a number "
		       "and no name";
	if (at != NULL &&
	    num_scan(at + 1, p + len - at - 1, 1, 65535, &port) == -1)
		return "not a port behind the @: want 1 to 65535";
	if (len < n)
		return "more than a name server: one a line";
	return NULL;
}

/* is this the first word?  Its value is what stands behind it */
static int
begins_with(const char *word, const char *p, size_t n,
    struct conftext_resolver *r)
{
	size_t k = strlen(word);

	if (n < k || memcmp(p, word, k) != 0 ||
	    (n > k && p[k] != ' ' && p[k] != '\t'))
		return 0;
	while (k < n && (p[k] == ' ' || p[k] == '\t'))
		k++;
	r->value = p + k;
	r->n = n - k;
	return 1;
}

static const char *
anchor_fault(struct conftext_resolver *r)
{
	r->kind = CONFTEXT_ANCHOR;
	if (++r->anchors > CONFTEXT_ANCHORS_MAX)
		return "too many anchors: 4 are the most";
	return r->n == 0 ? "want anchor FILE" : NULL;
}

static const char *
validate_fault(struct conftext_resolver *r)
{
	static const char *const words[] = { "auto", "yes", "no" };

	r->kind = CONFTEXT_VALIDATE;
	if (ascii_which(words, 3, r->value, r->n) == -1)
		return "want validate auto, yes or no";
	return ++r->validates > 1 ? "validate stands twice" : NULL;
}

const char *
conftext_resolver_line(const char *p, size_t n, struct conftext_resolver *r)
{
	if (begins_with("anchor", p, n, r))
		return anchor_fault(r);
	if (begins_with("validate", p, n, r))
		return validate_fault(r);
	r->kind = CONFTEXT_SERVER;
	r->value = p;
	r->n = n;
	return conftext_server_fault(p, n, ++r->servers);
}
