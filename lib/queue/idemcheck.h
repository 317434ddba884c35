#ifndef QUEUE_IDEMCHECK_H
#define QUEUE_IDEMCHECK_H

/*
 * idemcheck - is a segment of keys, idemline.h, as it should be?
 *
 * at, path  its file
 * bad       lines that are none
 * cut       1 where the last one has no end, as a crash leaves it; else 0
 *
 * 0, or -1 with errno.
 */
int idemcheck(int at, const char *path, unsigned *bad, unsigned *cut);

#endif
