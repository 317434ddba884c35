#ifndef RECV_RCPTWIRE_H
#define RECV_RCPTWIRE_H

#include "base/buf.h"
#include "conf/word.h"
#include "format/ltsv.h"
#include <stdint.h>

/*
 * What is said when a recipient is asked for: jobs and results of job(5), so
 * that the end of a delivering chain can answer, and a program of a few lines.
 *
 *   id:7 n:0 from: to:joe@example.net ask:next verify:1
 *   id:7 n:0 status:bounced code:550 esc:5.1.1 text:550 5.1.1 who?
 */
enum {
	RCPTWIRE_TO_MAX = WORD_ADDRESS_MAX, /* bytes of an address */
	RCPTWIRE_ASK_MAX = 16,              /* of the word of ask: */
	RCPTWIRE_ESC_MAX = 12,              /* of an enhanced status code */
	RCPTWIRE_TEXT_MAX = 300             /* of a text */
};

struct rcptwire_question {
	uint32_t id;
	char to[RCPTWIRE_TO_MAX + 1], ask[RCPTWIRE_ASK_MAX + 1];
	size_t to_len;
};

enum rcptwire_what { RCPTWIRE_KNOWN, RCPTWIRE_NOBODY, RCPTWIRE_UNSURE };

/* with esc and text, which are empty when they are not said, or too long */
struct rcptwire_answer {
	uint32_t id;
	enum rcptwire_what what;
	char esc[RCPTWIRE_ESC_MAX + 1], text[RCPTWIRE_TEXT_MAX + 1];
};

/* append a line; 0, or -1 with ENOMEM */
int rcptwire_ask(struct buf *, uint32_t id, struct slice to, const char *ask);
int rcptwire_answer(struct buf *, const struct rcptwire_answer *);

/* a line with or without its LF as one of these; 0, or -1: it is none */
int rcptwire_read_question(const char *, size_t, struct rcptwire_question *);
/* not every result `bounced' is about the recipient: what is refused before RCPT
 * says nothing of him */
int rcptwire_read_answer(const char *, size_t, struct rcptwire_answer *);

#endif
