/* keys: what waits for a limit over several sites, who of it goes next, and that
 * nobody waits for what is no more */
#include "scheduletest.h"

enum { WINDOW = 100 };

/* it came back: it waits for the key */
static int
told(struct schedule *s, uint32_t r, const char *name, int whole, uint32_t room,
    int64_t until, int64_t now)
{
	const struct schedule_key k = { name, strlen(name), whole, room,
		until };
	int held;

	if (schedule_is_down(&s->rcpt[r]))
		schedule_back(s, r);
	schedule_idle(s, r);
	held = schedule_hold_key(s, r, &k, now);
	schedule_wait(s, r, now, now, 1);
	return held;
}

/* so many may be under way, whatever went before the key was known */
static void
set_room(struct schedule *s, const char *name, uint32_t room)
{
	uint32_t k = nametable_find(&s->sites, name, strlen(name));

	s->site[k].room = room;
	s->site[k].probes = 0;
	site_forget_time(s, &s->site[k]);
	s->site[k].until_ms = 100000;
	due_add(s, k | DUE_SITE);
	site_look_later(s, k);
}

/* it is done */
static void
gone(struct schedule *s, uint32_t r)
{
	schedule_back(s, r);
	schedule_heard_key(s, r);
	schedule_leave_key(s, r);
	drop(s, r);
}

/* all that may go now, one after the other; how many */
static unsigned
pick_all(struct schedule *s, int64_t now, uint32_t *out, unsigned max)
{
	unsigned n = 0, k;

	schedule_tick(s, now);
	schedule_look(s, now);
	while (n < max && (k = schedule_pick(s, now, out + n, max - n)) > 0)
		n += k;
	return n;
}

