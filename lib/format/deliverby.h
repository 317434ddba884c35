#ifndef FORMAT_DELIVERBY_H
#define FORMAT_DELIVERBY_H

#include <stddef.h>
#include <stdint.h>

/*
 * The envelope line "deliver-by", parcel(5): until when a message is to be
 * delivered, and what its sender wants where it is not (RFC 2852 section 4).
 */
struct deliverby {
	int64_t at; /* seconds since 1970 */
	char mode;  /* 'R': return it then, 'N': tell that it is late */
	char trace; /* 1: tell, too, when it is handed to another host */
};

/*
 * deliverby - read the value of the line, "SECONDS MODE[T]"
 *
 * p, n  as it stands in the line or label; it needs no escape
 *
 * Returns 0; -1 when it is none, and then *out is not touched.
 */
int deliverby(const char *p, size_t n, struct deliverby *out);

#endif
