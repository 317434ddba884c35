#ifndef STS_STSRECORD_H
#define STS_STSRECORD_H

#include "dns/dnsq.h"

/*
 * The TXT record at _mta-sts.DOMAIN by which a domain says that it has a policy,
 * and which: RFC 8461 section 3.1.  Pure.
 */
enum {
	STS_ID_MAX = 32,      /* bytes of an id */
	STS_FIELD_MAX = 32,   /* the same of the name of a field */
	STS_RECORD_MAX = 2048 /* of a record; a longer one is malformed */
};

enum stsrecord {
	STSRECORD_NONE, /* no record says so */
	STSRECORD_GOOD,
	STSRECORD_MANY, /* several do, which counts as none */
	STSRECORD_BAD   /* one does, and is malformed, the same */
};

/* one text; id: what it names, letters and digits with a NUL behind them */
enum stsrecord stsrecord_parse(const char *, size_t n, char id[STS_ID_MAX + 1]);
/* among all that the name has; an answer that failed has none */
enum stsrecord stsrecord_find(const struct dnsa *, char id[STS_ID_MAX + 1]);
/* is it an id, one to STS_ID_MAX letters and digits?  1 or 0 */
int stsrecord_id(const char *, size_t n);
/* may a field of a record, or of a policy, have this name?  1 or 0 */
int stsrecord_field(const char *, size_t n);

#endif
