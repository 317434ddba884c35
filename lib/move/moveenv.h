#ifndef MOVE_MOVEENV_H
#define MOVE_MOVEENV_H

#include "queue/ranges.h"
#include "queue/message.h"
#include "queue/name.h"

/*
 * The envelope of a message in a stream, queue-export(5): text lines
 * "key value" as in parcel(5).
 *
 *   export 1
 *   id ID
 *   size BYTES            of the message
 *   crc32c HHHHHHHH       of the message
 *   time 1790000000.123   and the other envelope lines
 *   to ADDRESS [PARAMETERS]
 *   rcpt N STATE MARK TRIES NEXT REPLY      of the recipient above
 *   ...
 *   check HHHHHHHH        of all lines above
 */
enum {
	MOVEENV_BYTES_MAX = 64 << 20, /* of an envelope, MESSAGE_HEAD_MAX */
	MOVEENV_SUM_DIGITS = 8
};

/* writing: 0, or -1 with ENOMEM */
int moveenv_begin(struct buf *, const char *id, uint64_t size, uint32_t sum);
int moveenv_line(struct buf *, const struct parcel_line *);
/* state: that of the journal, where it has one */
int moveenv_rcpt(struct buf *, unsigned n, enum message_state state,
    int64_t next, const struct message_rcpt *);
/* from: where the envelope begins in the buffer */
int moveenv_end(struct buf *, size_t from);

struct moveenv_rcpt {
	unsigned n;     /* its number where the stream was made */
	const char *to; /* value of its "to" line */
	size_t to_len;
	struct message_rcpt is; /* state, mark, doubt, tries, next, reply */
};

/* slices point into the text that was read */
struct moveenv {
	char id[NAME_LEN + 1];
	uint64_t size;
	uint32_t sum;
	struct buf common; /* lines that are none of the stream's own, no "to"
			    * and no "time" */
	struct parcel_line time; /* no value: there is none */
	struct buf rcpts;        /* struct moveenv_rcpt, in their order */
};

static inline const struct moveenv_rcpt *
moveenv_rcpts(const struct moveenv *e, size_t *n)
{
	*n = buf_len(&e->rcpts) / sizeof(struct moveenv_rcpt);
	return (const struct moveenv_rcpt *)(const void *)buf_data(&e->rcpts);
}

/*
 * moveenv_read - an envelope
 *
 * p, n  all of it; it must stay
 * e     all zero at first, used again for others
 *
 * Returns NULL, or what is wrong with it; "out of memory" is moveenv_no_memory.
 */
const char *moveenv_read(const char *p, size_t n, struct moveenv *e);
extern const char moveenv_no_memory[];
void moveenv_free(struct moveenv *);

/*
 * moveenv_head - the head of the message file that is to be made of it
 *
 * head   receives it, message(5), without its checksum
 * env    receives the envelope lines, for the log
 * out    ranges of recipients that are left out, n bytes, or empty
 *
 * Returns how many recipients it has; 0: none is left; -1 with errno, EINVAL
 * when it is no envelope.
 */
int moveenv_head(const struct moveenv *, const char *out, size_t n,
    struct buf *head, struct buf *env);
/* the same for a test, queue-import(8): from nobody, accepted now, in
 * microseconds since 1970, with all its life before it */
int moveenv_test(const struct moveenv *, int64_t now_us, struct buf *head,
    struct buf *env);

#endif
