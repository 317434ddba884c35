#ifndef FEED_BSMTPIN_H
#define FEED_BSMTPIN_H

#include "smtp/smtpin.h"

/*
 * Batched SMTP: what a client of SMTP would say, written into a file, as UUCP
 * brings it and Exim, Sendmail and INN make it.  Lines end in LF or CR LF, the
 * greeting may be missing, and several sessions may stand behind each other.
 * The machine is that of a server, smtp/smtpin.h.
 */
struct bsmtpin {
	struct smtpin_config config;
	uint64_t at; /* public: bytes consumed */
	/* private */
	struct smtpin smtp;
	struct buf lines; /* with CR LF, not consumed by the machine yet */
	unsigned cr : 1;  /* the last byte was one */
	unsigned ours : 1;
};

/* me: the name of this host; size_max: bytes of a message.  0, or -1: me is no
 * host name, or there is no memory */
int bsmtpin_init(struct bsmtpin *, const char *me, uint64_t size_max);
/*
 * bsmtpin_feed - up to the next event
 *
 * Returns the bytes consumed, perhaps 0 with an event; all of them with
 * SMTPIN_MORE.  -1: out of memory.  What the machine asks is to be answered
 * before the next call.
 */
long bsmtpin_feed(struct bsmtpin *, const char *in, size_t n,
    struct smtpin_event *ev);
const struct smtpin_reply *bsmtpin_answer(struct bsmtpin *,
    const struct smtpin_reply *);
/*
 * bsmtpin_envelope - what MAIL or RCPT says as envelope lines, parcel(5)
 *
 * 0, or -1 with ENOMEM.
 */
int bsmtpin_envelope(struct buf *env, const struct smtpin_event *,
    const char *me);
void bsmtpin_free(struct bsmtpin *);

#endif
