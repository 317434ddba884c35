#ifndef MIME_SEVENBIT_H
#define MIME_SEVENBIT_H

#include "mime/mimewalk.h"
#include <stddef.h>

/*
 * A message without bytes above 127: for servers that do not take 8BITMIME
 * (RFC 6152), and before a signature that should survive one of them on the
 * way (RFC 6376 section 5.3).  In memory or mapped, line ends LF.
 *
 * Parts that are not 7bit (RFC 2045 section 2.7: bytes above 127, NUL, CR, or
 * a line too long) become quoted-printable, or base64 where that is shorter by a line;
 * what is 7bit now says so, in all parts around it too.  One without a
 * Content-Type gets it: text/plain in UTF-8, or in unknown-8bit (RFC 1428).
 * Line ends are CRLF in what base64 encodes.
 *
 * Left as they are: parts below multipart/signed and multipart/encrypted (RFC
 * 1847); message/global and other types message/, whose encoding RFC 2046
 * section 5.2 forbids, but those within message/rfc822 are changed; a part
 * whose header has no empty line behind it, with a multipart/ that has no
 * boundary, with another encoding than 7bit, 8bit and binary; what stands
 * before the first and behind the last part of a multipart; all header fields
 * but those of MIME.  The whole message, when its header has a DKIM or ARC
 * signature, or it has more parts than MIMEWALK_PARTS_MAX or deeper ones
 * than MIMEWALK_DEPTH_MAX.
 */
enum {
	SEVENBIT_LINE_MAX = 998, /* bytes of a line that is 7bit */
	SEVENBIT_CODE_MAX = 76 /* of one that is encoded (RFC 2045 6.7, 6.8) */
};

struct sevenbit {
	/* public: there is something to be done; then nothing is above 127 */
	unsigned changes : 1, clean : 1;
	/* internal */
	unsigned n; /* parts */
	unsigned char todo[MIMEWALK_PARTS_MAX];
	struct mimewalk walk;
	struct mimepart part;
};

/* what has to be done */
void sevenbit_look(struct sevenbit *, const char *message, size_t n);

/*
 * sevenbit_put - the new message, piece by piece
 *
 * s    after sevenbit_look() of just this message
 * put  0, or -1 to end it
 *
 * Returns 0, or -1 when put() does, or with ENOMEM.
 */
int sevenbit_put(struct sevenbit *s, const char *message, size_t n,
    int (*put)(void *arg, const char *, size_t n), void *arg);

#endif
