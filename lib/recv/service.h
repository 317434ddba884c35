#ifndef RECV_SERVICE_H
#define RECV_SERVICE_H

#include <stdint.h>

/*
 * What kind of service an SMTP server is: the words of smtp-recv's option -o,
 * which extensions a session may use, and by which word it is called in
 * Received and proto.
 */
enum service_word {
	SERVICE_SUBMISSION = 1 << 0, /* only who has logged in may send */
	SERVICE_PLAIN_AUTH = 1 << 1, /* logins also without TLS */
	SERVICE_NO_BDAT = 1 << 2,    /* no CHUNKING */
	SERVICE_LMTP = 1 << 3,       /* LMTP in place of SMTP, RFC 2033 */
	/* of our own people's messages the header names the recipients */
	SERVICE_HEADER_RCPTS = 1 << 4,
	/* no words of an option: QMTP or QMQP in place of SMTP */
	SERVICE_QMTP = 1 << 5,
	SERVICE_QMQP = 1 << 6
};

enum {
	SERVICE_LMTP_RCPT_MAX =
	    1000 /* recipients of a message by LMTP: each has
				      * a reply of its own */
};

/* "WORD,...", added to the set; 0, or -1: one is unknown or stands twice, or two
 * do not go together: nobody submits by LMTP, which
 * answers for those whom it was told */
int service_words(const char *, unsigned *set);

/* what is known of a session */
struct service_facts {
	unsigned words;      /* a set of enum service_word */
	unsigned tls : 1,    /* it is up */
	    asks : 1,        /* there is somebody to ask for logins */
	    login : 1,       /* there is one */
	    ours : 1,        /* it may relay */
	    certificate : 1, /* and is that of its certificate */
	    xclient : 1;     /* its peer may speak for others */
	unsigned esmtp : 1,  /* EHLO was said */
	    by_auth : 1,     /* and the login by AUTH */
	    utf8 : 1;        /* and SMTPUTF8 for this message */
};

/* a set of smtp/extension.h; what it may use the parameters of beside */
uint32_t service_offer(const struct service_facts *);
uint32_t service_taken(const struct service_facts *);
/* SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA: RFC 3848, which has no word for HELO
 * under TLS; and UTF8SMTP in place of ESMTP, RFC 6531 section 4.3;
 * and LMTP in place of SMTP and ESMTP; or QMTP, QMQP */
enum { SERVICE_PROTO_ROOM = 16 };
void service_proto(char out[SERVICE_PROTO_ROOM], const struct service_facts *);

#endif
