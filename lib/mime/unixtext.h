#ifndef MIME_UNIXTEXT_H
#define MIME_UNIXTEXT_H

#include "mime/linebreak.h"

/*
 * Text as programs hand it to sendmail(8), made into lines that end in LF:
 *
 *   - a line ends at LF; CRs directly before it are dropped, so that LF,
 *     CRLF and any mixture of both are the same;
 *   - a CR elsewhere and a NUL become a blank;
 *   - a line of the body that is too long is broken, mime/linebreak.h,
 *     without `whole`;
 *   - a last line without LF gets one;
 *   - with `dots`, a line of one dot alone ends the text.
 */
enum {
	UNIXTEXT_CRS_MAX = 64 /* CRs before a LF that are dropped */
};

enum unixtext_event {
	UNIXTEXT_MORE, /* all was consumed */
	UNIXTEXT_LINE, /* in the header: a line is whole */
	UNIXTEXT_END   /* the lone dot: what follows is none of the text */
};

/* all zero at the start, but for dots and body */
struct unixtext {
	unsigned dots : 1;  /* a lone dot ends the text */
	unsigned body : 1;  /* set by the caller: lines are not told apart any
			     * more, and broken */
	unsigned whole : 1; /* set by the caller: they are not broken */
	unsigned eight_bit : 1; /* a byte above 127 was seen */
	unsigned dot : 1;       /* internal: the line so far is a dot */
	size_t crs;             /* internal: CRs that may stand before a LF */
	size_t column;          /* bytes of the line so far, the last in out */
};

/*
 * unixtext_feed - take a chunk
 *
 * Appends to out, where in the body the line so far must stay: it is broken
 * there.  Returns the bytes consumed, less than n only with LINE
 * and END; *ev says why it came back.  On ENOMEM *ev is UNIXTEXT_MORE and
 * less than n was consumed.
 */
size_t unixtext_feed(struct unixtext *, const char *in, size_t n,
    struct buf *out, enum unixtext_event *ev);
/* the end of the input: what was kept back; 0, or -1 with ENOMEM */
int unixtext_finish(struct unixtext *, struct buf *out);

#endif
