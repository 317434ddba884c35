#ifndef TLS_DER_H
#define TLS_DER_H

#include <stddef.h>
#include <stdint.h>

/*
 * DER (X.690), walked: a value is a slice of somebody else's bytes, and what
 * does not lie whole within them is none.
 */
enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_SEQUENCE = 0x30
};

struct der {
	const unsigned char *p;
	size_t n;
};

/*
 * der_next - the next value
 *
 * left   what is still to be read; the value goes off it
 * tag    receives its first byte; tags of more bytes are none here
 * value  receives its content
 *
 * Returns 1; 0: nothing is left; -1: it is no DER.  A length may have zeros in
 * front, and has at most 3 bytes.
 */
int der_next(struct der *left, unsigned *tag, struct der *value);
/* 1: the next one has this tag, and is taken off; else 0, and left stays */
int der_take(struct der *left, unsigned tag, struct der *value);
/* the same, and whole is the value with its head */
int der_take_whole(struct der *left, unsigned tag, struct der *whole);

int der_same(struct der, struct der);
/* is it this object identifier, n bytes of content? */
int der_is(struct der, const void *oid, size_t n);

/* an INTEGER without sign: without zeros in front; n 0: it is 0, or negative,
 * and cannot be a size */
struct der der_unsigned(struct der integer);
/* content of a BIT STRING of whole bytes; n 0: it is none */
struct der der_bytes(struct der bits);
/* bits that such a number has */
unsigned der_bit_length(struct der number);

/*
 * der_time - UTCTime or GeneralizedTime as certificates have them: with
 * seconds, in UTC (RFC 5280 section 4.1.2.5), and of 60 seconds a minute
 *
 * Returns 0 and seconds since 1970, or -1.
 */
int der_time(unsigned tag, struct der, int64_t *at_s);

#endif
