#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "base/loop.h"
#include "queue/age.h"
#include "queue/done.h"
#include "queue/jobhead.h"
#include "queue/result.h"
#include "queue/schedule.h"
#include "run/helper.h"
#include "run/rounds.h"
#include "run/rcptevent.h"
#include "run/heads.h"
#include "run/retries.h"
#include "run/failed.h"
#include "run/jobs.h"
#include "run/toline.h"
#include "run/resultfile.h"
#include "run/doubtful.h"
#include "run/doubts.h"
#include "run/resulttrim.h"
#include "run/oldjournal.h"
#include "run/waitreason.h"
#include "run/facts.h"
#include "run/orders.h"
#include "run/show.h"
#include "run/retrylater.h"
#include "run/fold.h"
#include "run/cleaning.h"
#include "run/final.h"
#include "run/bounces.h"
#include "run/expire.h"
#include "run/ordered.h"
#include "run/lifetime.h"
#include "run/why.h"
#include "run/settle.h"
#include "run/verify.h"
#include "run/load.h"
#include "run/arrivals.h"
#include "run/chain.h"
#include "run/scan.h"
#include "run/fifo.h"
#include "run/recover.h"
#include "run/control.h"
#include <sys/types.h>

/*
 * The parts of queue-run, over one structure.  Each stands on those above it
 * and on none below; what one has to say to those below is a flag that they
 * look at, or a function that they have handed over.
 *
 *   helper     a child that is started again when it ends
 *   rounds     work in slices
 *   rcptevent  what the log says of a recipient
 *   heads      heads of message files
 *   retries    the retry table
 *   failed     what failures are called
 *   jobs       what is down the chain
 *   toline     a recipient's line in its message's file
 *   resultfile what the deliverers write down themselves
 *   doubts     outcomes that nobody knows, and the file does not say so
 *   doubtful   what the site wants done with such
 *   resulttrim room in the file of results
 *   oldjournal what the journal says of messages that are not in the index
 *   waitreason why the mail of a domain waits, in the chain's words
 *   facts      what is known of a recipient, for selectors
 *   orders     orders that stand, of which a recipient may be one
 *   show       what is known of a recipient, for people
 *   retrylater what was answered with `later', when limits have changed
 *   fold       the oldest segment of the journal, written home
 *   cleaning   queue-clean: removal of files and segments, sync
 *   final      ends: the journal, and what is dropped behind it
 *   bounces    failure and delay reports
 *   expire     recipients whose time is over, and why
 *   ordered    what was ordered for jobs that did not come back
 *   lifetime   warnings and expiry by the clock
 *   why        questions that go down the chain as jobs do
 *   settle     what a result changes: journal, message file, events
 *   verify     are files what was written, after a crash
 *   load       message files into the index
 *   arrivals   ids of those that are to be looked at
 *   chain      jobs down, results up, deadlines
 *   scan       directories, for what the FIFO has lost
 *   fifo       ids from the FIFO
 *   recover    what the runs before have written down and not recorded
 *   control    requests on the control socket
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
	RUN_ASKED_MS = 2000,     /* until a scan that was asked for */
	RUN_FAULT_MS = 30000,    /* after a fault of our own */
	RUN_STALL_MS = 1000,     /* journal unwritable: tried again */
	RUN_TURNS_MAX = 256,     /* turns taken in a round */
	RUN_PATH_MAX = 4096
};

/* flags of a recipient: what to do when it is back from the chain */
enum {
	RUN_DOUBT = 1, /* last outcome unknown: next may be a second copy */
	RUN_HOLD = 2,
	RUN_DELETE = 4,
	RUN_BOUNCE = 8,
	RUN_LATER = 32, /* it waits because the chain said `later' */
	RUN_TOLD = 64,  /* who answered has said when it is tried again */
	RUN_WARNED = 16 /* the doubt was said when it last went down */
};

/* the reply of what an administrator returns */
#define RUN_RETURNED "5.7.0 - returned by the administrator"

/* flags of a message */
enum {
	RUN_LEAVING = 1, /* with queue-clean */
	RUN_OWES = 2,    /* in line for a report */
	RUN_TIMED = 4,   /* its time is not that of its age alone */
	RUN_ASKED = 8,   /* with queue-clean for a while */
	RUN_ORDERED = 16 /* an order for it is under way: its head is kept */
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
	    held : 1, stopping : 1, stalled : 1, first_scan : 1;
	int status; /* of the whole program */

	struct rounds rounds;
	struct heads heads;
	struct retries retries;
	struct failed failed;
	struct jobs jobs;
	struct toline toline;
	struct resultfile resultfile;
	struct doubts doubts;
	struct resulttrim resulttrim;
	struct oldjournal oldjournal;
	struct waitreason waitreason;
	struct orders orders;
	struct retrylater retrylater;
	struct fold fold;
	struct cleaning cleaning;
	struct final final;
	struct bounces bounces;
	struct expire expire;
	struct lifetime lifetime;
	struct why why;
	struct settle settle;
	struct verify verify;
	struct load load;
	struct arrivals arrivals;
	struct chain chain;
	struct scan scan;
	struct fifo fifo;
	struct recover recover;
	struct control *control; /* requests on the socket */
};

#endif
