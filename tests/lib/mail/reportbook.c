#include "mail/reportbook.h"
#include "tap.h"
#include <errno.h>
#include <string.h>

struct domain {
	struct reportbook_domain is;
	int mine;
};

static struct domain *
find(struct reportbook *b, const char *name)
{
	return reportbook_find(b, name, sizeof(struct domain));
}

static void
domains(void)
{
	struct reportbook b = { 0 };
	struct domain *d = find(&b, "b.example"), **all;

	is_str(d->is.name, "b.example", "a new one");
	is_num(d->mine, 0, "all zero");
	d->mine = 7;
	find(&b, "a.example");
	ok(find(&b, "b.example") == d && d->mine == 7, "the same again");
	is_num((long long)b.n, 2, "two");
	all = reportbook_sorted(&b.hash, b.n, reportbook_by_name);
	is_str(all[0]->is.name, "a.example", "sorted");
	is_str(all[1]->is.name, "b.example", "by their names");
}

static void
limits(void)
{
	static struct reportbook b;
	char name[REPORTBOOK_NAME_MAX + 2];
	int i;

	memset(name, 'x', sizeof name);
	name[REPORTBOOK_NAME_MAX + 1] = '\0';
	errno = ENOENT;
	ok(find(&b, name) == NULL, "a name of 256 bytes");
	is_num(errno, 0, "no room, no fault");
	name[REPORTBOOK_NAME_MAX] = '\0';
	ok(find(&b, name) != NULL, "of 255");
	for (i = 1; i < REPORTBOOK_DOMAINS_MAX; i++) {
		snprintf(name, sizeof name, "%d.example", i);
		if (find(&b, name) == NULL)
			break;
	}
	is_num(i, REPORTBOOK_DOMAINS_MAX, "20000 domains");
	errno = ENOENT;
	ok(find(&b, "more.example") == NULL, "and no more");
	is_num(errno, 0, "which is no fault");
	ok(find(&b, "1.example") != NULL, "those that are there go on");
}

static void
times(void)
{
	struct reportbook b = { 0 };

	reportbook_time(&b, 20);
	reportbook_time(&b, 10);
	reportbook_time(&b, 15);
	is_num((long long)b.first, 10, "the first");
	is_num((long long)b.last, 20, "and the last");
}

int
main(void)
{
	struct reportbook none = { 0 };
	void *all = reportbook_sorted(&none.hash, 0, reportbook_by_name);

	ok(all != NULL, "nothing, sorted");
	domains();
	limits();
	times();
	ok(reportbook_compare("ab", 2, "b", 1) < 0, "by bytes");
	ok(reportbook_compare("ab", 2, "a", 1) > 0, "then by length");
	is_num(reportbook_compare("a", 1, "a", 1), 0, "the same");
	return done();
}
