#ifndef MIME_MIMETYPE_H
#define MIME_MIMETYPE_H

#include <stddef.h>

/*
 * The values of Content-Type (RFC 2045 section 5.1) and Content-Disposition
 * (RFC 2183): a type, and parameters, also those in several sections and in
 * another character set (RFC 2231).  What is broken is read as far as it
 * means one thing: semicolons left out, blanks in a value without quotes,
 * quotes that do not end, bytes above 127, several slashes.
 */
enum {
	MIMETYPE_PARAMS_MAX = 64,    /* parameters (sections counted); more are
				     * not looked at */
	MIMETYPE_SECTION_MAX = 9999, /* a higher section number is none */
	MIMETYPE_COMMENTS_MAX = 32,  /* comments within comments; one more
				     * swallows the rest */
	MIMETYPE_VALUE_MAX = 4096    /* bytes of a value; the rest is cut */
};

/* one section of one parameter; slices of what was parsed */
struct mimeparam {
	const char *name; /* without "*0*" */
	size_t name_len;
	const char *value; /* escapes and folding are still in it */
	size_t value_len;
	unsigned section;
	unsigned quoted : 1;    /* stood in quotes, which are off */
	unsigned extended : 1;  /* name*: percent-encoded */
	unsigned sectioned : 1; /* name*0 */
};

struct mimetype {
	const char *type, *subtype; /* subtype: NULL when there is none */
	size_t type_len, subtype_len;
	struct mimeparam param[MIMETYPE_PARAMS_MAX];
	unsigned n;
};

/* all of p[0..n), folding and all; 0, or -1 when it holds no type */
int mimetype_parse(struct mimetype *, const char *p, size_t n);

/* letter case does not count; subtype NULL: any */
int mimetype_is(const struct mimetype *, const char *type, const char *subtype);

/* what RFC 2231 says of a value; slices, or length 0 */
struct mimevalue {
	const char *charset, *language;
	size_t charset_len, language_len;
	unsigned extended : 1; /* charset is given: no encoded words then */
};

/*
 * mimetype_value - the bytes of a parameter
 *
 * Sections are put in order and joined, quotes, escapes, line ends and
 * percent-encoding undone; the bytes are in whatever character set.  Of
 * several forms name* comes before name*0, and that before name; of the same
 * form the first one counts.
 *
 * name   letter case does not count
 * out    room for cap bytes, the rest is cut off
 * how    unless NULL, receives character set and language
 *
 * Returns the length, or -1 when there is no such parameter.
 */
long mimetype_value(const struct mimetype *, const char *name, size_t name_len,
    char *out, size_t cap, struct mimevalue *how);

/*
 * mimetype_skip - one behind the blanks, line ends and comments at p, at most
 * end (RFC 5322 section 3.2.2)
 */
const char *mimetype_skip(const char *p, const char *end);

#endif
