#ifndef SHIP_CURSORFILE_H
#define SHIP_CURSORFILE_H

#include "base/buf.h"

/* the file in which a destination's place is kept, `cursor` in its folder,
 * appended to the buffer; 0, or -1 with errno, ENOENT: none yet */
int cursorfile_read(const char *dir, struct buf *);

#endif
