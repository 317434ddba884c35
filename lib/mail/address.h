#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stddef.h>

/*
 * Addresses as SMTP has them between angle brackets (RFC 5321 4.1.2,
 * 4.1.3): a dot-string or quoted string, an @, a domain or an address
 * literal.  A source route in front is checked and ignored.  No comments,
 * no blanks, no bytes above 126.  Domains may hold an underscore, which
 * the RFC forbids and hosts have.
 */
enum {
	ADDRESS_LOCAL_MAX = 64,   /* RFC 5321 4.5.3.1.1, quotes included */
	ADDRESS_DOMAIN_MAX = 255, /* 4.5.3.1.2 */
	ADDRESS_PATH_MAX = 256,   /* 4.5.3.1.3, with the angle brackets */
	ADDRESS_LABEL_MAX = 63    /* RFC 1035 2.3.4 */
};

enum address_fault {
	ADDRESS_GOOD,
	ADDRESS_SYNTAX,
	ADDRESS_LOCAL_LONG,
	ADDRESS_DOMAIN_LONG,
	ADDRESS_PATH_LONG
};

/* slices of what was parsed; len 0: the null address <> */
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
enum address_fault address_parse(const char *p, size_t n, struct address_parts *);

/*
 * address_path - "<...>" at the front of p[0..n), with source route or not
 *
 * *used is what it takes with its brackets.  <> is good, with len 0.
 */
enum address_fault address_path(const char *p, size_t n, struct address_parts *,
    size_t *used);

/* what people give to a program: the brackets around it are taken off, in
 * place */
char *address_bare(char *);

/* local@domain, both there and good */
int address_valid(const char *p, size_t n);
/* a host name: labels of letters, digits, hyphen, underscore */
int address_domain(const char *p, size_t n);
/* an address literal with its brackets: [192.0.2.1] or [IPv6:2001:db8::1] */
int address_literal(const char *p, size_t n);

#endif
