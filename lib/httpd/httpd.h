#ifndef HTTPD_HTTPD_H
#define HTTPD_HTTPD_H

#include "base/buf.h"
#include "base/ip.h"
#include "base/list.h"
#include "base/loop.h"
#include "conf/word.h"

/*
 * HTTP/1.1 as a server for small requests, in the event loop, behind
 * libmicrohttpd; TLS is a proxy's in front of it.  A request is whole before
 * anybody is asked what to say to it, and may wait for the answer; one
 * connection is one request.
 */
enum {
	HTTPD_CONNS_MAX = 1000,       /* connections at once; more are closed */
	HTTPD_ADDRESS_CONNS_MAX = 20, /* of one address that is no proxy */
	HTTPD_HEAD_MAX = 16384,       /* bytes of the head of a request, 431 */
	HTTPD_BODY_MAX = 16384,       /* bytes of its body, 413 */
	HTTPD_IDLE_S = 10,            /* nothing is said: closed */
	HTTPD_LIFE_S = 30             /* of a connection, however it is used */
};

/* strings are never NULL, and valid until it is answered */
struct httpd_request {
	const char *method;
	const char *path;
	const char *argument; /* the value of the last one behind a ? */
	const char *host;     /* as the request names it, with a port */
	struct slice type;    /* Content-Type; n 0: not said */
	struct buf body;
	unsigned char ip[IP_LEN]; /* who asks; IPv4 mapped, all zero: unknown */
	unsigned too_large : 1;   /* its body is; what came is gone */
	/* for who holds it until he answers */
	struct list_node line;
	struct buf kept; /* what he will say; freed with the request */
	/* the rest is of httpd.c */
	struct httpd *httpd;
	void *conn, *response;
	unsigned status;
	unsigned asked : 1, held : 1;
};

/* all zero but what is public before httpd_open() */
struct httpd {
	/* public: a request is whole: httpd_answer(), now or later */
	void (*request)(void *arg, struct httpd_request *);
	/* public: before the loop waits; who was held can be answered */
	void (*before)(void *arg);
	void *arg;
	unsigned proxied : 1; /* public: who asks stands last in
			       * X-Forwarded-For */
	/* the rest is of httpd.c */
	int64_t later_ms; /* 0; a test lets so much time go by */
	unsigned again : 1;
	void *daemon;
	struct loop_io io;
	struct loop_timer timer, age;
	struct loop_hook hook;
	struct list conns;
};

/* serve a listening socket; 0, or -1 with errno */
int httpd_open(struct httpd *, int listening);
/* no more; nobody may be held */
void httpd_close(struct httpd *);
/*
 * httpd_answer - what is said, and the connection ends
 *
 * more   further header fields, NAME and value in turn, NULL behind them; or
 *        NULL
 * page   HTML; it is copied
 *
 * Without memory the connection is closed without a word.
 */
void httpd_answer(struct httpd_request *, unsigned status,
    const char *const *more, struct slice page);

#endif
