#ifndef CONFBUILD_TEXTDIFF_H
#define CONFBUILD_TEXTDIFF_H

#include "base/buf.h"
#include <stddef.h>

/*
 * textdiff - which lines of a configuration file are gone, and which are new
 *
 * name         of the file, as it is to be named
 * was, now     texts of was_n and now_n bytes; NULL: there is none
 *
 * Puts a line for each, "- NAME:LINE: text" of those that are gone, then
 * "+ NAME:LINE: text", in their order; comments, empty lines and the number of
 * blanks between words do not count.  Where lines that are in both stand in
 * another order, "~ NAME: lines stand in another order".  Returns how many
 * lines were put, or -1 with ENOMEM.
 */
long textdiff(struct buf *, const char *name, const char *was, size_t was_n,
    const char *now, size_t now_n);

#endif
