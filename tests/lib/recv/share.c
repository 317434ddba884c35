/* the share law: a table of single questions, then crowds */
#include "recv/share.h"
#include "tap.h"
#include <stdlib.h>

enum { MANY = 2000 };

static struct share s;

static void
fresh(uint64_t max)
{
	unsigned k;

	memset(&s, 0, sizeof s);
	for (k = 0; k < SHARE_KINDS; k++)
		s.pool[k].max = max;
}

/* of 1,000: others of ours have `ours`, other strangers `strangers`, his
 * network (without himself) `net`, which is part of them, and he `held` */
static void
questions(void)
{
	static const struct {
		unsigned ours, strangers, net, held, n;
		int is_ours;
		enum share_verdict want;
	} t[] = {
		{ 0, 0, 0, 0, 250, 0, SHARE_YES },
		{ 0, 0, 0, 0, 251, 0, SHARE_ADDRESS },
		{ 0, 0, 0, 249, 1, 0, SHARE_YES },
		{ 0, 0, 0, 250, 1, 0, SHARE_ADDRESS },
		{ 0, 0, 0, 0, 751, 0, SHARE_FULL },
		{ 0, 250, 0, 0, 166, 0, SHARE_YES },
		{ 0, 250, 0, 0, 167, 0, SHARE_ADDRESS },
		{ 0, 250, 250, 0, 125, 0, SHARE_YES },
		{ 0, 250, 250, 0, 126, 0, SHARE_NETWORK },
		{ 0, 375, 375, 0, 1, 0, SHARE_NETWORK },
		{ 0, 375, 0, 0, 1, 0, SHARE_YES },
		{ 0, 740, 0, 0, 3, 0, SHARE_YES },
		{ 0, 740, 0, 0, 4, 0, SHARE_ADDRESS },
		{ 0, 750, 0, 0, 1, 0, SHARE_FULL },
		/* ours find the reserve, and half of all at most */
		{ 0, 750, 0, 0, 125, 1, SHARE_YES },
		{ 0, 750, 0, 0, 126, 1, SHARE_ADDRESS },
		{ 0, 0, 0, 0, 500, 1, SHARE_YES },
		{ 0, 0, 0, 0, 501, 1, SHARE_ADDRESS },
		{ 0, 0, 0, 0, 1001, 1, SHARE_FULL },
		{ 500, 0, 0, 0, 250, 1, SHARE_YES },
		{ 500, 0, 0, 0, 251, 1, SHARE_ADDRESS },
		/* and leave nothing to strangers but what is there */
		{ 900, 0, 0, 0, 33, 0, SHARE_YES },
		{ 900, 0, 0, 0, 34, 0, SHARE_ADDRESS },
		{ 1000, 0, 0, 0, 1, 0, SHARE_FULL },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct share_holder ours = { .ours = 1 }, net = { 0 },
				    other = { 0 }, near = { .up = &net },
				    me = { .up = &net };

		fresh(1000);
		me.ours = t[i].is_ours;
		if (me.ours)
			me.up = NULL;
		share_add(&s, SHARE_FILES, &ours, t[i].ours);
		share_add(&s, SHARE_FILES, &near, t[i].net);
		share_add(&s, SHARE_FILES, &other, t[i].strangers - t[i].net);
		share_add(&s, SHARE_FILES, &me, t[i].held);
		is_num(share_ask(&s, SHARE_FILES, &me, t[i].n), t[i].want,
		    "a question");
		is_num(share_take(&s, SHARE_FILES, &me, t[i].n),
		    t[i].want == SHARE_YES ? 0 : -1, "and so it is taken");
		is_num(me.held[SHARE_FILES],
		    t[i].held + (t[i].want == SHARE_YES ? t[i].n : 0), "held");
		share_give(&s, SHARE_FILES, &me, me.held[SHARE_FILES]);
		is_num(net.held[SHARE_FILES], t[i].net, "given back");
		ok(share_empty(&me), "nothing is left");
		is_num(s.pool[SHARE_FILES].strangers, t[i].strangers,
		    "of strangers");
	}
}

