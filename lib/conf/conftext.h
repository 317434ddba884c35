#ifndef CONF_CONFTEXT_H
#define CONF_CONFTEXT_H

#include <stddef.h>

/* The lines of a configuration file, conf(5). */

/*
 * conftext_next - the next line that counts: no comment, and not blank
 *
 * p, end     what is left of the text; *p goes on behind the line
 * lineno     goes on by the lines passed
 * line, n    receive the line, without LF, leading and trailing blanks
 *
 * Returns 1, or 0 at the end.
 */
int conftext_next(const char **p, const char *end, unsigned *lineno,
    const char **line, size_t *n);
/* what no file may have in a line: the reason, or NULL */
const char *conftext_fault(const char *, size_t n);

enum {
	CONFTEXT_SERVERS_MAX = 8,
	CONFTEXT_SERVER_LEN = 64,
	CONFTEXT_SERVERS_BYTES_MAX = 65536, /* of the file */
	CONFTEXT_ANCHORS_MAX = 4
};
/* what is wrong with a line of `resolver`, the nth name server: the reason, or
 * NULL.  ADDR or ADDR@PORT */
const char *conftext_server_fault(const char *, size_t n, unsigned nth);

/* a line of `resolver`; all zero in front of the first, and handed on from one
 * to the next */
struct conftext_resolver {
	enum conftext_resolver_kind {
		CONFTEXT_SERVER,
		CONFTEXT_ANCHOR,
		CONFTEXT_VALIDATE
	} kind;
	const char *value; /* of the line: the server, the file, the word */
	size_t n;
	unsigned servers, anchors, validates; /* so far, this one included */
};
/* what is wrong with it: the reason, or NULL */
const char *conftext_resolver_line(const char *, size_t n,
    struct conftext_resolver *);

#endif
