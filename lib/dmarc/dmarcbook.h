#ifndef DMARC_DMARCBOOK_H
#define DMARC_DMARCBOOK_H

#include "base/buf.h"
#include "dmarc/xml.h"
#include "mail/reportbook.h"
#include <stdint.h>

/*
 * Verdicts gathered for reports: a domain for each policy, its rows, each
 * with how often it was seen.  All zero is an empty book.
 */
enum {
	DMARCBOOK_ROWS_MAX = 100000,    /* of all domains */
	DMARCBOOK_BYTES_MAX = 256 << 20 /* of all rows */
};

struct dmarcbook_row {
	struct hash_node node;
	struct dmarcbook_domain *domain;
	uint64_t count;
	size_t head_len, len;
	char text[]; /* the record's head and tail, dmarcxml.h */
};

struct dmarcbook_domain {
	struct reportbook_domain is;   /* first */
	struct dmarcxml_policy policy; /* as it was seen last */
	char rua[DMARC_URIS_MAX + 1];
	int64_t seen;
	uint64_t messages;
	struct dmarcbook_row **row; /* after dmarcbook_sort() */
	size_t n_rows;
};

struct dmarcbook {
	struct reportbook domains;
	struct hash rows;
	struct dmarcbook_domain **domain; /* after dmarcbook_sort(): by name */
	struct dmarcbook_row **row;
	size_t n_rows, bytes;
	struct buf work;
};

/* 0, also when there is no room for it any more; or -1 with ENOMEM */
int dmarcbook_add(struct dmarcbook *, const struct dmarcevent *);
/* what was gathered is complete: the same for the same events in any order */
int dmarcbook_sort(struct dmarcbook *);
/* the records of one domain; 0, or -1 with ENOMEM */
int dmarcbook_records(const struct dmarcbook_domain *, struct buf *);

#endif
