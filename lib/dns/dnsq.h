#ifndef DNS_DNSQ_H
#define DNS_DNSQ_H

#include <stddef.h>

/*
 * Questions to the DNS that a pure machine has, and their answers.  Such a
 * machine asks one question at a time:
 *
 *	while (X_want(&x, &q))
 *		X_answer(&x, &a);   a: whatever the asker found out
 *
 * dns/dnsrun drives any of them.
 */
enum { DNSQ_A = 1, DNSQ_PTR = 12, DNSQ_MX = 15, DNSQ_TXT = 16, DNSQ_AAAA = 28 };
enum {
	DNSQ_NAME_MAX = 255, /* bytes of a name as text, no dot at its end */
	DNSQ_ROOM = 4 * DNSQ_NAME_MAX + 1 /* the same, escaped, with NUL */
};

struct dnsq {
	char name[DNSQ_ROOM]; /* bytes but letters, digits, '-', '_', '.' are
			       * written \DDD: dnsq_name() does so */
	int type;
};

enum dnsa_status {
	DNSA_OK,       /* n > 0 records */
	DNSA_NONE,     /* the name is there, and has none of this type */
	DNSA_NXDOMAIN, /* the name is not there */
	DNSA_FAILED    /* no answer, or one that cannot be trusted */
};

struct dnsa {
	enum dnsa_status status;
	unsigned n;
	const unsigned char *const *data; /* each record as on the wire, names
					   * in it not compressed */
	const int *len;
	const char *text; /* DNSA_FAILED: why */
};

/*
 * dnsq_name - set the name of a question
 *
 * Returns 0, or -1 when no such name can be: empty, longer than 253 bytes
 * (DNSQ_NAME_MAX on the wire, RFC 1035 section 2.3.4), or with a label that
 * is empty or longer than 63.  One dot at the end is taken off.
 */
int dnsq_name(struct dnsq *, const char *name, size_t n);

/*
 * dnsa_text - the strings of a TXT record put together
 *
 * Returns the length (cap at most: the rest is cut), or -1 when the record
 * is damaged.  No NUL is added.
 */
long dnsa_text(const struct dnsa *, unsigned i, char *out, size_t cap);

/*
 * dnsa_domain - the name in a PTR record, or in an MX record behind its
 * preference: lower case, no dot at the end, a NUL behind it.  Bytes that
 * no host name has become '?'.  Returns its length, 0 for the root, -1 when
 * the record is damaged.
 */
long dnsa_domain(const struct dnsa *, unsigned i, int type,
    char out[DNSQ_NAME_MAX + 1]);

/*
 * dnsa_host - the same with its bytes as they are (in lower case), to ask
 * for it.  A name that cannot be written so, for a dot or NUL within a
 * label, counts as damaged.
 */
long dnsa_host(const struct dnsa *, unsigned i, int type,
    char out[DNSQ_NAME_MAX + 1]);

/* the question for the PTR record of an address of 4 or 16 bytes */
void dnsq_reverse(struct dnsq *, const unsigned char *ip, size_t len);

#endif
