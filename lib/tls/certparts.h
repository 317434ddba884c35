#ifndef TLS_CERTPARTS_H
#define TLS_CERTPARTS_H

#include "tls/der.h"

/*
 * A certificate (RFC 5280 section 4.1), and what a verdict wants to know of it.
 * Nothing is verified; all slices are of the bytes that were given.
 */
enum {
	CERTPARTS_EXTENSIONS_MAX = 64,
	CERTPARTS_PATHLEN_NONE = -1 /* no limit */
};

enum certparts_key {
	CERTPARTS_OTHER, /* ed25519, RSA-PSS, ... */
	CERTPARTS_RSA,
	CERTPARTS_P256,
	CERTPARTS_P384,
	CERTPARTS_P521
};

enum certparts_signed {
	CERTPARTS_SIGNED_OTHER,
	CERTPARTS_SIGNED_WEAK, /* with MD5 or SHA-1 */
	CERTPARTS_SIGNED       /* RSA (PKCS #1 v1.5) or ECDSA, with SHA-256,
				* 384 or 512 */
};

struct certparts {
	struct der whole, issuer, subject, spki; /* with their heads */
	struct der names;        /* subjectAltName: of GeneralNames */
	struct der key_id;       /* subjectKeyIdentifier; n 0: none */
	struct der issuer_id;    /* keyIdentifier of the issuer; n 0: none */
	int64_t from_s, until_s; /* valid from, and up to; seconds since 1970 */
	enum certparts_key key;
	struct der number;   /* RSA modulus without zeros in front, or point */
	struct der exponent; /* of RSA, likewise */
	unsigned bits;       /* of an RSA modulus */
	unsigned exponent_bits; /* of the same */
	enum certparts_signed how;
	int pathlen;          /* of a CA, or CERTPARTS_PATHLEN_NONE */
	unsigned is_ca : 1;   /* may sign certificates */
	unsigned serves : 1;  /* extKeyUsage has nothing against a server */
	unsigned has_san : 1; /* with a dNSName or an iPAddress */
};

/* 0, or -1: it is no certificate, or bytes stand behind it */
int certparts_read(const unsigned char *, size_t n, struct certparts *);

/* the certificate is its own issuer, by its names */
int certparts_self(const struct certparts *);

/* names, one after the other: dNSName and iPAddress (RFC 5280 section
 * 4.2.1.6) */
enum { CERTPARTS_DNS = 0x82, CERTPARTS_IP = 0x87 };
/* left is parts->names at first.  CERTPARTS_DNS or CERTPARTS_IP, or 0: no more */
unsigned certparts_name(struct der *left, struct der *name);

#endif
