#ifndef ACCEPT_ACCEPTENV_H
#define ACCEPT_ACCEPTENV_H

#include "accept/acceptwire.h"
#include "base/buf.h"

/* What the envelope of a parcel, parcel(5), says of whose message it is. */
struct acceptenv {
	/* empty: it does not say.  The user of a program of this machine who is
	 * nobody else is "#UID" */
	struct slice value[ACCEPTWIRE_KEYS];
	uint32_t rcpts;
	char text[ACCEPTWIRE_KEYS][ACCEPTWIRE_VALUE_MAX + 1];
};

/* env: its lines, without the empty one; a longer value is cut */
void acceptenv_read(struct acceptenv *, const struct buf *env);

#endif
