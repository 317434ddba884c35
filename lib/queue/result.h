#ifndef QUEUE_RESULT_H
#define QUEUE_RESULT_H

#include "format/ltsv.h"
#include "queue/message.h"
#include <stdint.h>

/* A result as queue-run understands it, job(5). */
enum result_status {
	RESULT_SENT,
	RESULT_DEFERRED,
	RESULT_BOUNCED,
	RESULT_LATER,
	RESULT_SENDING /* only written down: it is about to leave */
};

enum { RESULT_ROOM_NONE = 0xffffffff };

struct result {
	struct ltsv l;
	const char *id; /* NAME_LEN bytes in the line */
	unsigned n;
	enum result_status status;
	int64_t next_ms;        /* since 1970, 0: none */
	uint32_t room;          /* RESULT_ROOM_NONE: none */
	uint32_t provider_room; /* the same */
	struct slice key; /* it waits in its line, as it stands; empty: none */
	struct slice key_by; /* labels by which the key is chosen */
	uint32_t key_room;
	int64_t key_until_ms; /* since 1970 */
	int doubt;
	int hold;                      /* until an administrator releases it */
	int quiet;                     /* report:no, no report is made of it */
	const struct ltsv_field *site; /* NULL: none, or empty */
	const struct ltsv_field *provider;
};

/*
 * result_parse - one line with its LF; slices point into it.  0, or -1: no
 * LTSV, no well-formed id, n or status.  What else is malformed (next, room)
 * counts as absent.
 */
int result_parse(const char *line, size_t n, struct result *);
/* is it no result, but the word that what was answered with `later' may be
 * asked again now? */
int result_again(const char *line, size_t n);
/* what becomes of one that was sent: S, or R, D, E where the result says which
 * report its sender wants of that (dsn) */
enum message_state result_success(const struct result *);
/* "ESC HOST TEXT" for the message file, escaped; out is cleared first.  0, or
 * -1 with ENOMEM */
int result_reply(const struct result *, struct buf *out);

#endif
