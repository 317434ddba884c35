#ifndef SASL_HASHING_H
#define SASL_HASHING_H

#include "base/buf.h"
#include "conf/word.h"

/*
 * What auth-hash(8) is asked, and answers, each in a netstring: a hash, a NUL
 * and a password; Y, N, or Z and why it is not known.  No hash asks for one of
 * that password: H and the hash.
 */
enum {
	HASHING_QUESTION_MAX = 1024, /* bytes in a netstring */
	HASHING_ANSWER_MAX = 128     /* the same */
};

/* a whole netstring; 0, or -1 with ENOMEM */
int hashing_put(struct buf *, const char *hash, struct slice password);
/*
 * hashing_get - what stands in one
 *
 * hash, password  in p; a NUL stands behind the hash, which may be empty
 *
 * Returns NULL, or why nothing can be compared.
 */
const char *hashing_get(const char *p, size_t n, const char **hash,
    struct slice *password);

#endif
