#ifndef SPF_TERM_H
#define SPF_TERM_H

#include <stddef.h>

/*
 * The terms of an SPF record: RFC 7208 sections 4.6.1, 5, 6 and 12.
 */
enum spfterm_kind {
	SPFTERM_ALL,
	SPFTERM_INCLUDE,
	SPFTERM_A,
	SPFTERM_MX,
	SPFTERM_PTR,
	SPFTERM_IP4,
	SPFTERM_IP6,
	SPFTERM_EXISTS,
	SPFTERM_REDIRECT,
	SPFTERM_EXP,
	SPFTERM_OTHER /* modifiers */
};

struct spfterm {
	enum spfterm_kind kind;
	char qualifier;             /* + - ~ ? */
	unsigned char bits4, bits6; /* of a, mx, ip4, ip6 */
	unsigned char ip[16];       /* of ip4, ip6 */
	const char *spec;           /* domain-spec; 0 bytes: there is none */
	size_t spec_len;
	const char *raw; /* the term as it stands */
	size_t raw_len;
};

/* does a TXT record begin with the version?  0, or the bytes of it */
size_t spfterm_version(const char *, size_t);

/*
 * spfterm_next - the next term of what stands behind the version
 *
 * Moves *p behind it.  Returns 1; 0 at the end of the record; -1 when
 * the term is none (raw says which).
 */
int spfterm_next(const char **p, const char *end, struct spfterm *);

#endif
