#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "base/loop.h"
#include "chain/wire.h"
#include "queue/age.h"
#include "queue/done.h"
#include "queue/jobhead.h"
#include "queue/result.h"
#include "queue/schedule.h"
#include "queue/sumcheck.h"
#include "run/arrivals.h"
#include "run/bounces.h"
#include "run/cleaning.h"
#include "run/doubts.h"
#include "run/expire.h"
#include "run/fifo.h"
#include "run/final.h"
#include "run/fold.h"
#include "run/heads.h"
#include "run/helper.h"
#include "run/load.h"
#include "run/jobs.h"
#include "run/oldjournal.h"
#include "run/rcptevent.h"
#include "run/retrylater.h"
#include "run/rounds.h"
#include "run/scan.h"
#include "run/settle.h"
#include "run/recover.h"
#include "run/resultfile.h"
#include "run/resulttrim.h"
#include "run/retries.h"
#include "run/suspend.h"
#include "run/toline.h"
#include "run/waitreason.h"
#include <sys/types.h>

/*
 * The parts of queue-run, over one structure:
 *
 *   load     message files into the index
 *   arrivals ids of those that are to be looked at
 *   scan     directories
 *   fifo     ids from the FIFO
 *   oldjournal   what the journal says of messages that are not in the index
 *   verify   are files what was written, after a crash
 *   chain    jobs down, results up, deadlines
 *   resultfile   what the deliverers write down themselves
 *   doubts   outcomes that nobody knows, and the file does not say so
 *   resulttrim   room in the file of results
 *   recover  what the runs before have written down
 *   settle   what a result changes: journal, message file, events
 *   fold     the oldest segment of the journal, written home
 *   cleaning queue-clean: removal of files and segments, sync
 *   bounces  failure and delay reports
 *   retrylater   what was answered with `later', when limits have changed
 *   lifetime warnings and expiry by the clock
 *   suspend  domains that get no mail for now
 *   waitreason   why the mail of a domain waits, in the chain's words
 *   show     what is known of a recipient
 *   control  requests on the control socket
 *   ordered  what was ordered for jobs that did not come back
 */
enum {
	RUN_WINDOW = 500,
	RUN_RCPTS_MAX = 4000000, /* recipients in memory; above: later */
	RUN_RESERVE = 32 << 20,  /* bytes for delivery when memory is out */
	RUN_RESERVE_MIN = 64 << 10,
	RUN_ROOM_MIN = 10000,    /* recipients in memory, also when it is out */
	RUN_INTAKE_MAX = 200000, /* ids from the FIFO not yet looked at */
	RUN_SLICE = 64,          /* files looked at in a round */
	RUN_AGAIN_SLICE = 4096,  /* recipients, in memory */
	RUN_RUN_MAX = 100,       /* recipients in one turn */
	RUN_YOUNG_US = 5000000,  /* a scan leaves younger files alone */
	RUN_SCRAP_US = 60000000, /* older half files are removed */
	RUN_STOP_MS = 6000,      /* at TERM the chain has so long */
	RUN_LOST_TIMES = 24,     /* so many deadlines: a job is lost */
	RUN_GONE_MS = 10000,     /* a chain that takes no jobs has so long */
	RUN_LATER_MS = 5000,     /* a `later' that names no time */
	RUN_LATER_MIN_MS = 10,
	RUN_ASKED_MS = 2000,      /* until a scan that was asked for */
	RUN_FAULT_MS = 30000,     /* after a fault of our own */
	RUN_STALL_MS = 1000,      /* journal unwritable: tried again */
	RUN_SUSPEND_MS = 3600000, /* a suspended domain is looked at again */
	RUN_TURNS_MAX = 256,      /* turns taken in a round */
	RUN_SUSPENDED_MAX = 1000, /* domains */
	RUN_PATH_MAX = 4096
};

/* flags of a recipient: what to do when it is back from the chain */
enum {
	RUN_DOUBT = 1, /* last outcome unknown: next may be a second copy */
	RUN_HOLD = 2,
	RUN_DELETE = 4,
	RUN_BOUNCE = 8,
	RUN_LATER = 32, /* it waits because the chain said `later' */
	RUN_WARNED = 16 /* the doubt was said when it last went down */
};

