#ifndef DNS_IDN_H
#define DNS_IDN_H

#include <stddef.h>

/*
 * Internationalized domain names, by libidn2: the only file that includes
 * it.
 *
 * idn_ascii - the form of a domain that DNS knows (A-labels, IDNA2008)
 *
 * domain, n  UTF-8
 * out        room for WORD_DOMAIN_MAX + 1 bytes, NUL behind it
 *
 * Returns 0, or -1 when there is no such form.
 */
int idn_ascii(const char *domain, size_t n, char *out);
/*
 * idn_plain - the same for any domain: lower case, without a dot at its end
 *
 * out  room for DNSQ_NAME_MAX + 1 bytes, and a NUL; -1 also when the name
 *      cannot be a host's
 */
int idn_plain(const char *domain, size_t n, char *out);
/* the other way, for people: UTF-8 in place of A-labels; as idn_ascii(), room
 * for IDN_UTF8_ROOM bytes */
enum { IDN_UTF8_ROOM = 1024 };
int idn_utf8(const char *domain, size_t n, char *out);
/* has it bytes that are not ASCII? */
int idn_needed(const char *, size_t n);

#endif
