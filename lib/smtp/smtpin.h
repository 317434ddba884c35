#ifndef SMTP_SMTPIN_H
#define SMTP_SMTPIN_H

#include "base/buf.h"
#include "mail/address.h"
#include "smtp/dotin.h"
#include "smtp/extension.h"

/*
 * The server side of SMTP as a machine without descriptors: bytes in,
 * events out.  It knows RFC 5321 with what smtp/extension.h has as served.
 * Policy is asked for: MAIL, RCPT, DATA and DONE are questions, and until
 * smtpin_answer() nothing more is consumed.
 *
 *   state     MAIL    RCPT    DATA        mail data   EHLO HELO RSET
 *   START     503     503     503                     GREETED
 *   GREETED   SENDER  503     503                     GREETED
 *   SENDER    503     TO      554                     GREETED
 *   TO        503     TO      BODY                    GREETED
 *   BODY                                  GREETED
 */
enum {
	SMTPIN_LINE_MAX = 512, /* command line with CRLF, RFC 5321 4.5.3.1.4 */
	SMTPIN_PATH_LINE_MAX =
	    2048, /* MAIL and RCPT, which extensions lengthen */
	SMTPIN_HELO_MAX = 255,
	SMTPIN_TEXT_MAX = 400, /* text of a reply line */
	SMTPIN_GREETING_MAX = 1024
};

/* a reply as a value; text may have several lines with LF between */
struct smtpin_reply {
	unsigned short code;
	const char *esc; /* enhanced status code, or NULL */
	const char *text;
};

/* a constant one, of a file or a function */
#define SMTPIN_SAY(name, code, esc, text) \
	static const struct smtpin_reply name = { code, esc, text }

/* what a kind of session has in common; made by smtpin_config_init() */
struct smtpin_config {
	uint64_t size_max;   /* bytes of a message */
	uint32_t rcpt_max;   /* accepted recipients of a message */
	uint32_t errors_max; /* 5xx replies before the session ends */
	uint32_t mail_max;   /* messages of a session, 0: any number */
	uint32_t extensions; /* offered: a set, smtp/extension.h */
	char host[ADDRESS_DOMAIN_MAX + 1];
	char banner[SMTPIN_GREETING_MAX];
	char ehlo[SMTPIN_GREETING_MAX];
};

enum smtpin_verb {
	SMTPIN_V_NONE,
	SMTPIN_V_HELO,
	SMTPIN_V_MAIL,
	SMTPIN_V_RCPT,
	SMTPIN_V_DATA,
	SMTPIN_V_OTHER
};

enum smtpin_kind {
	SMTPIN_MORE,  /* needs more input than is there */
	SMTPIN_REPLY, /* a reply and no more */
	SMTPIN_HELO,  /* reply; arg is what was given as a name, any bytes but
		       * control characters; no transaction now */
	SMTPIN_MAIL,  /* question: address (len 0: null sender), param */
	SMTPIN_RCPT,  /* question: address, param */
	SMTPIN_DATA,  /* question: shall the message come */
	SMTPIN_BODY,  /* decoded bytes in arg */
	SMTPIN_DONE,  /* question: the message is whole, what became of it */
	SMTPIN_RESET, /* reply; no transaction now */
	SMTPIN_QUIT   /* reply; then close */
};

/* slices point into the input and are valid until the next call */
struct smtpin_event {
	enum smtpin_kind kind;
	enum smtpin_verb verb; /* of the command, when there was one */
	const struct smtpin_reply *reply; /* NULL: none */
	const char *arg;                  /* after the verb; decoded bytes */
	size_t arglen;
	struct address_parts address;
	/* what stood behind it; p is NULL: not given */
	struct slice param[EXTENSION_PARAMS];
	uint64_t size;                /* as declared, 0: not */
	int eight;                    /* BODY=8BITMIME was given */
	struct smtpin_reply greeting; /* room for a reply that is made */
};

/* all zero is the initial state: before EHLO */
struct smtpin {
	/* public: one of ours, whose paths may lack brackets or have blanks */
	unsigned char lenient;
	unsigned char state, asked, esmtp, skipping, foreign, eight, over;
	/* public: recipients of a message, 0: as the config says */
	uint32_t rcpt_max;
	uint32_t n_rcpt; /* accepted, in this transaction */
	uint32_t n_mail; /* messages accepted in this session */
	uint32_t errors;
	struct dotin dot;
	uint64_t got; /* bytes of mail data, with CRLF line ends */
};

/* banner and EHLO text from the limits and the host name; 0 or -1 when host
 * is none */
int smtpin_config_init(struct smtpin_config *, const char *host);

/*
 * smtpin_feed - consume up to the next event
 *
 * in, n  what came and was not consumed yet.  Mail data is decoded in
 *        place.  Commands are consumed in whole lines; part of a line stays
 *        with the caller, who comes again with more behind it
 * ev     receives the event
 *
 * Returns the bytes consumed.  With n >= SMTPIN_PATH_LINE_MAX at least
 * one, so that much room for a rest is enough.  Must not be called with a
 * question open, nor when smtpin_over().
 */
size_t smtpin_feed(struct smtpin *, const struct smtpin_config *, char *in,
    size_t n, struct smtpin_event *ev);

/*
 * smtpin_answer - answer the open question
 *
 * r  NULL for the usual positive reply; else a reply, which accepts with a
 *    code below 400 and refuses with others
 * Returns the reply to send: r, the usual one, or 421 when that was one
 * error too many.
 */
const struct smtpin_reply *smtpin_answer(struct smtpin *,
    const struct smtpin_config *, const struct smtpin_reply *r);

/* is a question open, and which; SMTPIN_MORE if none */
static inline enum smtpin_kind
smtpin_asked(const struct smtpin *s)
{
	return (enum smtpin_kind)s->asked;
}
/* the session must be closed after the reply */
static inline int
smtpin_over(const struct smtpin *s)
{
	return s->over;
}
/* mail data is being received */
int smtpin_in_data(const struct smtpin *);

/*
 * a reply as it goes over the wire; what is not printable ASCII in its text
 * becomes '?', lines are cut at SMTPIN_TEXT_MAX.  0 or -1 with ENOMEM
 */
int smtpin_put(struct buf *, const struct smtpin_reply *);

#endif
