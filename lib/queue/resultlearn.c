#include "queue/resultlearn.h"
#include <string.h>

int64_t
resultlearn_not_before(int64_t at, int64_t wall)
{
	return at < wall + RESULTLEARN_LEAST_MS ? wall + RESULTLEARN_LEAST_MS
						: at;
}

/* is each of the labels, with + between, the same in all of a lane? */
static int
all_of_lane(struct slice by)
{
	static const char *const same[] = { "site", "domain", "provider",
		"tenant", "tag:campaign" };
	const char *end = by.p + by.n, *e;
	size_t i, n;

	for (; by.p < end; by.p = e + (e < end)) {
		e = memchr(by.p, '+', end - by.p);
		if (e == NULL)
			e = end;
		n = e - by.p;
		for (i = 0; i < sizeof same / sizeof *same; i++)
			if (n == strlen(same[i]) &&
			    memcmp(by.p, same[i], n) == 0)
				break;
		if (i == sizeof same / sizeof *same)
			return 0;
	}
	return 1;
}

/* 1: it waits in the line of a key */
static int
hold_key(struct schedule *s, uint32_t rcpt, struct result *res, int64_t now,
    int64_t wall)
{
	struct schedule_key k = { res->key.p, res->key.n,
		all_of_lane(res->key_by), res->key_room,
		now + resultlearn_not_before(res->key_until_ms, wall) - wall };

	return schedule_hold_key(s, rcpt, &k, now);
}

/* the site, or what its provider may have there, or a key is held; what cannot
 * be held has no room in the result either */
static void
hold(struct schedule *s, uint32_t rcpt, struct result *res, int64_t now,
    int64_t wall)
{
	int64_t until = now + resultlearn_not_before(res->next_ms, wall) - wall;
	uint32_t domain = s->rcpt[rcpt].domain;

	if (res->next_ms == 0)
		return;
	if (res->room != RESULT_ROOM_NONE)
		schedule_hold(s, domain, res->room, until);
	else if (res->provider_room != RESULT_ROOM_NONE &&
	    schedule_hold_provider(s, domain, res->provider_room, until, now))
		res->room = res->provider_room;
	else if (res->key.n > 0 && hold_key(s, rcpt, res, now, wall))
		res->room = res->key_room;
}

int
resultlearn(struct schedule *s, uint32_t rcpt, struct result *res, int64_t now,
    int64_t wall)
{
	uint32_t domain = s->rcpt[rcpt].domain;
	int r;

	if (res->status != RESULT_LATER)
		schedule_heard_key(s, rcpt);
	schedule_leave_key(s, rcpt); /* it is idle */

	if (res->provider != NULL && res->provider->value_len > 0)
		schedule_learn_provider(s, domain, res->provider->value,
		    res->provider->value_len);
	if (res->site == NULL)
		return 0;
	r = schedule_learn(s, domain, res->site->value, res->site->value_len);
	if (res->status != RESULT_LATER)
		schedule_heard(s, domain, res->status == RESULT_SENT);
	hold(s, rcpt, res, now, wall);
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