/* one is asked for each lane, not for each recipient */
static void
test_whole(void)
{
	struct schedule s;
	uint32_t out[400], i, n, asked = 0;
	char domain[20];

	schedule_init(&s, WINDOW);
	for (i = 0; i < 400; i++) {
		snprintf(domain, sizeof domain, "d%u.example", i % 4);
		put(&s, i, "t", 5, domain, 0, 0);
	}
	put(&s, 400, "t", 5, "other.example", 0, 0);
	while ((n = schedule_pick(&s, 0, out, 1)) > 0 && asked < 4) {
		ok(told(&s, out[0], "provider:p", 1, 0, 1000, 0), "held");
		ok(sound(&s), "all adds up");
		asked++;
	}
	is_num(asked, 4, "four lanes: four were asked");
	is_num(n, 1, "then");
	is_num(s.rcpt[out[0]].message, 400, "another's turn");
	gone(&s, out[0]);
	is_num(pick_all(&s, 999, out, 400), 0, "until its time nobody goes");
	is_num(schedule_due(&s), 1000, "which is known");
	is_num(pick_all(&s, 1000, out, 400), 1, "then one");
	ok(sound(&s), "all adds up");
	for (i = 0; s.used_rcpt > 0 && i < 1000; i++) {
		gone(&s, out[0]);
		n = pick_all(&s, 1000, out, 1);
		if (n == 0)
			break;
		while ((n = pick_all(&s, 1000, out + 1, 300)) > 0)
			while (n > 0)
				gone(&s, out[n--]);
	}
	is_num(s.used_rcpt, 0, "all go when nobody objects");
	is_num(s.n_keys, 0, "the key is gone with them");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

/* a key that others of the lane need not have keeps nobody else */
static void
test_own(void)
{
	struct schedule s;
	uint32_t out[100], r[20], i, n = 0, odd = 0, went[20];
	int64_t now;

	schedule_init(&s, WINDOW);
	for (i = 0; i < 20; i++)
		r[i] = put(&s, i, "t", 5, "a.example", i, 20);
	/* the even ones are under it */
	while (schedule_pick(&s, 20, out, 1) > 0)
		if (s.rcpt[out[0]].message % 2 > 0) {
			odd++;
			gone(&s, out[0]);
		} else if (rcpt_key(&s, out[0]) == SCHEDULE_NONE) {
			told(&s, out[0], "via:p", 0, 2, 1020, 20);
		}
	is_num(odd, 10, "those of the lane that have it not go all");
	ok(s.used_rcpt <= 10 && sound(&s), "all adds up");
	for (i = 0; i < 20; i += 2)
		if (schedule_is_down(&s.rcpt[r[i]]))
			told(&s, r[i], "via:p", 0, 2, 1020, 20);
	set_room(&s, "key:via:p", 2);
	for (now = 21; now < 100 && s.used_rcpt > 0; now++) {
		i = pick_all(&s, now, out, 100);
		if (i != 2)
			break;
		went[n++] = s.rcpt[out[0]].message;
		went[n++] = s.rcpt[out[1]].message;
		gone(&s, out[0]);
		gone(&s, out[1]);
	}
	is_num(n, 10, "two at a time, and no more, the others");
	for (i = 1; i < n; i++)
		if (went[i] < went[i - 1])
			break;
	is_num(i, n, "who waits for longest first");
	is_num(s.n_keys, 0, "no key is left");
	schedule_free(&s);
}

/* owners in turn, whatever number of lanes and recipients they have, and
 * priorities by their weights */
static void
test_turns(void)
{
	struct schedule s;
	uint32_t out[1], r, i, n[3] = { 0 }, urgent = 0;
	char domain[20], owner[2] = "a";

	schedule_init(&s, WINDOW);
	for (i = 0; i < 600; i++) {
		/* a has 50 lanes, b two, c one */
		owner[0] = i % 10 == 0 ? 'c' : i % 10 == 1 ? 'b' : 'a';
		snprintf(domain, sizeof domain, "d%u.example",
		    owner[0] == 'a'       ? i % 50
			: owner[0] == 'b' ? i / 10 % 2
					  : 0);
		r = put(&s, i, owner, 5, domain, 0, 0);
		told(&s, r, "provider:p", 0, 1, 100000, 0);
	}
	ok(sound(&s), "all adds up");
	set_room(&s, "key:provider:p", 1);
	for (i = 0; i < 150; i++) {
		if (pick_all(&s, 10, out, 1) != 1)
			break;
		n[s.owners.name[s.message[s.rcpt[out[0]].message].owner].s[1] -
		    'a']++;
		gone(&s, out[0]);
	}
	is_num(i, 150, "one at a time");
	is_num(n[0], 50, "a third for who has 50 lanes");
	is_num(n[1], 50, "for who has two");
	is_num(n[2], 50, "and for who has one");
	for (i = 0; i < 100; i++) {
		r = put(&s, 1000 + i, "u", 0, "d0.example", 10, 10);
		told(&s, r, "provider:p", 0, 1, 100000, 10);
	}
	set_room(&s, "key:provider:p", 1);
	for (i = 0; i < 70 && pick_all(&s, 10, out, 1) == 1; i++) {
		urgent += schedule_prio(&s, s.rcpt[out[0]].message) == 0;
		gone(&s, out[0]);
	}
	/* one of the others was sent before */
	is_num(urgent, 63, "of 70 turns 64 for the urgent ones");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

/* a lane that its key has sent and whose site is full lets another go */
static void
test_full_site(void)
{
	struct schedule s;
	uint32_t out[10], a, b;

	schedule_init(&s, WINDOW);
	a = put(&s, 1, "t", 5, "a.example", 0, 0);
	b = put(&s, 2, "t", 5, "b.example", 0, 0);
	told(&s, a, "via:p", 0, 1, 9000, 0);
	told(&s, b, "via:p", 0, 1, 9000, 0);
	set_room(&s, "key:via:p", 1);
	schedule_hold(&s, s.rcpt[a].domain, 0, 5000);
	is_num(pick_all(&s, 10, out, 10), 1, "one goes");
	is_num(out[0], b, "whose site has room");
	ok(sound(&s), "all adds up");
	gone(&s, b);
	is_num(pick_all(&s, 4999, out, 10), 0, "the other waits for its site");
	is_num(pick_all(&s, 5000, out, 10), 1, "and goes then");
	schedule_free(&s);
}

/* what was told is no longer so: all of it may be asked for again */
static void
test_leave(void)
{
	struct schedule s;
	uint32_t out[100], r[20], i, n;

	schedule_init(&s, WINDOW);
	for (i = 0; i < 20; i++) {
		r[i] = put(&s, i, "t", 5, "a.example", 0, 0);
		told(&s, r[i], i % 2 ? "via:p" : "tenant:t", i % 2 == 0, 0,
		    INT64_C(86400000), 0);
	}
	is_num(pick_all(&s, 10, out, 100), 0, "none goes for a day");
	for (i = 0; i < 20; i++)
		schedule_leave_key(&s, r[i]);
	is_num(pick_all(&s, 10, out, 100), 0, "not those of a whole lane");
	schedule_free_sites(&s);
	n = pick_all(&s, 10, out, 100);
	is_num(n, 20, "nothing is held any more: all go");
	ok(sound(&s), "all adds up");
	while (n > 0)
		gone(&s, out[--n]);
	is_num(s.n_keys, 0, "no key is left");
	schedule_free(&s);
}

static void
test_limits(void)
{
	struct schedule s;
	char name[SCHEDULE_KEY_LEN + 2];
	uint32_t r, i, m;
	int held = 0;

	schedule_init(&s, WINDOW);
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	r = put(&s, 1, "t", 5, "a.example", 0, 0);
	is_num(told(&s, r, name, 0, 1, 10, 0), 0, "a name that is too long");
	is_num(schedule_key_of(&s, r), SCHEDULE_NONE, "holds nothing");
	is_num(told(&s, r, name + 1, 0, 1, 10, 0), 1, "one byte less");
	drop(&s, r);
	m = schedule_message(&s, id_of(2), "t", 1, 5, 0);
	for (i = 0; i <= SCHEDULE_KEYS_MAX; i++) {
		r = schedule_rcpt(&s, m, i, "a.example", 9);
		snprintf(name, sizeof name, "k%u", i);
		held += told(&s, r, name, 0, 1, 10, 0);
	}
	is_num(held, SCHEDULE_KEYS_MAX, "so many keys");
	is_num(told(&s, r, "k7", 0, 1, 10, 0), 1, "one that is there still is");
	schedule_free(&s);
}

/* at random: what is under no limit that holds goes in the end */
static void
test_random(void)
{
	static const char *const key[] = { "via:p", "via:q", "tenant:t",
		"provider:x" };
	struct schedule s;
	uint32_t out[64], i, n, k, round, bad = 0;
	char domain[20], owner[2] = "a";
	int64_t now = 0;

	schedule_init(&s, 40);
	for (round = 0; round < 4000; round++) {
		if (round < 3000) {
			owner[0] = 'a' + dice(3);
			snprintf(domain, sizeof domain, "d%u.example", dice(6));
			put(&s, round, owner, dice(10), domain,
			    now + dice(3) * 40, now);
		}
		now += dice(60);
		n = pick_all(&s, now, out, 1 + dice(60));
		for (i = 0; i < n; i++) {
			k = dice(4);
			switch (round < 3000 ? dice(9) : 0) {
			case 0: gone(&s, out[i]); break;
			case 1:
				schedule_back(&s, out[i]);
				schedule_leave_key(&s, out[i]);
				schedule_wait(&s, out[i], now + dice(400), now,
				    0);
				break;
			case 2:
				schedule_learn(&s, s.rcpt[out[i]].domain,
				    dice(2) ? "mx1" : "mx2", 3);
				gone(&s, out[i]);
				break;
			case 3:
				schedule_late(&s, out[i]);
				drop(&s, out[i]);
				break;
			case 4: drop(&s, out[i]); break;
			default:
				told(&s, out[i], key[k], k > 1, dice(4),
				    now + dice(500), now);
			}
		}
		if (dice(50) == 0)
			schedule_free_sites(&s);
		for (i = 0; dice(20) == 0 && i < s.n_rcpt; i++)
			if (s.rcpt[i].where != SCHEDULE_FREE && dice(9) == 0)
				schedule_leave_key(&s, i);
		bad += round % 8 == 0 && !sound(&s);
	}
	is_num(bad, 0, "all adds up each time");
	for (round = 0; s.used_rcpt > 0 && round < 10000; round++) {
		now += 1000;
		n = pick_all(&s, now, out, 64);
		for (i = 0; i < n; i++)
			gone(&s, out[i]);
	}
	is_num(s.used_rcpt, 0, "in the end all have gone");
	is_num(s.n_keys, 0, "and all keys");
	is_num(s.owners.index.n, 0, "and all places in their rounds");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

int
main(void)
{
	test_whole();
	test_own();
	test_turns();
	test_full_site();
	test_leave();
	test_limits();
	test_random();
	return done();
}
