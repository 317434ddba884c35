#ifndef FEED_FEEDBOOK_H
#define FEED_FEEDBOOK_H

#include <stdint.h>

/*
 * The book of a stream: how far of it is in the queue, so that another run goes
 * on there, and by which keys what was on its way then is known.  A file of lines
 *
 *   mail-feed ID     ID: 32 hexadecimal digits by chance
 *   AT N             all before byte AT is done, N messages
 *
 * of which the last whole one counts.
 */
enum { FEEDBOOK_ID = 32 };

struct feedbook {
	int fd;
	char id[FEEDBOOK_ID + 1];
	uint64_t at, n;
	unsigned failed : 1; /* it could not be written to */
};

/* it is made where there is none; 0, or -1 with errno: EBUSY, another one has
 * it; EINVAL, it is none */
int feedbook_open(struct feedbook *, const char *path);
/* so far; 0, or -1 with errno */
int feedbook_note(struct feedbook *, uint64_t at, uint64_t n);

#endif
