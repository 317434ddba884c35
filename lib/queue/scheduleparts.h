#ifndef QUEUE_SCHEDULEPARTS_H
#define QUEUE_SCHEDULEPARTS_H

#include "queue/schedule.h"

/*
 * What the parts of schedule ask of each other; nobody else includes this.
 *
 *   schedulewatch  recipients that the caller wants to look at
 *   scheduledue    recipients and sites that wait for a time
 *   schedule       messages and recipients, and where each of these is
 */

/* room for element n of an array, half as much again each time; 0, or -1
 * with errno */
int schedule_grow(void *array, uint32_t n, uint32_t *cap, size_t size);

/*
 * due: a heap of the numbers of recipients, by due_ms, and of sites with
 * DUE_SITE, by until_ms.  Each knows its place there, rcpt.a and site.place.
 */
enum { DUE_SITE = 0x80000000 };

/* 0, -1 without memory; after due_remove() there is room for one */
int due_add(struct schedule *, uint32_t e);
void due_remove(struct schedule *, uint32_t place);
/* that of e, milliseconds */
int64_t due_of(const struct schedule *, uint32_t e);

#endif
