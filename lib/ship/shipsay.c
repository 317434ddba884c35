#include "ship/shipsay.h"
#include "base/clock.h"
#include "chain/event.h"

/* seconds since that one was logged */
static uint64_t
lag_s(int64_t first_us)
{
	int64_t us = first_us == 0 ? 0 : clock_wall_us() - first_us;

	return us > 0 ? (uint64_t)us / 1000000 : 0;
}

/* bytes that are to be read of all logs */
static uint64_t
behind(const struct shipplaces *p, const struct logsources *l)
{
	uint64_t sum = 0;
	int64_t one;
	unsigned i;

	for (i = 0; i < p->n_taken; i++) {
		one = logsource_behind(l->s[i]->path, &p->taken[i].at);
		sum += one > 0 ? (uint64_t)one : 0;
	}
	return sum;
}

int
shipsay(struct shipsay *s, const struct shipplaces *p,
    const struct logsources *l)
{
	uint64_t filtered = 0, dead = 0, lost = 0;
	int quiet = s->sent == 0 && s->first_us == 0;
	unsigned i;

	if (quiet && s->quiet)
		return 0;
	s->quiet = quiet;
	for (i = 0; i < p->n_taken; i++) {
		filtered += p->taken[i].n.filtered;
		dead += p->taken[i].n.dead;
		lost += p->taken[i].n.lost;
	}
	event_begin("shipping");
	event_puts("dest", s->dest);
	event_num("sent", s->sent);
	event_num("retries", s->retries);
	event_num("filtered", filtered);
	event_num("dead", dead);
	event_num("lost", lost);
	event_num("behind", behind(p, l));
	event_num("lag", lag_s(s->first_us));
	if (s->why != NULL)
		event_puts("text", s->why);
	event_end();
	return 1;
}
