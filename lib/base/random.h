#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

enum { RANDOM_HEX_ROOM = 64 };

/*
 * random_hex - digits that nobody can guess, for names and ids
 *
 * out  receives n of 0-9a-f and a NUL; n is even, at most RANDOM_HEX_ROOM
 *
 * Returns 0, or -1 with errno: the system has no chance to give.
 */
int random_hex(char *out, size_t n);
/* n bytes, at most 256, that nobody can guess; 0, or -1 with errno */
int random_bytes(void *out, size_t n);

#endif
