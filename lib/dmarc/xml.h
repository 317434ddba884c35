#ifndef DMARC_XML_H
#define DMARC_XML_H

#include "base/buf.h"
#include "dmarc/dmarcevent.h"
#include <stdint.h>

/*
 * Aggregate reports as XML (RFC 9990, appendix A).  A report is a head, its
 * records, and a tail; a record has its count in the middle.
 * All return 0, or -1 with ENOMEM.
 */

/* text that may be anything: what XML has no way to hold becomes '?' */
int dmarcxml_text(struct buf *, const char *, size_t n);

/* a record up to its count, and from there on */
int dmarcxml_record_head(struct buf *, const struct dmarcevent *);
int dmarcxml_record_tail(struct buf *, const struct dmarcevent *);

struct dmarcxml_about {
	const char *organization, *contact; /* who reports */
	const char *extra;                  /* NULL: nothing */
	const char *id;
	int64_t begin, end;
};

/* what was published last, as far as a report has it */
struct dmarcxml_policy {
	const char *domain;
	enum dmarc_policy p, sp, np;
	unsigned has_sp : 1, has_np : 1;
	unsigned strict_dkim : 1, strict_spf : 1, testing : 1, psl : 1;
};

int dmarcxml_head(struct buf *, const struct dmarcxml_about *,
    const struct dmarcxml_policy *);
int dmarcxml_tail(struct buf *);

#endif
