#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* UTF-8 as RFC 3629 section 4 has it: the shortest form, no surrogates, up to
 * U+10FFFF. */

/* the character at the front: its bytes, 0 when it is none */
size_t utf8_len(const char *p, size_t n);
/* the number of a character of so many bytes, as utf8_len() found it */
uint32_t utf8_number(const char *p, size_t len);
/* is all of it UTF-8 without control characters: none below U+0020, not
 * U+007F to U+009F? */
int utf8_printable(const char *p, size_t n);

#endif
