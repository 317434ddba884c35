#ifndef SMTP_SMTPIN_H
#define SMTP_SMTPIN_H

#include "base/buf.h"
#include "mail/address.h"
#include "smtp/chunkin.h"
#include "smtp/dotin.h"
#include "smtp/extension.h"

/*
 * The server side of SMTP as a machine without descriptors: bytes in,
 * events out.  It knows RFC 5321 and those extensions that the session
 * offers, and LMTP (RFC 2033).  Policy is asked for: MAIL, RCPT, DATA and DONE
 * are questions, and until smtpin_answer() nothing more is consumed.
 *
 *   state     MAIL    RCPT    DATA    BDAT    EHLO HELO   RSET     XCLIENT
 *   START     503     503     503     503     GREETED     START    START
 *   GREETED   SENDER  503     503     503     GREETED     GREETED  START
 *   SENDER    503     TO      554 *   554     GREETED     GREETED  503
 *   TO        503     TO      BODY    CHUNK   GREETED     GREETED  503
 *   MORE      503     503     503     CHUNK   GREETED     GREETED  503
 *   BROKEN    SENDER  503     503     503     GREETED     GREETED  503
 *   *         LMTP: 503, RFC 2033 section 4.2
 *   BODY      mail data to its dot, then GREETED
 *   CHUNK     smtp/inbdat.h: so many bytes, then MORE, BROKEN or GREETED
 *
 * AUTH (smtp/inauth.h) is for GREETED after EHLO.  STARTTLS:
 *
 *   no TLS 502, TLS is on 503, not after EHLO 503, not GREETED 503,
 *   with an argument 501; else a question
 */
enum {
	SMTPIN_LINE_MAX = 512, /* command line with CRLF, RFC 5321 4.5.3.1.4 */
	SMTPIN_PATH_LINE_MAX =
	    2048, /* MAIL and RCPT, which extensions lengthen */
	SMTPIN_AUTH_LINE_MAX = 12290, /* AUTH and what follows it: 12288 bytes
				       * and CRLF, RFC 4954 4 */
	SMTPIN_MECH_MAX = 20,         /* name of a mechanism, RFC 4422 3.1 */
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
	char host[ADDRESS_DOMAIN_MAX + 1];
	char banner[SMTPIN_GREETING_MAX];
};

enum smtpin_verb {
	SMTPIN_V_NONE,
	SMTPIN_V_HELO,
	SMTPIN_V_MAIL,
	SMTPIN_V_RCPT,
	SMTPIN_V_DATA,
	SMTPIN_V_BDAT,
	SMTPIN_V_AUTH,
	SMTPIN_V_STARTTLS,
	SMTPIN_V_XCLIENT,
	SMTPIN_V_OTHER
};

enum smtpin_kind {
	SMTPIN_MORE,  /* needs more input than is there */
	SMTPIN_REPLY, /* a reply and no more */
	SMTPIN_HELO,  /* reply, whose text is NULL after EHLO: smtpin_ehlo()
		       * makes it; arg is what was given as a name, any
		       * bytes but control characters; no transaction now */
	SMTPIN_MAIL,  /* question: address (len 0: null sender), param */
	SMTPIN_RCPT,  /* question: address, param */
	SMTPIN_DATA,  /* question: shall the message come; size that of the
		       * first chunk when it comes by BDAT */
	SMTPIN_BODY,  /* decoded bytes in arg */
	SMTPIN_DONE,  /* question: the message is whole, what became of it */
	SMTPIN_RESET, /* reply, or none; no transaction now */
	SMTPIN_QUIT,  /* reply; then close */
	/* question: arg is the mechanism, in the first of an exchange; data
	 * what came.  Answers: 334 (text in base64: more is to come); 235, or
	 * NULL for it; a refusal */
	SMTPIN_AUTH,
	SMTPIN_CANCEL,   /* reply; the exchange of AUTH is over */
	SMTPIN_STARTTLS, /* question: NULL for 220, then smtpin_tls_next() */
	/* question: arg are the attributes (smtp/xclient.h).  220 (a banner):
	 * all begins anew, smtpin_again() is done; NULL refuses */
	SMTPIN_XCLIENT
};

/* slices point into the input and are valid until the next call */
struct smtpin_event {
	enum smtpin_kind kind;
	enum smtpin_verb verb; /* of the command, when there was one */
	const struct smtpin_reply *reply; /* NULL: none */
	const char *arg;                  /* after the verb; decoded bytes */
	size_t arglen;
	/* of AUTH: checked base64, n 0 for an empty one; p NULL: none came */
	struct slice data;
	struct address_parts address;
	/* what stood behind it; p is NULL: not given */
	struct slice param[EXTENSION_PARAMS];
	uint64_t size;                /* as declared, 0: not; of a chunk */
	int eight;                    /* BODY=8BITMIME was given */
	struct smtpin_reply greeting; /* room for a reply that is made */
};

/* TLS of a session */
enum smtpin_tls { SMTPIN_TLS_NONE, SMTPIN_TLS_OFFERED, SMTPIN_TLS_ON };

