#include "scheduletest.h"

/* 10,000 with a time each, wherever they are: each is handed out at its
 * time, once, and a slice passes by no more than it may */
static void
test_watch(void)
{
	enum { N = 10000, STEPS = 64, MAX = 16 };
	static uint32_t got[N];
	struct schedule s;
	uint32_t out[MAX], r, n, i, now, most = 0, at, late = 0, slices = 0;

	schedule_init(&s, 5);
	for (i = 0; i < N; i++) {
		r = put(&s, i, "t", 5, i % 2 ? "a.example" : "b.example",
		    i % 3 * 1000, 0);
		schedule_watch(&s, r, 100 + i * 7 % 50);
		got[r] = 0;
	}
	schedule_pick(&s, 0, out, 5);
	is_num(s.watch_first, 100, "the first time");
	for (now = 99; now < 152; now++) {
		do {
			at = s.watching ? s.watch_at : 0;
			n = schedule_watched(&s, now, out, MAX, STEPS);
			slices++;
			if (s.watch_at - at > most)
				most = s.watch_at - at;
			for (i = 0; i < n; i++) {
				late += s.rcpt[out[i]].watch_s != now;
				got[out[i]]++;
				schedule_watch(&s, out[i], SCHEDULE_WATCH_NONE);
			}
		} while (s.watching);
		if (now < 149 && s.watch_first != (now < 100 ? 100 : now + 1))
			late++;
	}
	for (i = n = 0; i < N; i++)
		n += got[i] == 1;
	is_num(n, N, "each is handed out once");
	is_num(late, 0, "at its time");
	ok(most <= STEPS && slices > N / STEPS, "in slices");
	is_num(s.watch_first, SCHEDULE_WATCH_NONE, "nothing is left");
	schedule_watch(&s, 17, 9999);
	schedule_watch_all(&s);
	is_num(schedule_watched(&s, 1, out, MAX, N), 1, "all, at any time");
	is_num(out[0], 17, "that is watched");
	schedule_watch(&s, 17, 8888);
	while (s.watching)
		schedule_watched(&s, 1, out, MAX, N);
	is_num(s.watch_first, 8888, "and has a new time");
	schedule_free(&s);
}

int
main(void)
{
	test_watch();
	return done();
}
