#ifndef SENDMAIL_HANDIN_H
#define SENDMAIL_HANDIN_H

#include "base/spool.h"
#include "chain/receipt.h"
#include "sendmail/drop.h"

/*
 * Handing in a message, for a program that has nothing else to do: to the
 * socket of an instance, or to a chain of the caller's own.  An instance may
 * be about to start again, so it is tried for a while; then the message goes
 * into its drop.
 */
enum {
	HANDIN_AGAIN_FOR_MS = 3000, /* to try again where nobody takes it */
	HANDIN_AGAIN_MS = 200       /* between two tries */
};

/* a parcel: what stands before the body, and that; or one that came as it is,
 * whole, in rest */
struct handin_parcel {
	struct buf out, head;
	const struct spool *rest; /* NULL: nothing more */
};

struct handin {
	/* set by the user, all else is zero at first */
	const char *dir;    /* of the instance */
	const char *chain;  /* unix:PATH, or a command, instead; or NULL */
	int64_t receipt_ms; /* to wait for the receipt */
	/* what became of the last one */
	char trouble[RECEIPT_MAX + 4096]; /* why it was not taken, for people */
	struct receipt receipt;           /* kind 0: there was none */
	char dropped[DROP_NAME_MAX];      /* its name in the drop, or "" */
	unsigned refused : 1;             /* for good */
	unsigned lost : 1;                /* rest could not be read */
	/* private */
	struct buf text;
};

/*
 * handin - 0: taken, or in the drop, where dropped is set; -1: trouble says why
 * not, and refused whether for good.  What fails at the drop is warned of.
 */
int handin(struct handin *, const struct handin_parcel *);
/*
 * handin_link - where parcels go, as spawn_next() wants it
 *
 * The words live until the next call of this or of handin().  0, or -1 with
 * ENOMEM.
 */
int handin_link(struct handin *, char *argv[4]);
/* what became of the last one (taken: 0, or -1) as a receipt, for who asked:
 * 0, or -1 with ENOMEM */
int handin_answer(const struct handin *, int taken, struct buf *out);

#endif
