#ifndef QUEUE_JOBHEAD_H
#define QUEUE_JOBHEAD_H

#include "base/buf.h"
#include "conf/word.h"
#include "queue/message.h"
#include <stdint.h>

/*
 * What queue-run needs of a message file's head to make jobs of it, in one
 * allocation a tenth of the head's size.
 */
enum {
	JOBHEAD_LABELS_MAX = 64,    /* envelope lines that become labels */
	JOBHEAD_COMMON_MAX = 32768, /* bytes of what its jobs have in common */
	JOBHEAD_DOMAIN_MAX = 255
};

struct jobhead_rcpt {
	uint32_t offset; /* of the "to" line in the file */
	uint32_t at;     /* in text: address, then further fields */
	uint16_t to_len, more_len;
	uint16_t tries;
	char state, mark; /* mark as in the file, with the doubt */
	int64_t next;     /* seconds since 1970 */
};

struct jobhead {
	size_t bytes;               /* of the whole allocation */
	int64_t birth_ms;           /* since 1970 */
	uint64_t off;               /* of the message in the file */
	int64_t expire, hold_until; /* seconds since 1970, 0: none */
	int64_t notify_at;          /* its sender hears of a delay then, 0: as
				     * others do (RFC 2852, by-mode N) */
	uint32_t sender;            /* jobhead_sender() */
	uint32_t n_rcpt;
	uint32_t who_len, common_len; /* "from:.. tenant:.. tag:.. uuid:..",
					 * and all */
	uint32_t owner_at, owner_len; /* in text: whom it belongs to */
	uint8_t prio, null_sender;
	struct jobhead_rcpt *rcpt;
	char text[];
};

/*
 * jobhead_make - from a whole head
 *
 * head, n  as message_open() takes it
 * id       of the message; path is its file, absolute
 *
 * Returns what is to be given to free(), or NULL: errno EINVAL for a damaged
 * head, ENOMEM.
 */
struct jobhead *jobhead_make(const char *head, size_t n, const char *id,
    const char *path);
/* since when it may be tried, ms since 1970: lifetime and warning count from
 * then, or what is held for long would be too old before its first attempt */
static inline int64_t
jobhead_from_ms(const struct jobhead *c)
{
	int64_t held_ms = c->hold_until * 1000;

	return held_ms > c->birth_ms ? held_ms : c->birth_ms;
}
/* when its sender is to hear that it is late, seconds since 1970, 0: never;
 * warn: seconds of the retry table from then on, 0: never */
static inline int64_t
jobhead_warn_s(int64_t from_ms, int64_t warn, int64_t notify_at)
{
	int64_t at = warn > 0 ? from_ms / 1000 + warn : 0;

	return notify_at > 0 && (at == 0 || notify_at < at) ? notify_at : at;
}
/* hash of a sender's address, escaped as in LTSV: one for all that are
 * address_alike() */
uint32_t jobhead_sender(const char *address, size_t n);
/* what stands in its tag campaign=, escaped as in LTSV; n 0: nothing */
struct slice jobhead_campaign(const struct jobhead *);
/* append the job line of recipient i, job(5); 0, or -1 with ENOMEM */
int jobhead_job(const struct jobhead *, unsigned i, const char *id,
    unsigned tries, int doubt, struct buf *out);
/* what the last attempt failed with, into the job line that ends b: class of
 * its result, and class of the failure; what is empty, or no name, is left out.
 * 0, or -1 with ENOMEM */
int jobhead_last(struct buf *b, struct slice class, struct slice failure);
/* append "from:.. tenant:.. tag:.. uuid:.. to:..", LTSV fields for events, no LF; 0, or
 * -1 with ENOMEM */
int jobhead_who(const struct jobhead *, unsigned i, struct buf *out);
/* the domain of an address, lower case; its length, 0: none.  out has room
 * for JOBHEAD_DOMAIN_MAX bytes */
size_t jobhead_domain(const char *address, size_t n, char *out);

#endif
