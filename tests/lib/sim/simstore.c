/* messages, recipients and attempts, and their order */
#include "sim/simstore.h"
#include "tap.h"
#include <stdlib.h>

static const char a[] = "k3p9b2m4q7r1s5t8v000", b[] = "k3p9b2m4q7r1s5t8v001";

int
main(void)
{
	struct simstore s = { .n_rcpt = 0 };
	uint32_t m, n, x, y, *order;
	const char *p;
	size_t len;

	ok(simstore_find(&s, a) == SIMSTORE_NONE, "none is there");
	m = simstore_message(&s, a);
	ok(simstore_message(&s, a) == m, "a message is one");
	n = simstore_message(&s, b);
	ok(n != m && simstore_find(&s, b) == n, "another is another");
	s.message[m].birth_us = 2000;
	s.message[n].birth_us = 1000;
	x = simstore_rcpt(&s, m, 7);
	ok(simstore_rcpt(&s, m, 7) == x, "so is a recipient");
	y = simstore_rcpt(&s, m, 0);
	ok(y != x && simstore_number(&s, m, 0) == y, "and the next");
	ok(simstore_number(&s, n, 0) == SIMSTORE_NONE, "of that message only");
	ok(simstore_rcpt(&s, n, 0) != y, "which has its own");
	simstore_to(&s, x, &len);
	is_num((long long)len, 0, "no address");
	ok(simstore_address(&s, x, "Joe@\"x\"@Example.ORG", 19) == 0, "one");
	p = simstore_to(&s, x, &len);
	ok(len == 19 && memcmp(p, "Joe@\"x\"@Example.ORG", 19) == 0,
	    "as it was given");
	p = simstore_text(&s, s.rcpt[x].domain, &len);
	ok(len == 11 && memcmp(p, "example.org", 11) == 0, "its domain");
	simstore_text(&s, SIMSTORE_NONE, &len);
	is_num((long long)len, 0, "no name is empty");
	ok(simstore_try(&s, x, 3, 20) == 0 &&
		simstore_try(&s, x, SIMSTORE_NONE, 30) == 0,
	    "attempts");
	is_num(s.attempt[s.rcpt[x].first].ms, 20, "the first");
	is_num(s.attempt[s.attempt[s.rcpt[x].first].next].ms, 30, "the next");
	is_num(s.attempt[s.rcpt[x].last].next, SIMSTORE_NONE, "no more");
	order = simstore_order(&s);
	is_num(s.rcpt[order[0]].message, n, "who came first");
	is_num(s.rcpt[order[1]].n, 0, "then by message and number");
	is_num(s.rcpt[order[2]].n, 7, "to the last");
	free(order);
	ok(simstore_cut(&s, y, 5) == 0 && s.cut[0].rcpt == y, "deleted");
	simstore_free(&s);
	is_num(s.n_rcpt, 0, "an empty one again");
	return done();
}
