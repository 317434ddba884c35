#ifndef SUPPRESS_SUPPRESSTIDY_H
#define SUPPRESS_SUPPRESSTIDY_H

#include "suppress/suppresshead.h"

/*
 * The journal of suppressed addresses written anew, when it is much longer than
 * what it says: of each key (suppressline.h) its last line, as the table has it
 * that was made of it a moment before; then what was appended meanwhile.  Others
 * write to the old one until the new one is whole and safe, and to the new one
 * behind that; what a crash leaves of a new one nobody reads.
 */
enum {
	SUPPRESSTIDY_FACTOR = 4, /* as long as what still counts */
	SUPPRESSTIDY_LEAST = 1
	    << 20, /* bytes of a journal; a shorter one stays */
	SUPPRESSTIDY_REST = 64 << 20 /* bytes to copy while nobody may write;
					* with more it is left for another time */
};

/* is a journal to be written anew?  held: bytes of what still counts */
int suppresstidy_due(uint64_t journal, uint64_t held);
/*
 * suppresstidy - write it
 *
 * dir      the folder; the caller holds compile.lock
 * journal  the open file that has the name
 * id, at   what the table says of it
 *
 * 1; 0: it is not the time, nothing was done; -1 with errno: the old one stays.
 */
int suppresstidy(int dir, int journal, const char *id, uint64_t at);
/* what a crash has left goes */
void suppresstidy_clean(int dir);

#endif
