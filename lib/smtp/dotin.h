#ifndef SMTP_DOTIN_H
#define SMTP_DOTIN_H

#include <stddef.h>
#include <stdint.h>

/*
 * The mail data of SMTP's DATA command, decoded: the leading dot that was
 * doubled is dropped, CR LF becomes LF, and the end is found.  A CR or LF
 * that stands alone is refused, wherever it stands (RFC 5321 2.3.8): what
 * two servers could take for two different ends never gets in.
 */
enum dotin_event {
	DOTIN_MORE, /* all consumed, the end has not come */
	DOTIN_END,  /* the final dot is consumed */
	DOTIN_BARE  /* a CR without LF or LF without CR */
};

/* all zero is the initial state */
struct dotin {
	uint64_t lines; /* line ends put out so far */
	unsigned char state;
};

/*
 * dotin_feed - decode the next chunk
 *
 * d       decoder, all zero before the first chunk
 * in, n   chunk as received, n bytes, any split allowed, n may be 0
 * out     decoded bytes, room for n bytes; line ends become one LF.  May
 *         be in itself
 * outlen  receives the number of bytes written to out, at most n
 * ev      receives the event; after END or BARE feed nothing more
 *
 * Returns the number of bytes of in consumed; less than n only with END
 * or BARE.  Source: RFC 5321 sections 2.3.8 and 4.5.2.
 */
size_t dotin_feed(struct dotin *d, const char *in, size_t n, char *out,
    size_t *outlen, enum dotin_event *ev);

/*
 * after DOTIN_END: as before the LF of the final dot, which is then fed
 * again; for who wants the end apart from the bytes before it
 */
void dotin_hold_end(struct dotin *);

#endif
