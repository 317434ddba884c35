#ifndef SMTP_EXTENSION_H
#define SMTP_EXTENSION_H

#include "base/buf.h"
#include "conf/word.h"
#include <stdint.h>

/*
 * The SMTP extensions that are known here, in one table: the word in the
 * reply to EHLO (RFC 5321 section 4.1.1.1), and what each adds to MAIL and
 * RCPT (section 4.1.2) with the check of its value.  What a receiver offers
 * us is a set of them, and so is what we offer: bits of 32.
 */
enum extension {
	EXTENSION_PIPELINING = 1 << 0, /* RFC 2920 */
	EXTENSION_SIZE = 1 << 1,       /* RFC 1870 */
	EXTENSION_8BITMIME = 1 << 2,   /* RFC 6152 */
	EXTENSION_ENHANCED = 1 << 3,   /* ENHANCEDSTATUSCODES, RFC 2034 */
	EXTENSION_DSN = 1 << 4,        /* RFC 3461 */
	EXTENSION_HELP = 1 << 5,       /* RFC 5321 section 4.1.1.8 */
	EXTENSION_SMTPUTF8 = 1 << 6,   /* RFC 6531 */
	EXTENSION_STARTTLS = 1 << 7,   /* RFC 3207 */
	/* what smtpin can do */
	EXTENSION_SERVED = EXTENSION_PIPELINING | EXTENSION_SIZE |
	    EXTENSION_8BITMIME | EXTENSION_ENHANCED | EXTENSION_DSN |
	    EXTENSION_HELP
};

enum {
	EXTENSION_ENVID_MAX = 100, /* bytes of ENVID=, RFC 3461 4.4 */
	EXTENSION_ORCPT_MAX = 500  /* bytes of ORCPT=, RFC 3461 4.2 */
};

/*
 * extension_offer - append the lines of a set, each with an LF in front
 *
 * size_max  bytes of a message, for SIZE
 *
 * Returns 0, or -1 with ENOMEM.
 */
int extension_offer(struct buf *, uint32_t set, uint64_t size_max);

/*
 * extension_scan - a line of what a receiver offers
 *
 * size_max  for SIZE: the number behind it, 0 when there is none
 *
 * Returns its bit, 0 for one that is not known here.
 */
uint32_t extension_scan(const char *line, size_t n, uint64_t *size_max);

/* what may stand behind the address */
enum extension_param {
	EXTENSION_P_SIZE, /* of MAIL */
	EXTENSION_P_BODY,
	EXTENSION_P_RET,
	EXTENSION_P_ENVID,
	EXTENSION_P_NOTIFY, /* of RCPT */
	EXTENSION_P_ORCPT,
	EXTENSION_PARAMS
};

enum extension_fault {
	EXTENSION_GOOD,
	EXTENSION_UNKNOWN, /* or of the other command, or of no extension in
			    * the set, or without the value it must have */
	EXTENSION_TWICE,
	EXTENSION_BAD /* its value */
};

/*
 * extension_param - "KEY=VALUE" of a MAIL or RCPT command
 *
 * set     of extensions that were offered
 * is_mail MAIL, else RCPT
 * value   those of the command so far, p is NULL where there was none; the
 *         one found here is added, and points into p
 */
enum extension_fault extension_param(uint32_t set, int is_mail, const char *p,
    size_t n, struct slice value[EXTENSION_PARAMS]);

/* does a value of BODY= say that there are 8-bit bytes? */
int extension_is_8bit(struct slice body);

#endif
