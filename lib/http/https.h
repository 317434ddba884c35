#ifndef HTTP_HTTPS_H
#define HTTP_HTTPS_H

#include "base/buf.h"
#include "base/loop.h"
#include "dns/hostaddr.h"
#include "dns/resolve.h"
#include "http/httpcurl.h"
#include "http/httpsanswer.h"
#include "http/httpsurl.h"
#include <stdint.h>

/*
 * HTTPS as a client, by libcurl, in the event loop; the only file that includes
 * curl/curl.h.  TLS 1.2 or later, with a certificate that is valid for the
 * host.  Redirections are not followed, nothing is unpacked, no cookie and no
 * connection is kept, and nothing of the environment counts.  A host's
 * addresses are those that dns/resolve finds, but for those that are nonsense or
 * this machine's by client.policy.
 */
enum {
	HTTPS_ADDRESSES_MAX = 16, /* of a host; the others are not tried */
	HTTPS_CONNECT_MS = 20000  /* for each attempt to connect */
};

/* all zero at first, but for what its user sets */
struct https_client {
	/* the user's, who keeps what they point to */
	struct resolve *dns;
	const char *cafile; /* authorities, PEM */
	struct hostaddr_policy policy;
	/* private */
	void *multi;
	struct loop_timer timer;
};

/* a request: the caller's, all zero but for what he sets, which stays until
 * done() */
struct https {
	const char *url;
	const char *post; /* what is posted, of post_len bytes; NULL: GET */
	size_t post_len;
	const char *type; /* of what is posted */
	size_t most;      /* bytes of the body of the answer */
	int64_t wait_ms;  /* for all of it, the DNS included */
	/* once, from the event loop, never from in here, with what is valid
	 * until it returns; it may be freed in there, and used again */
	void (*done)(void *arg, const struct https_answer *);
	void *arg;
	/* private */
	struct https_client *client;
	struct httpsurl to;
	struct resolve_query query[2]; /* A, AAAA */
	struct hostaddr address[HTTPS_ADDRESSES_MAX];
	unsigned n_address, asking, nonsense;
	struct loop_timer timer;
	int64_t until_ms;
	void *easy, *fields, *known;
	struct httpcurl_taken taken;
	unsigned busy : 1;
	char why[512]; /* CURL_ERROR_SIZE is half of it */
};

/* 0, or -1: url is none, httpsurl.h, and done() does not come */
int https_start(struct https_client *, struct https *);
/* done() does not come; nothing when it is not under way */
void https_cancel(struct https *);

#endif
