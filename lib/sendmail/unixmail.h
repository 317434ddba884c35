#ifndef SENDMAIL_UNIXMAIL_H
#define SENDMAIL_UNIXMAIL_H

#include "base/spool.h"
#include "mail/header.h"
#include "mime/unixtext.h"

/*
 * A message while sendmail reads it: header and body apart, the body in
 * memory as long as it is small, then in a file without a name.  How lines
 * are read is said in mime/unixtext.h.
 */
enum {
	UNIXMAIL_MEMORY_MAX = 262144, /* of a body; more goes into a file */
	UNIXMAIL_READ_SIZE = 65536
};

enum unixmail_result {
	UNIXMAIL_OK,
	UNIXMAIL_READ,   /* unable to read, errno */
	UNIXMAIL_MAKE,   /* unable to make a file in tmp, errno */
	UNIXMAIL_WRITE,  /* unable to write there, errno */
	UNIXMAIL_HEADER, /* the header is larger than HEADER_MAX */
	UNIXMAIL_LINE,   /* a line of it is */
	UNIXMAIL_MEMORY
};

struct unixmail {
	struct buf header;      /* as it came, LF lines */
	struct spool body;      /* the same */
	const char *tmp;        /* where its file is made */
	unsigned eight_bit : 1; /* a byte above 127 was seen */
	/* private */
	struct unixtext text;
	struct buf line;   /* of the header, as far as it has come */
	unsigned over : 1; /* a lone dot has ended it */
};

/*
 * unixmail_read - read a message up to the end of fd, or a lone dot
 *
 * The structure is all zero but for tmp.  keep_dots: a lone dot is content.
 */
enum unixmail_result unixmail_read(struct unixmail *, int fd, int keep_dots);

/* the same of one that comes in pieces: before the first, each, and behind the
 * last; after another result than OK nothing more */
void unixmail_begin(struct unixmail *, int keep_dots);
enum unixmail_result unixmail_feed(struct unixmail *, const char *, size_t n);
enum unixmail_result unixmail_end(struct unixmail *);
void unixmail_free(struct unixmail *);

#endif
