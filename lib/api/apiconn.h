#ifndef API_APICONN_H
#define API_APICONN_H

#include "base/ip.h"
#include "chain/acceptor.h"
#include "httpd/httpbody.h"
#include "recv/incoming.h"
#include "recv/waits.h"
#include "smtp/stream.h"

/*
 * Connections of HTTP/1.1 that stay, in the event loop: requests are read one after
 * the other, and answered in order, however many come at once.  An idle one holds no
 * buffer: input is read into one that all share, and answers are gathered in
 * another.
 *
 *   IDLE    nothing of the next request is here
 *   HEAD    a part of it is
 *   HELD    who serves it has it: nothing is read
 *   BODY    its body comes, and goes to who serves it as it does
 *   WRITE   the client does not take the answer
 *   LINGER  the last answer has gone; what still comes is thrown away, so that
 *           it is read (RFC 9112 section 9.6)
 *   SHAKE   the handshake of TLS
 */
enum {
	APICONN_BACKLOG = 4096,   /* connections that wait at a socket */
	APICONN_READ = 65536,     /* bytes of a body read at a time */
	APICONN_OUT_MARK = 65536, /* gathered answers are written at this */
	APICONN_IDLE_S = 75,      /* for the next request to begin */
	APICONN_HEAD_S = 20,      /* for the rest of its head */
	APICONN_BODY_S = 20,      /* for the next APICONN_PROGRESS of a body */
	APICONN_PROGRESS = 16384, /* bytes: 800 a second, or less is slow */
	APICONN_WRITE_S = 60,     /* for an answer to be taken */
	APICONN_HELD_S = 330,     /* for who serves a request */
	APICONN_LINGER_S = 5,     /* a refused client may read his answer */
	APICONN_LINGER_BYTES = 4 << 20,
	APICONN_SHAKE_S = 30, /* for a handshake */
	APICONN_PACK = 1024   /* bytes of an answer that is worth gzip */
};

enum apiconn_state {
	APICONN_IDLE,
	APICONN_HEAD,
	APICONN_BODY,
	APICONN_HELD,
	APICONN_WRITE,
	APICONN_LINGER,
	APICONN_SHAKE,
	APICONN_STATES
};

struct apiconn;
struct apitls;

/* a request, from when its head is whole until it is answered */
struct apiconn_request {
	struct httphead *head;   /* slices of bytes that live as long */
	void *user;              /* of who serves it */
	struct unpacker *unpack; /* of a body in gzip, or NULL */
	unsigned answered : 1;
};

/* who serves requests; each is called from the loop */
struct apiconn_calls {
	/* a head is whole: apiconn_body() or apiconn_answer(), now or later */
	void (*head)(void *arg, struct apiconn *);
	/* a piece of the body, unpacked; it may answer, then nothing more
	 * comes */
	void (*body)(void *arg, struct apiconn *, const char *, size_t);
	/* that was all: apiconn_answer(), now or later */
	void (*whole)(void *arg, struct apiconn *);
	/* it is answered, or nobody hears any more */
	void (*end)(void *arg, struct apiconn *);
	/* a fault of which he was not asked: a status and why */
	void (*fault)(void *arg, struct apiconn *, unsigned status,
	    const char *why);
};

/* how TLS is put before it, api/apitls.h; a program that has none links none */
struct apiconn_tls {
	/* the handshake begins; 0, or -1: there is none now */
	int (*begin)(struct apitls *, struct apiconn *);
	/* 1: it is up, 0: not yet, -1: it failed */
	int (*shake)(struct apiconn *);
};

/* all zero but the public members before apiconn_open() */
struct apiserver {
	/* public */
	const struct apiconn_calls *calls;
	void *arg;
	const struct apiconn_tls *tls_calls; /* NULL: no TLS */
	struct apitls *tls;
	struct incoming_store *store; /* shares of connections, and of memory */
	unsigned proxied : 1;         /* who asks stands last in
				       * X-Forwarded-For */
	uint64_t unpacked_max;        /* bytes that a body in gzip may become */
	/* the last connection has gone; or NULL */
	void (*left)(void *arg);
	/* the rest is private, but n may be read */
	unsigned n;
	unsigned stopping : 1, full : 1;
	struct acceptors acceptors;
	struct waits waits;
	struct httphead head;
	struct buf out, packed;
	char in[APICONN_READ];
};

struct apiconn {
	struct waiter waiter; /* first */
	struct apiserver *server;
	struct stream stream;
	struct party *party;             /* of its address, NULL: none */
	struct apiconn_request *request; /* NULL: none */
	struct httpbody body;
	uint32_t came; /* since it waits */
	unsigned char ip[IP_LEN];
	unsigned char state;
	unsigned known : 1; /* ip is the client's */
	unsigned running : 1, dead : 1;
	unsigned last : 1; /* no request comes behind this one */
	unsigned over_tls : 1;
};

/* serve one more listening socket; 0, or -1 with errno */
int apiconn_listen(struct apiserver *, int fd);
/* no more connections; those that wait for a request are closed, the others when
 * they are answered */
void apiconn_stop(struct apiserver *);
/* all that are left are closed */
void apiconn_close_all(struct apiserver *);

/* the body is wanted: who waits for it is told so */
void apiconn_body(struct apiconn *);

struct apiconn_answer {
	unsigned status;
	const char *type; /* Content-Type; NULL: there is no content */
	const char *more; /* further fields, each with its CRLF; or "" */
	struct slice content;
	unsigned close : 1;      /* the connection ends */
	unsigned no_content : 1; /* its length is told, and not itself: HEAD */
};
/* what is said; a request whose body is not read to its end ends the connection */
void apiconn_answer(struct apiconn *, const struct apiconn_answer *);

#endif
