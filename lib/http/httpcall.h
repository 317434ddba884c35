#ifndef HTTP_HTTPCALL_H
#define HTTP_HTTPCALL_H

#include "base/buf.h"
#include "http/httpcurl.h"
#include "http/httpsanswer.h"
#include <stddef.h>
#include <stdint.h>

/*
 * HTTP and HTTPS as a client that waits, for programs that have nothing else to
 * do meanwhile: one request after the other, on a connection that is kept.  It
 * goes where the site's own configuration says, so to any address, by whatever
 * the system knows of names.  Redirections are not followed, nothing is
 * unpacked, no cookie is kept, and nothing of the environment counts.  TLS 1.2
 * or later, with a certificate that is valid for the host.
 */
enum {
	HTTPCALL_FIELDS_MAX = 64, /* of a request */
};

/* all zero at first, but for what its user sets and keeps */
struct httpcall {
	const char *cafile;             /* authorities, PEM */
	const char *certfile, *keyfile; /* our own certificate; NULL: none */
	int64_t connect_ms;             /* to connect, TLS included */
	int64_t wait_ms;                /* for all of a request */
	size_t most;                    /* bytes of the body of an answer */
	/* private */
	void *easy;
	struct httpcurl_taken taken;
	char why[512]; /* CURL_ERROR_SIZE is half of it */
	char type[HTTPS_TYPE_MAX + 1];
};

struct httpcall_request {
	const char *method, *url;
	/* "Name: value" each, of n_fields */
	const char *const *fields;
	size_t n_fields;
	const char *body;
	size_t n;
};

/* what came of it; valid until the next call.  Without memory the program ends */
void httpcall(struct httpcall *, const struct httpcall_request *,
    struct https_answer *);
/* a field of the header of the last answer, or NULL; valid as long */
const char *httpcall_field(struct httpcall *, const char *name);
void httpcall_close(struct httpcall *);

#endif
