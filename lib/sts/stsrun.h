#ifndef STS_STSRUN_H
#define STS_STSRUN_H

#include "dns/resolve.h"
#include "sts/stsbook.h"
#include "sts/stscache.h"
#include "sts/stsfetch.h"

/*
 * The inside of sts-fetch(8): what the book wants is asked of the DNS, fetched
 * and kept, and each fetch told of as an event.
 */
enum {
	STS_FETCHES = 32,      /* at the same time; more wait */
	STS_FETCHES_MAX = 256, /* of -n */
	STSRUN_NAME_MAX = 244  /* bytes of a domain before which there is room
				* for _mta-sts. */
};

/* all zero at first, but for what its user sets */
struct stsrun {
	struct resolve *dns;
	struct stsfetch_way way;
	unsigned fetches;
	void (*answer)(struct stsbook_asker *, const struct stsbook_domain *);
	/* the rest is of stsrun.c */
	struct stsbook book;
	struct stscache cache; /* opened by its user */
	struct list queue;     /* fetches that wait */
	unsigned n_fetching;
	struct loop_timer tick;
	unsigned told : 1;
};

/* what is kept is known from then on */
void stsrun_begin(struct stsrun *);

/* the question for the record of a domain; 0, or -1 when it has no such name */
int stsrun_question(struct dnsq *, const char *domain);
/* what came of it; failed receives 1 when there was no answer */
enum stsrecord stsrun_record(const struct resolve_answer *,
    char id[STS_ID_MAX + 1], int *failed);

#endif
