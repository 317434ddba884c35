#ifndef GREY_GREYKEY_H
#define GREY_GREYKEY_H

#include "conf/word.h"
#include "dns/hostaddr.h"

/*
 * By what greylisting knows an attempt again: who sends, for whom, to whom.
 * What a sender changes from one message or one attempt to the next is
 * left out.
 */
enum {
	GREYKEY_PART_MAX = 128, /* bytes of one of the three; then a hash
				 * stands for the rest */
	GREYKEY_MAX = 3 * GREYKEY_PART_MAX + 2
};

struct greykey_conf {
	unsigned bits4, bits6; /* of the client's address that count */
	unsigned domain;       /* 1: only the recipient's domain counts */
};

/* "WHO<TAB>SENDER<TAB>RECIPIENT", without control bytes in the three */
struct greykey {
	char text[GREYKEY_MAX + 1];
	size_t len;
	size_t who_len; /* the first part: a network, or "spf:DOMAIN" */
};

/*
 * greykey_who - the first part
 *
 * client  the client's address; an IPv4 address mapped into IPv6 counts as
 *         IPv4 (RFC 4291 section 2.5.5.2)
 * spf     the domain for which SPF has passed, n 0: none; then it takes the
 *         place of the network
 *
 * 0, or -1 when there is no such domain and client is no address.
 */
int greykey_who(struct greykey *, const struct greykey_conf *,
    struct slice client, struct slice spf);
/* the other two behind it; can be called again for the next recipient.  from
 * is empty for the null sender */
void greykey_mail(struct greykey *, const struct greykey_conf *,
    struct slice from, struct slice to);

/*
 * greykey_sender - a sender without what changes
 *
 * In lower case; in the local part runs of digits become #, and so do
 * words of 10 bytes and more that have a digit (identifiers of messages:
 * VERP), the tag of BATV (prvs=TAG=user) and hash and time stamp of SRS
 * (SRS0=HASH=TT=...; SRS1=HASH=...).  out has room for n bytes; returns the
 * length.
 */
size_t greykey_sender(char *out, const char *p, size_t n);

/* the address, mapped ones as IPv4; 0, or -1 when it is none */
int greykey_ip(struct slice client, struct hostaddr *);
/* all bits behind the first `bits` become 0 */
void greykey_mask(struct hostaddr *, unsigned bits);

#endif
