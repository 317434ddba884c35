#ifndef STAGE_ALONEENV_H
#define STAGE_ALONEENV_H

#include "format/envcheck.h"

/*
 * Envelope lines from the command line, for a message alone, which comes
 * without any.  All zero before the first.
 */
struct aloneenv {
	struct buf env;
	struct envcheck check;
};

/*
 * aloneenv_add - one line, "KEY VALUE", as in parcel(5)
 *
 * Returns NULL, or what is wrong with it; ends the program when memory is out.
 */
const char *aloneenv_add(struct aloneenv *, const char *line);

#endif
