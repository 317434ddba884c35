#ifndef MAIL_REPORTMAIL_H
#define MAIL_REPORTMAIL_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

/*
 * The names of a report that one site sends another, and the message that
 * carries it: about DMARC (RFC 9990 section 3.5) and about TLS (RFC 8460
 * sections 5.1 and 5.3), which agree but for a few words.  All return 0, or -1
 * with ENOMEM.
 */
struct reportmail_report {
	const char *submitter; /* the domain of who reports */
	const char *domain;    /* whose policy */
	const char *unique;    /* letters and digits; NULL: none */
	int64_t begin, end;    /* seconds since 1970 */
};

/* submitter!domain!begin!end[!unique] and the extension, NUL behind it (not
 * counted) */
int reportmail_name(struct buf *, const struct reportmail_report *,
    const char *extension);
/* the Report-ID: the same for the same report, and no other's; NUL behind */
int reportmail_id(struct buf *, const struct reportmail_report *);

/* what is not the same for all */
struct reportmail_kind {
	const char *type;      /* of the message, but for its boundary */
	const char *boundary;  /* not in base64, nor in what follows */
	const char *what;      /* for people, "a report about ..." */
	const char *part;      /* the type of the report, compressed */
	const char *extension; /* of its name */
	/* further fields of the header; NULL: there are none */
	int (*fields)(struct buf *, const struct reportmail_report *);
};

struct reportmail {
	const struct reportmail_kind *kind;
	const struct reportmail_report *report;
	const char *from;      /* an address */
	const char *const *to; /* addresses */
	size_t n_to;
	int64_t now;
	const char *gzip; /* the report, compressed */
	size_t gzip_len;
};

/* header and body, LF line ends, no line longer than 998 bytes */
int reportmail_header(struct buf *, const struct reportmail *);
int reportmail_body(struct buf *, const struct reportmail *);

#endif
