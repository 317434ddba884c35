/* the file users: names of mailboxes, lines, looking up */
#include "local/users.h"
#include "memlookup.h"
#include "tap.h"

#define NAME "1 not a user's name\n"

static const struct {
	const char *name;
	size_t len;
	int good;
} names[] = {
	{ "bob", 3, 1 },
	{ "b", 1, 1 },
	{ "a b", 3, 1 },
	{ "b\303\266", 3, 1 },
	{ "a.b", 3, 1 },
	{ "a-b", 3, 1 },
	{ "a|b", 3, 1 },
	{ "a:", 2, 1 },
	{ "", 0, 0 },
	{ ".", 1, 0 },
	{ "..", 2, 0 },
	{ ".bob", 4, 0 },
	{ "a/b", 3, 0 },
	{ "/", 1, 0 },
	{ "../x", 4, 0 },
	{ "-rf", 3, 0 },
	{ "--", 2, 0 },
	{ "|id", 3, 0 },
	{ ":system", 7, 0 },
	{ "a\nb", 3, 0 },
	{ "a\0b", 3, 0 },
	{ "\0", 1, 0 },
	{ "a\177", 2, 0 },
};

static const struct {
	const char *text, *faults;
	size_t n;
} lines[] = {
	{ "", "", 0 },
	{ "# bob\n\nAnn\n bob@Example.org \n", "", 2 },
	{ "bob@[192.0.2.1]\n", "", 1 },
	{ ":system\n", "", 1 },
	{ ":system\n:system\n", "2 stands in line 1 already\n", 1 },
	{ "bob\nBOB\n", "2 stands in line 1 already\n", 1 },
	{ ":passwd\n", NAME, 0 },
	{ "a b\n", NAME, 0 },
	{ "-rf\n", NAME, 0 },
	{ "a/b\n", NAME, 0 },
	{ ".bob\n", NAME, 0 },
	{ "|id\n", NAME, 0 },
	{ "@example.org\n", NAME, 0 },
	{ "a@b@c.example\n", NAME, 0 },
	{ "a@b..c\n", "1 not a domain behind the @\n", 0 },
	{ "a+b\n",
	    "1 a name with an extension: what stands behind the + "
	    "does not count\n",
	    0 },
};

static const struct {
	const char *user, *domain;
	int has;
} finds[] = {
	{ "ann", "example.org", 1 },
	{ "ann", "", 1 },
	{ "bob", "example.org", 1 },
	{ "bob", "example.net", 0 },
	{ "bob", "", 0 },
	{ "an", "example.org", 0 },
	{ "bob@example.org", "example.net", 0 },
	{ "", "example.org", 0 },
	{ ":system", "example.org", 0 },
};

static int
has(const struct lookup *l, const char *user, const char *domain)
{
	return users_has(l, (struct slice){ user, strlen(user) },
	    (struct slice){ domain, strlen(domain) });
}

static void
look(void)
{
	struct memtable t;
	struct lookup l =
	    memtable_make(&t, &conffile_users, "ann\nbob@example.org\n");
	size_t i;

	for (i = 0; i < sizeof finds / sizeof *finds; i++)
		is_num(has(&l, finds[i].user, finds[i].domain), finds[i].has,
		    finds[i].user);
	is_num(users_system(&l), 0, "no :system");
	t.broken = 1;
	is_num(has(&l, "ann", "x"), -1, "damaged");
	is_num(users_system(&l), -1, "damaged, too");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_users, "# all\n:system\n");
	is_num(users_system(&l), 1, ":system");
	memtable_free(&t);
}

int
main(void)
{
	char longest[USERS_NAME_MAX + 1];
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		is_num(users_name_ok(names[i].name, names[i].len),
		    names[i].good, names[i].name);
	memset(longest, 'x', sizeof longest);
	ok(users_name_ok(longest, USERS_NAME_MAX), "name at the limit");
	ok(!users_name_ok(longest, USERS_NAME_MAX + 1), "name one above");
	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_users, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		is_num(t.n, lines[i].n, "records");
		memtable_free(&t);
	}
	look();
	return done();
}
