#ifndef SIM_SIMRUN_H
#define SIM_SIMRUN_H

#include "sim/simstate.h"

/* the whole of a run; ends the program without memory, or without a table that
 * it needs */
void simrun(struct simrun *);

#endif
