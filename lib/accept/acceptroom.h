#ifndef ACCEPT_ACCEPTROOM_H
#define ACCEPT_ACCEPTROOM_H

#include "accept/acceptcall.h"
#include "accept/acceptenv.h"

/*
 * One message's way in under the limits, for a program that hands in one after the
 * other: asked for with all its recipients, and then told what became of it.
 */
enum acceptroom_verdict { ACCEPTROOM_YES, ACCEPTROOM_LATER, ACCEPTROOM_NO };

struct acceptroom {
	struct acceptcall call;
	struct acceptenv env;
	struct acceptwire_question q;
	char text[ACCEPTWIRE_TEXT_MAX + 300]; /* why not, for who sent it */
};

/*
 * acceptroom_ask - may it come in?
 *
 * socket  of accept-limit(8), its path
 * env     its envelope, without the empty line
 *
 * LATER also when it cannot be asked.  acceptroom_close() in any case.
 */
enum acceptroom_verdict acceptroom_ask(struct acceptroom *, const char *socket,
    const struct buf *env, uint64_t bytes);
/* after YES: what became of it; trouble is warned of */
void acceptroom_tell(struct acceptroom *, const char *socket, int accepted);
void acceptroom_close(struct acceptroom *);

#endif
