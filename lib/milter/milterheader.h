#ifndef MILTER_MILTERHEADER_H
#define MILTER_MILTERHEADER_H

#include "base/buf.h"
#include "mail/header.h"

/*
 * Changes that a milter wants of a header, LF line ends.  What is not
 * changed stays byte for byte.
 *
 * A value may have several lines; where one does not begin with a blank it
 * gets a TAB, so that nothing becomes a field or the end of the header that
 * was none.  A field of which the name is none is left out.
 *
 * space  0: the value is put as it is behind the colon; 1: a blank is put
 *        between, MILTER_LEADING_SPACE
 *
 * All return 0, or -1 with ENOMEM.
 */
enum milterheader_space { MILTERHEADER_AS_IS, MILTERHEADER_SPACE };

/*
 * milterheader_own - the field that we have added on its way in
 *
 * Sendmail shows no milter its own trace field, and does not count it: so the
 * first Received.  NULL: there is none.
 */
const char *milterheader_own(const char *p, size_t n);
/* is this a name of a field? */
int milterheader_name(const char *);

/* a field alone, at the end of out */
int milterheader_put(struct buf *out, const char *name, const char *value,
    enum milterheader_space);
/* behind the last field that every reader finds: above lines that are none */
int milterheader_add(struct buf *header, const char *name, const char *value,
    enum milterheader_space);
/* behind so many fields, ours among them; 0: in front of all */
int milterheader_insert(struct buf *header, uint32_t index, const char *name,
    const char *value, enum milterheader_space);
/*
 * milterheader_change - the field of that name with this number
 *
 * own    1: our own is not counted
 * index  1 is the first, as is 0
 * value  empty: it is deleted
 *
 * Where there is none it is added.
 */
int milterheader_change(struct buf *header, int own, uint32_t index,
    const char *name, const char *value, enum milterheader_space);

#endif
