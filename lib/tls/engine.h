#ifndef TLS_ENGINE_H
#define TLS_ENGINE_H

#include "tls/tls.h"
#include <bearssl.h>
#include <stdint.h>

/*
 * The inside of a layer, for server.c and client.c: they set a context up, the
 * engine moves its bytes.
 */
struct tls;
struct tls_end {
	/* the handshake is over: what was needed for it can go, and info is
	 * to be filled; may call tls_fail() */
	void (*up)(struct tls *);
	/* the stream is closed: give all back, t as well */
	void (*close)(struct tls *);
};

struct tls {
	struct stream_layer layer; /* first */
	const struct tls_end *end;
	br_ssl_engine_context *eng;
	struct parked *parked; /* what it has in the buffers of the process */
	const char *why;       /* a text of ours for a failure, or NULL */
	struct tls_info info;
	uint32_t n_in; /* bytes of the handshake that came */
	uint32_t work;
	uint16_t write_error; /* errno of a write of the descriptor */
	uint16_t bear;        /* BearSSL's error */
	uint8_t failure, after;
	unsigned lazy : 1; /* nothing is read but in stream_read() */
	unsigned readable : 1, again : 1; /* it was told once; and once more */
	unsigned eof : 1, up : 1;
	unsigned ours_ended : 1, half : 1; /* close_notify; shutdown(2) */
	unsigned midway : 1;               /* a record has left in part */
};

/* of a context that is all zero, what both ends have in common: version,
 * suites, algorithms, buffers, and bytes that nobody can guess.  0, or -1 with
 * errno: no randomness */
int tls_prepare(struct tls *, int modern, const br_ec_impl *);
/* it becomes a layer of the stream.  reset() is that of the context, and may
 * write; not 0: it has failed.  Returns as stream_start(), or -1 with errno and
 * nothing was started */
ssize_t tls_begin(struct tls *, struct stream *, int (*reset)(struct tls *));

/* from now on nothing comes and goes any more; the first reason holds.  why is
 * static, or lives as long as the connection */
void tls_fail(struct tls *, enum tls_failure, const char *why);

/* the layer of a stream, NULL: it has none, or another */
struct tls *tls_of(const struct stream *);

/* has the processor instructions for AES and GHASH? */
int tls_aes_fast(void);

#endif
