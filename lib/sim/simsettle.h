#ifndef SIM_SIMSETTLE_H
#define SIM_SIMSETTLE_H

#include "sim/simstate.h"

/* all results in up */
void simsettle(struct simrun *);
/* what was put off may be asked for again; run is a struct simrun */
void simsettle_again(void *run, int64_t now_us);
/* is its time over?  -1: it is, else when to look again, microseconds */
int64_t simsettle_lifetime(struct simrun *, uint32_t rcpt);

#endif
