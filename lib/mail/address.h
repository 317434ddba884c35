#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Addresses as SMTP has them between angle brackets (RFC 5321 4.1.2,
 * 4.1.3): a dot-string or quoted string, an @, a domain or an address
 * literal.  A source route in front is checked and ignored.  No comments,
 * no blanks, no bytes above 126 but where it is said.  Domains may hold an
 * underscore, which the RFC forbids and hosts have.
 *
 * Taken though the RFC has it otherwise (VIOLATIONS.md: LENIENT-SYNTAX,
 * LONG-LOCAL): dots anywhere in a local part without quotes, a dot behind
 * the domain, and paths longer than 256 bytes.
 */
enum {
	ADDRESS_LOCAL_MAX = 64,   /* RFC 5321 4.5.3.1.1, quotes included; for
				   * address_valid() alone */
	ADDRESS_DOMAIN_MAX = 255, /* 4.5.3.1.2 */
	ADDRESS_PATH_MAX = 512,   /* with the angle brackets */
	ADDRESS_VALID_MAX = 254,  /* 4.5.3.1.3, without them; as above */
	ADDRESS_LABEL_MAX = 63    /* RFC 1035 2.3.4 */
};

enum address_fault {
	ADDRESS_GOOD,
	ADDRESS_SYNTAX,
	ADDRESS_DOMAIN_LONG,
	ADDRESS_PATH_LONG
};

/* slices of what was parsed, without a dot behind the domain; len 0: the
 * null address <> */
struct address_parts {
	const char *text; /* local@domain, or local alone */
	size_t len;
	size_t local_len;
	const char *domain; /* NULL when there is none */
	size_t domain_len;
};

/*
 * address_parse - all of p[0..n) is one address without angle brackets
 *
 * An address without @ is good, with domain NULL: who calls decides.
 */
enum address_fault address_parse(const char *p, size_t n,
    struct address_parts *);

/* forms of a path beside the RFC's own: a set */
enum {
	ADDRESS_BARE = 1, /* as people's devices write it: without the brackets,
			   * with blanks within them, or a name in front */
	ADDRESS_UTF8 = 2  /* with SMTPUTF8, RFC 6531 section 3.3: UTF-8 but for
			   * controls in local part and domain; of labels of
			   * the latter only that they are some.
			   * VIOLATIONS.md: NO-NFC */
};

/*
 * address_path - "<...>" at the front of p[0..n), with source route or not
 *
 * form  what may stand there beside the RFC's own
 * used  receives what it takes with its brackets
 *
 * <> is good, with len 0.
 */
enum address_fault address_path(const char *p, size_t n, unsigned form,
    struct address_parts *, size_t *used);

/* what people give to a program: the brackets around it are taken off, in
 * place.  Returns where it begins then, in s */
char *address_bare(char *s);

/* is it local@domain, both there and as RFC 5321 section 4.1.2 has them? */
int address_valid(const char *p, size_t n);

/*
 * address_plain - the one form of an address by which mailboxes are compared
 * and kept
 *
 * p, n  an address, domain or not, perhaps none
 * out   room for n bytes, may be p itself
 *
 * Quotes go from a local part that is a word without them: what is left is
 * letters, digits and the like, and dots.  A '+' keeps them: within quotes
 * it begins no extension.  A dot behind the domain goes.  Returns the length.
 */
size_t address_plain(const char *p, size_t n, char *out);

/*
 * address_put - such an address for SMTP and header fields
 *
 * The local part in quotes where its dots are none of a dot-string.  0, or -1
 * with ENOMEM.
 */
int address_put(struct buf *, const char *p, size_t n);

/* an order of mailboxes; 0: the same.  The domain's case does not count */
int address_compare(const char *a, size_t an, const char *b, size_t bn);
/*
 * Do people who write these mean one mailbox, one domain?  Each in any of its
 * forms, as address_plain() takes them, and without regard to case.
 */
int address_alike(const char *a, size_t an, const char *b, size_t bn);
int address_domain_alike(const char *a, size_t an, const char *b, size_t bn);
/* is a domain that one, or below it, in any case?  0 neither, 1 the same, 2
 * below; below the empty one is none */
int address_domain_within(const char *p, size_t n, const char *domain,
    size_t len);
/* the length of a domain without the dot behind it */
size_t address_domain_len(const char *p, size_t n);
/* the two pieces that address_plain() puts together, where they stand: the
 * local part, and the domain with its @ */
void address_pieces(const char *p, size_t n, const char **local,
    size_t *local_len, const char **domain, size_t *domain_len);
/* is it a host name: labels of letters, digits, hyphen, underscore? */
int address_domain(const char *p, size_t n);
/* is it an address literal with its brackets: [192.0.2.1] or
 * [IPv6:2001:db8::1] (RFC 5321 section 4.1.3)? */
int address_literal(const char *p, size_t n);

#endif
