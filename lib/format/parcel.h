#ifndef FORMAT_PARCEL_H
#define FORMAT_PARCEL_H

#include "base/buf.h"

/*
 * Parcels and receipts, parcel(5).  A parcel is one netstring: envelope
 * lines, an empty line, the message.  A receipt is one netstring: K, Z or D
 * and a text.
 */
enum {
	PARCEL_LINE_MAX = 4096,        /* one envelope line with its LF */
	PARCEL_ENVELOPE_MAX = 16 << 20 /* all envelope lines */
};

struct parcel_line {
	const char *key, *value; /* value as it stands, escaped as in LTSV */
	size_t key_len, value_len;
};

/*
 * parcel_next - the next envelope line
 *
 * *p  where to read, moved behind the line
 * end one behind the last byte that is there
 *
 * Returns 1 with *l filled, 0 at the empty line (*p is then at the
 * message), -1 when the line is no envelope line, -2 when it is not whole.
 */
int parcel_next(const char **p, const char *end, struct parcel_line *l);
/* may it stand in a key? */
int parcel_key_byte(unsigned char);
int parcel_is(const struct parcel_line *, const char *key);

/*
 * The value of a "to" line: the address up to the first blank outside
 * quotes, then parameters.  Returns the length of the address.
 */
size_t parcel_address(const char *value, size_t n);

/* add "key value\n", value escaped; 0 or -1 with ENOMEM */
int parcel_put(struct buf *, const char *key, const char *value, size_t n);
int parcel_puts(struct buf *, const char *key, const char *value);
/*
 * everything of a parcel that stands before its message: the netstring's
 * head for env and message_len bytes, the envelope, the empty line.  The
 * caller adds the message and a comma.  0, or -1 with ENOMEM.
 */
int parcel_head(struct buf *out, const struct buf *env, uint64_t message_len);

enum receipt_kind { RECEIPT_OK = 'K', RECEIPT_TEMP = 'Z', RECEIPT_PERM = 'D' };

/*
 * text: the message's id for K; else an enhanced status code, a blank, and
 * the reason in printable ASCII ("4.3.1 queue is full")
 */
int receipt_put(struct buf *, enum receipt_kind, const char *text);
/*
 * a whole receipt at the front of p: the bytes it takes, 0 when more is
 * needed, -1 when it is none
 */
enum { RECEIPT_MAX = 1024 };
long receipt_get(const char *p, size_t n, enum receipt_kind *,
    const char **text, size_t *len);
/* is a message safe that was not before?  Not when its key was known, and the
 * id in text is that of the one before */
int receipt_is_new(enum receipt_kind, const char *text, size_t len);

#endif
