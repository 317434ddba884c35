#ifndef SUPPRESS_SUPPRESSLINE_H
#define SUPPRESS_SUPPRESSLINE_H

#include "base/buf.h"
#include "conf/word.h"
#include "crypt/digest.h"
#include <stdint.h>

/*
 * A line of the journal of suppressed addresses, suppress(8): one act, LTSV,
 * in this order:
 *
 *   act tenant stream to | sha256 reason since until by eid times text sum
 *
 * What is not known is left out.  The last line with the same act, or its
 * opposite, for tenant, stream and address counts.  sum is the CRC-32C of all
 * before it: a line that a crash has cut, or that a disk has changed, is none.
 */
enum {
	SUPPRESSLINE_MAX = 8192,     /* bytes with its LF */
	SUPPRESSLINE_NAME_MAX = 128, /* of a tenant, a stream */
	SUPPRESSLINE_WORD_MAX = 64,  /* of reason, by, eid */
	SUPPRESSLINE_TEXT_MAX = 160, /* of text; longer ones are cut */
	SUPPRESSLINE_TIMES_MAX = 32, /* failures that are remembered */
	SUPPRESSLINE_EID = 8,        /* of each of these the first digits */
	SUPPRESSLINE_KEY = 24,
	SUPPRESSLINE_KEY_HASH = 16, /* of it from the address, in front */
	SUPPRESSLINE_ID = 16,       /* digits */
	SUPPRESSLINE_HEAD = 20 + SUPPRESSLINE_ID + 1
};
#define SUPPRESSLINE_MAGIC "rohrpost-suppress 1 "

enum suppressline_act {
	SUPPRESSLINE_ADD,
	SUPPRESSLINE_REMOVE,
	SUPPRESSLINE_SOFT, /* failures that may make it suppressed */
	SUPPRESSLINE_ACTS
};

struct suppressline_time {
	int64_t at_s;
	char eid[SUPPRESSLINE_EID + 1];
};

struct suppressline {
	enum suppressline_act act;
	char tenant[SUPPRESSLINE_NAME_MAX + 1]; /* "*": of all of them */
	char stream[SUPPRESSLINE_NAME_MAX + 1]; /* the same */
	char to[WORD_ADDRESS_MAX + 1]; /* "": the hash alone is known */
	unsigned char hash[DIGEST_LEN];
	char reason[SUPPRESSLINE_WORD_MAX + 1];
	char by[SUPPRESSLINE_WORD_MAX + 1]; /* who did it */
	char
	    eid[SUPPRESSLINE_WORD_MAX + 1]; /* of the event that is the cause */
	char text[SUPPRESSLINE_TEXT_MAX + 1];
	int64_t since_s, until_s; /* until_s 0: for ever */
	unsigned n_times;
	struct suppressline_time time[SUPPRESSLINE_TIMES_MAX]; /* old to new */
};

/*
 * suppressline_address - whose line it is
 *
 * In the form of dns/idnaddress.h; the hash is SHA-256 of that.  0, or -1: it
 * is no address user@domain.
 */
int suppressline_address(struct suppressline *, const char *, size_t);
/* the same from such a hash in 64 hexadecimal digits; 0, or -1 */
int suppressline_hash(struct suppressline *, const char *, size_t);
/* a tenant or a stream into out; 0, or -1: it is too long, or has a NUL */
int suppressline_name(char out[SUPPRESSLINE_NAME_MAX + 1], const char *,
    size_t);
/* text of any bytes into one of the other fields, size bytes of room: cut, but
 * in no character's middle, and without NUL */
void suppressline_text(char *out, size_t size, const char *, size_t);

/* append it; hashed: with the hash in place of the address.  0, or -1 with
 * ENOMEM */
int suppressline_put(struct buf *, const struct suppressline *, int hashed);
/* the same for people to read and for import: without sum */
int suppressline_show(struct buf *, const struct suppressline *);
/* line, n: without its LF.  0, or -1: it is none, or damaged */
int suppressline_read(struct suppressline *, const char *line, size_t n);
/* the same without sum, which need not be there */
int suppressline_read_shown(struct suppressline *, const char *line, size_t n);

/*
 * suppressline_key - under what the last line stands in a table
 *
 * Addresses with one hash differ in nothing, tenants and streams in 8 bytes of
 * the key: who has found a line compares them.
 */
void suppressline_key(char key[SUPPRESSLINE_KEY],
    const unsigned char hash[DIGEST_LEN], int soft, const char *tenant,
    const char *stream);
/* that of a line */
void suppressline_own_key(char key[SUPPRESSLINE_KEY],
    const struct suppressline *);
/* a number for tables of keys, whose bytes are a hash already */
uint32_t suppressline_key_hash(const char key[SUPPRESSLINE_KEY]);

/* the ID in a journal's first line, by which it is known from another: 0, or
 * -1: it is no journal */
int suppressline_id(const char *head, size_t n, char id[SUPPRESSLINE_ID + 1]);

#endif
