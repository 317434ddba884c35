#ifndef SIGN_DKIMSTAGE_H
#define SIGN_DKIMSTAGE_H

#include "conf/conftable.h"
#include "sign/signer.h"
#include "stage/stage.h"

/*
 * The work of dkim-sign(8) on a stage: each message gets the signatures that
 * the table says it is to have.  `signer` is set up by its owner, and closed.
 */
struct dkimstage {
	struct conftable *table;
	struct signer signer;
	const char *path; /* of the table, for diagnostics */
	int64_t now;      /* seconds since 1970; 0: as the clock says */
	unsigned all : 1; /* also parcels that came from outside */
	unsigned unsigned_too : 1; /* pass on what cannot be signed now */
};

/* for a stage whose arg is a struct dkimstage */
extern const struct stage_ops dkimstage_ops;

#endif
