#ifndef TLSCHECK_HELLO_H
#define TLSCHECK_HELLO_H

#include "base/buf.h"
#include "tls/verify.h"
#include <stddef.h>
#include <stdint.h>

/*
 * The beginning of a handshake as a question: what does a server choose when
 * it is offered this?  A ClientHello of our making, and what comes in answer
 * to it in clear: the version, the suite, and up to TLS 1.2 the certificates
 * and the curve.  Nothing is agreed upon, so nothing has to be known of the
 * suites and versions but their numbers, and the engine need not have them.
 * Pure.
 *
 *   hello.c      suites, versions and curves, and their names
 *   hellomake.c  the question
 *   helloread.c  the answer
 */
enum {
	HELLO_TLS10 = 0x0301,
	HELLO_TLS11 = 0x0302,
	HELLO_TLS12 = 0x0303,
	HELLO_TLS13 = 0x0304
};

enum {
	HELLO_SUITES_MAX = 64,    /* that are offered */
	HELLO_NAME_MAX = 255,     /* bytes of a server name; longer: none */
	HELLO_BYTES_MAX = 1024,   /* of a ClientHello */
	HELLO_ANSWER_MAX = 262144 /* bytes of an answer; more is none */
};

/* kinds of suites: by what the server proves who it is */
enum hello_kind {
	HELLO_ECDSA = 1 << 0, /* ECDHE with an ECDSA certificate */
	HELLO_RSA = 1 << 1,   /* ECDHE with an RSA certificate */
	HELLO_13 = 1 << 2,    /* of TLS 1.3, which says nothing of it */
	HELLO_OTHER = 1 << 3, /* DHE, and RSA as key exchange */
	HELLO_BROKEN = 1 << 4 /* no encryption, RC4, 3DES, DES, no certificate:
			       * nobody should take them */
};

/* the numbers of those of a set of kinds, the good ones first; their count, at
 * most HELLO_SUITES_MAX */
size_t hello_suites(unsigned kinds, uint16_t out[HELLO_SUITES_MAX]);
/* OpenSSL's name; "other" */
const char *hello_suite_name(uint16_t);
/* which kind it is of; 0: not known here */
unsigned hello_suite_kind(uint16_t);
/* "TLS 1.2"; "another version" */
const char *hello_version_name(unsigned);
/* "X25519"; "another curve" */
const char *hello_curve_name(unsigned);

struct hello_ask {
	unsigned version; /* this one, and no other: HELLO_TLS* */
	const uint16_t *suites;
	size_t n_suites;
	const char *name;              /* of the server, or NULL */
	unsigned char chance[32 + 32]; /* random, and a session id */
};

/* the record that asks; its length */
size_t hello_make(const struct hello_ask *, unsigned char out[HELLO_BYTES_MAX]);

enum hello_state {
	HELLO_MORE,  /* there is more to come */
	HELLO_DONE,  /* all that is said in clear is there */
	HELLO_ALERT, /* it was refused by an alert */
	HELLO_NONE   /* that is no answer, or too long a one */
};

/* all zero at first; chain, which is there with HELLO_DONE, points into it */
struct hello_answer {
	enum hello_state state;
	unsigned alert;   /* RFC 8446 section 6 */
	unsigned version; /* 0: no ServerHello came */
	uint16_t suite;
	uint16_t curve;    /* 0: not said */
	unsigned asks : 1; /* for a certificate of the client's */
	struct tls_chain chain;
	/* private */
	struct buf raw, said; /* records not whole yet; messages in them */
	size_t seen;          /* bytes of messages that were looked at */
	size_t certs_at, certs_n;
	size_t total;
};

/*
 * hello_read - n bytes more of the answer, in pieces of any size
 *
 * Returns the state; after another than HELLO_MORE nothing is looked at any
 * more.  HELLO_NONE also for want of memory.
 */
enum hello_state hello_read(struct hello_answer *, const unsigned char *,
    size_t n);
void hello_free(struct hello_answer *);

#endif
