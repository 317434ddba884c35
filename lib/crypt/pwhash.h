#ifndef CRYPT_PWHASH_H
#define CRYPT_PWHASH_H

#include <stddef.h>

/*
 * Passwords as argon2id hashes (RFC 9106) in their encoded form,
 * "$argon2id$v=19$m=65536,t=2,p=1$SALT$HASH", as libsodium makes them: one
 * lane, a salt of 16 bytes.  The form says how much memory and time it takes
 * to compare, so what is compared is looked at first.
 */
enum {
	PWHASH_PASSWORD_MAX = 256,     /* bytes of a password */
	PWHASH_TEXT_MAX = 128,         /* bytes of a hash with its NUL */
	PWHASH_MEMORY = 64 << 20,      /* bytes of those made here */
	PWHASH_PASSES = 2,             /* the same */
	PWHASH_MEMORY_MAX = 256 << 20, /* of others; more is a fault */
	PWHASH_PASSES_MAX = 10,
	PWHASH_MEMORY_MIN = 8192, /* RFC 9106 section 3.1 */
	PWHASH_SALT_LEN = 16,
	PWHASH_HASH_MIN = 16, /* bytes of the hash itself */
	PWHASH_HASH_MAX = 64
};

/* why text is no hash that may be compared with; NULL: it is one */
const char *pwhash_fault(const char *text, size_t n);
/* a hash of a password of 1 to PWHASH_PASSWORD_MAX bytes; 0, or -1: there is
 * no memory, or no chance */
int pwhash_make(char out[PWHASH_TEXT_MAX], const char *password, size_t n);
/*
 * pwhash_is - is it the password?
 *
 * text  without pwhash_fault(), NUL behind it
 *
 * Returns 1, 0, or -1: not known, there is no memory.
 */
int pwhash_is(const char *text, const char *password, size_t n);

#endif
