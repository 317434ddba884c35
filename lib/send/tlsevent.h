#ifndef SEND_TLSEVENT_H
#define SEND_TLSEVENT_H

/*
 * The event tls of event(5): TLS of a session is settled, good or bad.
 * TLS-RPT (RFC 8460) counts sessions by it.
 */
struct tlsevent {
	const char *domain, *from; /* of the transaction, NULL: not said */
	const char *host, *ip;
	const char *result; /* "ok", or a word of RFC 8460 section 4.3 */
	const char *policy;
	const char *tls, *cert, *text; /* labels of job(5); "": none */
	const char *sts, *sts_id, *tlsa, *mx_secure; /* NULL: not said */
	int sts_bad; /* a host that the policy does not have */
	int fd;      /* the socket, for its own address */
};

void tlsevent_put(const struct tlsevent *);

#endif
