#ifndef TLS_TLS_H
#define TLS_TLS_H

#include "smtp/stream.h"
#include "tls/identity.h"
#include "tls/verify.h"
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * TLS 1.2 (RFC 5246) as a layer of smtp/stream.h, for both ends: ECDHE with
 * X25519 or P-256 only, so that no key of ours opens what was recorded.  The
 * engine is BearSSL's, which does no input and no output; the bytes come and
 * go here.
 *
 * One pair of record buffers serves all connections of the process.  What a
 * connection has in them when a call ends is kept with it in an allocation of
 * that size, and nothing when it has nothing: an idle one costs its context,
 * about 4.5 KB.  So nothing here may be called from another thread, or from a
 * callback of the engine.
 *
 * Of a server's layer nothing is read but in stream_read(): who serves many
 * gives turns, and a handshake is work.  He wants LOOP_READ until tls_up(),
 * and sends nothing before.  A client's layer goes on with its handshake by
 * itself, whatever is wanted.
 */
enum {
	TLS_RAW_BYTES = 65536 + 512,      /* read of the descriptor at a time */
	TLS_HANDSHAKE_BYTES_MAX = 262144, /* received before it is up */
	TLS_AFTER_MAX = 16, /* records of a handshake's kind behind it: who
			     * asks for another gets a warning each time */
	TLS_NAME_MAX = 255, /* bytes of a server name; longer: as none */
	TLS_TEXT_MAX = 160  /* of tls_text() and tls_why() */
};

/* why it did not come up, or ended: for events, and for who decides whether
 * to go on without */
enum tls_failure {
	TLS_FINE,
	TLS_CUT,         /* the other side went away without a word */
	TLS_ALERT,       /* it said an alert; tls_alert() */
	TLS_VERSION,     /* no TLS 1.2: older, or 1.3 only */
	TLS_NO_COMMON,   /* no suite, curve or signature in common */
	TLS_PROTOCOL,    /* what came is no TLS, or bad TLS */
	TLS_CERTIFICATE, /* the verdict forbids it, or it cannot be read */
	TLS_LIMIT,       /* too long a handshake or chain, record too large */
	TLS_KEY,         /* ours: the key process does not answer, or refuses */
	TLS_OURS         /* ours: no memory, no randomness */
};

/* what is known of a connection that is up; valid until it is closed.  Before,
 * only `judged` is, from when a certificate was judged */
struct tls_info {
	const char *suite;      /* "ECDHE-ECDSA-AES128-GCM-SHA256" */
	const char *curve;      /* "X25519", "P-256", "P-384"; "" where the
				 * session was resumed */
	const char *name;       /* server: the name that was asked for, "" none;
			     * client: the name that was said */
	unsigned char peer[32]; /* SHA-256 of the peer's certificate, whose key
				 * it has proved, also where the session was
				 * resumed by a server; zero: it showed none */
	/* client, tls/verify.h; NULL: a server's, or resumed: who kept the
	 * session has kept the verdict, too.  `matched` in it is as long
	 * valid as the demand */
	const struct tls_judged *judged;
	unsigned resumed : 1, has_peer : 1;
};

struct keyclient;  /* tls/keyclient.h */
struct sessions;   /* tls/sessions.h */
struct tls_server; /* what the connections of a service have in common */

/*
 * tls_server_new - a service
 *
 * key       where the identities come from and signatures are asked,
 *           tls/keyclient.h; must stay
 * sessions  table of sessions, or NULL: none is resumed
 * ask       ask for a client's certificate, and take any
 *
 * NULL with ENOMEM.
 */
struct tls_server *tls_server_new(struct keyclient *key,
    struct sessions *sessions, int ask);
/* none of its connections is open any more; NULL: nothing */
void tls_server_free(struct tls_server *);

/* may STARTTLS be offered, and would a handshake get its signature now? */
int tls_server_offers(const struct tls_server *);
int tls_server_ready(const struct tls_server *);

/*
 * tls_server_start - stream_start() with a layer of this service
 *
 * net    4 or 16 bytes by which sessions are shared out: the client's network
 *        (/24, /56)
 *
 * Returns the bytes that were dropped, as stream_start(), or -1 with errno
 * and nothing started: no memory, no randomness.
 */
ssize_t tls_server_start(struct tls_server *, struct stream *,
    const unsigned char *net, size_t net_len);

/* what a client wants of one host; all of it must stay until tls_up() or the
 * end */
struct tls_target {
	const char *name; /* server name said, A-label; NULL: none */
	const struct tls_demand *demand;  /* tls/verify.h */
	const struct anchors *anchors;    /* NULL: none are known */
	int64_t now_s;                    /* wall clock, for validity */
	const struct identity *own;       /* client certificate, or NULL */
	struct keyclient *key;            /* with own */
	const struct tls_session *resume; /* or NULL */
	unsigned modern : 1;              /* no CBC suites */
	/* come up whatever the verdict is, tls_info()->judged has it: for who
	 * wants to know and does not mind (may, MTA-STS testing).  Without, a
	 * verdict that the demand does not allow is TLS_CERTIFICATE, and
	 * nothing of ours was written */
	unsigned carry_on : 1;
};
/* afterwards want both: LOOP_WRITE comes first when it is up, LOOP_READ when
 * it failed.  0, or -1 with errno and nothing started: EPROTO: somebody spoke
 * behind the 220 (RFC 3207 section 6, CVE-2021-38371); no memory, no
 * randomness */
int tls_client_start(struct stream *, const struct tls_target *);

/* why a handshake was not even begun: errno of both as words, a constant */
const char *tls_unable(int err);

/* a session to be resumed, of a client; kept by who keeps hosts apart: by
 * host, port, name said and demand, since a session that came up under a
 * weaker demand must not serve a stronger one */
enum { TLS_SESSION_BYTES = 88 };
struct tls_session {
	unsigned char bytes[TLS_SESSION_BYTES];
};
/* 0, or -1: it has none (not up, or the server gave none) */
int tls_session_get(const struct stream *, struct tls_session *);

/* is TLS on this stream, is its handshake over, how did it go */
int tls_is_on(const struct stream *);
int tls_up(const struct stream *);
enum tls_failure tls_failure(const struct stream *);
unsigned tls_alert(const struct stream *); /* RFC 5246 section 7.2 */
/* a text for a reply or a log line, printable: "no TLS 1.2 in common";
 * returns t */
const char *tls_why(const struct stream *, char t[TLS_TEXT_MAX]);
const struct tls_info *tls_info(const struct stream *);
/* the value of the label `tls`: see event(5).  "none" without; returns t */
const char *tls_text(const struct stream *, char t[TLS_TEXT_MAX]);

/* bytes of memory that it holds beyond its context: what was parked.  For who
 * shares memory out */
size_t tls_held(const struct stream *);
/* work in handshakes since the last call, as bytes read would be counted
 * (TLS_WORK_*): for who gives turns */
enum { TLS_WORK_FULL = 16384, TLS_WORK_RESUMED = 2048 };
uint32_t tls_work(struct stream *);

#endif
