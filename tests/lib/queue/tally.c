/* recipients counted in rows and columns */
#include "queue/tally.h"
#include "tap.h"

static void
columns(void)
{
	static const struct {
		int64_t age_s;
		const char *name;
	} ages[] = { { -1, "5" }, { 0, "5" }, { 299, "5" }, { 300, "10" },
		{ 599, "10" }, { 600, "20" }, { 2560 * 60 - 1, "2560" },
		{ 2560 * 60, "2560+" }, { INT64_C(1) << 40, "2560+" } };
	static const struct {
		unsigned tries;
		const char *name;
	} tries[] = { { 0, "0" }, { 4, "4" }, { 5, "5-9" }, { 9, "5-9" },
		{ 10, "10-19" }, { 19, "10-19" }, { 20, "20-49" },
		{ 49, "20-49" }, { 50, "50+" }, { 99999, "50+" } };
	size_t i;

	for (i = 0; i < sizeof ages / sizeof *ages; i++)
		is_str(tally_age_name[tally_age_column(ages[i].age_s)],
		    ages[i].name, "its age");
	for (i = 0; i < sizeof tries / sizeof *tries; i++)
		is_str(tally_tries_name[tally_tries_column(tries[i].tries)],
		    tries[i].name, "its attempts");
}

/* "b 3, a 2, c 2" */
static const char *
rows(const struct tally *t)
{
	static char text[400];
	const char *p;
	char *o = text;
	uint32_t i;
	size_t n;

	*o = '\0';
	for (i = 0; i < t->n; i++) {
		p = tally_name(t, &t->row[i], &n);
		o += sprintf(o, "%s%.*s %llu", i > 0 ? ", " : "", (int)n, p,
		    (unsigned long long)t->row[i].total);
	}
	return text;
}

static void
order(void)
{
	static const char *const keys[] = { "c", "b", "a", "b", "", "a", "c",
		"b" };
	struct tally t = { .n = 0 };
	size_t i;

	tally_clear(&t);
	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		tally_add(&t, keys[i], strlen(keys[i]), i % TALLY_COLUMNS);
	is_str(rows(&t), "c 2, b 3, a 2,  1", "as they came");
	tally_sort(&t);
	is_str(rows(&t), "b 3, a 2, c 2,  1", "most first, then by name");
	is_num(t.row[0].column[3], 1, "in its column");
	is_num(t.row[0].column[0], 0, "and in no other");
	is_num(t.sum.total, 8, "the sum");
	tally_cut(&t, 1);
	is_str(rows(&t), "b 3", "one row");
	is_num(t.others.total, 5, "and the others");
	is_num(t.others.column[2], 1, "in their columns");
	tally_clear(&t);
	is_num(t.sum.total + t.others.total + t.n, 0, "begun anew");
}

static void
limits(void)
{
	static char key[TALLY_KEY_MAX + 1];
	struct tally t = { .n = 0 };
	char name[20];
	unsigned i;

	tally_clear(&t);
	memset(key, 'x', sizeof key);
	tally_add(&t, key, TALLY_KEY_MAX, 0);
	tally_add(&t, key, TALLY_KEY_MAX + 1, 0);
	is_num(t.n, 1, "a name that is too long is cut");
	for (i = 1; i < TALLY_ROWS_MAX; i++)
		tally_add(&t, name, (size_t)sprintf(name, "%u", i), 0);
	is_num(t.n, TALLY_ROWS_MAX, "as many rows as may be");
	is_num(t.others.total, 0, "and no others");
	tally_add(&t, "one more", 8, 5);
	is_num(t.n, TALLY_ROWS_MAX, "one more");
	is_num(t.others.column[5], 1, "is of the others");
	tally_add(&t, "1", 1, 5);
	is_num(t.others.total, 1, "those that are there still count");
	is_num(t.sum.total, TALLY_ROWS_MAX + 3, "and all in the sum");
	tally_clear(&t);
}

int
main(void)
{
	columns();
	order();
	limits();
	return done();
}
