#ifndef BASE_IP_H
#define BASE_IP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/*
 * IP addresses as bytes in network order and their number: 4 or 16, and 0
 * for none.  The text is that of inet_pton(3); it may stand anywhere and
 * needs no NUL.
 */
enum {
	IP_LEN = 16,
	IP_TEXT = 46,       /* room for the longest text, with its NUL */
	IP_LITERAL = 7 + 46 /* the same in brackets, as SMTP has it */
};

/* how many bytes the address has; 0: p[0..n) is none, ip may have changed */
size_t ip_scan(const char *p, size_t n, unsigned char ip[IP_LEN]);
/* the same on a string that ends in NUL; NULL is none */
size_t ip_scans(const char *, unsigned char ip[IP_LEN]);
/* the same for "[192.0.2.1]" and "[IPv6:2001:db8::1]" (RFC 5321 section
 * 4.1.3; VIOLATIONS.md: IPV6-ONE-GROUP) */
size_t ip_scan_literal(const char *p, size_t n, unsigned char ip[IP_LEN]);
/*
 * ip_scan_prefix - "192.0.2.0/24", or one address alone: all its bits
 *
 * Returns as ip_scan; *bits receives the length, at most 8 for each byte.
 */
size_t ip_scan_prefix(const char *p, size_t n, unsigned char ip[IP_LEN],
    unsigned *bits);

/* the text of an address of 4 or 16 bytes; returns out */
char *ip_text(const unsigned char *ip, size_t len, char out[IP_TEXT]);

/* does an address of 16 bytes hold one of IPv4 (RFC 4291 section 2.5.5.2)? */
int ip_is_mapped(const unsigned char ip[IP_LEN]);
/* such a one becomes the 4 bytes it holds; returns how many it has now */
size_t ip_unmap(unsigned char ip[IP_LEN], size_t len);
/* the same for a network of such */
size_t ip_unmap_net(unsigned char ip[IP_LEN], size_t len, unsigned *bits);
/* the other way: 16 bytes of any address; out may not be ip */
void ip_map(unsigned char out[IP_LEN], const unsigned char *ip, size_t len);
/* the address of one of the families AF_INET and AF_INET6; 0: of another, or
 * NULL.  The port, if it has one, is left out */
size_t ip_of_sockaddr(const struct sockaddr *, unsigned char ip[IP_LEN]);
/* and that port; 0 where there is none */
uint16_t ip_port(const struct sockaddr *);
/* the other way; returns how many bytes of it count */
socklen_t ip_sockaddr(struct sockaddr_storage *, const unsigned char *ip,
    size_t len, uint16_t port);
/* do the first bits of a and b agree?  Both have at least so many */
int ip_same_net(const unsigned char *a, const unsigned char *b, unsigned bits);

#endif
