/* refusals: what is told, and that the sums have the rest */
#include "chain/refusals.h"
#include "tap.h"

static struct refusals r;
static unsigned char ip[16];

static void
address(unsigned n)
{
	memcpy(ip, &n, sizeof n);
}

/* all sums of the window: how many, of whom last, how many events */
static unsigned
sums(unsigned *events, struct refusals_of *last)
{
	const struct refusals_of *o;
	unsigned n = 0;
	size_t i = 0;

	*events = 0;
	while ((o = refusals_sum(&r, &i)) != NULL) {
		n += o->untold;
		*last = *o;
		++*events;
	}
	return n;
}

static void
one(unsigned many, int ours, unsigned want, const char *name)
{
	struct refusals_of last = { 0 };
	unsigned i, told = 0, events;

	address(1);
	for (i = 0; i < many; i++)
		told += refusals_count(&r, ip, ours, 550 + (i + 1 == many));
	is_num(told, want, name);
	is_num(sums(&events, &last), many - want, "the sum");
	is_num(events, many > want, "in one event");
	if (many > want) {
		is_num(last.code, 551, "with the last code");
		is_num(memcmp(last.ip, ip, 16), 0, "and the address");
	}
	ok(refusals_none(&r), "a new window");
}

static void
crowd(unsigned addresses, unsigned each, unsigned want, unsigned want_events)
{
	struct refusals_of last = { 0 };
	unsigned i, k, told = 0, events;

	for (k = 0; k < each; k++)
		for (i = 0; i < addresses; i++) {
			address(i);
			told += refusals_count(&r, ip, 0, 421);
		}
	is_num(told, want, "told of a crowd");
	is_num(sums(&events, &last), addresses * each - want, "the sums");
	is_num(events, want_events, "so many of them");
	is_num(last.used,
	    events == 0 || addresses <= REFUSALS_ADDRESSES_MAX ? events > 0 : 0,
	    "the others come last");
}

int
main(void)
{
	unsigned i;

	ok(refusals_none(&r), "nothing yet");
	one(0, 0, 0, "none");
	one(REFUSALS_ADDRESS_MAX, 0, REFUSALS_ADDRESS_MAX, "just so many");
	one(REFUSALS_ADDRESS_MAX + 1, 0, REFUSALS_ADDRESS_MAX, "one more");
	one(100000, 0, REFUSALS_ADDRESS_MAX, "very many");
	one(REFUSALS_OURS_MAX + 1, 1, REFUSALS_OURS_MAX, "one of ours");
	crowd(50, 20, 1000, 0);
	crowd(50, 21, 1000, 50);
	crowd(60, 20, 1000, 60);
	crowd(REFUSALS_ADDRESSES_MAX, 1, 1000, 24);
	crowd(REFUSALS_ADDRESSES_MAX + 5, 1, 1000, 25);
	crowd(20000, 3, 1000, REFUSALS_ADDRESSES_MAX + 1);
	/* ours are told beside all strangers */
	for (i = 0; i < 100; i++) {
		address(i);
		for (unsigned k = 0; k < 20; k++)
			refusals_count(&r, ip, 0, 550);
	}
	address(7777);
	is_num(refusals_count(&r, ip, 1, 550), 1, "ours beside them");
	address(7778);
	is_num(refusals_count(&r, ip, 0, 550), 0, "no more strangers");
	return done();
}
