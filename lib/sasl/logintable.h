#ifndef SASL_LOGINTABLE_H
#define SASL_LOGINTABLE_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"
#include "sasl/saslname.h"
#include "sasl/scram.h"

/*
 * The table of logins of auth-cdb: LOGINDIR/passwd, a line for each,
 *
 *   NAME HASH [scram=ROUNDS:SALT:STOREDKEY:SERVERKEY] [off]
 *   :secret BASE64
 *
 * and the record of passwd.cdb: key NAME, data the words behind it with a NUL
 * between each two.  HASH is one of crypt/pwhash.  The secret, 32 bytes, is
 * that of scram_fake(); its key is the empty one.  One record more is there
 * when each login has keys of SCRAM.  Names and passwords are bytes
 * (VIOLATIONS.md: NO-SASLPREP).
 */
#define LOGINTABLE_SECRET ":secret" /* the first word of its line */
#define LOGINTABLE_KEYS "scram="    /* how the word of the keys begins */
enum {
	LOGINTABLE_LINE_MAX = 1024, /* bytes of a line */
	LOGINTABLE_SECRET_LEN = DIGEST_LEN
};

extern const struct conffile conffile_logins;

struct logintable_entry {
	struct slice hash; /* in the record, a NUL behind it */
	struct scram_keys keys;
	unsigned has_keys : 1, off : 1;
};

/*
 * logintable_name - the form in which a name is kept
 *
 * Letters, digits, "._=+-@" and UTF-8 beyond ASCII; capitals A to Z become
 * small ones.  Returns its length, or -1 when it is no name of a login.
 */
long logintable_name(const char *, size_t n, char out[SASLNAME_LOGIN_MAX + 1]);

/* the next word of a line, and *p behind it; n 0: none is left */
struct slice logintable_word(const char **p, const char *end);

/* a login by the form in which its name is kept, valid as long as the table:
 * 1, 0 there is none, -1 not known now */
int logintable_get(const struct lookup *, const char *name, size_t n,
    struct logintable_entry *);
/* has each login keys of SCRAM?  1, 0, -1 */
int logintable_all_keys(const struct lookup *);
/* the same */
int logintable_secret(const struct lookup *,
    unsigned char out[LOGINTABLE_SECRET_LEN]);

/* a line with its LF; keys NULL: none.  0, or -1 with ENOMEM */
int logintable_put(struct buf *, const char *name, struct slice hash,
    const struct scram_keys *keys, int off);
int logintable_put_secret(struct buf *,
    const unsigned char secret[LOGINTABLE_SECRET_LEN]);

/* the hash of a password that nobody has, as dear as those made here: to
 * compare with where there is no login */
extern const char logintable_nobody[];

#endif
