#ifndef SEND_CONNTLS_H
#define SEND_CONNTLS_H

#include "send/conn.h"
#include "send/hosttls.h"
#include "tls/tls.h"

/*
 * TLS in a connection, between the machine and the layer.  Only for the parts
 * of conn.h and for the owner, send/pool.
 *
 *	STARTTLS answered well      conntls_begin(), the handshake goes on by
 *	                            itself until conntls_settled() says more
 *	not offered, refused        conntls_none()
 *	lost before EHLO under it   conntls_lost()
 *	was answered
 *
 * Under the policy may nobody has to have TLS.  Where it is refused the
 * session goes on in clear, and where it does not come about there is another
 * connection to the same address, in clear: once.  Both are remembered for the
 * address (share.plain), and TLS is not tried there for a while; that it is
 * not offered costs nothing and is not remembered.  Under the others a host
 * that does not do is passed over, and remembered by address and policy
 * (share.bad): it is not connected for a while.
 *
 * A session is resumed with the same address under the same demand
 * (share.sessions).
 */
enum {
	SENDTLS_TEXT_MAX = 200, /* bytes of the label tls-text */
	SENDTLS_TLSA_MAX = 900, /* of the label tlsa of an event, with a NUL */
	SENDTLS_RECORD = 100    /* of a record beyond the bytes in it */
};

struct conntls {
	struct hosttls host;
	struct conntls_try *try; /* what the handshake needs, NULL: it is not
				  * under way */
	const char *cert;        /* label tls-cert, "": there is none */
	const char *fail;        /* label tls-fail, NULL: it has not failed */
	char tls[72];            /* label tls, "": none */
	char text[SENDTLS_TEXT_MAX + 1];
	unsigned told : 1;
	unsigned once : 1; /* it does for one transaction */
};

enum conntls_next {
	CONNTLS_WAIT,     /* for the handshake */
	CONNTLS_SECURED,  /* it is up: smtpout_secured() */
	CONNTLS_CLEAR,    /* without: smtpout_plain() */
	CONNTLS_AGAIN,    /* without, by another connection to this host */
	CONNTLS_NEXT_HOST /* this one will not do; host.fail says why */
};

/* a host has its turn: what holds there, and is TLS to be tried?  0; -1: it is
 * known not to do, and host.fail says why */
int conntls_host(struct sendconn *);
/* forget it */
void conntls_free(struct sendconn *);

/* STARTTLS_GO; or NULL: TLS comes first */
enum conntls_next conntls_begin(struct sendconn *,
    const struct smtpout_event *);
enum conntls_next conntls_none(struct sendconn *, const struct smtpout_event *);
enum conntls_next conntls_settled(struct sendconn *);
enum conntls_next conntls_lost(struct sendconn *, const char *why);
/* EHLO was answered under it */
void conntls_stands(struct sendconn *);
/* does the host offer what its messages need?  0: no, host.fail says what */
int conntls_is_enough(struct sendconn *);

/* has a host that has its mail in clear, since TLS has failed, answered that it
 * wants TLS?  Then what is remembered of that is forgotten: the next connection
 * tries it again */
int conntls_is_missed(struct sendconn *, const struct reply *);

/* does what it showed do for this transaction, too? */
static inline int
conntls_serves(const struct sendconn *c, const struct sendtxn *t)
{
	return c->site->tls != SENDTLS_DANE || c->tls == NULL ||
	    hosttls_serves(&c->tls->host, t, &c->host);
}
/* did it do for one transaction alone? */
static inline int
conntls_once(const struct sendconn *c)
{
	return c->tls != NULL && c->tls->once;
}
/* is the handshake under way? */
static inline int
conntls_is_shaking(const struct sendconn *c)
{
	return c->tls != NULL && c->tls->try != NULL;
}
/* is it to begin as soon as the connection stands? */
static inline int
conntls_is_first(const struct sendconn *c)
{
	return c->site->implicit && c->tls != NULL && c->tls->try == NULL &&
	    !tls_is_on(&c->stream);
}
/* is a loss now one of TLS?  Behind a greeting under it it is none */
static inline int
conntls_is_settling(const struct sendconn *c)
{
	enum smtpout_phase p = smtpout_phase(&c->s);

	return c->tls != NULL &&
	    (p == SMTPOUT_STARTTLS || conntls_is_shaking(c) ||
		(c->s.secured && p == SMTPOUT_HELO && !c->site->implicit));
}

/* the labels about TLS of a result for a transaction */
void conntls_result(const struct sendconn *, const struct sendtxn *,
    struct sendresult *);
/* n bytes that stand behind others in the stream: how many may be pending of
 * it when those before them have left */
static inline size_t
conntls_behind(const struct sendconn *c, size_t n)
{
	if (n == 0 || !c->s.secured)
		return n;
	return n + SENDTLS_RECORD * (2 + n / SENDCONN_SAVE);
}

#endif
