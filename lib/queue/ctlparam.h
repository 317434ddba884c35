#ifndef QUEUE_CTLPARAM_H
#define QUEUE_CTLPARAM_H

#include "base/buf.h"
#include "conf/word.h"
#include "format/ltsv.h"
#include <stdint.h>

/*
 * What is said of an order beside its selectors, as people type it and as
 * labels of a request:
 *
 *   for=2h        for:SECONDS       its time; without: until it is ended
 *   reason=TEXT   reason:TEXT       why
 *   pool=NAME     set-pool:NAME     rebind: the pool, in place of the rules'
 *   host=HOSTS    set-host:HOSTS    the same of the hosts
 *   tag=VALUE     set-tag:VALUE     one more tag
 *   none          none:1            rebind: nothing of all that any more
 *   id:NUMBER     order:NUMBER      which order is ended
 */
enum {
	CTLPARAM_FOR_MAX_S = 366 * 86400,
	CTLPARAM_TEXT_MAX = 200, /* bytes of a value */
	CTLPARAM_TAGS_MAX = 4
};

/* all zero is nothing */
struct ctlparam {
	uint64_t for_s, order; /* 0: none */
	int none;
	struct slice reason, pool, host, tag[CTLPARAM_TAGS_MAX];
	unsigned n_tag;
};

/* 1: the word is one of these, and *wrong NULL or what is wrong with it; 0: it
 * is none.  It must stay */
int ctlparam_word(struct ctlparam *, const char *word, const char **wrong);
/*
 * ctlparam_label - the same of a label of a request
 *
 * text, room  where values are put, unescaped; *used of it are in use
 */
int ctlparam_label(struct ctlparam *, const struct ltsv_field *, char *text,
    size_t room, size_t *used, const char **wrong);
/* as labels, into a line that has begun; 0, or -1 without memory */
int ctlparam_put(const struct ctlparam *, struct buf *);
/* is there something that jobs get? */
int ctlparam_sets(const struct ctlparam *);

#endif