/* anybody may hold that little while there is any */
static void
little(void)
{
	struct share_holder big = { 0 }, me = { 0 };

	fresh(100000);
	share_add(&s, SHARE_MEMORY, &big, 75000 - SHARE_MEMORY_LEAST);
	is_num(share_ask(&s, SHARE_MEMORY, &me, SHARE_MEMORY_LEAST), SHARE_YES,
	    "the least");
	is_num(share_ask(&s, SHARE_MEMORY, &me, SHARE_MEMORY_LEAST + 1),
	    SHARE_FULL, "not more than there is");
	fresh(4);
	is_num(share_ask(&s, SHARE_CONNS, &me, SHARE_CONNS_LEAST), SHARE_YES,
	    "of connections");
	is_num(share_ask(&s, SHARE_CONNS, &me, SHARE_CONNS_LEAST + 1),
	    SHARE_ADDRESS, "and one more");
	fresh(1);
	is_num(share_take(&s, SHARE_CONNS, &me, 1), 0, "the only one");
	is_num(share_ask(&s, SHARE_CONNS, NULL, 1), SHARE_FULL, "is gone");
	fresh(100);
	is_num(share_ask(&s, SHARE_FILES, NULL, 100), SHARE_YES,
	    "who is alone may have all");
	is_num(share_ask(&s, SHARE_FILES, NULL, 101), SHARE_FULL,
	    "and no more");
}

static void
scarce(void)
{
	struct share_holder a = { 0 };

	fresh(1000);
	share_add(&s, SHARE_FILES, &a, 500);
	is_num(share_scarce(&s, SHARE_FILES), 0, "a quarter is free");
	share_add(&s, SHARE_FILES, &a, 1);
	is_num(share_scarce(&s, SHARE_FILES), 1, "less");
}

/* takes as much as it can in pieces; what it has then */
static uint64_t
grab(struct share_holder *h, uint64_t piece)
{
	while (share_take(&s, SHARE_FILES, h, piece) == 0)
		;
	return h->held[SHARE_FILES];
}

/* however many are greedy: ours and who comes later find room */
static void
crowds(void)
{
	static const unsigned sizes[] = { 1, 2, 16, 50, MANY };
	static struct share_holder nets[MANY], many[MANY];
	struct share_holder late_net, late, ours;
	const uint64_t max = 64 << 20;
	uint64_t biggest, got;
	unsigned i, k, near;

	for (k = 0; k < 2 * sizeof sizes / sizeof *sizes; k++) {
		near = k % 2; /* all in one network */
		fresh(max);
		memset(nets, 0, sizeof nets);
		memset(many, 0, sizeof many);
		memset(&late_net, 0, sizeof late_net);
		memset(&late, 0, sizeof late);
		memset(&ours, 0, sizeof ours);
		late.up = &late_net;
		ours.ours = 1;
		for (i = biggest = 0; i < sizes[k / 2]; i++) {
			many[i].up = &nets[near ? 0 : i];
			got = grab(&many[i], 1000);
			biggest = got > biggest ? got : biggest;
		}
		ok(biggest <= max / 4, "nobody has more than a third of it");
		if (near)
			ok(nets[0].held[SHARE_FILES] <= max * 3 / 8,
			    "one network has no more than half");
		got = grab(&late, 1);
		ok(got > 0 && (!near || got >= max / 16),
		    "a small one finds room");
		got = grab(&ours, 1000);
		ok(got >= max / 8 - 1000, "ours find the reserve");
		ok(s.pool[SHARE_FILES].used <= max, "not more than all");
	}
}

/* whatever is taken and given back: the sums are right */
static void
random_walk(void)
{
	struct share_holder net[3] = { { 0 } }, h[12] = { { 0 } };
	uint64_t sum, strangers;
	unsigned i, j, k, bad = 0;

	fresh(10000);
	srandom(1);
	for (i = 0; i < 12; i++) {
		h[i].ours = i % 4 == 0;
		h[i].up = h[i].ours ? NULL : &net[i % 3];
	}
	for (i = 0; i < 100000; i++) {
		j = random() % 12;
		k = random() % SHARE_KINDS;
		if (random() % 2)
			share_take(&s, k, &h[j], random() % 300);
		else if (h[j].held[k] > 0)
			share_give(&s, k, &h[j], 1 + random() % h[j].held[k]);
		for (j = sum = strangers = 0; j < 12; j++) {
			sum += h[j].held[k];
			strangers += h[j].ours ? 0 : h[j].held[k];
		}
		bad += sum != s.pool[k].used || sum > 10000 ||
		    strangers != s.pool[k].strangers || strangers > 7500;
	}
	is_num(bad, 0, "a random walk");
}

int
main(void)
{
	questions();
	little();
	scarce();
	crowds();
	random_walk();
	return done();
}
