#ifndef SCHEDULETEST_H
#define SCHEDULETEST_H

/* what tests of the parts of schedule share */

#include "queue/scheduleparts.h"
#include "tap.h"
#include <stdlib.h>

static inline uint32_t
dice(uint32_t n)
{
	static uint64_t seed = 88172645463325252u;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static inline char *
id_of(unsigned i)
{
	static char id[NAME_LEN + 1];

	name_make(id, 1700000000000000 + i, 7, i % NAME_DIRS);
	return id;
}

/* a message with one recipient, ready at due */
static inline uint32_t
put(struct schedule *s, unsigned i, const char *owner, unsigned prio,
    const char *domain, int64_t due, int64_t now)
{
	uint32_t m =
	    schedule_message(s, id_of(i), owner, strlen(owner), prio, 0);
	uint32_t r = schedule_rcpt(s, m, 0, domain, strlen(domain));

	schedule_wait(s, r, due, now, 0);
	return r;
}

static inline void
drop(struct schedule *s, uint32_t r)
{
	uint32_t m = s->rcpt[r].message;

	schedule_drop(s, r);
	if (s->message[m].n_live == 0)
		schedule_forget(s, m);
}

/* does everything add up? */
static inline int
sound(const struct schedule *s)
{
	uint32_t late = 0, out = 0, lanes = 0, in_lanes = 0, timers = 0,
		 live = 0;
	uint32_t *site_out, *moved_in, i, l, r, n;
	int good = 1;

	site_out = calloc(s->sites.n + 1, sizeof *site_out);
	moved_in = calloc(s->sites.n + 1, sizeof *moved_in);
	for (i = 0; i < s->sites.n; i++)
		if (s->sites.name[i].s != NULL && s->site[i].n_moved > 0)
			moved_in[s->site[i].moved] += s->site[i].n_moved;
	for (i = 0; i < s->n_rcpt; i++)
		switch (s->rcpt[i].where) {
		case SCHEDULE_LATE:
			late++;
			live++;
			break;
		case SCHEDULE_OUT:
			out++;
			site_out[s->rcpt[i].a]++;
			if (rcpt_key(s, i) != SCHEDULE_NONE)
				site_out[rcpt_key(s, i)]++;
			live++;
			break;
		case SCHEDULE_LANE:
		case SCHEDULE_AGAIN:
			in_lanes++;
			live++;
			break;
		case SCHEDULE_TIMER:
			good &= due_at(s, s->rcpt[i].a) == i;
			timers++;
			live++;
			break;
		case SCHEDULE_IDLE: live++; break;
		}
	for (i = 0; i < s->sites.n; i++) {
		if (s->sites.name[i].s == NULL)
			continue;
		good &= site_out[i] + moved_in[i] ==
		    s->site[i].out + s->site[i].n_moved;
		if (s->site[i].place != SCHEDULE_NONE) {
			good &= due_at(s, s->site[i].place) == (i | 0x80000000);
			timers++;
		}
		for (n = 0, l = s->site[i].parked_head; l != SCHEDULE_NONE;
		     l = s->lane[l].next) {
			good &= s->lane[l].parked == SCHEDULE_AT_SITE &&
			    s->domain_site[s->lane[l].domain] == i;
			n++;
		}
		for (l = 0; s->site[i].round != NULL && l < s->n_lane; l++)
			n += s->lane[l].n > 0 &&
			    s->lane[l].parked == SCHEDULE_AT_KEY &&
			    lane_key(s, l) == i;
		good &= n == s->site[i].n_parked;
		/* who is parked is looked at, or its site's time will come, or
		 * one has been sent */
		good &= n == 0 || s->site[i].listed ||
		    s->site[i].place != SCHEDULE_NONE ||
		    s->site[i].sent != SCHEDULE_NONE;
		l = s->site[i].sent;
		good &= l == SCHEDULE_NONE ||
		    (s->lane[l].sent == i && s->lane[l].n > 0 &&
			s->lane[l].parked == SCHEDULE_TURNS);
	}
	for (l = 0; l < s->n_lane; l++) {
		if (s->lane[l].n == 0)
			continue;
		for (n = 0, r = s->lane[l].fresh.head; r != SCHEDULE_NONE;
		     r = s->rcpt[r].a, n++)
			good &= s->rcpt[r].where == SCHEDULE_LANE;
		for (r = s->lane[l].again.head; r != SCHEDULE_NONE;
		     r = s->rcpt[r].a, n++)
			good &= s->rcpt[r].where == SCHEDULE_AGAIN;
		good &= n == s->lane[l].n && n > 0;
		lanes += n;
	}
	free(site_out);
	free(moved_in);
	return good && out == s->out && late == s->late && lanes == in_lanes &&
	    timers == s->due.n && live == s->used_rcpt;
}

#endif
