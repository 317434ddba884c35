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
	EXTENSION_PIPELINING = 1 << 0,     /* RFC 2920 */
	EXTENSION_SIZE = 1 << 1,           /* RFC 1870 */
	EXTENSION_8BITMIME = 1 << 2,       /* RFC 6152 */
	EXTENSION_ENHANCED = 1 << 3,       /* ENHANCEDSTATUSCODES, RFC 2034 */
	EXTENSION_DSN = 1 << 4,            /* RFC 3461 */
	EXTENSION_HELP = 1 << 5,           /* RFC 5321 section 4.1.1.8 */
	EXTENSION_SMTPUTF8 = 1 << 6,       /* RFC 6531 */
	EXTENSION_STARTTLS = 1 << 7,       /* RFC 3207 */
	EXTENSION_AUTH = 1 << 8,           /* RFC 4954 */
	EXTENSION_CHUNKING = 1 << 9,       /* RFC 3030 */
	EXTENSION_REQUIRETLS = 1 << 10,    /* RFC 8689 */
	EXTENSION_MTPRIORITY = 1 << 11,    /* MT-PRIORITY, RFC 6710 */
	EXTENSION_FUTURERELEASE = 1 << 12, /* RFC 4865 */
	EXTENSION_DELIVERBY = 1 << 13,     /* RFC 2852 */
	EXTENSION_LIMITS = 1 << 14,        /* RFC 9422 */
	EXTENSION_XCLIENT = 1 << 15,       /* Postfix's XCLIENT_README */
	/* what every session offers */
	EXTENSION_SERVED = EXTENSION_PIPELINING | EXTENSION_SIZE |
	    EXTENSION_8BITMIME | EXTENSION_ENHANCED | EXTENSION_DSN |
	    EXTENSION_HELP
};

enum {
	EXTENSION_ENVID_MAX = 100,      /* bytes of ENVID=, RFC 3461 4.4 */
	EXTENSION_ORCPT_MAX = 500,      /* bytes of ORCPT=, RFC 3461 4.2 */
	EXTENSION_AUTH_MAX = 500,       /* bytes of AUTH=, RFC 4954 3 */
	EXTENSION_HOLD_MAX_S = 2592000, /* seconds of HOLDFOR=: 30 days */
	EXTENSION_BY_MAX_S = 999999999, /* seconds of BY=, RFC 2852 4 */
	EXTENSION_LIMIT_MAX = 999999    /* of LIMITS, RFC 9422 4: six digits */
};

/* what stands behind our words; 0 and NULL: nothing of it */
struct extension_values {
	uint64_t size_max; /* SIZE: bytes of a message */
	const char *mechs; /* AUTH: names with blanks between; without any the
			     * word is left out */
	int64_t now_s;     /* FUTURERELEASE: since 1970 */
	uint32_t rcpt_max; /* LIMITS: recipients of a message */
	uint32_t mail_max; /* LIMITS: messages of a session */
};

/* names of mechanisms that mean something to us: bits */
enum extension_mech {
	EXTENSION_MECH_PLAIN = 1 << 0,
	EXTENSION_MECH_LOGIN = 1 << 1,
	EXTENSION_MECH_SCRAM_SHA_256 = 1 << 2
};

/* what a receiver said behind his words; 0: nothing, or nothing that can be
 * read */
struct extension_said {
	uint64_t size_max;
	int64_t by_min_s; /* DELIVERBY: the least that BY=n;R may say */
	uint32_t mail_max, rcpt_max, domain_max;
	unsigned mechs; /* a set of enum extension_mech */
};

/* append the lines of a set, each with an LF in front; 0, or -1 with ENOMEM */
int extension_offer(struct buf *, uint32_t set,
    const struct extension_values *);

/*
 * extension_scan - a line of what a receiver offers
 *
 * said  all zero before the first line of a reply
 *
 * Returns its bit, 0 for one that is not known here.
 */
uint32_t extension_scan(const char *line, size_t n, struct extension_said *);

/* what may stand behind the address */
enum extension_param {
	EXTENSION_P_SIZE, /* of MAIL */
	EXTENSION_P_BODY,
	EXTENSION_P_RET,
	EXTENSION_P_ENVID,
	EXTENSION_P_SMTPUTF8, /* without a value: p is there, n is 0 */
	EXTENSION_P_REQUIRETLS,
	EXTENSION_P_AUTH,
	EXTENSION_P_MTPRIORITY,
	EXTENSION_P_HOLDFOR,
	EXTENSION_P_HOLDUNTIL,
	EXTENSION_P_BY,
	EXTENSION_P_NOTIFY, /* of RCPT */
	EXTENSION_P_ORCPT,
	EXTENSION_PARAMS
};

enum extension_fault {
	EXTENSION_GOOD,
	EXTENSION_UNKNOWN, /* or of the other command, or of no extension in
			    * the set, or without the value it must have,
			    * or with one */
	EXTENSION_TWICE,
	EXTENSION_BAD,   /* its value */
	EXTENSION_BINARY /* BODY=BINARYMIME, RFC 3030 section 3 */
};

/*
 * extension_param - "KEY=VALUE" or "KEY" of a MAIL or RCPT command
 *
 * set     of extensions that were offered
 * is_mail MAIL, else RCPT
 * utf8    the message has SMTPUTF8: ORCPT may be UTF-8
 * value   those of the command so far, p is NULL where there was none; the
 *         one found here is added, and points into p
 */
enum extension_fault extension_param(uint32_t set, int is_mail, int utf8,
    const char *p, size_t n, struct slice value[EXTENSION_PARAMS]);

/* does a value of BODY= say that there are 8-bit bytes? */
int extension_is_8bit(struct slice body);

/* BY=, RFC 2852 section 4 */
enum extension_by_mode { EXTENSION_BY_RETURN = 'R', EXTENSION_BY_NOTIFY = 'N' };
struct extension_by {
	int64_t s;      /* from now; with RETURN above 0 */
	char mode;      /* enum extension_by_mode */
	unsigned trace; /* T: say where it was handed over */
};
/* 0, or -1 when it is none */
int extension_by(struct slice, struct extension_by *);

/*
 * extension_hold - until when HOLDFOR= or HOLDUNTIL= wants a message to wait
 *
 * hold_for, hold_until  as given, or p NULL
 * at_s                  receives the time, since 1970
 *
 * Returns 0; -1 when both or none is given, or it is not within 1 to
 * EXTENSION_HOLD_MAX_S seconds from now.  Source: RFC 4865 section 3.
 */
int extension_hold(struct slice hold_for, struct slice hold_until,
    int64_t now_s, int64_t *at_s);

/* a good value of MT-PRIORITY=: -9 to 9 (RFC 6710) */
int extension_priority(struct slice);
/* the prio of parcel(5) for it: 0 for 9, 5 for 0, 9 for -9 */
unsigned extension_prio_of(int priority);

#endif
