#ifndef STS_STSSERVE_H
#define STS_STSSERVE_H

#include "base/buf.h"
#include "base/list.h"
#include "chain/acceptor.h"
#include "sts/stsbook.h"
#include "sts/stsline.h"

/*
 * Those who ask sts-fetch(8), in the event loop: connections on a Unix socket,
 * a line for each question and one for each answer.
 */
enum {
	STSSERVE_CONNS_MAX = 64,  /* more wait to be taken */
	STSSERVE_OUT_MAX = 262144 /* bytes not yet read by one, above which
				       * nothing more of it is read */
};

/* all zero at first, but for book */
struct stsserve {
	struct stsbook *book;
	struct acceptors acceptors;
	struct list conns;
	unsigned n;
	unsigned told : 1;
};

/* fd: listening, non-blocking; stays the caller's */
void stsserve_open(struct stsserve *, int fd);
/* the answer to who asked, from stsbook_ops */
void stsserve_answer(struct stsbook_asker *, const struct stsbook_domain *);
/* every connection ends */
void stsserve_stop(struct stsserve *);

#endif
