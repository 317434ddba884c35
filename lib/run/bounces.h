#ifndef RUN_BOUNCES_H
#define RUN_BOUNCES_H

#include "base/buf.h"
#include "base/loop.h"
#include "run/helper.h"
#include <stdint.h>

struct run;

/*
 * Reports of failures, delays and successes that are owed to senders, through
 * the bounce command.  A message waits REPORT_LINGER_MS for more of its
 * recipients to fail, so that its sender gets one report; not when no other is
 * under way.  What the command cannot do now waits REPORT_AGAIN_MS.  Both lines
 * are in the order of their times.
 */
enum {
	REPORT_LINGER_MS = 2000,
	REPORT_AGAIN_MS = 60000,
	REPORT_OPEN_MAX = 16,   /* requests not yet answered */
	REPORT_RCPTS_MAX = 1000 /* recipients in one report */
};

struct bounces {
	struct helper helper;
	char *argv[4];           /* its, */
	struct buf line;         /* and the command in it */
	struct buf soon, again;  /* struct owed each */
	struct request *request; /* REPORT_OPEN_MAX */
	struct loop_timer timer;
	int open; /* requests */
};

/* command: for the shell; NULL: there is none, nobody owes */
void bounces_start(struct run *, const char *command);
/* a recipient of the message owes one */
void bounces_owe(struct run *, uint32_t message);
void bounces_stop(struct run *);

#endif
