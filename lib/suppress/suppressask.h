#ifndef SUPPRESS_SUPPRESSASK_H
#define SUPPRESS_SUPPRESSASK_H

#include "conf/softtable.h"
#include "suppress/suppressconf.h"
#include "suppress/suppressed.h"

/*
 * May mail of this kind go to this address?  The lists, and where they say no,
 * the rules of `suppress' that send all the same.  For programs through which
 * mail goes; the address of the null sender is not asked about, since what
 * comes from him are reports.
 */
enum { SUPPRESSASK_TEXT = 128 };

struct suppressask {
	struct suppressed list;
	struct softtable rules;
	struct suppressconf conf;
	uint64_t loaded; /* the generation of the table that conf is of */
	/* of the last one that was suppressed */
	struct suppressline line;
	char text[SUPPRESSASK_TEXT]; /* "suppressed since 2026-11-30: REASON" */
	unsigned told : 1;
};

struct suppressask_mail {
	struct slice to, from, tenant, stream, user;
};

/* NULL: memory is out.  What cannot be read now is said by warn() */
struct suppressask *suppressask_open(const char *dir, const char *confdir);
/* 1: it is suppressed, and line and text say why; 0: it may go; -1: that is not
 * known now, which is said by warn() once */
int suppressask(struct suppressask *, const struct suppressask_mail *,
    int64_t now_s);
/* does who sent it get a report? */
int suppressask_reports(struct suppressask *, const struct suppressask_mail *);
/* before `fix' has looked: the tenant and stream of a sender, into m, where a
 * rule says door:.  They are valid until the next call */
void suppressask_door(struct suppressask *, struct suppressask_mail *m);

/* the event `suppressed' of the last one: where is rcpt, receipt or route.  More
 * labels may be put, and event_end() */
void suppressask_event(const struct suppressask *,
    const struct suppressask_mail *, const char *where);

#endif
