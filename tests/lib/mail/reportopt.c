#include "mail/reportopt.h"
#include "base/exit.h"
#include "says.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

struct use {
	const char *contact, *organization, *unique;
	int64_t begin, end;
};

static void
take(const void *arg)
{
	const struct use *u = arg;
	struct reportopt o = { .begin = u->begin, .end = u->end };

	if (u->contact != NULL)
		reportopt_take(&o, 'm', u->contact);
	if (u->organization != NULL)
		reportopt_take(&o, 'o', u->organization);
	if (u->unique != NULL)
		reportopt_take(&o, 'i', u->unique);
	reportopt_check(&o, "this way");
	dprintf(2, "%s", o.submitter);
}

#define FATAL "rohrpost: fatal: "
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEF"

static const struct {
	struct use use;
	const char *says;
} cases[] = {
	{ { "a@b.example", "Me", NULL, -1, -1 }, "b.example" },
	{ { "a@b.example", "Me", "7x", 1, 1 }, "b.example" },
	{ { "a@b.example", "Me", LETTERS LETTERS, 1, 2 }, "b.example" },
	{ { "a@b.example", "Me", LETTERS LETTERS "x", 1, 2 },
	    FATAL "bad -i " LETTERS LETTERS "x\n" },
	{ { NULL, "Me", NULL, -1, -1 }, FATAL "usage: this way\n" },
	{ { "a@b.example", NULL, NULL, -1, -1 }, FATAL "usage: this way\n" },
	{ { "nobody", "Me", NULL, -1, -1 }, FATAL "bad -m nobody\n" },
	{ { "a@[192.0.2.1]", "Me", NULL, -1, -1 },
	    FATAL "bad -m a@[192.0.2.1]\n" },
	{ { "a@b.example", "Me", "", -1, -1 }, FATAL "bad -i \n" },
	{ { "a@b.example", "Me", "../x", -1, -1 }, FATAL "bad -i ../x\n" },
	{ { "a@b.example", "Me", NULL, 2, 1 }, FATAL "-e is before -b\n" },
	{ { "a@b.example", "Me", NULL, -1, 1 }, "b.example" },
};

static void
check_wants(void)
{
	struct reportopt o = { .begin = -1, .end = -1 };

	ok(reportopt_wants(&o, 0, "a.example"), "without options all");
	reportopt_take(&o, 'b', "10");
	reportopt_take(&o, 'e', "20");
	ok(!reportopt_wants(&o, 9, "a.example") &&
		reportopt_wants(&o, 10, "a.example") &&
		reportopt_wants(&o, 20, "a.example") &&
		!reportopt_wants(&o, 21, "a.example"),
	    "a period, both ends in it");
	reportopt_take(&o, 'd', "A.example");
	ok(reportopt_wants(&o, 15, "a.EXAMPLE") &&
		!reportopt_wants(&o, 15, "b.example"),
	    "one domain");
	ok(reportopt_take(&o, 'x', "y") == 0, "an option of somebody else");
}

static void
check_period(void)
{
	struct reportopt o = { .begin = -1, .end = -1 };

	reportopt_period(&o, 86400 + 5, 3 * 86400 - 1);
	ok(o.begin == 86400 && o.end == 3 * 86400 - 1, "whole days");
	o.end = -1;
	reportopt_period(&o, 0, 3 * 86400);
	ok(o.begin == 86400 && o.end == 4 * 86400 - 1, "what was given stays");
}

static void
count(void *arg, const char *line, size_t n)
{
	*(size_t *)arg += line == NULL ? 1000 : n;
}

static void
check_files(void)
{
	char dir[] = "/tmp/rohrpost-reportopt.XXXXXX", path[100];
	char *files[] = { path, path, NULL };
	struct reportopt o = { .outdir = dir };
	struct buf b = { 0 };
	size_t n = 0;

	if (mkdtemp(dir) == NULL)
		exit(111);
	snprintf(path, sizeof path, "%s/f", dir);
	buf_puts(&b, "one\nthree\n");
	reportopt_write(&o, "f", &b);
	reportopt_read(files, count, &n);
	is_num((long long)n, 16, "what was written is read, twice");
	unlink(path);
	rmdir(dir);
	buf_free(&b);
}

int
main(void)
{
	unsigned i;
	int status;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_str(says(take, &cases[i].use, &status), cases[i].says,
		    cases[i].says);
		is_num(status, cases[i].says[0] == 'r' ? EXIT_PERM : EXIT_OK,
		    "and ends so");
	}
	check_wants();
	check_period();
	check_files();
	return done();
}
