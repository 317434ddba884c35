#ifndef TLSRPT_RPTJSON_H
#define TLSRPT_RPTJSON_H

#include "base/buf.h"
#include "conf/word.h"
#include "tlsrpt/rptbook.h"

/* A report as JSON (RFC 8460 section 4.4, within I-JSON, RFC 7493). */
struct rptjson_about {
	const char *organization; /* in words */
	const char *contact;      /* an address */
	const char *id;
	int64_t begin, end; /* seconds since 1970, both in it */
	/*
	 * The text of an MTA-STS policy, as it was fetched, lines with LF or
	 * CRLF: 1; 0 when it is not known.  NULL: none is.  *text lives until
	 * the next call.
	 */
	int (*sts)(void *arg, const char *domain, const char *id,
	    struct slice *text);
	void *arg;
};

/* of a sorted book.  0, or -1 with ENOMEM */
int rptjson_put(struct buf *, const struct rptjson_about *,
    const struct rptbook_domain *);

#endif