/* all zero is the initial state: before EHLO, nothing is offered */
struct smtpin {
	/* public: what this session may use now, a set of smtp/extension.h */
	uint32_t offer;
	/* public: of these it may use the parameters beside; EXTENSION_AUTH
	 * where there are logins, so that AUTH= is known after one */
	uint32_t taken;
	/* public: recipients of a message, 0: as the config says */
	uint32_t rcpt_max;
	/* public: one of ours, whose paths may lack brackets or have blanks */
	unsigned char lenient;
	unsigned char lmtp;    /* public: LHLO, a reply for each recipient */
	unsigned char tls;     /* public: enum smtpin_tls */
	unsigned char authed;  /* public: a login stands; set by 235, too */
	unsigned char authing; /* the next line is an answer to 334 */
	unsigned char state, asked, esmtp, skipping, eight, utf8, over,
	    tls_next;
	/* chunks: the message comes in them; the state behind this one, is it
	 * the last, does the transaction end with it, and the session */
	unsigned char chunked, back, last, ends, over_then;
	struct chunkin chunk;
	uint32_t n_rcpt; /* accepted, in this transaction */
	uint32_t times;  /* smtpin_times(), 0: once */
	uint32_t n_mail; /* messages accepted in this session */
	uint32_t errors;
	struct dotin dot;
	uint64_t got;              /* bytes of mail data, with CRLF line ends */
	uint64_t left, chunk_size; /* bytes of the chunk */
	const struct smtpin_reply *after; /* to what is thrown away */
};

/* the banner from the host name; 0 or -1 when host is none */
int smtpin_config_init(struct smtpin_config *, const char *host);

/*
 * smtpin_ehlo - the text of this session's reply to EHLO
 *
 * What is in its set; STARTTLS by `tls' alone, and no AUTH after a login.
 *
 * text   receives it, with a NUL behind; what was in it is gone
 * mechs  names of mechanisms for AUTH, with blanks between, or NULL
 * now_s  seconds since 1970, for FUTURERELEASE
 *
 * Returns 0, or -1 with ENOMEM.
 */
int smtpin_ehlo(struct buf *text, const struct smtpin *,
    const struct smtpin_config *, const char *mechs, int64_t now_s);

/* how long a part of a line may be that is kept until the rest of it comes */
static inline size_t
smtpin_line_max(const struct smtpin *s)
{
	return s->authing || (s->offer & EXTENSION_AUTH && !s->authed)
	    ? SMTPIN_AUTH_LINE_MAX
	    : SMTPIN_PATH_LINE_MAX;
}

/*
 * smtpin_feed - consume up to the next event
 *
 * in, n  what came and was not consumed yet.  Mail data is decoded in
 *        place.  Commands are consumed in whole lines; part of a line stays
 *        with the caller, who comes again with more behind it
 * ev     receives the event
 *
 * Returns the bytes consumed.  With n >= smtpin_line_max() at least one, so
 * that much room for a rest is enough; but none when smtpin_pending() was
 * true.  Must not be called with a question open, nor when smtpin_over() or
 * smtpin_tls_next().
 */
size_t smtpin_feed(struct smtpin *, const struct smtpin_config *, char *in,
    size_t n, struct smtpin_event *ev);

/* an event is to be fetched even when nothing more has come (n may be 0):
 * the end of a chunk */
int smtpin_pending(const struct smtpin *);

/*
 * smtpin_answer - answer the open question
 *
 * r  NULL for the usual positive reply; else a reply, which accepts with a
 *    code below 400 and refuses with others.  To SMTPIN_DATA one that stays
 *    where it is as long as the session
 * Returns the reply to send: r, the usual one, or 421 when that was one
 * error too many.  NULL: none now, for the bytes of a chunk come first.
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
/* how often the reply that was just given is to be said: after the message of
 * an LMTP session once for each recipient (RFC 2033 section 4.2) */
static inline uint32_t
smtpin_times(const struct smtpin *s)
{
	return s->times > 0 ? s->times : 1;
}
/* 220 was the answer to STARTTLS: nothing more is to be fed until the
 * handshake is done and smtpin_tls() was called.  What has come behind the
 * command must not be kept (RFC 3207 section 4.2) */
static inline int
smtpin_tls_next(const struct smtpin *s)
{
	return s->tls_next;
}
/*
 * smtpin_again - as one that has just come
 *
 * What is public stays, and what the client has to answer for: his errors,
 * his messages.
 */
void smtpin_again(struct smtpin *);
/* the handshake is done: the same, without a login (RFC 3207 section 4.2) */
void smtpin_tls(struct smtpin *);

/* mail data is being received; perhaps only to be thrown away, which
 * smtpin_drops() says: then there may be no message */
int smtpin_in_data(const struct smtpin *);
int smtpin_drops(const struct smtpin *, const struct smtpin_config *);

/*
 * a reply as it goes over the wire; what is not printable ASCII in its text
 * becomes '?', lines are cut at SMTPIN_TEXT_MAX, those of 334 at what a
 * client takes.  0 or -1 with ENOMEM
 */
int smtpin_put(struct buf *, const struct smtpin_reply *);

#endif
