#ifndef RUN_VERIFY_H
#define RUN_VERIFY_H

#include "base/buf.h"
#include "queue/sumcheck.h"

struct run;

/*
 * After an end that was none a power cut may have left what was never
 * written: on a file system without journal stale blocks, or another
 * message's file under an old name.  So the first scan compares checksums,
 * and what is wrong goes to QUEUE/aside, for people; so does, in any scan,
 * what is no message file.
 */
struct verify {
	struct sumcheck sum;
	int on;             /* a long file is being read */
	struct buf refused; /* ids that could not be set aside */
};

/*
 * verify_begin - may the message in this file be loaded?
 *
 * 0: yes; -1: no, it was set aside; 1: it is long, verify_more() says it, once
 * in a round.  Asks only in the first scan after an unclean end.
 */
int verify_begin(struct run *, const char *id);
int verify_more(struct run *);
/* the same at once, beside what is under way: 0 or -1 */
int verify_now(struct run *, const char *id);
/* into QUEUE/aside with it; what: why, said after its path */
void verify_aside(struct run *, const char *id, const char *what);
/* 1 when it could not be set aside, and is not to be loaded; else 0 */
int verify_refused(const struct run *, const char *id);

#endif
