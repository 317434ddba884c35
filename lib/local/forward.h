#ifndef LOCAL_FORWARD_H
#define LOCAL_FORWARD_H

#include "base/buf.h"
#include <stddef.h>

/*
 * What a user wants done with his mail, MAILBASE/USER/forward: a line each
 *
 *   # a comment
 *   address@example.org    forward there
 *   |command               run it on the message
 *   keep                   into the Maildir as well
 */
enum {
	FORWARD_FILE_MAX = 65536,
	FORWARD_LINE_MAX = 1024, /* without the LF */
	FORWARD_LINES_MAX = 100, /* that say something */
	FORWARD_ADDRESS_MAX = 510
};

enum forward_kind { FORWARD_ADDRESS, FORWARD_COMMAND, FORWARD_KEEP };

/*
 * forward_next - the next line that says something
 *
 * *p   where to read, moved behind the line
 * end  one behind the last byte
 * s, n the address or the command, without the bar and blanks around it
 *
 * Returns 1, 0 at the end, -1 when a line is none of the four.
 */
int forward_next(const char **p, const char *end, enum forward_kind *,
    const char **s, size_t *n);

/* does it look like an address to forward to: no blanks or control bytes
 * outside quotes, a domain?  A bar is one of the bytes of a local part (RFC 5322
 * section 3.2.3), but not its first one without quotes. */
int forward_address_ok(const char *s, size_t n);

/*
 * The next of several addresses with blanks between them; blanks within
 * quotes belong to the address.  1, 0 at the end.
 */
int forward_word(const char **p, const char *end, const char **s, size_t *n);

/* what is to be done for one message, gathered from such lines; all zero at
 * first */
struct forward_orders {
	struct buf lines;
	size_t next;   /* internal: where the next command is looked for */
	unsigned said; /* lines that say something */
	unsigned keep : 1, forward : 1; /* there is such a line */
};

/*
 * forward_add - add a file's content, or one line without its LF
 *
 * Returns 0, or -1 when a line is none, there are too many, or memory is
 * out (errno ENOMEM, else EINVAL).
 */
int forward_add(struct forward_orders *, const char *text, size_t n);
/* the next command: 1, 0 when there are no more.  The slice is valid until
 * the next forward_add() */
int forward_command(struct forward_orders *, const char **s, size_t *n);
/* walk through the addresses: *p is NULL at first; 1, 0 at the end */
int forward_address(const struct forward_orders *, const char **p,
    const char **s, size_t *n);
void forward_free(struct forward_orders *);

#endif
