#ifndef SHIP_SHIPPLACES_H
#define SHIP_SHIPPLACES_H

#include "ship/logsources.h"

/*
 * The places in the logs that are behind the one where they are read: behind the
 * batch on its way, and behind what was taken, which is the one that is kept.
 * With a receiver that is down they stand still, and files come and go
 * meanwhile: the counts and the names are carried on.
 */
struct shipplaces {
	struct cursor *flying, *taken; /* of each log, as in logsources */
	unsigned n_flying, n_taken;
};

/* a batch is on its way with all that was read.  0, or -1 with ENOMEM */
int shipplaces_fly(struct shipplaces *, const struct logsources *);
/* it has been taken */
void shipplaces_landed(struct shipplaces *);
/* nothing is on its way, and what was read is behind us.  0, or -1 with ENOMEM */
int shipplaces_read(struct shipplaces *, const struct logsources *);
/* the place that is kept, as text.  0, or -1 with ENOMEM */
int shipplaces_put(const struct shipplaces *, struct buf *);
/* an event on its way is refused for good.  It belongs to the log that its label
 * src names, and counts when the place is behind its batch: with the events
 * before that it would be one too many */
void shipplaces_refused(struct shipplaces *, const struct logsources *,
    const char *event, size_t n);
/* a file of a log is gone of which nothing is on its way; name empty: it was
 * `current`.  It is counted once: a place in it is none any more */
void shipplaces_gone(struct shipplaces *, const struct logsources *,
    const struct logsource *, const struct logfiles_one *);
/* new files of a log are known where it is read, and the name that the file of
 * the place has got.  1: the place that is kept knows them now, too; 0 */
int shipplaces_noted(struct shipplaces *, const struct logsources *,
    const struct logsource *);
void shipplaces_free(struct shipplaces *);

#endif
