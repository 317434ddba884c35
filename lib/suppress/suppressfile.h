#ifndef SUPPRESS_SUPPRESSFILE_H
#define SUPPRESS_SUPPRESSFILE_H

#include "conf/conffile.h"
#include "conf/word.h"

/*
 * The file `suppress`, conf-suppress(5): which events suppress an address, for
 * whom and how long, and which mail goes to it all the same.  Rules, one a
 * line: conditions, then actions; the first that holds and says something of
 * what is asked decides.  Records are those of conf/rulesearch.h, with
 *   T d s u to, F e q v from, n tenant, o user, g stream (as "stream=NAME")
 */
extern const struct conffile conffile_suppress;

enum {
	SUPPRESSFILE_RULES_MAX = 10000,
	SUPPRESSFILE_AFTER_MAX = 32,        /* failures, of after: */
	SUPPRESSFILE_SPAN_MAX_S = 315576000 /* ten years */
};

/* the value of after:, N/SPAN; 0, or -1 */
int suppressfile_after(struct slice, uint64_t *count, uint64_t *span_s);

#endif
