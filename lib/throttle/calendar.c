#include "throttle/calendar.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S INT64_C(1000000)

struct calendar *
calendar_get(struct calendar **all, const char *zone, enum zone_span span)
{
	struct calendar *c;

	for (c = *all; c != NULL; c = c->next)
		if (c->span == span && strcmp(c->zone, zone) == 0)
			return c;
	c = calloc(1, sizeof *c);
	if (c == NULL)
		return NULL;
	snprintf(c->zone, sizeof c->zone, "%s", zone);
	c->span = span;
	c->next = *all;
	return *all = c;
}

void
calendar_free(struct calendar **all)
{
	struct calendar *c;

	while ((c = *all) != NULL) {
		*all = c->next;
		free(c);
	}
}

void
calendar_set(struct calendar *all, calendar_turn *turn, int64_t wall_us,
    int64_t now_us)
{
	int64_t at_s = wall_us / S;
	struct calendar *c;

	for (c = all; c != NULL; c = c->next) {
		if (at_s < c->begin_s || at_s >= c->end_s)
			turn(c->zone, c->span, at_s, &c->begin_s, &c->end_s);
		c->begin_us = now_us + c->begin_s * S - wall_us;
		c->end_us = now_us + c->end_s * S - wall_us;
	}
}
