#ifndef TLS_ANCHORS_H
#define TLS_ANCHORS_H

#include "tls/certparts.h"
#include <bearssl.h>
#include <stddef.h>

/*
 * Known authorities: a set, made of a bundle of certificates, and replaced as a
 * whole when the bundle has changed.  Who verifies by it holds it meanwhile:
 * anchors_ref().  Pure.
 */
enum {
	ANCHORS_MAX = 1000,      /* of a set */
	ANCHORS_CERT_MAX = 16384 /* bytes of one of them */
};

struct anchors;

/* what became of a bundle */
struct anchors_told {
	unsigned used;
	unsigned skipped; /* no certificates, or of keys that are not known */
	unsigned over;    /* beyond ANCHORS_MAX */
	unsigned cut : 1; /* it ends within a certificate, or is no PEM */
};

/* PEM, with other text between; a set with one holder, or NULL: ENOMEM */
struct anchors *anchors_parse(const char *, size_t n, struct anchors_told *);
/* one holder more; returns the set */
struct anchors *anchors_ref(struct anchors *);
/* one less, and the last one frees it; NULL: nothing */
void anchors_drop(struct anchors *);

/*
 * anchors_named - those of this name
 *
 * dn  a Name in DER, with its head (RFC 5280 section 4.1.2.4)
 *
 * Returns how many there are; *first is the first one, and the others stand
 * behind it.  They are valid as long as the set is held.  NULL is an empty set.
 */
size_t anchors_named(const struct anchors *, const unsigned char *dn, size_t n,
    const br_x509_trust_anchor **first);

/* a certificate as an authority; it points into that.  0, or -1: its key is of
 * no known kind */
int anchors_of(const struct certparts *, br_x509_trust_anchor *);

#endif
