#ifndef MIME_CHARSET_H
#define MIME_CHARSET_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Text in the character sets of mail, made into UTF-8 that is safe to show:
 * what comes out is always valid UTF-8 without control characters.  Line
 * ends and TABs become a blank, everything else that cannot be shown or read
 * U+FFFD.  Only character sets that mail uses are known (UTF-8, ISO-8859,
 * Windows, KOI8, those of East Asia, ...), by their names and common other
 * names; UTF-8, US-ASCII, ISO-8859-1 and windows-1252 need no tables of the
 * C library.  The names of standards are read as what Microsoft made of
 * them, which has them in it, as the Encoding Standard of the WHATWG lists:
 * ISO-8859-1 as windows-1252, ISO-2022-JP with the characters of cp932, ...
 */
enum { CHARSET_NAME_MAX = 40 }; /* bytes; a longer name is not known */

/*
 * charset_utf8 - append text
 *
 * name   the character set, letter case does not count; not known (or
 *        longer): bytes above 127 become U+FFFD
 *
 * 0, or -1 with ENOMEM.
 */
int charset_utf8(struct buf *, const char *name, size_t name_len,
    const char *in, size_t n);
/* the same for what should be UTF-8 */
int charset_clean(struct buf *, const char *in, size_t n);

/* is it known?  (the C library may still lack its table) */
int charset_known(const char *name, size_t name_len);

#endif
