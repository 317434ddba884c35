/* whose turn it is */
#include "base/turns.h"
#include "tap.h"
#include <stdlib.h>

static struct turn_group root, net[2], addr[3];
static struct turn leaf[9];

static void
fresh(void)
{
	unsigned i;

	memset(&root, 0, sizeof root);
	memset(net, 0, sizeof net);
	memset(addr, 0, sizeof addr);
	memset(leaf, 0, sizeof leaf);
	net[0].turn.up = net[1].turn.up = &root;
	addr[0].turn.up = addr[1].turn.up = &net[0];
	addr[2].turn.up = &net[1];
	for (i = 0; i < 9; i++)
		leaf[i].up = &addr[i / 3];
}

/* the order in which all that wait come, as numbers */
static const char *
order(void)
{
	static char t[100];
	struct turn *l;
	size_t n = 0;

	while ((l = turn_next(&root)) != NULL && n < sizeof t - 1)
		t[n++] = (char)('0' + (l - leaf));
	t[n] = '\0';
	return t;
}

static void
orders(void)
{
	static const struct {
		const char *add, *remove, *want;
	} t[] = {
		{ "", "", "" },
		{ "0", "", "0" },
		{ "012", "", "012" },
		{ "210", "", "210" },
		{ "0120", "", "012" },
		/* addresses of a network */
		{ "0123", "", "0312" },
		{ "012345", "", "031425" },
		/* networks, whatever they have */
		{ "0126", "", "0612" },
		{ "01234567", "", "06371425" },
		{ "8012345", "", "8031425" },
		{ "012", "0", "12" },
		{ "012", "1", "02" },
		{ "0126", "012", "6" },
		{ "06", "6", "0" },
		{ "012345678", "012345678", "" },
		{ "3", "0", "3" },
	};
	size_t i;
	const char *p;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		fresh();
		for (p = t[i].add; *p != '\0'; p++)
			turn_add(&leaf[*p - '0']);
		for (p = t[i].remove; *p != '\0'; p++)
			turn_remove(&leaf[*p - '0']);
		is_str(order(), t[i].want, t[i].add);
		ok(!net[0].turn.waits && !addr[0].turn.waits &&
			turn_next(&root) == NULL,
		    "nobody waits");
	}
}

/* who always wants more does not keep another waiting */
static void
greedy(void)
{
	struct turn *l;
	unsigned i, worst = 0, since = 0;

	fresh();
	for (i = 0; i < 9; i++)
		turn_add(&leaf[i]);
	for (i = 0; i < 1000; i++) {
		l = turn_next(&root);
		since = l == &leaf[8] ? 0 : since + 1;
		worst = since > worst ? since : worst;
		turn_add(l);
	}
	ok(worst <= 5, "one of three in one of two networks");
}

/* one that uses little among 50 groups that use much, and many that use
 * little beside one that uses much: in how many turns */
static void
light(unsigned heavy, unsigned lights, unsigned most, const char *name)
{
	static struct turn_group group[60];
	static struct turn one[60];
	struct turn *l;
	unsigned i, n = heavy + lights, since = 0, worst = 0, mine;

	memset(&root, 0, sizeof root);
	memset(group, 0, sizeof group);
	memset(one, 0, sizeof one);
	for (i = 0; i < n; i++) {
		group[i].turn.up = &root;
		one[i].up = &group[i];
		turn_used(&one[i], 1, i < heavy ? TURN_LIGHT + 1 : 0);
		turn_add(&one[i]);
	}
	/* the one of which there are fewer */
	mine = heavy < lights ? 0 : n - 1;
	for (i = 0; i < 1000; i++) {
		l = turn_next(&root);
		since = l == &one[mine] ? 0 : since + 1;
		worst = since > worst ? since : worst;
		turn_add(l);
	}
	ok(worst < most, name);
	turn_used(&one[0], 2, TURN_LIGHT);
	ok(group[0].turn.used == TURN_LIGHT && root.turn.used == TURN_LIGHT,
	    "another stretch, another account");
	turn_used(&one[0], 2, UINT32_MAX);
	ok(one[0].used == UINT32_MAX, "that has an end");
}

/* each that waits comes once, and nobody else, whatever was before */
static void
random_walk(void)
{
	unsigned waits[9] = { 0 }, n = 0, i, j, bad = 0;
	struct turn *l;

	fresh();
	srandom(1);
	for (i = 0; i < 100000; i++) {
		j = random() % 9;
		switch (random() % 3) {
		case 0:
			turn_add(&leaf[j]);
			n += !waits[j];
			waits[j] = 1;
			break;
		case 1:
			turn_remove(&leaf[j]);
			turn_used(&leaf[j], i / 100, random() % 20000);
			n -= waits[j];
			waits[j] = 0;
			break;
		default:
			l = turn_next(&root);
			bad += (l == NULL) != (n == 0);
			if (l == NULL)
				break;
			bad += !waits[l - leaf];
			waits[l - leaf] = 0;
			n--;
		}
		bad += !(root.light.first || root.heavy.first) != (n == 0);
	}
	is_num(bad, 0, "a random walk");
}

int
main(void)
{
	orders();
	greedy();
	light(50, 1, 2, "one that uses little among 50 that use much");
	light(1, 50, 2, "one that uses much among 50 that use little");
	light(0, 50, 50, "50 that use little");
	light(50, 0, 50, "50 that use much");
	random_walk();
	return done();
}
