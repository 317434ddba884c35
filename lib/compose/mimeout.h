#ifndef COMPOSE_MIMEOUT_H
#define COMPOSE_MIMEOUT_H

#include "base/buf.h"
#include "base/slice.h"
#include <stdint.h>

/*
 * The body of a message, RFC 2045 to 2047 and 2387: of what is there
 *
 *	multipart/mixed
 *	    multipart/alternative
 *	        text/plain
 *	        text/x-amp-html
 *	        multipart/related
 *	            text/html
 *	            an inline file ...
 *	    a file ...
 *
 * and no multipart for one part alone.  All of it is 7 bit.
 */

/* a file; slices of the caller's */
struct mimeout_file {
	struct slice type; /* value of Content-Type, printable ASCII */
	struct slice name; /* UTF-8 without controls; n 0: none */
	struct slice cid;  /* printable ASCII; n 0: none */
	struct slice content;
	enum {
		MIMEOUT_BASE64, /* content is base64 already, and is some */
		MIMEOUT_BYTES,  /* to be encoded so */
		MIMEOUT_TEXT    /* lines, as below */
	} form;
};

struct mimeout {
	/* UTF-8, by mimeout_lines(); p NULL: not there */
	struct slice text, amp, html;
	const struct mimeout_file *inlines, *files;
	size_t n_inlines, n_files; /* inlines only with html */
	uint64_t seed; /* for boundaries, another one for each message */
};

/*
 * mimeout_lines - text with LF at the end of each line
 *
 * A CRLF, or a CR alone, becomes a LF, and a last line gets one.  *s is left
 * as it is where nothing is to be done, else its text is in room.  0, or -1
 * with ENOMEM.
 */
int mimeout_lines(struct slice *s, struct buf *room);

/* append MIME-Version and what follows it in header and body; lines end in
 * LF.  0, or -1 with ENOMEM */
int mimeout_put(struct buf *, const struct mimeout *);

#endif
