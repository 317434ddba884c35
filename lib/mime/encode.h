#ifndef MIME_ENCODE_H
#define MIME_ENCODE_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Content-Transfer-Encoding made (RFC 2045 section 6), of text whose lines end
 * in LF and of bytes.
 */
enum {
	ENCODE_LINE_LEN = 76,  /* of a line that is made (6.7, 6.8) */
	ENCODE_PLAIN_LEN = 998 /* bytes of a line that is 7bit (2.7) */
};

/* how many things in it are not 7bit: bytes above 127, NULs, CRs, lines that
 * are too long */
size_t encode_faults(const char *p, size_t n);

/* is base64 shorter than quoted-printable by a line or more?  so that what is
 * short can be read as it is */
int encode_base64_is_shorter(const char *p, size_t n);

/*
 * encode_quoted - append text as quoted-printable, piece by piece
 *
 * column  bytes in the line so far, 0 at the start
 * p, n    the next piece of the text
 * end     of the text, as far as it can be seen
 *
 * Codes, too, what should not stand at the beginning of a line: what SMTP and
 * mailboxes take for theirs (RFC 2049 section 3), and what may be a delimiter
 * now that lines break elsewhere.  0, or -1 with ENOMEM.
 */
int encode_quoted(struct buf *, size_t *column, const char *p, size_t n,
    const char *end);

/* append bytes as base64 in lines, each with its LF; 0, or -1 with ENOMEM */
int encode_base64(struct buf *, const void *, size_t n);
/* the same of text: its line ends are CRLF within (section 6.8) */
int encode_base64_text(struct buf *, const char *p, size_t n);

/*
 * encode_base64_lines - base64 that came as one line, or in lines of any
 * length, appended in lines of ours
 *
 * b  NULL: it is only looked at
 *
 * Blanks, TABs, CRs and LFs do not count; missing padding is put.  Returns 0,
 * -1 with ENOMEM, -2 when it is no base64; then something may be appended.
 */
int encode_base64_lines(struct buf *b, const char *p, size_t n);

#endif
