#ifndef QUEUE_MESSAGE_H
#define QUEUE_MESSAGE_H

#include "base/buf.h"
#include "format/parcel.h"
#include <stdint.h>

/*
 * The message file, message(5): a text head and then the message.
 *
 *   rohrpost 1 HHHHHHHHHH SSSSSSSSSSSSSSS RRRRRRR CCCCCCCC\n
 *   key value\n                       (envelope lines as in parcel(5))
 *   to Q - 00000 1790000000 REPLY(200) ADDRESS [PARAMETERS]\n
 *   \n
 *   the message, lines end in LF
 *
 * H: bytes of the head with its empty line, S: bytes of the message, R:
 * recipients, C: checksum; "--------", or no such field in files of an older
 * version: none.  The "to" lines stand last, and their first MESSAGE_TO_FIXED
 * bytes have fixed width: state, report mark, tries, next attempt (seconds
 * since 1970, 0: at once), last reply; they are updated in place.
 */
enum {
	MESSAGE_FIRST_LEN = 46, /* "rohrpost 1 " 10 " " 15 " " 7 "\n" */
	MESSAGE_SUM_AT = 46,    /* ... or " " and then 8 digits "\n" */
	MESSAGE_SUM_DIGITS = 8,
	MESSAGE_FIRST_LONG = 55,
	MESSAGE_REPLY_LEN = 200, /* "ESC HOST TEXT", blank padded */
	MESSAGE_TO_STATE = 3,    /* offsets in a "to" line */
	MESSAGE_TO_MARK = 5,
	MESSAGE_TO_TRY = 7,
	MESSAGE_TO_NEXT = 13,
	MESSAGE_NEXT_LEN = 10,
	MESSAGE_TO_REPLY = 24,
	MESSAGE_TO_FIXED = 24 + MESSAGE_REPLY_LEN + 1,
	MESSAGE_RCPTS_MAX = 100000,
	MESSAGE_HEAD_MAX = 64 << 20
};

/* state of a recipient */
enum message_state {
	MESSAGE_QUEUED = 'Q', /* waiting or being tried */
	MESSAGE_HELD = 'H',   /* until an administrator releases it */
	MESSAGE_SENT = 'S',
	MESSAGE_RELAYED = 'R',   /* sent; a report owed that another host has */
	MESSAGE_DELIVERED = 'D', /* it, that it was delivered, */
	MESSAGE_EXPANDED = 'E',  /* that it went to several addresses */
	MESSAGE_SENT_SAID = 's', /* sent, reported (or nobody to tell) */
	MESSAGE_BOUNCED = 'B',   /* failed, report owed */
	MESSAGE_BOUNCED_SAID = 'b', /* failed, reported (or nobody to tell) */
	MESSAGE_EXPIRED = 'X',      /* too old, report owed */
	MESSAGE_EXPIRED_SAID = 'x',
	MESSAGE_DELETED = 'K' /* by an administrator */
};
/* marks: '-' none, 'w' delay warning owed, 'W' delay warning sent; in the
 * file '?', 'v', 'V' instead while the outcome of the last attempt is
 * unknown; and what was ordered while it was under way */
enum { MESSAGE_MARK_DELETE = 'k', MESSAGE_MARK_BOUNCE = 'b' };
char message_mark(char mark, int doubt);
/* 0 or 1, the doubt, with *mark as without it; -1: none of the eight */
int message_mark_read(char c, char *mark);

/* is there no more to do for it: S s b x K? */
int message_final(enum message_state);
/* is a report owed: B X R D E?  It has ended, and is not final */
int message_owes(enum message_state);
/* has it been sent: S R D E s? */
int message_sent(enum message_state);
/* is the letter one of the states? */
int message_state_known(char);

struct message_rcpt {
	enum message_state state;
	char mark;  /* without the doubt */
	char doubt; /* 1: the outcome of the attempt is unknown */
	unsigned tries;
	int64_t next;      /* seconds, 0: at once */
	const char *reply; /* escaped, padding cut off; of a record
	                          * torn by a crash what is well-formed */
	size_t reply_len;
	const char *address; /* escaped as in LTSV */
	size_t address_len;
	const char *params; /* "NOTIFY=... ORCPT=..." or empty */
	size_t params_len;
	uint64_t offset; /* of the "to" line in the file */
};

struct message_head {
	const char *p; /* the whole head */
	uint64_t head_len, size;
	unsigned n_rcpt;
	unsigned first_len; /* of the first line */
	int has_sum;
	uint32_t sum;
	const char *at; /* iteration */
	unsigned seen;
};

/*
 * message_sizes - read the first line
 *
 * p, n: the start of the file, MESSAGE_FIRST_LONG bytes (a whole file may be
 * shorter).  Returns 0 with what it says filled in, -1 when it is no message
 * file.
 */
int message_sizes(const char *p, size_t n, struct message_head *);
/* are these n bytes, all of a file, too few for its first line? */
int message_cut(const char *p, size_t n);
/*
 * message_open - begin to walk through a whole head in memory
 *
 * p, n: at least head_len bytes, which must stay.  0, or -1 when damaged.
 */
int message_open(const char *p, size_t n, struct message_head *);
/* the next envelope line that is no "to": 1, 0 at the first "to", -1 bad */
int message_line(struct message_head *, struct parcel_line *);
/* the next recipient: 1, 0 when there are no more, -1 bad.  Skips what is
 * left of the other lines */
int message_rcpt(struct message_head *, struct message_rcpt *);

/*
 * message_format - make a head
 *
 * env    envelope lines as they came, "to" lines among them (their
 *        address and parameters; any order); no empty line
 * size   bytes of the message
 * extra  further lines to add ("time ..."), may be NULL
 * out    receives the head, with the empty line
 *
 * Returns 0; -1 with errno EINVAL for an envelope that is none (not one
 * "from", no "to" or more than MESSAGE_RCPTS_MAX, one without address, a
 * head above MESSAGE_HEAD_MAX), ENOMEM.  Of each recipient the state is Q,
 * the next attempt 0 and the reply blank.  It has no checksum yet.
 */
int message_format(struct buf *out, const char *env, size_t n, uint64_t size,
    const struct buf *extra);

/*
 * The checksum, CRC-32C: over the head but for the checksum itself and what
 * is updated in place, then the message, then the id, so that a file that
 * stands under another message's name is found out, too.
 *
 *   sum = message_sum_head(head, head_len)
 *   sum = crc32c(sum, message, size)
 *   sum = message_sum_id(sum, id)
 *   message_sum_put(head + MESSAGE_SUM_AT, sum)
 */
uint32_t message_sum_head(const char *head, size_t n);
uint32_t message_sum_id(uint32_t sum, const char *id);
/* MESSAGE_SUM_DIGITS bytes, no NUL */
void message_sum_put(char *out, uint32_t sum);

/*
 * message_record - the fixed part of a "to" line from MESSAGE_TO_STATE on,
 * to be written at rcpt.offset + MESSAGE_TO_STATE.  reply is cut and
 * padded; what is not escaped as in LTSV becomes '?'.  out has room for
 * MESSAGE_RECORD_LEN bytes, and gets no NUL.
 */
enum { MESSAGE_RECORD_LEN = MESSAGE_TO_FIXED - MESSAGE_TO_STATE - 1 };
void message_record(char *out, const struct message_rcpt *);

#endif
