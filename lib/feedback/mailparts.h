#ifndef FEEDBACK_MAILPARTS_H
#define FEEDBACK_MAILPARTS_H

#include "base/buf.h"
#include "conf/word.h"
#include <stddef.h>

/*
 * A message that came back, taken apart: what it tells people, what it tells
 * programs, and what it has of the message that it is about.  Everything is
 * decoded; text is UTF-8 in lines that end in LF.  Whatever MIME says wrongly
 * or not at all is read as far as it means one thing: a multipart without its
 * type, reports within other parts or encoded, a returned message that simply
 * follows the text.
 */
enum {
	MAILPARTS_LOOK_MAX = 4
	    << 20,                   /* bytes of a message that are looked at */
	MAILPARTS_TEXT_MAX = 262144, /* bytes of each of the four; the rest is
				      * cut */
	MAILPARTS_AGAIN_MAX = 4,     /* parts without their type that are walked
				  * through once more */
	MAILPARTS_WORD_MAX = 64,     /* of a report's type */
	MAILPARTS_FIELDS_MIN = 3     /* so many fields in a row, with one that
				      * only messages have, are a header */
};

struct mailparts {
	const char *header; /* its own, a slice, with the empty line */
	size_t header_len;
	struct buf text;
	struct buf status;   /* message/delivery-status */
	struct buf feedback; /* message/feedback-report */
	struct buf original; /* the returned message, header first */
	char report[MAILPARTS_WORD_MAX + 1]; /* report-type, lower case */
	unsigned mdn : 1;  /* has a message/disposition-notification */
	unsigned html : 1; /* text was HTML alone */
};

/* message: LF line ends, valid as long.  All zero before; 0, or -1 with
 * ENOMEM */
int mailparts_take(struct mailparts *, const char *message, size_t n);
void mailparts_free(struct mailparts *);
/* one of the four as bytes, never NULL */
static inline struct slice
mailparts_bytes(const struct buf *b)
{
	return buf_len(b) == 0 ? (struct slice){ "", 0 }
			       : (struct slice){ buf_data(b), buf_len(b) };
}
/* the value of the first field of this name, of a header in text form, on one
 * line, encoded words decoded; NUL behind it.  1, 0: there is none (out is
 * empty then), -1 with ENOMEM */
int mailparts_field(struct buf *out, const char *header, size_t n,
    const char *name);

#endif
