#ifndef SASL_AUTHWIRE_H
#define SASL_AUTHWIRE_H

#include "base/buf.h"
#include "conf/word.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Lines of Dovecot's authentication protocol, auth-socket(5), for both of its
 * ends: words divided by TABs, with an LF at the end, and an escape for what
 * may not stand in a word.  Source: "Dovecot Authentication Protocol" in
 * Dovecot's documentation for developers.
 */
enum {
	AUTHWIRE_LINE_MAX = 16384, /* with its LF */
	/* what we send: Dovecot 2.3 takes no more (VIOLATIONS.md:
	 * AUTH-LINE-8192) */
	AUTHWIRE_REQUEST_MAX = 8192,
	AUTHWIRE_WORDS_MAX = 32 /* of a line; more are passed over */
};

/* its words as they stand, still escaped */
struct authwire_line {
	struct slice w[AUTHWIRE_WORDS_MAX];
	unsigned n;
};

/*
 * authwire_get - the first line of what has come
 *
 * Its words point into p.  Returns its bytes with the LF, 0 when it is not
 * whole yet, -1 when it is longer than may be or has a NUL in it.
 */
long authwire_get(const char *p, size_t n, struct authwire_line *);

/* is this its first word? */
int authwire_is(const struct authwire_line *, const char *command);
/* the number in its second word; 0, or -1 when there is none */
int authwire_id(const struct authwire_line *, uint32_t *);
/*
 * authwire_find - "NAME=value" or "NAME" among the words behind the first k
 *
 * value  receives what stands behind the =, still escaped; empty for "NAME"
 *
 * Returns 1, or 0 when it is not there.
 */
int authwire_find(const struct authwire_line *, unsigned k, const char *name,
    struct slice *value);
/*
 * authwire_value - a word, or a part of one, with its escapes undone
 *
 * Returns its bytes, with a NUL behind them in out; -1 when cap is too small.
 */
long authwire_value(struct slice, char *out, size_t cap);

/* "COMMAND\tID", the beginning of a line; 0, or -1 with ENOMEM, as the next */
int authwire_begin(struct buf *, const char *command, uint32_t id);
/* TAB, word as it is, and n bytes of a value, escaped */
int authwire_put(struct buf *, const char *word, const char *value, size_t n);

#endif
