#ifndef CONF_CONFFILE_H
#define CONF_CONFFILE_H

#include "base/buf.h"

enum { CONFFILE_BYTES_MAX = 256 << 20 }; /* of one text */

/*
 * A subject is one configuration file, conf(5): text that conf-build turns
 * into a cdb of the same name.  Its parser is pure, so that conf-build, a
 * unit test and a fuzzer run the same code.
 */
struct conffile_sink {
	/* one record; keys may repeat, and are found in this order */
	int (*add)(void *arg, const char *key, size_t key_len, const char *data,
	    size_t data_len);
	/* what is wrong in this line; conf-build adds file and line number */
	void (*wrong)(void *arg, const char *reason);
	void *arg;
};

/* -1, for a parser to return */
static inline int
conffile_wrong(const struct conffile_sink *sink, const char *reason)
{
	sink->wrong(sink->arg, reason);
	return -1;
}

struct conffile {
	const char *name;  /* of the file in the configuration directory */
	size_t state_size; /* bytes of parser state, all zero at the start */
	/* one line without LF, never empty or a comment; leading and
	 * trailing blanks are gone.  0, or -1 after wrong() */
	int (*line)(void *state, const char *line, size_t n, unsigned lineno,
	    const struct conffile_sink *);
	/* after the last line: checks across lines, closing records; may be
	 * NULL */
	int (*finish)(void *state, const struct conffile_sink *);
};

/*
 * conffile_read - a text through its parser
 *
 * text, n  the whole file
 * lineno   is the number of the line that add() and wrong() are told of; 0
 *          for what is found at the end
 *
 * Returns 0, or -1 with ENOMEM and nothing read.
 */
int conffile_read(const struct conffile *, const char *text, size_t n,
    unsigned *lineno, const struct conffile_sink *);

#endif
