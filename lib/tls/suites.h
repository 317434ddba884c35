#ifndef TLS_SUITES_H
#define TLS_SUITES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Cipher suites that are used here, by their IANA numbers: key exchange is
 * ECDHE in all of them (RFC 8422), so that no key of ours opens what was
 * recorded.  Those with CBC come last: Windows Server 2012 R2 has no other
 * ECDHE with RSA, and without them its mail would come in clear.  Those whose
 * MAC is SHA-1 are not there: the engine takes the hash for it from those that
 * it offers for signatures, where SHA-1 has no place (RFC 9155).
 */
enum { SUITES_MAX = 10 };

/*
 * suites_of - in the order of preference
 *
 * aes_fast  the processor has instructions for AES and GHASH: else ChaCha20
 *           goes first
 * modern    without CBC
 *
 * Returns their count.
 */
size_t suites_of(int aes_fast, int modern, uint16_t out[SUITES_MAX]);
/* as OpenSSL calls it, which is what people look for; of one that is not used
 * here "other" */
const char *suites_name(uint16_t);

#endif
