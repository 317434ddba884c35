#ifndef HTTPD_HTTPHEAD_H
#define HTTPD_HTTPHEAD_H

#include "base/slice.h"
#include <stdint.h>

/*
 * The head of a request, HTTP/1.1 (RFC 9112), as strictly as it can be read: two
 * readers of one connection must never find different requests in it (section
 * 11.2), and a proxy in front is another reader.  What the RFC lets a server
 * repair is refused: bare LF and CR, folded fields, blanks before a colon or in
 * front of the first field, lengths that are said twice, in lists or beside
 * Transfer-Encoding, and all codings but chunked.
 */
enum {
	HTTPHEAD_MAX = 16384,       /* bytes with the empty line; more: 431 */
	HTTPHEAD_TARGET_MAX = 8192, /* of what is asked for; more: 414 */
	HTTPHEAD_FIELDS_MAX = 100   /* fields; more: 431 */
};

struct httphead_field {
	struct slice name, value; /* no blanks at its ends; may be empty */
};

/* slices of the bytes that were read */
struct httphead {
	struct slice method;
	struct slice path;  /* begins with /; "*" of OPTIONS */
	struct slice query; /* behind the ?, without it; n 0: none */
	struct slice host;  /* with a port; n 0: an empty one */
	uint64_t length;    /* of the body, as Content-Length says */
	unsigned minor;     /* of HTTP/1.x: 0 or 1 */
	unsigned has_length : 1, chunked : 1;
	unsigned close : 1;      /* no request comes behind this one */
	unsigned expects : 1;    /* 100-continue */
	unsigned gzip : 1;       /* the body is */
	unsigned coded : 1;      /* the body is in another coding: 415 */
	unsigned takes_gzip : 1; /* who asks takes an answer in it */
	unsigned n;
	struct httphead_field field[HTTPHEAD_FIELDS_MAX];
};

/*
 * httphead_end - where the head at the front of p[0..n) ends
 *
 * Returns the bytes it takes with its empty line; 0: it is not whole.  *bad
 * receives 0, or the status that can be said already: nobody waits for the rest
 * of what is no request.
 */
size_t httphead_end(const char *p, size_t n, unsigned *bad);
/* a whole head, n bytes as httphead_end() found them: 0, or the status of the
 * fault */
unsigned httphead_parse(struct httphead *, const char *p, size_t n);
/* the one field of that name, in any case; NULL: there is none */
const struct slice *httphead_find(const struct httphead *, const char *name);
/* how many there are */
unsigned httphead_count(const struct httphead *, const char *name);
/*
 * httphead_query - a value of the query, decoded (%XX, and + as a blank)
 *
 * nth  0: the first of that name
 * out  receives it with a NUL behind, which may not be in it; room for cap
 *
 * Returns its length; -1: there is none; -2: bad or longer.
 */
long httphead_query(const struct httphead *, const char *name, unsigned nth,
    char *out, size_t cap);
/* is one of the words of a list, commas between, this one?  parameters behind
 * it do not count, but q=0 */
int httphead_lists(struct slice list, const char *word);

#endif
