#include "dns/dnsopt.h"
#include "base/exit.h"
#include "says.h"
#include "tap.h"
#include <inttypes.h>

struct use {
	int option;
	const char *text;
	int times;
};

static void
take(const void *arg)
{
	const struct use *u = arg;
	struct resolve dns = { .conf.n_server = 0 };
	int64_t now = -1, wait_ms = -1;
	int i, r = 0;

	for (i = 0; i < u->times; i++)
		r = dnsopt_take(u->option, u->text, &dns, &now, &wait_ms);
	dprintf(2, "%d %" PRId64 " %" PRId64, r, now, wait_ms);
}

#define FATAL "rohrpost: fatal: bad "
#define SERVER ": want ADDR or ADDR@PORT, at most 8 times\n"

static const struct {
	struct use use;
	const char *says;
} cases[] = {
	{ { 'r', "192.0.2.1", 8 }, "1 -1 -1" },
	{ { 'r', "192.0.2.1", 9 }, FATAL "-r 192.0.2.1" SERVER },
	{ { 'r', "192.0.2.1@53", 1 }, "1 -1 -1" },
	{ { 'r', "::1", 1 }, "1 -1 -1" },
	{ { 'r', "192.0.2.1@0", 1 }, FATAL "-r 192.0.2.1@0" SERVER },
	{ { 'r', "ns.example", 1 }, FATAL "-r ns.example" SERVER },
	{ { 't', "0", 1 }, "1 0 -1" },
	{ { 't', "1700000000", 1 }, "1 1700000000 -1" },
	{ { 't', "x", 1 }, FATAL "-t x: want seconds since 1970\n" },
	{ { 'w', "1", 1 }, "1 -1 1000" },
	{ { 'w', "3600", 1 }, "1 -1 3600000" },
	{ { 'w', "0", 1 }, FATAL "-w 0: want a number, 1 to 3600\n" },
	{ { 'w', "3601", 1 }, FATAL "-w 3601: want a number, 1 to 3600\n" },
	{ { 'x', "1", 1 }, "0 -1 -1" },
	{ { '?', NULL, 1 }, "0 -1 -1" },
};

int
main(void)
{
	struct resolve dns = { .conf.n_server = 0 };
	int64_t left = 5;
	size_t i;
	int status;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is_str(says(take, &cases[i].use, &status), cases[i].says,
		    cases[i].says);
		is_num(status, cases[i].says[0] == 'r' ? EXIT_PERM : EXIT_OK,
		    "and ends so");
	}
	is_num(dnsopt_take('t', "1", &dns, NULL, &left), 0, "no -t");
	is_num(dnsopt_take('w', "1", &dns, &left, NULL), 0, "no -w");
	is_num(left, 5, "then nothing changes");
	return done();
}
