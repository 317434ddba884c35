#ifndef BASE_PASSWORD_H
#define BASE_PASSWORD_H

#include <stddef.h>

/*
 * password_read - the first line of descriptor 0, without its LF
 *
 * out  receives it, of 1 to PASSWORD_MAX bytes
 *
 * A terminal is asked, and does not show what is typed.  Returns how many bytes;
 * ends the program when there is no password, or one that is too long, or has a
 * NUL.
 */
enum { PASSWORD_MAX = 256, PASSWORD_ROOM = PASSWORD_MAX + 2 };
size_t password_read(char out[PASSWORD_ROOM]);

#endif
