#ifndef TLS_CERTSTORE_H
#define TLS_CERTSTORE_H

#include "base/buf.h"
#include "crypt/certkey.h"
#include <stdint.h>

/*
 * The inside of tls-key(8): the certificates and keys that a table, `tls` or
 * `tls-client` of conf(5), names, in memory.  One for a program.
 *
 * Table and files are looked at by their names, at most every
 * CERTSTORE_CHECK_MS.  What is new is taken certificate by certificate: one
 * that cannot be read, is half written, or whose key does not fit leaves what
 * was there.  A key that was replaced still signs for CERTSTORE_OLD_S:
 * handshakes are under way that have sent the old certificate.
 */
enum {
	CERTSTORE_CHECK_MS = 250,
	CERTSTORE_OLD_S = 120,
	CERTSTORE_OLD_MAX = 1000,        /* such keys; above: the oldest goes */
	CERTSTORE_TABLE_MAX = 16 << 20,  /* bytes of the table */
	CERTSTORE_EXPIRES_S = 14 * 86400 /* left of it: it is warned of */
};

/*
 * certstore_open - what is looked at from now on
 *
 * confdir  where the table is, TABLE.cdb; must stay
 * folder   where the files are
 * table    its name; must stay
 *
 * Nothing is read yet.  0, or -1 with errno: no such folder.
 */
int certstore_open(const char *confdir, const char *folder, const char *table);
void certstore_close(void);

/* look, when the last time is long enough ago; 1: another generation */
int certstore_check(void);
/* of the contents: a hash, so that two processes agree; 0: not yet looked */
uint64_t certstore_generation(void);
/* content of the answer to list; valid until the next check */
const struct buf *certstore_list(void);
/* the key, valid until the next call; looks at once when it is not known.
 * NULL: none */
struct certkey *certstore_key(const unsigned char id[CERTKEY_HASH_BYTES]);

/* warn of what was found wrong and not yet warned of: once for each version
 * of a file; with ends, once a day, of those that end soon, too */
void certstore_tell(int ends);

#endif
