#ifndef CHAIN_RECEIPT_H
#define CHAIN_RECEIPT_H

#include "format/parcel.h"

/* Wait for one receipt, in a program that has nothing else to do. */
enum receipt_wait {
	RECEIPT_CAME,
	RECEIPT_NONSENSE, /* what came is none */
	RECEIPT_LATE,     /* nothing whole in time */
	RECEIPT_NONE      /* the chain has ended without */
};

struct receipt {
	enum receipt_kind kind;
	const char *text; /* in got */
	size_t len;
	char got[RECEIPT_MAX + 32];
};

/* in: the chain's answers; ms: to wait for all of it */
enum receipt_wait receipt_await(struct receipt *, int in, int64_t ms);

#endif
