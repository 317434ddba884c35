#ifndef SIM_SIMJOB_H
#define SIM_SIMJOB_H

#include "sim/simstate.h"

/* recipients of one message go down: to throttle, or are answered */
void simjob_emit(struct simrun *, const uint32_t *rcpt, unsigned n);
/* lines that throttle lets go: their attempts begin; run is a struct simrun */
void simjob_go(void *run, const char *lines, size_t n, int64_t now_us);
/* an attempt is over: its result goes up */
void simjob_over(struct simrun *, uint32_t rcpt);

#endif
