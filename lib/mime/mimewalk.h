#ifndef MIME_MIMEWALK_H
#define MIME_MIMEWALK_H

#include "mime/mimetype.h"
#include <stddef.h>

/*
 * Walk through the parts of a message (RFC 2045, 2046) that is in memory
 * (or mapped), lines ending in LF or CRLF.  Nothing is copied: all are
 * slices.  A part comes before those within it.
 *
 *	mimewalk_open(&w, message, n);
 *	while (mimewalk_next(&w, &part))
 *		...
 *
 * The message itself is the first part.  A multipart part has its parts
 * within it, a message/rfc822 one (also message/global, RFC 6532) the message.
 * A message that is encoded with base64 or quoted-printable, which RFC 2046
 * section 5.2.1 forbids, has to be decoded first: it is reported as one
 * part.
 */
enum {
	MIMEWALK_DEPTH_MAX = 24, /* parts around a part; what is deeper is not
				  * looked into */
	MIMEWALK_PARTS_MAX = 10000,  /* more are not reported */
	MIMEWALK_BOUNDARY_MAX = 256, /* bytes (RFC 2046: 70); longer: none */
	MIMEWALK_PATH_LEN = MIMEWALK_DEPTH_MAX * 6 /* of the text */
};

enum mime_encoding {
	MIME_IDENTITY, /* 7bit, 8bit, binary, or no field */
	MIME_QUOTED_PRINTABLE,
	MIME_BASE64,
	MIME_UNKNOWN /* another word: taken as it is */
};

enum mime_kind {
	MIME_LEAF,
	MIME_MULTIPART, /* parts may follow */
	MIME_MESSAGE    /* a message follows */
};

struct mimepart {
	unsigned depth;                      /* 0: the message itself */
	unsigned number[MIMEWALK_DEPTH_MAX]; /* from 1, [0..depth) */
	enum mime_kind kind;
	const char *header, *body;
	size_t header_len; /* with its empty line */
	size_t body_len;
	struct mimetype type;        /* text/plain where none is given, or in a
			       * multipart/digest message/rfc822 */
	struct mimetype disposition; /* type_len 0: not given */
	enum mime_encoding encoding;
	const char *encoding_word; /* the slice, "" where there is none */
	size_t encoding_len;
	unsigned closed : 1; /* set for what ended with a delimiter of its
			      * multipart, not with the message */
	unsigned typed : 1;  /* has a Content-Type */
};

struct mimelevel {
	enum mime_kind kind;
	unsigned n; /* parts seen */
	int digest;
	const char *p, *end; /* what is still to be walked; p NULL: nothing */
	char boundary[MIMEWALK_BOUNDARY_MAX];
	size_t boundary_len;
};

struct mimewalk {
	unsigned cut : 1; /* public: there were more parts, or deeper ones */
	unsigned parts, depth; /* internal, as is all that follows */
	const char *message;
	size_t n;
	struct mimelevel level[MIMEWALK_DEPTH_MAX];
};

void mimewalk_open(struct mimewalk *, const char *message, size_t n);
/* 1, or 0 when there are no more */
int mimewalk_next(struct mimewalk *, struct mimepart *);

/* "2.1" as text with a NUL, "0" for the message itself; out has room for
 * MIMEWALK_PATH_LEN + 1.  Returns its length */
size_t mimepart_path(const struct mimepart *, char *out);

#endif
