#ifndef MAIL_REPORTOPT_H
#define MAIL_REPORTOPT_H

#include "base/buf.h"
#include "mail/reportbook.h"
#include "mail/reportmail.h"
#include <stdint.h>

/*
 * What programs have in common that make reports (mail/reportmail.h) of the
 * log: their options -b BEGIN, -D OUTDIR, -d DOMAIN, -e END, -i ID, -m CONTACT
 * and -o ORGANIZATION, the files that they read, those that they write.  What
 * will not do ends the program, as in base/opt.h.
 */
enum { REPORTOPT_UNIQUE_MAX = 64 /* letters and digits of -i */ };

struct reportopt {
	const char *outdir, *domain, *unique, *contact, *organization;
	const char *submitter; /* the domain of contact: reportopt_check() */
	int64_t begin, end;    /* seconds since 1970; -1: not given */
};

/* one option, if it is one of these: 1, else 0.  begin and end are -1 before */
int reportopt_take(struct reportopt *, int option, const char *text);
/* all of them; usage: where one is missing that must be there */
void reportopt_check(struct reportopt *, const char *usage);
/* are events of this time and domain asked for? */
int reportopt_wants(const struct reportopt *, int64_t time, const char *domain);
/* where no period was given: the whole days of UTC that these are of */
void reportopt_period(struct reportopt *, int64_t first, int64_t last);
/* each line of the files, of descriptor 0 where there are none; as base/lines.h,
 * with the lines of format/ltsv.h */
void reportopt_read(char *const *files,
    void (*take)(void *arg, const char *line, size_t n), void *arg);
/* act as the owner of outdir from now on, base/folder.h, where there is one */
void reportopt_settle(const struct reportopt *);
/* the report of a domain */
struct reportmail_report reportopt_report(const struct reportopt *,
    const char *domain);
/* at the end: what is in no report.  useless: events that lack something;
 * events, what: "verdicts", "messages" */
void reportopt_missed(uint64_t useless, const char *events,
    const struct reportbook *, const char *what);
/* a file in outdir, base/newfile.h */
void reportopt_write(const struct reportopt *, const char *name,
    const struct buf *);

#endif
