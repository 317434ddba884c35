#ifndef DKIM_FIELDS_H
#define DKIM_FIELDS_H

#include "crypt/digest.h"
#include "crypt/pubkey.h"
#include "dkim/sig.h"
#include "mail/header.h"
#include <stdint.h>

/* SHA-256 or SHA-1, as a signature says */
struct dkimhash {
	enum pubkey_hash of;
	union {
		struct digest sha256;
		struct digest_sha1 sha1;
	} u;
};

void dkimhash_init(struct dkimhash *, enum pubkey_hash);
void dkimhash_add(struct dkimhash *, const void *, size_t n);
/* 32 or 20 bytes */
void dkimhash_end(struct dkimhash *, unsigned char out[DKIMSIG_HASH_LEN]);

/*
 * The fields of a header as signatures see them (RFC 6376 section 5.4.2).
 * A line that is no field is passed over, with the lines that continue it,
 * and does not end the header.
 */
enum { DKIMFIELDS_MAX = 2000 }; /* fields of a header that are looked at */

struct dkimfield {
	struct header_field f;
	uint32_t name;  /* a hash of the name, letter case aside */
	unsigned taken; /* by the signature of this number */
};

/* all zero is an empty one */
struct dkimfields {
	struct dkimfield *field;
	size_t n, room;
	size_t more; /* fields beyond DKIMFIELDS_MAX */
	unsigned serial;
};

/* reads a header, which must live as long: 0, or -1 with ENOMEM */
int dkimfields_read(struct dkimfields *, const char *header, size_t n);
void dkimfields_free(struct dkimfields *);

/*
 * dkimfields_take - the next field that h= names: the lowest of this name
 * that was not taken since dkimfields_begin(); NULL: no more of them.  The
 * field that begins at `self` is never taken (section 3.5, h=); NULL: there
 * is none.
 */
void dkimfields_begin(struct dkimfields *);
const struct header_field *dkimfields_take(struct dkimfields *,
    const char *name, size_t n, const char *self);

/*
 * dkimfields_hash - what the signature signs of the header: the fields that
 * h= names, and itself.  0, or -1 with ENOMEM
 */
int dkimfields_hash(struct dkimfields *, const struct dkimsig *,
    unsigned char out[DKIMSIG_HASH_LEN]);

#endif
