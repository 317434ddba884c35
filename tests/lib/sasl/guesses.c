/* how long a guess waits: by address, network, login, and who is known */
#include "sasl/guesses.h"
#include "base/ip.h"
#include "tap.h"
#include <stdlib.h>

enum { NOW = 1000000, FAR = 3600000 };

static struct guesses g;

static struct guesses_who
who(const char *ip, const char *login)
{
	struct guesses_who w = { .login = login, .n = strlen(login) };
	unsigned char t[IP_LEN];
	size_t n = ip_scans(ip, t);

	if (n > 0)
		ip_map(w.ip, t, n);
	return w;
}

static void
wrong(int times, const char *ip, const char *login, int64_t now)
{
	struct guesses_who w = who(ip, login);

	while (times-- > 0)
		guesses_wrong(&g, &w, now);
}

static int64_t
begin(const char *ip, const char *login, int64_t now)
{
	struct guesses_who w = who(ip, login);

	return guesses_begin(&g, &w, now, FAR) - now;
}

static void
fresh(void)
{
	guesses_free(&g);
	memset(&g, 0, sizeof g);
	g.seed = 42;
}

static void
test_address(void)
{
	static const int64_t want[] = { 0, 250, 500, 1000, 2000, 4000, 8000,
		16000, 30000, 30000 };
	char login[20];
	int64_t now = NOW;
	int i;

	fresh();
	is_num(begin("192.0.2.7", "a", now), 0, "nothing was wrong");
	for (i = 0; i < 5; i++) {
		snprintf(login, sizeof login, "user%d", i);
		wrong(1, "192.0.2.7", login, now);
	}
	for (i = 0; i < 10; i++) {
		is_num(begin("192.0.2.7", "a", now), want[i], "it begins");
		now += want[i];
		snprintf(login, sizeof login, "other%d", i);
		wrong(1, "192.0.2.7", login, now);
	}
	is_num(begin("192.0.2.8", "a", now), 0, "a neighbour does not wait");
}

/* those that come at once begin one after the other */
static void
test_line(void)
{
	struct guesses_who w = who("192.0.2.7", "a");

	fresh();
	wrong(6, "192.0.2.7", "a", NOW);
	is_num(begin("192.0.2.7", "a", NOW), 250, "the first");
	is_num(begin("192.0.2.7", "b", NOW), 500, "the second");
	is_num(begin("192.0.2.7", "c", NOW), 750, "the third");
	is_num(guesses_begin(&g, &w, NOW, 999), -1, "too late");
	is_num(guesses_begin(&g, &w, NOW, 1000), NOW + 1000, "just in time");
	is_num(guesses_begin(&g, &w, NOW, 1249), -1, "too late");
	is_num(guesses_begin(&g, &w, NOW, 1250), NOW + 1250,
	    "nobody is behind who did not wait");
	is_num(begin("192.0.2.7", "a", NOW + 5000), 0, "later, at once");
}

static void
test_half(void)
{
	fresh();
	wrong(8, "192.0.2.7", "a", NOW);
	is_num(begin("192.0.2.7", "a", NOW), 1000, "8 wrong");
	is_num(begin("192.0.2.7", "a", NOW + 599999), 0, "the time has passed");
	is_num(begin("192.0.2.7", "a", NOW + 599999), 1000, "8 still count");
	is_num(begin("192.0.2.7", "a", NOW + 605000), 0, "then 4");
	is_num(begin("192.0.2.7", "a", NOW + 605000), 0, "which are free");
	wrong(2, "192.0.2.7", "a", NOW + 605000);
	is_num(begin("192.0.2.7", "a", NOW + 605000), 250, "6");
	is_num(begin("192.0.2.7", "a", NOW + 100000000), 0, "and none");
}

static void
test_network(void)
{
	char ip[40];
	int i;

	fresh();
	for (i = 0; i < 51; i++) {
		is_num(begin("192.0.2.200", "x", NOW), 0, "not yet");
		snprintf(ip, sizeof ip, "192.0.2.%d", i);
		wrong(1, ip, ip, NOW);
	}
	is_num(begin("192.0.2.200", "x", NOW), 250, "the 52nd of a /24");
	is_num(begin("192.0.3.1", "x", NOW), 0, "not of another");
	for (i = 0; i < 20; i++)
		wrong(1, "192.0.2.210", "z", NOW);
	is_num(begin("192.0.2.220", "x", NOW + 250), 10000 - 250,
	    "10 seconds at most");
	fresh();
	wrong(6, "2001:db8::1", "a", NOW);
	is_num(begin("2001:db8::ffff:0:0:1", "b", NOW), 250, "an IPv6 /64");
	is_num(begin("2001:db8:0:1::1", "b", NOW), 0, "another");
	for (i = 0; i < 51; i++) {
		snprintf(ip, sizeof ip, "2001:db8:0:%x::1", 0x100 + i);
		wrong(1, ip, ip, NOW);
	}
	is_num(begin("2001:db8:0:1ff::1", "x", NOW), 250, "a /56");
	is_num(begin("2001:db8:0:200::1", "x", NOW), 0, "another");
}

