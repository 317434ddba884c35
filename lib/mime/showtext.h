#ifndef MIME_SHOWTEXT_H
#define MIME_SHOWTEXT_H

#include "base/buf.h"
#include "mime/mimetype.h"

/*
 * Inside of mailshow.h: foreign text as a value of an LTSV line.  0, or -1
 * with ENOMEM.
 */

/* "label:" and what is in text, which is clean, and empty afterwards */
int showtext_text(struct buf *, const char *label, struct buf *text);
/* bytes that should be UTF-8, made clean */
int showtext_clean(struct buf *, const char *label, const char *p, size_t n);
/* the same in lower case */
int showtext_word(struct buf *, const char *label, const char *p, size_t n);
/* type and subtype with the slash between, or what there is of it */
int showtext_type(struct buf *, const char *label, const struct mimetype *);

/* the lines behind that of a field: what a field of this name holds; text is
 * a buffer to work in, empty before and after */
int showtext_value(struct buf *, struct buf *text, const char *name,
    size_t name_len, const char *p, const char *end);

#endif
