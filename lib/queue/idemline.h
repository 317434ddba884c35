#ifndef QUEUE_IDEMLINE_H
#define QUEUE_IDEMLINE_H

#include "base/buf.h"
#include "queue/name.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Keys by which a message that is handed in twice is taken once (an
 * idempotency key: draft-ietf-httpapi-idempotency-key-header), and the lines
 * of their journal, QUEUE/keys/NNNNNNNNNN, queue(5):
 *
 *   P KEY ID SUM   about to be in the queue; KEY: 32 hexadecimal digits,
 *                  SUM: 16 of them, or "-"
 *   V              the line before is void: its message did not get there
 *   C              all P since the last C or X are in the queue, durably
 *   X              none of them is
 *
 * A KEY is a digest of what the sender calls it and of who he is, so that one
 * sender's keys are nothing to another.
 */
enum {
	IDEM_KEY_LEN = 16,
	IDEM_SUM_DIGITS = 16,
	/* "P ", the key, id and sum with blanks between, LF */
	IDEM_LINE_LEN =
	    2 + 2 * IDEM_KEY_LEN + 1 + NAME_LEN + 1 + IDEM_SUM_DIGITS + 1
};

struct idem_key {
	unsigned char of[IDEM_KEY_LEN];
	uint64_t sum; /* of what was asked for; where has_sum */
	unsigned has_sum : 1;
};

/*
 * idem_key - the key that an envelope has
 *
 * env  n bytes of envelope lines, parcel(5), without the empty one: key,
 *      key-sum, and who sends: tenant, and user, else uid, else client.
 * 1 with *k filled in, 0: it has none.
 */
int idem_key(struct idem_key *k, const char *env, size_t n);

enum idem_kind {
	IDEM_MORE,  /* no whole line yet */
	IDEM_OTHER, /* none of these: cut by a crash, or damaged */
	IDEM_PENDING = 'P',
	IDEM_VOID = 'V',
	IDEM_SAFE = 'C',
	IDEM_NONE = 'X'
};

/* a line IDEM_PENDING into out, without a NUL; its bytes */
size_t idem_line_put(char out[IDEM_LINE_LEN], const struct idem_key *,
    const char *id);
/*
 * idem_line_next - one after the other
 *
 * p, n  what is there of the segment, from where the last one ended
 * k     of IDEM_PENDING, with id, which points to NAME_LEN bytes in p
 * used  receives the bytes of the line, 0 with IDEM_MORE
 */
enum idem_kind idem_line_next(const char *p, size_t n, struct idem_key *k,
    const char **id, size_t *used);

#endif
