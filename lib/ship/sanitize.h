#ifndef SHIP_SANITIZE_H
#define SHIP_SANITIZE_H

#include "base/buf.h"

/*
 * What servers say has mail addresses in it, and names that a site does not want
 * to hand on.  Here they are taken out of such texts; the labels that are
 * addresses stay, they are what log-ship's table of labels is for.  Pure.
 */

/* append a text without them: each address is "[address]", each of the words in
 * hidden, one a line, of any letter case, "[hidden]".  hidden may be NULL.
 * 0, or -1 with ENOMEM */
int sanitize_text(struct buf *, const char *p, size_t n, const char *hidden);
/* append an event's line, the same done to its label text and those that end in
 * -text; a line that is no LTSV is one text.  0, or -1 with ENOMEM */
int sanitize_line(struct buf *, const char *line, size_t n, const char *hidden);

#endif
