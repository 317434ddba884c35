#ifndef MILTER_MILTERPACKET_H
#define MILTER_MILTERPACKET_H

#include "base/buf.h"

/*
 * Packets of the milter protocol, both ways: four bytes of length, big end
 * first, which count a letter and its data.  The letters are those of
 * libmilter's mfdef.h, versions 2 to 6; there is no other description.
 */
enum {
	MILTERPACKET_HEAD = 5,        /* length and letter */
	MILTERPACKET_MAX = 1 << 20,   /* letter and data of one that comes */
	MILTERPACKET_DATA_64K = 65535 /* data that every milter takes */
};

/* what we say */
enum milter_command {
	MILTER_ABORT = 'A',
	MILTER_BODY = 'B',
	MILTER_CONNECT = 'C',
	MILTER_MACRO = 'D',
	MILTER_EOM = 'E',
	MILTER_HELO = 'H',
	MILTER_QUIT_NEW = 'K', /* and the next message follows */
	MILTER_HEADER = 'L',
	MILTER_MAIL = 'M',
	MILTER_EOH = 'N',
	MILTER_NEGOTIATE = 'O',
	MILTER_QUIT = 'Q',
	MILTER_RCPT = 'R',
	MILTER_DATA = 'T'
};

struct milterpacket {
	char what;
	const char *data; /* in what was read */
	size_t len;
};

/*
 * milterpacket_get - the first packet of p[0..n)
 *
 * Returns the bytes that it takes, 0 when more is needed, -1 when its length
 * is none or above MILTERPACKET_MAX.
 */
long milterpacket_get(const char *p, size_t n, struct milterpacket *);

/*
 * Writing: milterpacket_begin(), what stands in it, milterpacket_end().  *at
 * is where it begins: nothing is consumed from the buffer in between.  0, or
 * -1 with ENOMEM.
 */
int milterpacket_begin(struct buf *, char what, size_t *at);
/* with the NUL behind it; a NUL in it becomes a blank */
int milterpacket_text(struct buf *, const char *, size_t n);
int milterpacket_texts(struct buf *, const char *);
int milterpacket_number(struct buf *, uint32_t);
void milterpacket_end(struct buf *, size_t at);
/* one without data */
int milterpacket_put(struct buf *, char what);

/* four bytes, big end first */
uint32_t milterpacket_u32(const char *);
/*
 * milterpacket_string - the next text of a packet, with its NUL
 *
 * *p is moved behind it.  Returns it, or NULL when none ends before end.
 */
const char *milterpacket_string(const char **p, const char *end);

#endif
