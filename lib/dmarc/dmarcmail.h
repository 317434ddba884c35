#ifndef DMARC_DMARCMAIL_H
#define DMARC_DMARCMAIL_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

/*
 * The names of an aggregate report, and the message that carries it (RFC
 * 9990 section 3.5).  All return 0, or -1 with ENOMEM.
 */
struct dmarcmail_report {
	const char *receiver; /* the domain of who reports */
	const char *domain;   /* whose policy */
	const char *unique;   /* letters and digits; NULL: none */
	int64_t begin, end;
};

/* receiver!domain!begin!end[!unique].xml, NUL behind it (not counted) */
int dmarcmail_name(struct buf *, const struct dmarcmail_report *,
    const char *extension);
/* the Report-ID: the same for the same report, and no other's; NUL behind */
int dmarcmail_id(struct buf *, const struct dmarcmail_report *);

struct dmarcmail {
	const struct dmarcmail_report *report;
	const char *from;      /* an address */
	const char *const *to; /* addresses */
	size_t n_to;
	int64_t now;
	const char *gzip; /* the report, compressed */
	size_t gzip_len;
};

/* header and body, LF line ends, no line longer than 998 bytes */
int dmarcmail_header(struct buf *, const struct dmarcmail *);
int dmarcmail_body(struct buf *, const struct dmarcmail *);

#endif
