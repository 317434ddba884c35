#ifndef MILTER_MILTERREPLY_H
#define MILTER_MILTERREPLY_H

#include "format/parcel.h"
#include "milter/milterpacket.h"

/* What a milter answers. */
enum milterreply_what {
	/* what becomes of the message */
	MILTERREPLY_ACCEPT = 'a',
	MILTERREPLY_CONTINUE = 'c',
	MILTERREPLY_DISCARD = 'd',
	MILTERREPLY_REJECT = 'r',
	MILTERREPLY_TEMPFAIL = 't', /* and those that close a connection */
	MILTERREPLY_CODE = 'y',     /* value: an SMTP reply */
	/* what is wanted of the rest */
	MILTERREPLY_SKIP = 's',
	MILTERREPLY_PROGRESS = 'p',
	/* changes, at the end of the message */
	MILTERREPLY_ADDHEADER = 'h',  /* name, value */
	MILTERREPLY_INSHEADER = 'i',  /* index, name, value */
	MILTERREPLY_CHGHEADER = 'm',  /* the same; empty value: delete */
	MILTERREPLY_ADDRCPT = '+',    /* name: address; value: parameters */
	MILTERREPLY_DELRCPT = '-',    /* name: address */
	MILTERREPLY_CHGFROM = 'e',    /* name: address; value: parameters */
	MILTERREPLY_REPLBODY = 'b',   /* data */
	MILTERREPLY_QUARANTINE = 'q', /* value: why */
};

struct milterreply {
	enum milterreply_what what;
	uint32_t index;
	/* strings, in the packet; never NULL */
	const char *name, *value;
	const char *data;
	size_t len;
};

/* 0, or -1: it is none of these, or not in its form */
int milterreply_read(const struct milterpacket *, struct milterreply *);

/*
 * milterreply_receipt - an SMTP reply as a receipt, parcel(5)
 *
 * reply  "550 5.7.1 no", perhaps of several lines; %% stands for %
 * out    receives the enhanced status code and the text of all lines on one,
 *        in printable ASCII; 5.7.1 or 4.7.1 where the reply has none
 *
 * Returns RECEIPT_PERM for 5xx, else RECEIPT_TEMP.
 */
enum { MILTERREPLY_TEXT = 512 }; /* room for it, with the NUL */
enum receipt_kind milterreply_receipt(const char *reply,
    char out[MILTERREPLY_TEXT]);

#endif
