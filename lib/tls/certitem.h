#ifndef TLS_CERTITEM_H
#define TLS_CERTITEM_H

#include "base/buf.h"
#include "crypt/certificate.h"
#include "tls/certfile.h"
#include "tls/tlsconf.h"
#include <stdint.h>

/*
 * A certificate and its key, as a line of `tls` or `tls-client` names them:
 * read again when a file has changed, and what is there stays when what is new
 * will not do.
 */
enum { CERTITEM_FAULT_ROOM = 256 };

/* a key with the name that others have for it */
struct certitem_key {
	struct certkey *key;
	unsigned char id[CERTKEY_HASH_BYTES]; /* of its SubjectPublicKeyInfo */
};

struct certitem {
	char *line; /* the record; conf points into it */
	size_t line_len;
	struct tlsconf conf;
	struct certfile_version seen[2]; /* the file, and the key's */
	unsigned settled : 1;            /* no need to read it once more */
	unsigned told : 1;               /* of the fault; who tells sets it */
	char fault[CERTITEM_FAULT_ROOM]; /* "": none */
	/* in use; NULL: nothing yet */
	struct certificate *cert;
	struct certitem_key key;
	struct buf names; /* each with a NUL behind it */
	size_t n_names;
	int64_t warned_s; /* of its end, last; of who tells */
};

/* of a record of tlsconf.h, nothing read yet; 0, or -1: damaged, or ENOMEM */
int certitem_set(struct certitem *, const char *data, size_t n);
/* all but the key, which stays the caller's; all zero is none */
void certitem_free(struct certitem *);

/*
 * certitem_check - look at the files, and read them when they have changed
 *
 * dir     the folder
 * server  it must have a name
 * now_us  wall clock
 * old     receives a key that is replaced by another, or NULL in key; it is the
 *         caller's then
 *
 * Returns 1 when they were read.
 */
int certitem_check(struct certitem *, int dir, int server, int64_t now_us,
    struct certitem_key *old);

/* as keywire.h puts it into a list; only with cert.  0, or -1 with ENOMEM */
int certitem_put(struct buf *, const struct certitem *);

#endif
