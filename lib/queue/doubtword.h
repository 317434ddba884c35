#ifndef QUEUE_DOUBTWORD_H
#define QUEUE_DOUBTWORD_H

#include "conf/word.h"
#include <stdint.h>

/*
 * What follows an attempt whose outcome nobody knows, as a site says it:
 * doubt= of conf-retry(5), words with commas between.
 */
struct doubtword {
	uint32_t wait_s;   /* until the next attempt; 0: as after others */
	unsigned same : 1, /* it begins with the same host */
	    once : 1,      /* and is the last one in doubt */
	    never : 1;     /* there is none */
};

/*
 * doubtword_scan - read the words behind doubt=
 *
 * max_s  the longest wait
 *
 * Returns NULL, or what is wrong with them, a constant.
 */
const char *doubtword_scan(struct slice words, uint32_t max_s,
    struct doubtword *out);

#endif
