#ifndef ACCEPT_ACCEPTCALL_H
#define ACCEPT_ACCEPTCALL_H

#include "accept/acceptwire.h"

/*
 * Questions to accept-limit(8) one after the other, for a program that has nothing
 * else to do.  What it has in hand when the connection is closed is counted as
 * accepted, unless it has said what became of it.
 */
enum { ACCEPTCALL_WAIT_MS = 10000 }; /* for an answer */

enum acceptcall_trouble {
	ACCEPTCALL_OK,
	ACCEPTCALL_AWAY,  /* nobody there; errno */
	ACCEPTCALL_LATE,  /* no answer in time */
	ACCEPTCALL_ENDED, /* it has hung up */
	ACCEPTCALL_OTHER  /* it speaks another protocol */
};

struct acceptcall {
	int fd; /* -1: none */
	uint32_t id;
	struct buf line; /* the last answer, with its LF */
};

/* socket: its path.  AWAY, or OK */
enum acceptcall_trouble acceptcall_open(struct acceptcall *,
    const char *socket);
/* q->id is set; not OK: the connection is of no more use */
enum acceptcall_trouble acceptcall(struct acceptcall *,
    struct acceptwire_question *q, struct acceptwire_answer *a);
void acceptcall_close(struct acceptcall *);
/* in words, errno's among them */
const char *acceptcall_text(enum acceptcall_trouble);

#endif
