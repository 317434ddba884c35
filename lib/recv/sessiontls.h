#ifndef RECV_SESSIONTLS_H
#define RECV_SESSIONTLS_H

#include "recv/session.h"
#include "tls/tls.h"

/*
 * TLS of sessions: by STARTTLS (RFC 3207), or from the first byte (RFC 8314
 * section 3.3).  enum session_secure says how far one is.  Those who serve
 * sessions call what stands in struct sessiontls_calls, and never a function
 * of this file: so only the program that opens it links a library of TLS.
 *
 * While the key process does not answer STARTTLS stays offered, and is put
 * off: who must have TLS then waits, and does not send in clear.
 */
struct sessiontls_calls {
	int (*offers)(const struct inbound *);
	/* a question of the machine; NULL: yes */
	const struct smtpin_reply *(*ask)(struct session *);
	/* STARTTLS was taken, and so many bytes stood behind it: its end, when
	 * there are any */
	void (*go_ahead)(struct session *, size_t behind);
	/* the 220 has left, or none was needed: the handshake begins */
	void (*begin)(struct session *);
	/* a connection whose first byte is TLS: it begins, or is closed */
	void (*greet)(struct session *);
	/* it has its turn in the handshake */
	void (*shake)(struct session *);
	/* count what the layer holds as the client's; -1: he has had too much,
	 * and was told so */
	int (*count)(struct session *);
	/* values of the lines tls and tls-cert; NULL: no certificate */
	const char *(*text)(const struct session *, char t[TLS_TEXT_MAX]);
	const unsigned char *(*cert)(const struct session *);
};

struct sessiontls {
	const struct sessiontls_calls *calls;
	struct keyclient *key;
	struct tls_server *server;
	unsigned implicit : 1, /* from the first byte */
	    watched : 1,       /* by the loop: many sessions */
	    told : 1;          /* that there is no certificate */
};

/*
 * sessiontls_open - sessions may have TLS from now on
 *
 * socket    of tls-key(8), PATH or unix:PATH; must stay
 * ask       for a client's certificate, and take any
 * implicit  from the first byte
 * watch     the loop will look for the key process, for there will be many,
 *           when sessiontls_watch() is called; else it is asked when it is
 *           needed
 *
 * Returns 0, or -1 with errno.  It is called before processes are forked that
 * shall resume each other's sessions.
 */
int sessiontls_open(struct inbound *, const char *socket, int ask, int implicit,
    int watch);
/* from now on, with `watch': it runs the loop until there are keys, for half a
 * second at most (KEYCLIENT_WAIT_MS) */
void sessiontls_watch(struct inbound *);

#endif
