#ifndef SENDMAIL_OTHERPROG_H
#define SENDMAIL_OTHERPROG_H

#include "sendmail/handin.h"
#include "sendmail/options.h"

/*
 * The programs that do what sendmail(8) is asked for beside sending:
 * queue-list for -bp, conf-build for -bi, smtp-recv for -bs with sendmail -bk as
 * its next link, queue-ctl for -q.
 */
enum { OTHERPROG_WORDS = 8, OTHERPROG_PATH = 4096 };

/* all zero at first */
struct otherprog {
	char *argv[OTHERPROG_WORDS]; /* and a NULL */
	/* private */
	char folder[OTHERPROG_PATH], what[OTHERPROG_PATH], self[OTHERPROG_PATH];
};

/*
 * otherprog_find - which one, with its command line and environment
 *
 * service  for -bs: a chain of the caller's own takes its mail
 *
 * Returns 0, or -1 with errno; its name stands in argv[0] then, too.
 */
int otherprog_find(struct otherprog *, const struct sendmail_options *,
    struct handin *service);
/* run it beside us and wait: its exit status as one of sysexits.h, or -1 with
 * errno when it cannot be started */
int otherprog_run(const struct otherprog *, const struct sendmail_options *);

#endif
