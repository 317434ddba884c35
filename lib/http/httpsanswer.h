#ifndef HTTP_HTTPSANSWER_H
#define HTTP_HTTPSANSWER_H

#include "base/buf.h"
#include <stddef.h>

/*
 * What came of a request, and its form between https-get(8) and who started
 * it: a line of LTSV, "fault status type size text", and behind it the body.
 * Pure.
 */
enum {
	HTTPS_TYPE_MAX = 200,  /* bytes of a Content-Type; it is cut */
	HTTPS_REASON_MAX = 200 /* the same of what was wrong */
};

enum https_fault {
	HTTPS_GOOD,       /* an answer, of any status */
	HTTPS_NO_ADDRESS, /* the DNS has none to which we go, or did not say */
	HTTPS_NO_ANSWER,  /* no connection, no TLS, no HTTP, none in time */
	HTTPS_CERT,       /* a certificate that is not valid for the host */
	HTTPS_TOO_LARGE,  /* cut at the size that was allowed */
	HTTPS_LOCAL       /* ours: no memory, no file of authorities */
};

/* who gives it says how long it is valid */
struct https_answer {
	enum https_fault fault;
	long status;      /* 0: none came */
	const char *type; /* Content-Type as it was said; NULL: none */
	const char *body; /* n bytes of it */
	size_t n;
	const char *text; /* where the fault is not HTTPS_GOOD: why */
};

/* room for what httpsanswer_read() finds */
struct httpsanswer_text {
	char type[HTTPS_TYPE_MAX + 1], text[HTTPS_REASON_MAX + 1];
};

/* 0, or -1 with ENOMEM; a body only with HTTPS_GOOD */
int httpsanswer_put(struct buf *, const struct https_answer *);
/* all n bytes that were put; valid as long as p and the room.  0, or -1: not
 * a whole answer */
int httpsanswer_read(const char *p, size_t n, struct https_answer *,
    struct httpsanswer_text *room);

#endif
