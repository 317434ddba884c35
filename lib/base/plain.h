#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include "base/buf.h"

/*
 * Foreign text for a terminal: printable ASCII and well-formed UTF-8 stand
 * as they are, but control characters do not, C0, DEL and C1, and no byte
 * that is part of no character.  Those are written \xHH, so that what
 * somebody sends us cannot move the cursor, hide a line or make the terminal
 * answer.
 */

/*
 * plain_span - how many bytes from p on may be shown as they are
 *
 * also  control characters that stand, too, such as "\t"
 */
size_t plain_span(const char *p, size_t n, const char *also);
/* append p[0..n) so; 0, or -1 with ENOMEM */
int plain_put(struct buf *, const char *p, size_t n, const char *also);
/* write text for people: TAB and LF stand, too; 0, or -1 with errno */
int plain_write(int fd, const char *p, size_t n);
/* "\xHH" */
enum { PLAIN_BYTE = 4 };
void plain_byte(char out[PLAIN_BYTE], char c);

#endif
