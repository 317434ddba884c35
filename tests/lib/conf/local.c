/* the file local: what is a domain, twice the same, looking up */
#include "conf/local.h"
#include "conf/word.h"
#include "memlookup.h"
#include "tap.h"

#define BAD "1 not a domain name\n"

static const struct {
	const char *text, *faults;
	size_t n;
} cases[] = {
	{ "", "", 0 },
	{ "# a.example\n\n", "", 0 },
	{ "a.example\nB.Example\n", "", 2 },
	{ "  a.example\t\n", "", 1 },
	{ "localhost\n", "", 1 },
	{ "a_b.example\n", "", 1 },
	{ "b\xc3\xbc"
	  "cher.example\n",
	    "", 1 },
	{ "[192.0.2.1]\n[IPv6:2001:db8::1]\n", "", 2 },
	{ "a b\n", BAD, 0 },
	{ "a@b.example\n", BAD, 0 },
	{ "a..b\n", BAD, 0 },
	{ ".a\n", BAD, 0 },
	{ "[192.0.2.256]\n", BAD, 0 },
	{ "[192.0.2.1\n", BAD, 0 },
	{ "[2001:db8::1]\n", BAD, 0 },
	{ "[]\n", BAD, 0 },
	{ "a.example\nb\nA.EXAMPLE\n", "3 stands in line 1 already\n", 2 },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_local, cases[i].text);
		is_str(buf_data(&t.faults), cases[i].faults, cases[i].text);
		is_num(t.n, cases[i].n, "records");
		memtable_free(&t);
	}
}

/* the longest domain, and one byte more */
static void
limits(void)
{
	char text[WORD_DOMAIN_MAX + 3];
	struct memtable t;
	size_t n, i;

	for (n = WORD_DOMAIN_MAX; n <= WORD_DOMAIN_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			text[i] = i % 50 == 49 ? '.' : 'a';
		text[n - 1] = 'a';
		text[n] = '\0';
		memtable_make(&t, &conffile_local, text);
		is_num(t.n, n == WORD_DOMAIN_MAX, "length of a domain");
		memtable_free(&t);
	}
}

static void
look(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_local,
	    "Here.Example\n\n#x\n[192.0.2.1]\n[IPv6:2001:db8::1]\n[ixyz:2001:db8::1]\n");

	is_num(local_has(&l, "here.example", 12), 1, "is there");
	is_num(local_has(&l, "here.exampl", 11), 0, "a part is not");
	is_num(local_has(&l, "x.here.example", 14), 0, "nor one below");
	is_num(local_has(&l, "[192.0.2.1]", 11), 1, "literal");
	is_num(local_has(&l, "", 0), 0, "no domain");
	is_num(local_has(&l, "[ipv6:2001:db8::1]", 18), 1, "one of IPv6");
	is_num(t.n, 3, "another tag is no literal");
	is_str(t.record[1].data, "4", "the line's number");
	t.broken = 1;
	is_num(local_has(&l, "here.example", 12), -1, "damaged");
	memtable_free(&t);
}

/* names that need no line, without a table, too */
static void
by_default(void)
{
	static const struct {
		const char *me, *domain;
		int has, broken;
	} names[] = {
		{ "Mail.Example.org", "mail.example.org", 1, 1 },
		{ "Mail.Example.org", "mail", 1, 1 },
		{ "Mail.Example.org", "localhost", 1, 1 },
		{ "Mail.Example.org", "here.example", 1, -1 },
		{ "Mail.Example.org", "example.org", 0, -1 },
		{ "Mail.Example.org", "mail.example", 0, -1 },
		{ "Mail.Example.org", "x.mail.example.org", 0, -1 },
		{ "Mail.Example.org", "localhost.localdomain", 0, -1 },
		{ "box", "box", 1, 1 },
		{ "box", "bo", 0, -1 },
		{ "192.0.2.1", "192.0.2.1", 1, 1 },
		{ "192.0.2.1", "192", 0, -1 },
		{ "[192.0.2.1]", "[192.0.2.1]", 1, 1 },
		{ "[192.0.2.1]", "[192", 0, -1 },
		{ NULL, "localhost", 1, 1 },
		{ NULL, "here.example", 1, -1 },
		{ ".odd", ".odd", 1, 1 },
	};
	struct local_default d;
	struct memtable t;
	struct lookup l,
	    file = memtable_make(&t, &conffile_local, "here.example\n");
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		l = local_by_default(&d, names[i].me, file);
		t.broken = 0;
		is_num(local_has(&l, names[i].domain, strlen(names[i].domain)),
		    names[i].has, names[i].domain);
		t.broken = 1;
		is_num(local_has(&l, names[i].domain, strlen(names[i].domain)),
		    names[i].broken, "damaged");
	}
	is_num(local_has(&l, "", 0), 0, "no domain");
	memtable_free(&t);
}

static int
one_form(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	(void)arg;
	(void)n;
	*data = key[0] == 'u' ? "3 xn--u" : "3";
	*len = strlen(*data);
	return key[0] == 'n' ? 0 : key[0] == 'b' ? -1 : 1;
}

static void
forms(void)
{
	struct lookup l = { one_form, NULL };
	struct slice form = { NULL, 0 };

	is_num(local_form(&l, "u", 1, &form), 1, "another form");
	ok(word_is(form, "xn--u"), "of this one");
	is_num(local_form(&l, "x", 1, &form), 0, "it stands there itself");
	is_num(local_form(&l, "n", 1, &form), 0, "it is not local");
	is_num(local_form(&l, "b", 1, &form), -1, "not known");
	is_num(local_form(&l, "", 0, &form), 0, "no domain");
}

int
main(void)
{
	forms();
	parse();
	by_default();
	limits();
	look();
	return done();
}
