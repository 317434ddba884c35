#ifndef SIGN_SEALNAMES_H
#define SIGN_SEALNAMES_H

#include "mail/header.h"
#include "sign/arcseal.h"

/*
 * Which fields an ARC-Message-Signature signs: a part of arcseal.
 */

/* the names in their order, and of each the field that it means */
struct sealnames {
	const char *name[ARCSEAL_NAMES_MAX];
	size_t len[ARCSEAL_NAMES_MAX];
	const char *raw[ARCSEAL_NAMES_MAX]; /* NULL: there is none */
	size_t raw_len[ARCSEAL_NAMES_MAX];
	unsigned n;
	/* internal: the fields of that name from here on are taken */
	const char *below[ARCSEAL_NAMES_MAX];
};

/* list: NULL for the usual ones; header as for arcseal_begin().  What points
 * into them is valid as long as they are */
void sealnames_choose(struct sealnames *, const char *list, const char *header,
    size_t n);

#endif
