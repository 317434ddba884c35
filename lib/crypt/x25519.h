#ifndef CRYPT_X25519_H
#define CRYPT_X25519_H

/*
 * The key exchange X25519 (RFC 7748 section 5), by libsodium, in constant time.
 * Numbers are little endian; the bits of a secret that the function fixes may
 * be any.
 */
enum { X25519_LEN = 32 };

/* the public value of a secret */
void x25519_public(unsigned char to[X25519_LEN],
    const unsigned char secret[X25519_LEN]);
/* what both share; to may be theirs.  0, or -1: it would be nothing but zeros,
 * whatever the secret is (RFC 7748 section 6.1) */
int x25519_shared(unsigned char to[X25519_LEN],
    const unsigned char secret[X25519_LEN],
    const unsigned char theirs[X25519_LEN]);

#endif
