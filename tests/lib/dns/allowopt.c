#include "dns/allowopt.h"
#include "base/exit.h"
#include "says.h"
#include "tap.h"

struct use {
	int option;
	const char *text;
	int times;
};

static void
take(const void *arg)
{
	const struct use *u = arg;
	struct hostaddr_prefix room[ALLOWOPT_MAX];
	struct hostaddr_policy p = { .n_allow = 0 };
	int i;

	for (i = 0; i < u->times; i++)
		allowopt_take(u->option, u->text, &p, room);
	dprintf(2, "%u%s", p.n_allow, p.allow == room ? "" : "?");
}

static const struct {
	struct use use;
	const char *says;
} cases[] = {
	{ { 'i', "127.0.0.1", 1 }, "1" },
	{ { 'i', "10.0.0.0/8", 2 }, "2" },
	{ { 'a', "fd00::/8", ALLOWOPT_MAX }, "64" },
	{ { 'a', "fd00::/8", ALLOWOPT_MAX + 1 },
	    "rohrpost: fatal: more than 64 times -a\n" },
	{ { 'i', "10.0.0.0/33", 1 },
	    "rohrpost: fatal: bad -i 10.0.0.0/33: want an address or a "
	    "prefix\n" },
	{ { 'i', "", 1 },
	    "rohrpost: fatal: bad -i : want an address or a prefix\n" },
};

int
main(void)
{
	size_t i;
	int status;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is_str(says(take, &cases[i].use, &status), cases[i].says,
		    cases[i].says);
		is_num(status, cases[i].says[0] == 'r' ? EXIT_PERM : EXIT_OK,
		    "and ends so");
	}
	return done();
}
