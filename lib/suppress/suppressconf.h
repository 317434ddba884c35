#ifndef SUPPRESS_SUPPRESSCONF_H
#define SUPPRESS_SUPPRESSCONF_H

#include "conf/lookup.h"
#include "conf/rulesearch.h"

/*
 * The file `suppress', suppressfile.h, asked: which events suppress an address,
 * for whom and how long, and which mail goes to it all the same.
 */

/* what is asked of the rules */
struct suppressconf_facts {
	struct rulesearch_who who; /* its one tag: the stream */
	struct slice ev;           /* of an event: its kind; else empty */
	struct slice failure;      /* the class of its failure */
	struct slice type;         /* hard or soft */
	struct slice reason;       /* of an address that is suppressed */
	unsigned untrusted : 1;    /* anybody may have caused the event */
};

enum suppressconf_scope {
	SUPPRESSCONF_TENANT, /* all streams of the tenant */
	SUPPRESSCONF_STREAM,
	SUPPRESSCONF_EVERYBODY
};

/* what becomes of an event */
struct suppressconf_add {
	enum suppressconf_scope scope;
	int64_t span_s;  /* 0: for ever */
	unsigned after;  /* failures; 1: at once */
	int64_t after_s; /* within these seconds */
	unsigned line;
};

struct suppressconf {
	struct lookup table;
	struct rulesearch loaded;
};

/* the table as it is now; whenever it was replaced.  0, or -1: it is damaged,
 * and whoever asks hears it, too */
int suppressconf_load(struct suppressconf *, const struct lookup *);

/* what an event does: 1, 0: nothing; -1 damaged */
int suppressconf_event(const struct suppressconf *,
    const struct suppressconf_facts *, struct suppressconf_add *);
/* does mail go to a suppressed address all the same?  1, 0, -1 damaged */
int suppressconf_sends(const struct suppressconf *,
    const struct suppressconf_facts *);
/* does the sender get a report of it?  1, which is so without a rule; 0; -1 */
int suppressconf_reports(const struct suppressconf *,
    const struct suppressconf_facts *);
/*
 * suppressconf_door - for whom a sender sends, before a rule of `fix' says so
 *
 * tenant, stream  receive it, slices until the table is replaced
 *
 * 1; 0: it is not known; -1 damaged.
 */
int suppressconf_door(const struct suppressconf *,
    const struct suppressconf_facts *, struct slice *tenant,
    struct slice *stream);

#endif
