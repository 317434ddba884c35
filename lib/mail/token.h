#ifndef MAIL_TOKEN_H
#define MAIL_TOKEN_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Signed names of messages that come back to us: return paths, by which a
 * bounce tells which message it is about, and tokens to unsubscribe with
 * (RFC 8058).  A keyed hash (HMAC-SHA-256, cut) over all they say makes
 * that nobody else can make or change one.
 *
 * Return path, local part:
 *
 *	b-DAY-ID-MAC              aaaa to 7777: base32 in lower case
 *	b-DAY-ID-MAC-user=domain  with the recipient, if 64 bytes suffice
 *	b-DAY-ID-MAC-RMAC         else with a proof of him
 *
 * DAY has 4 characters, MAC 16 (80 bits).  Letter case does not count, as
 * relays change it; nor does which of + = @ stands within the recipient.
 * RMAC has 10 characters (50 bits) of a second hash, of day, id and recipient:
 * it does not say who he is, but of an address whether it is his.  It is told
 * from a recipient by having none of + = @, and MAC is over it as well.
 *
 * Unsubscribe:  u1.PAYLOAD.MAC, both in base64 for URLs (RFC 4648 section
 * 5): day, id, recipient, list; 128 bits.
 */
enum {
	TOKEN_KEYS_MAX = 16, /* in a key file */
	TOKEN_KEY_MIN = 16,  /* bytes of a key */
	TOKEN_KEY_MAX = 64,
	TOKEN_ID_MAX = 32,       /* bytes of an id */
	TOKEN_RCPT_MAX = 320,    /* longer recipients are left out */
	TOKEN_LIST_MAX = 64,     /* the same for names of lists */
	TOKEN_BOUND_LEN = 10,    /* of an RMAC */
	TOKEN_DAY_MAX = 1048575, /* days since 1970 */
	TOKEN_TEXT_MAX = 1024,   /* longer is foreign */
	TOKEN_ID_LEN = 16,       /* of an id made here */
	TOKEN_RANDOM_LEN = 8     /* random bytes for it */
};

struct token_keys {
	struct token_key {
		unsigned char p[TOKEN_KEY_MAX];
		size_t n;
	} key[TOKEN_KEYS_MAX]; /* the first makes, all check */
	unsigned n;
};

/*
 * token_keys_parse - the text of a key file: a key a line in base64 for
 * URLs; empty lines and those that begin with # say nothing
 *
 * Returns 0, or the number of the line at fault; one behind the last line
 * when there is no key at all.
 */
unsigned token_keys_parse(struct token_keys *, const char *, size_t n);

enum token_kind { TOKEN_BOUNCE = 'b', TOKEN_UNSUBSCRIBE = 'u' };

struct token {
	enum token_kind kind;
	unsigned day; /* since 1970 */
	char id[TOKEN_ID_MAX + 1];
	char rcpt[TOKEN_RCPT_MAX + 1];   /* empty: not said */
	char bound[TOKEN_BOUND_LEN + 1]; /* BOUNCE: RMAC; empty: none */
	char list[TOKEN_LIST_MAX + 1];   /* UNSUBSCRIBE */
};

/* is it 1 to TOKEN_ID_MAX bytes of a-z0-9? */
int token_id_good(const char *, size_t n);
/* a new id, in room for TOKEN_ID_LEN + 1 bytes: seconds and random bytes */
void token_id_make(char *out, int64_t now,
    const unsigned char rnd[TOKEN_RANDOM_LEN]);

/*
 * token_set - all zero but kind and day; id must be good; what is too long
 * or has control bytes of recipient and list is left out
 */
void token_set(struct token *, enum token_kind, unsigned day, const char *id,
    const char *rcpt, size_t rcpt_len, const char *list, size_t list_len);

/*
 * token_return_path - local part, @, domain
 *
 * form  of the recipient, as dns/idnaddress.h has it: where his own address has
 *       odd bytes or makes the local part too long, the path is bound to him by
 *       this.  NULL, too long, or no room for that, either: not bound
 *
 * 0, or -1 with ENOMEM.
 */
int token_return_path(struct buf *, const struct token_keys *,
    const struct token *, const char *form, const char *domain,
    size_t domain_len);
int token_unsubscribe(struct buf *, const struct token_keys *,
    const struct token *);

enum token_verdict {
	TOKEN_GOOD,
	TOKEN_EXPIRED, /* ours, and older than asked for */
	TOKEN_FORGED,  /* of our form, and not made with any of the keys */
	TOKEN_FOREIGN  /* something else */
};

/*
 * token_check - what is this?
 *
 * s, n   a return path with its domain or without, perhaps in <>; a token
 *        alone, or at the end of an URL
 * today  days since 1970
 * days   how old it may be
 * t      receives with GOOD and EXPIRED all it says, with FORGED the kind
 */
enum token_verdict token_check(const struct token_keys *, const char *s,
    size_t n, unsigned today, unsigned days, struct token *);
/* is he with this address, of the form of dns/idnaddress.h, the recipient of
 * what token_check() found good or expired?  1, 0, or -1: it does not say */
int token_is_rcpt(const struct token_keys *, const struct token *,
    const char *form);

#endif
