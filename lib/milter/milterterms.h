#ifndef MILTER_MILTERTERMS_H
#define MILTER_MILTERTERMS_H

#include "milter/milterpacket.h"

/*
 * What both ends agree on when a connection begins: version, what the milter
 * may change, which steps it wants to hear of and answers, which macros.
 */
enum { MILTERTERMS_VERSION_MIN = 2, MILTERTERMS_VERSION_MAX = 6 };

/* what it may change */
enum milter_action {
	MILTER_MAY_ADD_HEADER = 1 << 0,
	MILTER_MAY_CHANGE_BODY = 1 << 1,
	MILTER_MAY_ADD_RCPT = 1 << 2,
	MILTER_MAY_DEL_RCPT = 1 << 3,
	MILTER_MAY_CHANGE_HEADER = 1 << 4,
	MILTER_MAY_QUARANTINE = 1 << 5,
	MILTER_MAY_CHANGE_FROM = 1 << 6,
	MILTER_MAY_ADD_RCPT_ARGS = 1 << 7,
	MILTER_MAY_CHOOSE_MACROS = 1 << 8
};

/* steps that it does not want, or does not answer, and ways to do them */
enum milter_step_bit {
	MILTER_NO_CONNECT = 1 << 0,
	MILTER_NO_HELO = 1 << 1,
	MILTER_NO_MAIL = 1 << 2,
	MILTER_NO_RCPT = 1 << 3,
	MILTER_NO_BODY = 1 << 4,
	MILTER_NO_HEADER = 1 << 5,
	MILTER_NO_EOH = 1 << 6,
	MILTER_MUTE_HEADER = 1 << 7,
	MILTER_NO_UNKNOWN = 1 << 8,
	MILTER_NO_DATA = 1 << 9,
	MILTER_CAN_SKIP = 1 << 10,
	MILTER_REFUSED_RCPT = 1 << 11,
	MILTER_MUTE_CONNECT = 1 << 12,
	MILTER_MUTE_HELO = 1 << 13,
	MILTER_MUTE_MAIL = 1 << 14,
	MILTER_MUTE_RCPT = 1 << 15,
	MILTER_MUTE_DATA = 1 << 16,
	MILTER_MUTE_UNKNOWN = 1 << 17,
	MILTER_MUTE_EOH = 1 << 18,
	MILTER_MUTE_BODY = 1 << 19,
	MILTER_LEADING_SPACE = 1 << 20, /* of a header's value is told */
	MILTER_DATA_256K = 1 << 28,     /* bytes of data in a packet */
	MILTER_DATA_1M = 1 << 29
};

/* stages, as a milter counts them when it chooses macros */
enum milter_stage {
	MILTER_AT_CONNECT,
	MILTER_AT_HELO,
	MILTER_AT_MAIL,
	MILTER_AT_RCPT,
	MILTER_AT_DATA,
	MILTER_AT_EOM,
	MILTER_AT_EOH,
	MILTER_STAGES
};

struct milterterms {
	uint32_t version, actions, steps;
	size_t data_max; /* bytes of data in a packet that we send */
	/* macros chosen for a stage, a bit for each, miltermacro.h; what was
	 * not chosen is ours to say */
	uint32_t macros[MILTER_STAGES];
	unsigned chosen; /* a bit for each stage */
};

/* what we offer; version: at most that.  0, or -1 with ENOMEM */
int milterterms_offer(struct buf *, unsigned version);
/*
 * milterterms_read - what was answered to that offer
 *
 * Returns NULL, or why it cannot be agreed to, in a few words.
 */
const char *milterterms_read(struct milterterms *, unsigned version,
    const struct milterpacket *);

#endif
