#ifndef THROTTLE_SHARELINE_H
#define THROTTLE_SHARELINE_H

#include "format/ltsv.h"
#include "throttle/limitshare.h"

/*
 * The lines between throttle and throttle-share(8): one of LTSV for each
 * question, and one for its answer.
 */
enum {
	SHARELINE_WHO = 16, /* letters of a name: 0-9 a-f */
	SHARELINE_CAP_MAX = 2147483647,
	SHARELINE_PARTS_MAX = 1000000
};
#define SHARELINE_LEVEL_MAX (1000 * LEASE_WHOLE)

struct shareline {
	uint32_t id;
	char who[SHARELINE_WHO + 1];
	enum limitshare_kind kind;
	struct slice key, limit; /* values as they stand in the line */
	uint32_t parts;
	int64_t fill_us; /* of a rate: an empty whole is full after so long */
	int64_t turn_s;  /* of a cap: its hour or day began then */
	int64_t born_s;  /* and who asks was started then */
	struct lease_question is;
};

/* the bytes of the first line in p[0..n), with its LF; 0: none is whole */
size_t shareline_whole(const char *p, size_t n);
/* both return 0, or -1 with ENOMEM */
int shareline_question(struct buf *, const char who[SHARELINE_WHO],
    const struct limitshare_question *);
/* an answer to nothing: tell all that you have of caps */
enum { SHARELINE_TELL = 0 };
int shareline_answer(struct buf *, uint32_t id, const struct lease_answer *);
/* both return 0, or -1: it is none */
int shareline_read_question(const struct ltsv *, struct shareline *);
int shareline_read_answer(const struct ltsv *, uint32_t *id,
    struct lease_answer *);

#endif
