#ifndef IMPORT_PMTA_H
#define IMPORT_PMTA_H

#include "import/limits.h"

/*
 * The configuration of a PowerMTA: lines "NAME VALUE" in blocks <KIND OF> ...
 * </KIND>, which may stand in each other.  Of the blocks domain, virtual-mta,
 * virtual-mta-pool, smtp-pattern-list, bounce-category-patterns and
 * mx-rollup-list lines are made; all else is left out.
 */
enum {
	PMTA_BLOCKS_MAX = 8,    /* in each other */
	PMTA_LINES_MAX = 10000, /* that are kept */
	/* how long who has asked for it is left alone, where nothing says so,
	 * and the longest time to that */
	PMTA_BACKOFF_S = 900,
	PMTA_BACKOFF_TIMES = 8
};

enum pmta_block {
	PMTA_NONE, /* outside of all */
	PMTA_DOMAIN,
	PMTA_VMTA,
	PMTA_POOL,
	PMTA_PATTERNS,
	PMTA_CATEGORIES,
	PMTA_ROLLUPS,
	PMTA_OTHER
};

/* a line in a block that is known; all is a part of the text */
struct pmta_line {
	struct import_at at;
	enum pmta_block block;
	struct slice of;   /* what the block is about */
	struct slice vmta; /* of a domain: the virtual-mta around it, or n 0 */
	struct slice name, value;
};

struct pmta {
	struct import *import;
	struct buf lines;  /* struct pmta_line */
	struct buf macros; /* the same: name, and the domains it stands for */
	struct limits limits;
	struct {
		enum pmta_block block;
		struct slice of, name;
		struct import_at at;
	} open[PMTA_BLOCKS_MAX];
	unsigned depth;
};

/* one file; the text and the name live until pmta_finish().  0, or -1: it is
 * no such file, which is told */
int pmta_read(struct pmta *, const char *file, const char *text, size_t n);
/* all lines are made, and memory is freed */
void pmta_finish(struct pmta *);

static inline size_t
pmta_lines(const struct pmta *p)
{
	return buf_len(&p->lines) / sizeof(struct pmta_line);
}

static inline const struct pmta_line *
pmta_line(const struct pmta *p, size_t i)
{
	return (const struct pmta_line *)(const void *)buf_data(&p->lines) + i;
}

/* the first word of a text, without the quotes around it; the rest behind it */
struct slice pmta_word(struct slice *rest);

/* the parts of pmta_finish() */
void pmta_pools(struct pmta *);
void pmta_domains(struct pmta *);
void pmta_replies(struct pmta *);
/* is it a name that a line of mx-rollup-list has? */
int pmta_is_rollup(const struct pmta *, struct slice);

#endif
