#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include <stddef.h>

/*
 * Replies of an SMTP or LMTP server: RFC 5321 section 4.2, enhanced codes
 * RFC 2034.  A line may end in LF alone, and the text may be missing: both
 * are seen and harmless.
 */
enum {
	REPLY_LINE_MAX = 2048,       /* with its line end */
	REPLY_AUTH_LINE_MAX = 12290, /* the same of 334, RFC 4954 section 4 */
	REPLY_LINES_MAX = 128,
	REPLY_MAX = 16384,    /* the whole reply */
	REPLY_TEXT_MAX = 512, /* of what reply_text() gives, a habit */
	REPLY_ESC_MAX = 9     /* 5.123.123 */
};

struct reply {
	const char *p; /* all its bytes, in the caller's buffer */
	size_t n;
	unsigned code; /* 200..599 */
	unsigned lines;
	const char *esc; /* enhanced code of the first line, or NULL */
	unsigned esc_len;
};

/*
 * reply_parse - take the first whole reply off p[0..n)
 *
 * Returns its length, 0 when it is not all there yet (keep the bytes and
 * call again with more), or -1 when it is no reply: no code, codes that
 * differ from line to line, a limit above exceeded.
 */
long reply_parse(const char *p, size_t n, struct reply *);
/*
 * reply_next - walk through the lines
 *
 * at starts at 0; line receives the text behind the code, without line
 * end.  1, or 0 when there are no more.
 */
int reply_next(const struct reply *, size_t *at, const char **line,
    size_t *len);
/*
 * reply_text - the reply as one line
 *
 * The first line with its codes, then the texts of the others, a blank
 * between; what is not printable ASCII becomes a question mark; cut at
 * cap.  Returns the length; no NUL.
 */
size_t reply_text(const struct reply *, char *out, size_t cap);
/* the same of what is no reply, or not all of one: its lines, a blank
 * between */
size_t reply_noise(const char *p, size_t n, char *out, size_t cap);

#endif
