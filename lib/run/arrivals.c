#include "run/run.h"
#include "base/clock.h"
#include <string.h>

void
arrivals_put(struct run *r, const char *id)
{
	if (buf_len(&r->arrivals.ids) >= (size_t)RUN_INTAKE_MAX * NAME_LEN ||
	    buf_put(&r->arrivals.ids, id, NAME_LEN) == -1)
		r->load.soon = 1;
}

int
arrivals_slice(struct run *r)
{
	unsigned i;

	for (i = 0; i < RUN_SLICE && buf_len(&r->arrivals.ids) > 0; i++) {
		load_message(r, buf_data(&r->arrivals.ids), 0);
		buf_consume(&r->arrivals.ids, NAME_LEN);
	}
	return buf_len(&r->arrivals.ids) > 0;
}

int
arrivals_is_young(const char *id)
{
	int64_t age = clock_wall_us() - name_time_us(id);

	/* one from the future is no young one: a clock was set back */
	return age > -RUN_YOUNG_US && age < RUN_YOUNG_US;
}

/* those that are old enough now */
static void
on_young(void *arg)
{
	struct run *r = arg;
	int64_t now = clock_wall_us(), ms = RUN_YOUNG_US / 1000;
	size_t left = buf_len(&r->arrivals.young) / NAME_LEN;
	char id[NAME_LEN];

	for (; left > 0; left--) {
		memcpy(id, buf_data(&r->arrivals.young), NAME_LEN);
		buf_consume(&r->arrivals.young, NAME_LEN);
		if (arrivals_is_young(id))
			arrivals_keep(r, id);
		else
			arrivals_put(r, id);
	}
	if (buf_len(&r->arrivals.young) > 0) {
		memcpy(id, buf_data(&r->arrivals.young), NAME_LEN);
		ms = (name_time_us(id) + RUN_YOUNG_US - now) / 1000 + 1;
		loop_timer_set(&r->arrivals.timer, ms > 50 ? ms : 50, on_young,
		    r);
	}
	rounds_more(r);
}

void
arrivals_keep(struct run *r, const char *id)
{
	if (buf_len(&r->arrivals.young) >= (size_t)RUN_INTAKE_MAX * NAME_LEN ||
	    buf_put(&r->arrivals.young, id, NAME_LEN) == -1)
		r->load.again = 1;
	else if (!loop_timer_active(&r->arrivals.timer))
		loop_timer_set(&r->arrivals.timer, RUN_YOUNG_US / 1000,
		    on_young, r);
}
