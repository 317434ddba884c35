#ifndef MILTER_MILTERSTEP_H
#define MILTER_MILTERSTEP_H

#include "milter/miltermail.h"
#include "milter/milterreply.h"
#include "milter/milterterms.h"

/*
 * One message told to a milter, step by step, and what it answers:
 *
 *   connect  helo  mail  rcpt ...  data  header ...  eoh  body ...  eom
 *
 * A step that the milter does not want is left out; behind one that it answers
 * nothing is said until the answer is there.  What comes behind eom changes the
 * message, up to the answer that ends it.
 *
 * terms and mail must live as long as this; all else is zero at first.
 */
enum milterstep_at {
	MILTERSTEP_CONNECT,
	MILTERSTEP_HELO,
	MILTERSTEP_MAIL,
	MILTERSTEP_RCPT,
	MILTERSTEP_DATA,
	MILTERSTEP_HEADER,
	MILTERSTEP_EOH,
	MILTERSTEP_BODY,
	MILTERSTEP_EOM,
	MILTERSTEP_OVER
};

struct milterstep {
	const struct milterterms *terms;
	const struct miltermail *mail;
	/* why it is refused: a receipt's text; empty: no words of its own */
	char text[MILTERREPLY_TEXT];
	/* the rest is of milterstep.c */
	enum milterstep_at at;     /* what is said next */
	enum milterstep_at waited; /* with waiting: for the answer to it */
	size_t rcpt, header;       /* offsets of the next */
	uint64_t body;
	struct buf address, args; /* of the recipient that was told last */
	unsigned waiting : 1;
};

enum milterstep_want {
	MILTERSTEP_ANSWER, /* an answer is awaited */
	MILTERSTEP_ROOM    /* there is more to say: call again */
};

/*
 * milterstep_say - the next packets, appended to out
 *
 * mark  no more begin when so many bytes are there
 *
 * Returns what is needed to go on, or -1 with errno: no memory, or the body
 * cannot be read.
 */
int milterstep_say(struct milterstep *, struct buf *out, size_t mark);

enum milterstep_end {
	MILTERSTEP_GO_ON,  /* milterstep_say() */
	MILTERSTEP_STILL,  /* it is still at work: nothing to do */
	MILTERSTEP_CHANGE, /* the reply is a change, and more will come */
	MILTERSTEP_PASS,   /* that was all: the message passes */
	MILTERSTEP_PERM,   /* it is refused for good, */
	MILTERSTEP_TEMP,   /* for now */
	MILTERSTEP_DROP,   /* it is to be taken and forgotten */
	MILTERSTEP_WRONG   /* that cannot be answered here */
};

enum milterstep_end milterstep_answer(struct milterstep *,
    const struct milterreply *);
void milterstep_free(struct milterstep *);

#endif