/* the reply of what an administrator returns */
#define RUN_RETURNED "5.7.0 - returned by the administrator"

/* flags of a message */
enum {
	RUN_LEAVING = 1, /* with queue-clean */
	RUN_OWES = 2,    /* in line for a report */
	RUN_TIMED = 4,   /* has a line "expire" */
	RUN_ASKED = 8,   /* with queue-clean for a while */
	RUN_ORDERED = 16 /* an order for it is under way: its card is kept */
};

struct run {
	/* options */
	const char *queue; /* absolute */
	unsigned window;
	int64_t deadline_ms, lost_ms, rescan_ms, sync_ms;
	uint32_t rcpts_max;
	uint64_t segment_bytes;
	int can_report; /* there is a bounce command */

	int qfd, done_fd, lock_fd;
	struct schedule s;
	struct age age;
	struct done done;
	unsigned crashed : 1, /* the queue-run before did not end well */
	    cut : 1,          /* nor did the machine */
	    held : 1, stopping : 1, chain_gone : 1, stalled : 1, first_scan : 1,
	    scanning : 1, scan_again : 1, scan_bad : 1;
	int status; /* of the whole program */

	/* verify */
	struct sumcheck sum;
	int verifying;
	struct buf refused; /* ids that could not be set aside */

	/* chain */
	struct wire chain;
	pid_t chain_pid;
	const char *next_name; /* its first link */
	struct loop_timer due_timer, deadline_timer, stall_timer, stop_timer;
	int64_t due_set_ms;

	struct retries retries;
	struct rounds rounds;
	struct heads heads;
	struct jobs jobs;
	struct resultfile resultfile;
	struct doubts doubts;
	struct resulttrim resulttrim;
	struct recover recover;
	struct toline toline;
	struct suspend suspend;
	struct waitreason waitreason;
	struct retrylater retrylater;
	struct settle settle;
	struct oldjournal oldjournal;
	struct fold fold;
	struct cleaning cleaning;
	struct bounces bounces;
	struct load load;
	struct arrivals arrivals;
	struct scan scan;
	struct fifo fifo;
	struct expire expire;
	struct final final;

	struct control *control; /* requests on the socket */
};

/* verify */
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
/* it could not be set aside, and is not to be loaded */
int verify_refused(const struct run *, const char *id);

/* chain */
void chain_start(struct run *, char *const argv[]);
/* jobs down as far as there is room */
void chain_refill(struct run *);
void chain_stop(struct run *);
/* end the program, with everything recorded */
void run_end(struct run *, int status) __attribute__((noreturn));

/* lifetime */
void lifetime_start(struct run *);
int lifetime_slice(struct run *);
/* a recipient has come into the index */
void lifetime_set(struct run *, uint32_t rcpt, const struct jobhead *);
/* it has come back; returns for how many ms it is to wait at least, so that it
 * is not down the chain again before its end, or the warning, that is due */
int64_t lifetime_back(struct run *, const struct run_job *);
/* it was tried, in vain */
void lifetime_tried(struct run *, const struct run_job *,
    const struct ltsv_field *class);
/* the next attempt as it stands in a file, seconds, by the clock as it is now;
 * no later than any interval of the retry table from now */
int64_t lifetime_cap(struct run *, uint32_t rcpt, int64_t next_s);
/* tell the next queue-run what time it is */
void lifetime_alive(struct run *);

/* ordered */
/* delete or return (RUN_DELETE, RUN_BOUNCE) what is down, when it is back;
 * 0, -1: that does not stand in its file */
int ordered_mark(struct run *, uint32_t rcpt, const struct jobhead *,
    unsigned flag);
/* was that ordered in the run before?  Then it waits for ordered_end() */
int ordered_load(struct run *, uint32_t rcpt);
void ordered_end(struct run *, uint32_t rcpt, const struct jobhead *);

/* show */
/* "waiting", "ready", "out"; NULL: none of these */
const char *show_where(const struct schedule_rcpt *);
/* the site that its mail goes to, NULL: not known */
const char *show_site(const struct run *, const struct schedule_rcpt *,
    size_t *n);
/* a line for each recipient of a message that is not done with; 0, or -1
 * without memory */
int show_message(struct run *, uint32_t message, struct buf *out);

/* control */
void control_start(struct run *);
int control_slice(struct run *);

#endif