static void
test_login(void)
{
	struct guesses_who w = who("203.0.113.1", "ann");
	char ip[40];
	int i;

	fresh();
	guesses_good(&g, &w, NOW);
	ok(guesses_known(&g, &w, NOW), "known");
	for (i = 0; i < 30; i++) {
		snprintf(ip, sizeof ip, "10.%d.0.1", i);
		is_num(begin(ip, "ann", NOW),
		    i <= 20      ? 0
			: i > 25 ? 5000
				 : 250 << (i - 21),
		    "a guess");
		/* as if each had waited for its turn */
		fresh();
		guesses_good(&g, &w, NOW);
		while (i >= 0 && g.wrong <= (unsigned)i) {
			snprintf(ip, sizeof ip, "10.%d.0.1", (int)g.wrong);
			wrong(1, ip, "ann", NOW);
		}
	}
	is_num(begin("203.0.113.1", "ann", NOW), 0, "who is known does not");
	is_num(begin("", "ann", NOW), 5000, "who comes from nowhere does");
	is_num(begin("203.0.113.1", "ann", NOW + 2592000000), 0,
	    "he is forgotten after 30 days");
	w.login = "bob";
	ok(!guesses_known(&g, &w, NOW), "he is known as one only");
}

/* from an address where another is wrong all the time */
static void
test_known(void)
{
	struct guesses_who w = who("192.0.2.7", "ann");

	fresh();
	guesses_good(&g, &w, NOW);
	wrong(20, "192.0.2.7", "bob", NOW);
	is_num(begin("192.0.2.7", "ann", NOW), 0, "ann goes on");
	is_num(begin("192.0.2.7", "bob", NOW), 30000, "bob does not");
	wrong(6, "192.0.2.7", "ann", NOW);
	is_num(begin("192.0.2.7", "ann", NOW), 250, "her own count");
	is_num(begin("192.0.2.8", "ann", NOW), 0, "is that place's alone");
	ok(guesses_known(&g, &w, NOW + 2591999999), "30 days");
	ok(!guesses_known(&g, &w, NOW + 2592000000), "and no more");
}

static void
test_sums(void)
{
	unsigned char ip[IP_LEN];
	char t[IP_TEXT];
	unsigned most;

	fresh();
	is_num(guesses_sum(&g, &most, ip), 0, "none");
	wrong(3, "192.0.2.7", "a", NOW);
	wrong(5, "2001:db8::7", "a", NOW);
	wrong(4, "192.0.2.9", "a", NOW);
	is_num(guesses_sum(&g, &most, ip), 12, "twelve");
	is_num(most, 5, "five of one");
	is_str(ip_text(ip, IP_LEN, t), "2001:db8::", "which is told");
	is_num(guesses_sum(&g, &most, ip), 0, "then it begins anew");
	wrong(1, "2001:db8::7", "a", NOW);
	is_num(guesses_sum(&g, &most, ip), 1, "for each");
	is_num(most, 1, "of them");
}

/* a count is dropped for 65,536 others that were used later */
static void
test_limit(void)
{
	struct guesses_who w = who("192.0.2.1", "a");
	char login[20];
	int i;

	fresh();
	/* an unknown address has its login alone */
	wrong(21, "", "first", NOW);
	for (i = 0; i < GUESSES_KEYS_MAX - 1; i++) {
		snprintf(login, sizeof login, "l%d", i);
		wrong(1, "", login, NOW);
	}
	is_num((long long)g.counts.by_key.n, GUESSES_KEYS_MAX, "as many");
	is_num(begin("", "first", NOW), 250, "the first is there");
	wrong(1, "", "one more", NOW);
	is_num((long long)g.counts.by_key.n, GUESSES_KEYS_MAX, "no more");
	is_num(begin("", "first", NOW + 1000), 0, "it was used");
	is_num(begin("", "first", NOW + 1000), 250, "so it stays");
	for (i = 0; i < GUESSES_KEYS_MAX; i++) {
		snprintf(login, sizeof login, "m%d", i);
		wrong(1, "", login, NOW);
	}
	is_num(begin("", "first", NOW), 0, "and at last it goes");
	for (i = 0; i < GUESSES_KEYS_MAX + 1; i++) {
		snprintf(login, sizeof login, "l%d", i);
		w.login = login;
		w.n = strlen(login);
		guesses_good(&g, &w, NOW);
	}
	is_num((long long)g.known.by_key.n, GUESSES_KEYS_MAX, "known ones");
}

int
main(void)
{
	test_address();
	test_line();
	test_half();
	test_network();
	test_login();
	test_known();
	test_sums();
	test_limit();
	guesses_free(&g);
	return done();
}
