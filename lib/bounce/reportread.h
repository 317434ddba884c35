#ifndef BOUNCE_REPORTREAD_H
#define BOUNCE_REPORTREAD_H

#include "bounce/report.h"

/*
 * What a report is made of, read from the file of its message: in this order.
 * All return NULL, or what is wrong; no_memory of the report says whether it is
 * that.
 */
const char *reportread_head(struct report *);
/* envelope lines: what the report needs, and what it takes over */
const char *reportread_lines(struct report *);
/* the recipients that are asked for and want to hear of it */
const char *reportread_rcpts(struct report *);
/* of the message, REPORT_LOOK_MAX bytes */
const char *reportread_start(struct report *);

/* is the time over by which it was to be delivered? */
int reportread_late(const struct report *);

#endif
