#ifndef SENDMAIL_ENVELOPE_H
#define SENDMAIL_ENVELOPE_H

#include "base/buf.h"
#include "conf/hostname.h"
#include "mail/addrlist.h"

/*
 * The envelope of a message that a program hands in: addresses as people
 * write them made into those of an envelope, recipients each once, and what
 * is asked for by DSN options (RFC 3461).
 */
enum {
	ENVELOPE_RCPTS_MAX = 100000,
	ENVELOPE_ENVID_MAX = 100, /* RFC 3461 section 4.4 */
	ENVELOPE_ADDRESS_ROOM = ADDRLIST_ADDRESS_MAX + HOSTNAME_MAX + 2
};

enum envelope_result {
	ENVELOPE_OK,
	ENVELOPE_BAD,  /* is none: an address, an option's value */
	ENVELOPE_SIZE, /* one recipient too many; empty, or too long */
	ENVELOPE_MEMORY
};

/* all zero but for me, which names this host and must live as long */
struct envelope {
	const char *me;
	struct buf rcpts;  /* addresses, a NUL behind each */
	struct buf notify; /* " NOTIFY=..." of each recipient */
	size_t n_rcpts;
	unsigned utf8 : 1; /* an address has bytes above 127 */
};

/*
 * envelope_qualify - an address, with this host's name if it has no domain
 *
 * s, n  as addrlist_next() gave it
 * out   receives it and a NUL
 *
 * Returns 0, or -1 when SMTP could not have it (what is UTF-8 is for the
 * next host to judge).
 */
int envelope_qualify(struct envelope *, const char *s, size_t n,
    char out[ENVELOPE_ADDRESS_ROOM]);

/*
 * envelope_sender - the sender out of an option: one address, or none at
 * all or <>, which is the empty sender.  0, or -1 when it is no address.
 */
int envelope_sender(struct envelope *, const char *s,
    char out[ENVELOPE_ADDRESS_ROOM]);

/*
 * envelope_add - recipients out of a list as of a To field
 *
 * p, n  the list
 * bad   receives with ENVELOPE_BAD the entry that is no address, and its
 *       length; entries before it have been added
 */
enum envelope_result envelope_add(struct envelope *, const char *p, size_t n,
    const char **bad, size_t *bad_len);

/* the value of -N: never, or a list of success, failure, delay */
enum envelope_result envelope_notify(struct envelope *, const char *s);

/* put an envid line, the value as xtext; SIZE: not 1 to ENVELOPE_ENVID_MAX
 * bytes, BAD: not printable ASCII */
enum envelope_result envelope_envid(struct buf *env, const char *s);

/* put "to" lines, each address once and in the order they were named; 0, or
 * -1 with ENOMEM */
int envelope_rcpts(const struct envelope *, struct buf *env);

#endif
