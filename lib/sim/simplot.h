#ifndef SIM_SIMPLOT_H
#define SIM_SIMPLOT_H

#include "base/buf.h"
#include "sim/simstat.h"

/* A run as a picture, SVG: the delay of what is delivered and the attempts a
 * second, over time, of the groups with the most recipients. */
enum {
	SIMPLOT_GROUPS = 5,
	SIMPLOT_BINS = 200, /* parts of the time */
	SIMPLOT_NAME = 60   /* bytes of a group's name */
};

/*
 * simplot_svg - append the picture
 *
 * run  after simstat_close()
 * by   what its groups are
 *
 * 0, or -1 with ENOMEM.
 */
int simplot_svg(struct buf *, const struct simstat *run, const char *by);

#endif
