#ifndef STS_STSLINE_H
#define STS_STSLINE_H

#include "base/buf.h"
#include "sts/stspolicy.h"
#include "sts/stsrecord.h"
#include <stdint.h>

/*
 * Questions to sts-fetch(8) and its answers, a line of LTSV each:
 *
 *	n:17	ask:example.net
 *	n:17	mode:enforce	id:20260101	expires:1790000000	mx:mx.example.net *.example.net
 *	n:17	mode:none	fail:sts-policy-invalid	text:missing version
 *
 * Pure.
 */
enum {
	STS_LINE_MAX = 20480, /* bytes of a line, its end counted */
	STS_TEXT_MAX = 200    /* of a text; it is cut */
};

struct stsline {
	uint32_t n;
	/* a question: lower case; empty: it is an answer */
	char ask[WORD_DOMAIN_MAX + 1];
	/* an answer */
	enum sts_mode mode;
	char id[STS_ID_MAX + 1]; /* empty: there is no policy */
	int64_t expires_s;       /* seconds since 1970 */
	unsigned n_mx;
	/* patterns: of one that was read they stand in the line */
	struct slice mx[STS_MX_MAX];
	char fail[32], text[STS_TEXT_MAX + 1]; /* empty: there is none */
};

/* adds the line; 0, or -1 with ENOMEM */
int stsline_put(struct buf *, const struct stsline *);
/* n bytes, with or without the LF; 0, or -1 when it is neither of them */
int stsline_get(struct stsline *, const char *, size_t n);

/* a domain as it is asked for: lower case, A-labels, no dot at its end; 0, or
 * -1 when there is no such name */
int stsline_domain(char out[WORD_DOMAIN_MAX + 1], const char *, size_t n);

#endif
