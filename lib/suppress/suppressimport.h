#ifndef SUPPRESS_SUPPRESSIMPORT_H
#define SUPPRESS_SUPPRESSIMPORT_H

#include "suppress/suppresslog.h"

/*
 * Lines of descriptor 0 into the journal, as `suppress import' has them: an
 * address, sha256:HASH, or a line as `suppress export' writes it; the last two
 * have in them what model would say.  Empty ones and those that begin with #
 * are passed over.
 */
enum {
	SUPPRESSIMPORT_WRITE = 1 << 20, /* bytes that are appended together */
	SUPPRESSIMPORT_TOLD = 20        /* wrong lines that are told */
};

struct suppressimport {
	struct suppresslog *log;
	struct suppressline model;
	unsigned hashed : 1;
	struct buf out; /* internal, as is failed: an errno */
	int failed;
	uint64_t line, taken, wrong;
};

/* up to the end of input, and synced; 0, or -1 with errno: what stands before
 * is in the journal, or a part of it.  Wrong lines are counted, and told by
 * warn() with their number */
int suppressimport(struct suppressimport *);
/* one address or sha256:HASH of a command line, or such a line: whose it is,
 * with what the model says.  0, or -1: none */
int suppressimport_word(struct suppressline *, const struct suppressline *model,
    const char *, size_t n);

#endif
