#include "queue/resultlearn.h"

int64_t
resultlearn_not_before(int64_t at, int64_t wall)
{
	return at < wall + RESULTLEARN_LEAST_MS ? wall + RESULTLEARN_LEAST_MS
						: at;
}

/* the site, or what its provider may have there, is held; what cannot be held
 * has no room in the result either */
static void
hold(struct schedule *s, uint32_t domain, struct result *res, int64_t now,
    int64_t wall)
{
	int64_t until = now + resultlearn_not_before(res->next_ms, wall) - wall;

	if (res->next_ms == 0)
		return;
	if (res->room != RESULT_ROOM_NONE)
		schedule_hold(s, domain, res->room, until);
	else if (res->provider_room != RESULT_ROOM_NONE &&
	    schedule_hold_provider(s, domain, res->provider_room, until, now))
		res->room = res->provider_room;
}

int
resultlearn(struct schedule *s, uint32_t domain, struct result *res,
    int64_t now, int64_t wall)
{
	int r;

	if (res->provider != NULL && res->provider->value_len > 0)
		schedule_learn_provider(s, domain, res->provider->value,
		    res->provider->value_len);
	if (res->site == NULL)
		return 0;
	r = schedule_learn(s, domain, res->site->value, res->site->value_len);
	if (res->status != RESULT_LATER)
		schedule_heard(s, domain, res->status == RESULT_SENT);
	hold(s, domain, res, now, wall);
	return r;
}

int64_t
resultlearn_later_ms(const struct result *res, int64_t wall)
{
	if (res->site != NULL && res->room != RESULT_ROOM_NONE)
		return wall;
	return resultlearn_not_before(res->next_ms > 0
		? res->next_ms
		: wall + RESULTLEARN_LATER_MS,
	    wall);
}
